package rewind.nn.loss;

import java.util.function.UnaryOperator;
import rewind.autograd.Tensor;

/**
 * The mean over the outputs of a sample of a function of the differences Y − A.
 *
 * @param name what messages and checkpoints call it
 * @param ofDifferences the function, element by element
 */
public record ErrorLoss(String name, UnaryOperator<Tensor> ofDifferences) implements Loss {
    @Override
    public Tensor perSample(Tensor output, Tensor target) {
        Outputs.requireFit(name, output, target);
        return Outputs.mean(ofDifferences.apply(target.sub(output)));
    }

    @Override
    public String toString() {
        return name;
    }
}
