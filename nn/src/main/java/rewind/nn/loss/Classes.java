package rewind.nn.loss;

import java.util.Arrays;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/** The classes of samples, out of a number of them; known if no output or target is NaN, else all counts are NaN. */
record Classes(double[] predicted, double[] actual, int number, boolean known) {
    static Classes of(String metric, Tensor output, Tensor target) {
        requireSameShape(metric, output, target);
        Check.that(
                output.rank() >= 1 && (output.rank() == 1 || output.size(-1) > 0),
                "%s: there must be an axis of samples and at least one class, got the shape %s",
                metric,
                output.shape());
        int columns = output.rank() == 1 ? 1 : output.size(-1);
        if (columns == 1) {
            requireProbabilities(metric, target);
        }
        boolean known = !anyNaN(output) && !anyNaN(target);
        return new Classes(classes(output, columns), classes(target, columns), Math.max(columns, 2), known);
    }

    /** What is counted of other numbers would look like the score of a classifier. */
    private static void requireProbabilities(String metric, Tensor target) {
        for (double y : target.toArray()) {
            Check.that(
                    Double.isNaN(y) || (y >= 0 && y <= 1),
                    "%s: targets of one column must be probabilities of class 1, from 0 to 1, got %s; of other quantities"
                            + " rootMeanSquaredError() tells how good they are met",
                    metric,
                    y);
        }
    }

    private static boolean anyNaN(Tensor x) {
        return Arrays.stream(x.toArray()).anyMatch(Double::isNaN);
    }

    private static double[] classes(Tensor x, int columns) {
        return (columns == 1 ? x.greater(0.5) : x.argMax(-1)).toArray();
    }

    int samples() {
        return actual.length;
    }

    ClassMetrics.Confusion confusion(String metric, int positive) {
        Check.that(
                positive < number,
                "%s: the positive class must be less than the number of classes %s, got %s",
                metric,
                number,
                positive);
        return new ClassMetrics.Confusion(
                count((predicted, actual) -> predicted == positive && actual == positive),
                count((predicted, actual) -> predicted == positive && actual != positive),
                count((predicted, actual) -> predicted != positive && actual != positive),
                count((predicted, actual) -> predicted != positive && actual == positive));
    }

    double count(Pair pair) {
        double count = known ? 0 : Double.NaN;
        for (int i = 0; i < actual.length; i++) {
            count += pair.holds(predicted[i], actual[i]) ? 1 : 0;
        }
        return count;
    }

    /** Which pairs of classes are counted. */
    interface Pair {
        boolean holds(double predicted, double actual);
    }

    /** Requires what all metrics do. */
    static void requireSameShape(String metric, Tensor output, Tensor target) {
        Outputs.requireShape(metric, true, output, target);
    }
}
