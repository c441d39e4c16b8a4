package rewind.nn.loss;

import java.util.Optional;
import rewind.autograd.Tensor;
import rewind.nn.layer.Activation;

/** Σ Y ln(Y/A), see {@link rewind.nn.Losses#kullbackLeibler}. */
public record KullbackLeibler() implements ScoresLoss {
    private static final CategoricalCrossEntropy CROSS_ENTROPY = new CategoricalCrossEntropy("kullbackLeibler", 0);

    @Override
    public Tensor perSample(Activation last, Tensor scores, Tensor target) {
        Tensor crossEntropy = CROSS_ENTROPY.perSample(last, scores, target);
        Tensor negative = Tensor.where(target.greater(0), y -> y.mul(y.log()), y -> y.mul(0), target);
        return crossEntropy.add(Outputs.mean(negative.sum(-1)));
    }

    @Override
    public Optional<String> objection(double... target) {
        return CROSS_ENTROPY.objection(target);
    }

    @Override
    public String toString() {
        return "kullbackLeibler";
    }
}
