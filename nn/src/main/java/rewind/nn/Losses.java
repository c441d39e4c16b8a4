package rewind.nn;

import java.util.stream.IntStream;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/**
 * The usual losses, for static import. Y is the target, A the output, n the number of outputs per sample. All throw {@link
 * IllegalArgumentException} if the target does not have the shape of the output.
 */
public final class Losses {
    private Losses() {}

    /** Mean squared error, Σ(Y − A)²/n per sample. */
    public static Loss meanSquaredError() {
        return (output, target) ->
                mean(difference("meanSquaredError", output, target).square());
    }

    /** Mean absolute error, Σ|Y − A|/n per sample; its derivative is 0 at equality. */
    public static Loss meanAbsoluteError() {
        return (output, target) ->
                mean(difference("meanAbsoluteError", output, target).abs());
    }

    /** Mean squared logarithmic error, Σ(ln(1 + Y) − ln(1 + A))²/n per sample; for outputs above −1. */
    public static Loss meanSquaredLogarithmicError() {
        return (output, target) -> {
            requireFit("meanSquaredLogarithmicError", output, target);
            return mean(target.log1p().sub(output.log1p()).square());
        };
    }

    /**
     * Huber loss, the mean over the outputs of (Y − A)²/2 where |Y − A| ≤ δ, else δ(|Y − A| − δ/2). Source: Huber, Annals of Mathematical
     * Statistics 35, 1964.
     *
     * @throws IllegalArgumentException if δ is not positive
     */
    public static Loss huber(double delta) {
        Check.that(delta > 0, "huber: delta must be positive, got %s", delta);
        return (output, target) -> {
            Tensor distance = difference("huber", output, target).abs();
            Tensor near = distance.clamp(0, delta); // ½ near² + δ (distance − near) is both branches at once
            return mean(near.square().mul(0.5).add(distance.sub(near).mul(delta)));
        };
    }

    /**
     * Categorical cross-entropy, −Σ Y ln A over the last axis, averaged over any axes between (a sequence of outputs); A are
     * probabilities. Terms with Y = 0 count as 0.
     */
    public static Loss categoricalCrossEntropy() {
        return new CrossEntropy() {
            @Override
            public Tensor perSample(Activation last, Tensor scores, Tensor target) {
                requireFit("categoricalCrossEntropy", scores, target);
                return mean(expected(target, last.log(scores)).sum(-1).neg());
            }
        };
    }

    /** Binary cross-entropy, −Σ[Y ln A + (1 − Y) ln(1 − A)]/n; A are probabilities. Terms with a factor 0 count as 0. */
    public static Loss binaryCrossEntropy() {
        return new CrossEntropy() {
            @Override
            public Tensor perSample(Activation last, Tensor scores, Tensor target) {
                requireFit("binaryCrossEntropy", scores, target);
                Tensor positive = expected(target, last.log(scores));
                Tensor negative = expected(target.oneMinus(), last.logOfComplement(scores));
                return mean(positive.add(negative).neg());
            }
        };
    }

    /** A loss that is computed from the scores before the last activation. */
    private interface CrossEntropy extends Loss {
        @Override
        Tensor perSample(Activation last, Tensor scores, Tensor target);

        @Override
        default Tensor perSample(Tensor output, Tensor target) {
            return perSample(Activation.IDENTITY, output, target);
        }
    }

    /** weight ⊙ log, 0 where the weight is 0, even if the logarithm is −∞ there. */
    private static Tensor expected(Tensor weight, Tensor log) {
        Tensor counts = weight.notEqualTo(0);
        return weight.mul(Tensor.where(counts, log, Tensor.zeros(log.dtype(), Shape.of())));
    }

    private static Tensor difference(String loss, Tensor output, Tensor target) {
        requireFit(loss, output, target);
        return target.sub(output);
    }

    private static void requireFit(String loss, Tensor output, Tensor target) {
        Check.that(
                output.rank() >= 1 && output.shape().equals(target.shape()),
                "%s: the target must have the shape of the output %s, got %s",
                loss,
                output.shape(),
                target.shape());
    }

    /** The mean over all outputs of a sample. */
    private static Tensor mean(Tensor values) {
        int[] perSample = IntStream.range(1, values.rank()).toArray();
        return perSample.length == 0 ? values : values.mean(perSample);
    }
}
