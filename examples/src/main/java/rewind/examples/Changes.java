package rewind.examples;

import java.util.Arrays;
import org.apache.commons.math3.stat.StatUtils;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Dataset;
import rewind.nn.data.Windows;

/**
 * What a network reads and forecasts of a series (rows, columns). It reads a window of the rows before t, several of them at every step:
 * (samples, steps, rows per step · columns). It forecasts as many rows from t on: (samples, rows per step · columns).
 *
 * <p>The network reads (y − mean)/(3 deviations), so that it works where tanh is nearly linear, and forecasts changes, (y(t + k) −
 * y(t − 1))/change(k), so that an output of zero is persistence. The change is the root mean square of such changes; that for k = 0 is
 * halved, so that the next row weighs four times as much as each of the others.
 */
final class Changes {
    private final int window;
    private final int step;
    private final Tensor mean; // of every column, as the scale is
    private final Tensor scale;
    private final Tensor changes; // (step, columns)

    /**
     * Takes the scales from the rows to train on, and from nothing else.
     *
     * @param train how many rows of the series there are to train on
     * @param window how many rows a network reads, a multiple of {@code step}
     * @param step how many rows it reads at every step, and forecasts
     * @throws InputException if the values of a column are all the same there, or their variance underflows or overflows
     */
    Changes(Series series, int train, int window, int step) {
        int columns = series.names().size();
        double[] means = new double[columns];
        double[] scales = new double[columns];
        double[][] each = new double[step][columns];
        for (int c = 0; c < columns; c++) {
            double[] training = Arrays.copyOf(series.column(c), train);
            means[c] = StatUtils.mean(training);
            scales[c] = 3 * Math.sqrt(StatUtils.populationVariance(training));
            boolean differ = true;
            for (int k = 0; k < step; k++) {
                each[k][c] = change(training, k + 1, scales[c]);
                differ &= each[k][c] > 0 && Double.isFinite(each[k][c]);
            }
            each[0][c] /= 2;
            InputException.unless(
                    differ && Double.isFinite(means[c]),
                    "%s: the first %s values of %s, to train on, must differ, and neither too little nor too much for their squares",
                    series.source(),
                    train,
                    series.names().get(c));
        }
        this.window = window;
        this.step = step;
        this.mean = Tensor.of(means);
        this.scale = Tensor.of(scales);
        this.changes = Tensor.of(each);
    }

    /** The root mean square change; that of a series repeating itself, 0, is of no use as a scale. */
    private static double change(double[] training, int distance, double otherwise) {
        double sum = 0;
        for (int i = distance; i < training.length; i++) {
            double change = training[i] - training[i - distance];
            sum += change * change;
        }
        return sum > 0 ? Math.sqrt(sum / (training.length - distance)) : otherwise;
    }

    /** Returns the shape of a sample, (steps, rows per step · columns). */
    Shape shape() {
        return Shape.of(window / step, step * columns());
    }

    /** Returns how many numbers are forecast at once. */
    int outputs() {
        return step * columns();
    }

    /** Returns how many rows are read. */
    int window() {
        return window;
    }

    private int columns() {
        return changes.size(1);
    }

    /** Returns what a network reads of windows (samples, window, columns). */
    Tensor inputs(Tensor windows) {
        int samples = windows.size(0);
        return windows.sub(mean).div(scale).reshape(samples, window / step, outputs());
    }

    /** Returns the samples whose windows and forecasts lie within the given rows. */
    Dataset samples(Tensor rows) {
        Dataset cut = Windows.of(window).horizon(step).over(rows);
        Tensor after = cut.y().reshape(cut.size(), step, columns());
        Tensor targets = after.sub(last(cut.x())).div(changes).reshape(cut.size(), outputs());
        return new Dataset(inputs(cut.x()), targets);
    }

    /** Returns the rows (samples, rows per step, columns) that the outputs of a network mean after the given windows. */
    Tensor rows(Tensor windows, Tensor outputs) {
        return outputs.reshape(windows.size(0), step, columns()).mul(changes).add(last(windows));
    }

    private Tensor last(Tensor windows) {
        return windows.slice(1, window - 1, window);
    }
}
