package rewind.nn.optimize;

import rewind.autograd.DType;
import rewind.autograd.require.Check;

/** What the numbers of optimizers must be. */
final class Ranges {
    private Ranges() {}

    static void requirePositive(String optimizer, String what, double value) {
        Check.that(value > 0 && Double.isFinite(value), "%s: the %s must be positive, got %s", optimizer, what, value);
    }

    /** An ε inside a root, as it is in an element type, which may have to round it. */
    static double epsilon(String optimizer, double epsilon, DType dtype) {
        double rounded = dtype == DType.FLOAT32 ? (float) epsilon : epsilon;
        Check.that(
                rounded > 0 && Double.isFinite(rounded),
                "%s: the epsilon must be a positive number in %s, but %s is %s there",
                optimizer,
                dtype,
                epsilon,
                rounded);
        return epsilon;
    }

    /**
     * An ε beside the root of a mean square: a gradient of less than the root of the smallest normal number has no exact square, so that
     * the root may be 0, and only such an ε keeps the step at no more than about the learning rate.
     */
    static double epsilonBesideRoot(String optimizer, double epsilon, DType dtype) {
        double smallest = Math.sqrt(dtype == DType.FLOAT32 ? Float.MIN_NORMAL : Double.MIN_NORMAL);
        Check.that(
                epsilon >= smallest,
                "%s: the epsilon must be at least %s in %s, whose squares of smaller numbers underflow, got %s",
                optimizer,
                smallest,
                dtype,
                epsilon);
        return epsilon(optimizer, epsilon, dtype);
    }

    /** Requires the weight of what is remembered in a running average or sum. */
    static void requireFraction(String optimizer, String what, double value) {
        Check.that(
                value >= 0 && value < 1,
                "%s: the %s must be at least 0 and less than 1, got %s",
                optimizer,
                what,
                value);
    }
}
