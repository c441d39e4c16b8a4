package rewind.examples;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.StatUtils;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Dataset;

/**
 * Cuts a series into what a network reads and what it is to forecast. It reads a window of the values before t, several of them at
 * every step: (samples, steps, values per step). It forecasts as many from t on: (samples, values per step).
 *
 * <p>The network reads (y − mean)/(3 deviations), so that it works where tanh is nearly linear, and forecasts changes, (y(t + k) −
 * y(t − 1))/change(k), so that an output of zero is persistence. The change is the root mean square of such changes; that for k = 0 is
 * halved, so that the next value weighs four times as much as each of the others.
 */
final class Windows {
    private final int window;
    private final int step;
    private final double mean;
    private final double scale;
    private final double[] changes;

    /**
     * Takes the scales from the values to train on, and from nothing else.
     *
     * @param train how many values of the series there are to train on
     * @param window how many values a network reads, a multiple of {@code step}
     * @param step how many values it reads at every step, and forecasts
     * @throws InputException if these values are all the same, or their variance underflows or overflows
     */
    Windows(Series series, int train, int window, int step) {
        double[] training = Arrays.copyOf(series.values(), train);
        this.window = window;
        this.step = step;
        this.mean = StatUtils.mean(training);
        this.scale = 3 * Math.sqrt(StatUtils.populationVariance(training));
        this.changes = IntStream.range(0, step)
                .mapToDouble(k -> change(training, k + 1))
                .toArray();
        changes[0] /= 2;
        InputException.unless(
                Arrays.stream(changes).allMatch(change -> change > 0 && Double.isFinite(change))
                        && Double.isFinite(mean),
                "%s: the first %s values of %s, to train on, must differ, and neither too little nor too much for their squares",
                series.source(),
                train,
                series.name());
    }

    /** The root mean square change; that of a series repeating itself, 0, is of no use as a scale. */
    private double change(double[] training, int distance) {
        double sum = 0;
        for (int i = distance; i < training.length; i++) {
            double change = training[i] - training[i - distance];
            sum += change * change;
        }
        return sum > 0 ? Math.sqrt(sum / (training.length - distance)) : scale;
    }

    /** Returns the shape of a sample, (steps, values per step). */
    Shape shape() {
        return Shape.of(window / step, step);
    }

    /** Returns what a network reads to forecast from {@code from} (inclusive) to {@code to} (exclusive) on. */
    Tensor inputs(double[] series, int from, int to) {
        double[] read = new double[(to - from) * window];
        Arrays.setAll(read, i -> (series[from + i / window - window + i % window] - mean) / scale);
        return Tensor.of(Shape.of(to - from, window / step, step), read);
    }

    /** Returns the samples whose windows and forecasts lie within the first {@code end} values. */
    Dataset samples(double[] series, int end) {
        int count = end - window - step + 1;
        double[] targets = new double[count * step];
        Arrays.setAll(targets, i -> {
            int t = window + i / step;
            int k = i % step;
            return (series[t + k] - series[t - 1]) / changes[k];
        });
        return new Dataset(inputs(series, window, window + count), Tensor.of(Shape.of(count, step), targets));
    }

    /** Returns the value that an output of the network means, k values after the first that it forecasts. */
    double value(double before, double output, int k) {
        return before + output * changes[k];
    }
}
