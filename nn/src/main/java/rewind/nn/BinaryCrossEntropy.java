package rewind.nn;

import java.util.Arrays;
import java.util.Optional;
import rewind.autograd.Tensor;

/**
 * −Σ[Y (1 − A)^γ ln A + (1 − Y) A^γ ln(1 − A)]/n, see {@link Losses#binaryCrossEntropy} and {@link Losses#binaryFocalCrossEntropy}.
 *
 * @param name what messages and checkpoints call it
 * @param gamma γ
 */
record BinaryCrossEntropy(String name, double gamma) implements ScoresLoss {
    @Override
    public Tensor perSample(Activation last, Tensor scores, Tensor target) {
        Losses.requireFit(name, scores, target);
        Probabilities.require(name, last, scores, "sigmoid");
        Tensor log = last.log(scores);
        Tensor logOfComplement = last.logOfComplement(scores);
        Tensor positive = Probabilities.focused(Probabilities.expected(target, log), () -> logOfComplement, gamma);
        Tensor negative =
                Probabilities.focused(Probabilities.expected(target.oneMinus(), logOfComplement), () -> log, gamma);
        return Losses.mean(positive.add(negative).neg());
    }

    @Override
    public Optional<String> objection(double... target) {
        return Losses.objectionUnless(
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
