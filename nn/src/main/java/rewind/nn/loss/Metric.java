package rewind.nn.loss;

import java.util.function.BiFunction;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;
import rewind.autograd.Tensor;

/**
 * A number that tells how good a model is, for people to read; it has no derivative. Standard ones are in {@link rewind.nn.Metrics}; a user's own
 * is {@link #named} or a small class.
 *
 * <p>A metric is computed from the outputs for all samples of a data set together: most metrics are no mean over samples, and so the
 * mean over batches is something else. Two batches with one positive sample, found, and nine, none found, have recalls of 1 and 0, but the
 * recall is 0.1. Those of {@link rewind.nn.Metrics}, and one's own that are made by {@link #ofSums}, are counted batch by batch; for others, outputs
 * and targets of all batches are kept and concatenated.
 */
public interface Metric {
    /** Returns what histories and progress bars call it. */
    String name();

    /**
     * Returns the value of the metric.
     *
     * @param output what the model gave for all samples, (samples, …)
     * @param target what it should have given, of the same shape
     * @return NaN if it is undefined for these samples, such as a recall without positive samples
     * @throws IllegalArgumentException if the shapes do not fit
     */
    double of(Tensor output, Tensor target);

    /**
     * Returns a metric of one's own. This one fits a model that has one score without an activation as output:
     *
     * <pre>{@code
     * Metric.named("accuracy", (scores, target) -> accuracy().of(scores.sigmoid(), target))
     * }</pre>
     */
    static Metric named(String name, ToDoubleBiFunction<Tensor, Tensor> function) {
        return new Metric() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public double of(Tensor output, Tensor target) {
                return function.applyAsDouble(output, target);
            }

            @Override
            public String toString() {
                return name;
            }
        };
    }

    /**
     * Returns a metric of one's own that is a function of sums over the samples. It is counted batch by batch, so that no outputs need to
     * be kept:
     *
     * <pre>{@code
     * Metric.ofSums(
     *     "meanAbsoluteError",
     *     (output, target) -> new double[] {output.sub(target).abs().sum().toDouble(), output.size()},
     *     sums -> sums[0] / sums[1])
     * }</pre>
     *
     * @param sums of some samples, so that those of all samples are the sums of these; always as many
     * @param value the metric, given the sums of all samples
     */
    static Metric ofSums(String name, BiFunction<Tensor, Tensor, double[]> sums, ToDoubleFunction<double[]> value) {
        return new SummedMetric(name, sums, value, SummedMetric.Bounds.ANY, number -> true, false);
    }
}
