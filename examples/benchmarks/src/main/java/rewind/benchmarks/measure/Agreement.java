package rewind.benchmarks.measure;

import java.util.Locale;
import java.util.Map;
import rewind.benchmarks.systems.Learner;

/** Compares what two systems computed. */
public final class Agreement {
    private Agreement() {}

    /**
     * Returns the largest difference between two outcomes: of the outputs, and of every gradient, each relative to the largest absolute
     * element of that tensor in the expected outcome.
     *
     * @throws IllegalStateException if a difference exceeds the tolerance, a number is not finite, or the tensors are not the same ones
     */
    public static double verify(String what, Learner.Outcome actual, Learner.Outcome expected, double tolerance) {
        double worst = difference(what, "outputs", actual.outputs(), expected.outputs(), tolerance);
        require(
                actual.gradients().keySet().equals(expected.gradients().keySet()),
                "%s: gradients of %s and of %s must be of the same weights",
                what,
                actual.gradients().keySet(),
                expected.gradients().keySet());
        for (Map.Entry<String, double[]> each : expected.gradients().entrySet()) {
            String name = each.getKey();
            double[] own = actual.gradients().get(name);
            worst = Math.max(worst, difference(what, "gradient of " + name, own, each.getValue(), tolerance));
        }
        return worst;
    }

    private static double difference(String what, String tensor, double[] actual, double[] expected, double tolerance) {
        require(
                actual.length == expected.length,
                "%s: %s must have %d elements, got %d",
                what,
                tensor,
                expected.length,
                actual.length);
        double largest = 0;
        double apart = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            apart = Math.max(apart, Math.abs(actual[i] - expected[i]));
        }
        double relative = apart / largest;
        require(
                relative <= tolerance, // also refuses NaN
                "%s: %s differ by %.2e of the largest element, more than %.0e",
                what,
                tensor,
                relative,
                tolerance);
        return relative;
    }

    private static void require(boolean condition, String message, Object... args) {
        if (!condition) {
            throw new IllegalStateException(String.format(Locale.ROOT, message, args));
        }
    }
}
