package rewind.nn;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import rewind.autograd.DType;
import rewind.autograd.Tensor;

/**
 * The usual metrics, for static import.
 *
 * <p><b>Classification.</b> Classes lie along the last axis of the outputs and targets, (samples, classes), as probabilities, one-hot or
 * any scores; the class is the one with the largest value, the first if several are. One column, (samples, 1) or (samples), holds
 * probabilities of class 1 against class 0; more than 0.5 is class 1, and 0.5 itself class 0, as in EpyNN. Axes between, such as the steps
 * of a sequence, count as samples. For any number of classes, the metrics below tell one of them, the positive class, from all others:
 * tp and fp are how many samples are taken for it rightly and wrongly, tn and fn how many are rightly and wrongly not. The positive class
 * is 1 unless given; EpyNN's is 0. The name of a metric with another than class 1 tells the class, as in {@code recall(0)}.
 *
 * <p>0/0 is NaN, and so is every metric of outputs or targets with a NaN among them. All throw {@link IllegalArgumentException} if the
 * target does not have the shape of the output, if there is no axis of samples or no class, if the positive class is not among the
 * classes, or if targets of one column are not from 0 to 1.
 */
public final class Metrics {
    private Metrics() {}

    /** The fraction of the samples whose class is right. */
    public static Metric accuracy() {
        return new SummedMetric(
                "accuracy",
                (output, target) -> {
                    Classes classes = Classes.of("accuracy", output, target);
                    return new double[] {classes.count((predicted, actual) -> predicted == actual), classes.samples()};
                },
                n -> n[0] / n[1],
                (n, rows, numbers) -> SummedMetric.isCount(n[0], n[1]) && SummedMetric.isCount(n[1], rows),
                true);
    }

    /** Recall, tp/(tp + fn): how much of class 1 is found. */
    public static Metric recall() {
        return recall(1);
    }

    /** As {@link #recall()}, of another class. */
    public static Metric recall(int positive) {
        return ofClass("recall", positive, n -> n.tp / (n.tp + n.fn));
    }

    /** Precision, tp/(tp + fp): how much of what is taken for class 1 is of it. */
    public static Metric precision() {
        return precision(1);
    }

    /** As {@link #precision()}, of another class. */
    public static Metric precision(int positive) {
        return ofClass("precision", positive, n -> n.tp / (n.tp + n.fp));
    }

    /** F-score, tp/(tp + (fp + fn)/2): the harmonic mean of recall and precision. */
    public static Metric fScore() {
        return fScore(1);
    }

    /** As {@link #fScore()}, of another class. */
    public static Metric fScore(int positive) {
        return ofClass("fScore", positive, n -> n.tp / (n.tp + (n.fp + n.fn) / 2));
    }

    /** Specificity, tn/(tn + fp): how much of what is not of class 1 is not taken for it. */
    public static Metric specificity() {
        return specificity(1);
    }

    /** As {@link #specificity()}, of another class. */
    public static Metric specificity(int positive) {
        return ofClass("specificity", positive, n -> n.tn / (n.tn + n.fp));
    }

    /** Negative predictive value, tn/(tn + fn): how much of what is not taken for class 1 is not of it. */
    public static Metric negativePredictiveValue() {
        return negativePredictiveValue(1);
    }

    /** As {@link #negativePredictiveValue()}, of another class. */
    public static Metric negativePredictiveValue(int positive) {
        return ofClass("negativePredictiveValue", positive, n -> n.tn / (n.tn + n.fn));
    }

    /** Root mean squared error, √(Σ(Y − A)²/n) over all n outputs of all samples. */
    public static Metric rootMeanSquaredError() {
        return new SummedMetric(
                "rootMeanSquaredError",
                (output, target) -> {
                    requireSameShape("rootMeanSquaredError", output, target);
                    return new double[] {squaredDistance(output, target), output.size()};
                },
                n -> Math.sqrt(n[0] / n[1]),
                (n, rows, numbers) -> n[0] >= 0 && SummedMetric.isCount(n[1], numbers),
                false);
    }

    /** Σ(y − a)², in doubles whatever the dtype, and pairwise. */
    private static double squaredDistance(Tensor output, Tensor target) {
        Tensor difference =
                target.detach().to(DType.FLOAT64).sub(output.detach().to(DType.FLOAT64));
        return difference.square().sum().toDouble();
    }

    private static Metric ofClass(String metric, int positive, ToDoubleFunction<Confusion> value) {
        Check.that(positive >= 0, "%s: the positive class must not be negative, got %s", metric, positive);
        String name = positive == 1 ? metric : metric + "(" + positive + ")";
        return new SummedMetric(
                name,
                (output, target) -> Classes.of(name, output, target)
                        .confusion(name, positive)
                        .sums(),
                sums -> value.applyAsDouble(Confusion.of(sums)),
                (sums, rows, numbers) -> Arrays.stream(sums).allMatch(n -> SummedMetric.isCount(n, rows))
                        && SummedMetric.isCount(Arrays.stream(sums).sum(), rows),
                true);
    }

    private static void requireSameShape(String metric, Tensor output, Tensor target) {
        Check.that(
                output.shape().equals(target.shape()),
                "%s: the target must have the shape of the output %s, got %s",
                metric,
                output.shape(),
                target.shape());
    }

    /** The classes of samples, out of a number of them; known if no output or target is NaN, else all counts are NaN. */
    private record Classes(double[] predicted, double[] actual, int number, boolean known) {
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

        Confusion confusion(String metric, int positive) {
            Check.that(
                    positive < number,
                    "%s: the positive class must be less than the number of classes %s, got %s",
                    metric,
                    number,
                    positive);
            return new Confusion(
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
    }

    private interface Pair {
        boolean holds(double predicted, double actual);
    }

    /** How many samples are true and false positives, true and false negatives. */
    private record Confusion(double tp, double fp, double tn, double fn) {
        static Confusion of(double... sums) {
            return new Confusion(sums[0], sums[1], sums[2], sums[3]);
        }

        double[] sums() {
            return new double[] {tp, fp, tn, fn};
        }
    }
}
