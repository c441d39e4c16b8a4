package rewind.nn.optimize;

import rewind.autograd.DType;
import rewind.autograd.require.Check;

/** What the numbers of optimizers must be. */
final class Ranges {
    private Ranges() {}

    static void requirePositive(String optimizer, String what, double value) {
        Check.that(value > 0 && Double.isFinite(value), "%s: the %s must be positive, got %s", optimizer, what, value);
    }

    /** An ε as it is in an element type, which may have to round it. */
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
