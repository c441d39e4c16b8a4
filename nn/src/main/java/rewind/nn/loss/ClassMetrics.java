package rewind.nn.loss;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import rewind.autograd.require.Check;

/** What metrics of classes have in common; the usual ones are in {@link rewind.nn.Metrics}, which tells what a class is. */
public final class ClassMetrics {
    private ClassMetrics() {}

    /** Returns the fraction of the samples whose class is right. */
    public static Metric accuracy() {
        return new SummedMetric(
                "accuracy",
                (output, target) -> {
                    Classes classes = Classes.of("accuracy", output, target);
                    return new double[] {classes.count((predicted, actual) -> predicted == actual), classes.samples()};
                },
                n -> n[0] / n[1],
                (n, rows, numbers) -> SummedMetric.isCount(n[0], n[1]) && SummedMetric.isCount(n[1], rows),
                ClassMetrics::isFraction,
                true);
    }

    /**
     * Returns a metric of one class against all others.
     *
     * @param metric what it is called, for class 1
     * @param positive the class
     * @param value its value
     * @throws IllegalArgumentException if the class is negative
     */
    public static Metric of(String metric, int positive, ToDoubleFunction<Confusion> value) {
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
                ClassMetrics::isFraction,
                true);
    }

    private static boolean isFraction(double number) {
        return number >= 0 && number <= 1;
    }

    /**
     * How many samples are true and false positives, true and false negatives.
     *
     * @param tp how many are taken for the class rightly
     * @param fp how many wrongly
     * @param tn how many are not taken for it rightly
     * @param fn how many wrongly
     */
    public record Confusion(double tp, double fp, double tn, double fn) {
        static Confusion of(double... sums) {
            return new Confusion(sums[0], sums[1], sums[2], sums[3]);
        }

        double[] sums() {
            return new double[] {tp, fp, tn, fn};
        }
    }
}
