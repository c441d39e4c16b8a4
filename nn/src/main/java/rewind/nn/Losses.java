package rewind.nn;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/**
 * The usual losses, for static import. Y is the target, A the output, n the number of outputs per sample. All throw {@link
 * IllegalArgumentException} if the target does not have the shape of the output.
 */
public final class Losses {
    private static final double ROUNDING = 1e-4; // that sums of floats may have

    private Losses() {}

    /** Mean squared error, Σ(Y − A)²/n per sample. */
    public static Loss meanSquaredError() {
        return new Named(
                "meanSquaredError",
                (output, target) ->
                        mean(difference("meanSquaredError", output, target).square()));
    }

    /** Mean absolute error, Σ|Y − A|/n per sample; its derivative is 0 at equality. */
    public static Loss meanAbsoluteError() {
        return new Named(
                "meanAbsoluteError",
                (output, target) ->
                        mean(difference("meanAbsoluteError", output, target).abs()));
    }

    /** Mean squared logarithmic error, Σ(ln(1 + Y) − ln(1 + A))²/n per sample; for targets and outputs above −1. */
    public static Loss meanSquaredLogarithmicError() {
        return new MeanSquaredLogarithmicError();
    }

    private record MeanSquaredLogarithmicError() implements Loss {
        @Override
        public Tensor perSample(Tensor output, Tensor target) {
            requireFit("meanSquaredLogarithmicError", output, target);
            return mean(target.log1p().sub(output.log1p()).square());
        }

        @Override
        public Optional<String> objection(double... target) {
            return objectionUnless(
                    Arrays.stream(target).allMatch(y -> y > -1),
                    "meanSquaredLogarithmicError: targets must be more than -1");
        }

        @Override
        public String toString() {
            return "meanSquaredLogarithmicError";
        }
    }

    /**
     * Huber loss, the mean over the outputs of (Y − A)²/2 where |Y − A| ≤ δ, else δ(|Y − A| − δ/2). Source: Huber, Annals of Mathematical
     * Statistics 35, 1964.
     *
     * @throws IllegalArgumentException if δ is not positive
     */
    public static Loss huber(double delta) {
        Check.that(delta > 0, "huber: delta must be positive, got %s", delta);
        return new Named("huber(" + delta + ")", (output, target) -> {
            Tensor difference = difference("huber", output, target);
            Tensor near =
                    difference.clamp(-delta, delta); // near (difference − ½ near) is all branches at once, smooth at 0
            return mean(difference.sub(near.mul(0.5)).mul(near));
        });
    }

    /**
     * Categorical cross-entropy, −Σ Y ln A over the last axis, averaged over any axes between (a sequence of outputs); A are
     * probabilities. Terms with Y = 0 count as 0. In training, targets must be probabilities of two classes or more that sum to 1.
     */
    public static Loss categoricalCrossEntropy() {
        return new CategoricalCrossEntropy();
    }

    private record CategoricalCrossEntropy() implements CrossEntropy {
        @Override
        public Tensor perSample(Activation last, Tensor scores, Tensor target) {
            requireFit("categoricalCrossEntropy", scores, target);
            requireProbabilities("categoricalCrossEntropy", last, scores, "softmax");
            return mean(expected(target, last.log(scores)).sum(-1).neg());
        }

        @Override
        public Optional<String> objection(double... target) {
            return objectionUnless(
                    target.length > 1
                            && Arrays.stream(target).allMatch(y -> y >= 0)
                            && Math.abs(Arrays.stream(target).sum() - 1) <= ROUNDING,
                    "categoricalCrossEntropy: targets must be probabilities of two classes or more that sum to 1, such as"
                            + " ids.oneHot(classes)");
        }

        @Override
        public String toString() {
            return "categoricalCrossEntropy";
        }
    }

    /**
     * Binary cross-entropy, −Σ[Y ln A + (1 − Y) ln(1 − A)]/n; A are probabilities. Terms with a factor 0 count as 0. In training, targets
     * must be from 0 to 1.
     */
    public static Loss binaryCrossEntropy() {
        return new BinaryCrossEntropy();
    }

    private record BinaryCrossEntropy() implements CrossEntropy {
        @Override
        public Tensor perSample(Activation last, Tensor scores, Tensor target) {
            requireFit("binaryCrossEntropy", scores, target);
            requireProbabilities("binaryCrossEntropy", last, scores, "sigmoid");
            Tensor positive = expected(target, last.log(scores));
            Tensor negative = expected(target.oneMinus(), last.logOfComplement(scores));
            return mean(positive.add(negative).neg());
        }

        @Override
        public Optional<String> objection(double... target) {
            return objectionUnless(
                    Arrays.stream(target).allMatch(y -> y >= 0 && y <= 1),
                    "binaryCrossEntropy: targets must be from 0 to 1");
        }

        @Override
        public String toString() {
            return "binaryCrossEntropy";
        }
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

    /** A function with the name that checkpoints know it by. */
    private record Named(String name, Loss function) implements Loss {
        @Override
        public Tensor perSample(Tensor output, Tensor target) {
            return function.perSample(output, target);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Optional<String> objectionUnless(boolean condition, String text) {
        return condition ? Optional.empty() : Optional.of(text);
    }

    /** Outputs of other activations than those which make probabilities may be anything: their logarithms would be nonsense. */
    private static void requireProbabilities(String loss, Activation last, Tensor scores, String usual) {
        if (last != Activation.SIGMOID && last != Activation.SOFTMAX) {
            for (double a : last.apply(scores.detach()).toArray()) {
                Check.that(
                        Double.isNaN(a) || (a >= 0 && a <= 1 + ROUNDING),
                        "%s: outputs must be probabilities, got %s; a last layer like dense(units, \"%s\") makes some",
                        loss,
                        a,
                        usual);
            }
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
