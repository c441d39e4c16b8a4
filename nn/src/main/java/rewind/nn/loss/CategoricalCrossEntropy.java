package rewind.nn.loss;

import java.util.Arrays;
import java.util.Optional;
import rewind.autograd.Tensor;
import rewind.nn.layer.Activation;

/**
 * −Σ Y (1 − A)^γ ln A, see {@link rewind.nn.Losses#categoricalCrossEntropy} and {@link rewind.nn.Losses#categoricalFocalCrossEntropy}.
 *
 * @param name what messages and checkpoints call it
 * @param gamma γ
 */
public record CategoricalCrossEntropy(String name, double gamma) implements ScoresLoss {
    @Override
    public Tensor perSample(Activation last, Tensor scores, Tensor target) {
        Outputs.requireFit(name, scores, target);
        LossCall.requireTargets(this, target);
        Probabilities.require(name, last, scores, "softmax");
        Tensor terms = Probabilities.expected(target, last.log(scores));
        Tensor focused = Probabilities.focused(terms, () -> last.logOfComplement(scores), gamma);
        return Outputs.mean(focused.sum(-1).neg());
    }

    @Override
    public Optional<String> objection(double... target) {
        return Outputs.objectionUnless(
                target.length > 1
                        && Arrays.stream(target).allMatch(y -> y >= 0)
                        && Probabilities.isOne(Arrays.stream(target).sum()),
                name
                        + ": targets must be probabilities of two classes or more that sum to 1, such as ids.oneHot(classes)");
    }

    @Override
    public String toString() {
        return name;
    }
}
