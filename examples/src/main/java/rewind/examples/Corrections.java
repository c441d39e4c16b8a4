package rewind.examples;

import java.util.List;
import java.util.stream.IntStream;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.data.Dataset;
import rewind.nn.data.Scaling;
import rewind.nn.data.Windows;

/**
 * What a network reads of a series and what it adds to the forecasts of a base. On the scales of the columns it reads a window of the rows
 * before t, several of them at every step: (samples, steps, rows per step · columns), each column by its mean and three of its deviations,
 * so that tanh is nearly linear there. Its outputs, (samples, ahead · columns), are the errors of the base for the rows from t on, each
 * divided by the deviation of such errors; those of the next row by half of it, so that it weighs four times as much. Outputs of zero are
 * the base.
 */
final class Corrections {
    private final List<Scale> scales;
    private final Forecaster base;
    private final int window;
    private final int step;
    private final Scaling inputs;
    private final Tensor deviations; // (ahead, columns)

    /**
     * Takes the scales from the rows to train on, and from nothing else.
     *
     * @param base fitted to these rows
     * @param train how many rows there are to train on
     * @param window how many rows a network reads, a multiple of {@code step}
     * @param step how many rows it reads at every step
     * @param ahead how many rows it forecasts
     */
    Corrections(Tensor values, List<Scale> scales, Forecaster base, int train, int window, int step, int ahead) {
        this.scales = scales;
        this.base = base;
        this.window = window;
        this.step = step;
        this.inputs = Scaling.standard(scaled(values.slice(0, 0, train)));
        Tensor errors = errors(values.slice(0, 0, train), ahead); // (samples, ahead, columns)
        this.deviations = deviations(errors);
    }

    private static Tensor deviations(Tensor errors) {
        double[] squares = errors.square().mean(0).toArray();
        int columns = errors.size(2);
        double[] deviations = new double[squares.length];
        for (int i = 0; i < squares.length; i++) {
            double deviation = Math.sqrt(squares[i]) / (i < columns ? 2 : 1);
            deviations[i] = deviation > 0 ? deviation : 1;
        }
        return Tensor.of(Shape.of(errors.size(1), columns), deviations);
    }

    private Tensor scaled(Tensor values) {
        return each(values, values.rank() - 1, true);
    }

    /** Brings the columns, which are along the last axis, to their scales or back. */
    private Tensor each(Tensor values, int axis, boolean there) {
        List<Tensor> columns = IntStream.range(0, scales.size())
                .mapToObj(c -> {
                    Scale scale = scales.get(c);
                    return values.select(axis, c).map(v -> there ? scale.of(v) : scale.invert(v));
                })
                .toList();
        return Tensor.stack(axis, columns);
    }

    private Tensor errors(Tensor rows, int ahead) {
        int samples = rows.size(0) - window - ahead + 1;
        Tensor forecasts = scaled(base.forecast(rows, window, window + samples, ahead));
        Tensor after = Windows.of(window)
                .horizon(ahead)
                .over(scaled(rows))
                .y()
                .reshape(forecasts.shape().toArray());
        return after.sub(forecasts);
    }

    /** Returns the shape of a sample, (steps, rows per step · columns). */
    Shape shape() {
        return Shape.of(window / step, step * scales.size());
    }

    /** Returns how many rows are forecast. */
    int ahead() {
        return deviations.size(0);
    }

    /** Returns how many numbers are forecast at once. */
    int outputs() {
        return deviations.size();
    }

    /** Returns what a network reads before the rows from {@code from} (inclusive) to {@code to} (exclusive). */
    Tensor inputs(Tensor values, int from, int to) {
        Tensor rows =
                inputs.apply(scaled(values.slice(0, from - window, to - 1))).div(3);
        int[] places = IntStream.range(0, to - from)
                .flatMap(i -> IntStream.range(i, i + window))
                .toArray();
        return rows.gather(places).reshape(to - from, window / step, step * scales.size());
    }

    /** Returns the samples whose windows and forecasts lie within the given rows. */
    Dataset samples(Tensor rows) {
        Tensor errors = errors(rows, ahead());
        int samples = errors.size(0);
        return new Dataset(
                inputs(rows, window, window + samples), errors.div(deviations).reshape(samples, outputs()));
    }

    /** Returns the forecasts (samples, ahead, columns) of the base corrected by the outputs of a network. */
    Tensor corrected(Tensor forecasts, Tensor outputs) {
        Tensor corrections = outputs.reshape(forecasts.shape().toArray()).mul(deviations);
        return each(scaled(forecasts).add(corrections), 2, false);
    }

    /** Returns the forecasts of the base, (to − from, ahead, columns). */
    Tensor base(Tensor values, int from, int to) {
        return base.forecast(values, from, to, ahead());
    }
}
