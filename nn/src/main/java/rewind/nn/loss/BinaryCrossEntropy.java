package rewind.nn.loss;

import java.util.Arrays;
import java.util.Optional;
import rewind.autograd.Tensor;
import rewind.nn.layer.Activation;

/**
 * −Σ[Y (1 − A)^γ ln A + (1 − Y) A^γ ln(1 − A)]/n, see {@link rewind.nn.Losses#binaryCrossEntropy} and {@link rewind.nn.Losses#binaryFocalCrossEntropy}.
 *
 * @param name what messages and checkpoints call it
 * @param gamma γ
 */
public record BinaryCrossEntropy(String name, double gamma) implements ScoresLoss {
    @Override
    public Tensor perSample(Activation last, Tensor scores, Tensor target) {
        Outputs.requireFit(name, scores, target);
        LossCall.requireTargets(this, target);
        Probabilities.require(name, last, scores, "sigmoid");
        Tensor log = last.log(scores);
        Tensor logOfComplement = last.logOfComplement(scores);
        Tensor positive = Probabilities.focused(Probabilities.expected(target, log), () -> logOfComplement, gamma);
        Tensor negative =
                Probabilities.focused(Probabilities.expected(target.oneMinus(), logOfComplement), () -> log, gamma);
        return Outputs.mean(positive.add(negative).neg());
    }

    @Override
    public Optional<String> objection(double... target) {
        return Outputs.objectionUnless(
                Arrays.stream(target).allMatch(y -> y >= 0 && y <= 1), name + ": targets must be from 0 to 1");
    }

    /** Every column is the probability of one class of two. */
    @Override
    public Loss smoothed(double epsilon) {
        return DerivedLoss.smoothed(this, epsilon, (last, target) -> 2);
    }

    @Override
    public String toString() {
        return name;
    }
}
