package rewind.nn.data;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.autograd.require.CheckReturnValue;
import rewind.nn.layer.Options;

/**
 * Cuts a series (T, features) into samples to forecast from. With the length L, horizon H and stride S, sample i has the steps iS to
 * iS + L − 1 of the inputs as x, (L, inputs), and the steps iS + L to iS + L + H − 1 of the targets as y, (H · targets): all targets of
 * the first step, then those of the next. Samples lie within the series, so there are ⌊(T − L − H)/S⌋ + 1 of them.
 *
 * <pre>{@code
 * Dataset samples = Windows.of(48).horizon(12).targets(0).over(series);      // x (samples, 48, features), y (samples, 12)
 * }</pre>
 *
 * <p>Immutable; every option returns a new one.
 */
@CheckReturnValue
public final class Windows extends Options<Windows> {
    private final int length;
    private int horizon = 1;
    private int stride = 1;
    private int[] inputs;
    private int[] targets;

    private Windows(int length) {
        this.length = length;
    }

    /**
     * Returns windows of this many steps, one after every step, to forecast all columns of the next step.
     *
     * @throws IllegalArgumentException if not positive
     */
    public static Windows of(int length) {
        Check.that(length > 0, "windows: the length must be positive, got %s", length);
        return new Windows(length);
    }

    /**
     * Sets how many steps are forecast.
     *
     * @throws IllegalArgumentException if not positive
     */
    public Windows horizon(int steps) {
        Check.that(steps > 0, "windows: the horizon must be positive, got %s", steps);
        return with(windows -> windows.horizon = steps);
    }

    /**
     * Sets how many steps there are from the start of one window to that of the next.
     *
     * @throws IllegalArgumentException if not positive
     */
    public Windows stride(int steps) {
        Check.that(steps > 0, "windows: the stride must be positive, got %s", steps);
        return with(windows -> windows.stride = steps);
    }

    /**
     * Sets which columns of the series are read, from 0 on; by default all.
     *
     * @throws IllegalArgumentException if none is given
     */
    public Windows inputs(int... columns) {
        requireColumns("inputs", columns);
        return with(windows -> windows.inputs = columns.clone());
    }

    /**
     * Sets which columns of the series are forecast, from 0 on; by default all.
     *
     * @throws IllegalArgumentException if none is given
     */
    public Windows targets(int... columns) {
        requireColumns("targets", columns);
        return with(windows -> windows.targets = columns.clone());
    }

    private static void requireColumns(String what, int... columns) {
        Check.that(
                columns.length > 0, "windows: %s must be at least one column; without this option they are all", what);
    }

    /**
     * Returns the samples of a series.
     *
     * @param series (steps, features)
     * @throws IllegalArgumentException if the series has not the columns, or is too short for a single sample
     */
    public Dataset over(Tensor series) {
        checkSeries(series);
        int steps = series.size(0);
        Check.that(
                steps >= span(),
                "windows: a series must have at least the %s steps of one window and its horizon, got %s",
                span(),
                steps);
        int count = (steps - span()) / stride + 1;
        Tensor x = columns(series, chosen("inputs", inputs, series.size(1)));
        Tensor y = columns(series, chosen("targets", targets, series.size(1)));
        Tensor given = parts(x, count, 0, length);
        Tensor expected = parts(y, count, length, horizon);
        return new Dataset(given, expected.reshape(count, expected.size(1) * expected.size(2)));
    }

    /**
     * Returns the samples of a series that need not fit into memory: {@code length + horizon} of its rows are there at a time, beside
     * the buffer of samples.
     */
    public SampleStream over(Rows series) {
        return SampleStream.of(() -> {
            Stream<double[]> rows = series.rows();
            return SampleStream.stream(new Sliding(rows.iterator())).onClose(rows::close);
        });
    }

    /**
     * Returns the last window of a series, from which the steps after its end are forecast, (1, length, inputs).
     *
     * @param series (steps, features)
     * @throws IllegalArgumentException if the series has not the columns, or is shorter than a window
     */
    public Tensor last(Tensor series) {
        checkSeries(series);
        int steps = series.size(0);
        Check.that(
                steps >= length,
                "windows: a series must have at least the %s steps of one window, got %s",
                length,
                steps);
        Tensor end = series.slice(0, steps - length, steps);
        return columns(end, chosen("inputs", inputs, series.size(1))).expandDims(0);
    }

    /** The windows of a series alone, (samples, length, inputs): with no step to forecast after the last. */
    Tensor all(Tensor series) {
        return parts(series, (series.size(0) - length) / stride + 1, 0, length);
    }

    /** Per sample the given number of steps, beginning a distance after its start: (samples, steps, features). */
    private Tensor parts(Tensor series, int samples, int distance, int steps) {
        int features = series.size(1);
        Check.that(
                (double) samples * steps * Math.max(1, features) <= Integer.MAX_VALUE,
                "windows: at most 2147483647 elements fit into a tensor, got %s windows of %s steps and %s features;"
                        + " a greater stride makes fewer, and over(Rows) has a few at a time in memory",
                samples,
                steps,
                features);
        int[] rows = new int[samples * steps];
        Arrays.setAll(rows, i -> i / steps * stride + distance + i % steps);
        return series.gather(rows).reshape(samples, steps, features);
    }

    private int span() {
        Check.that(
                (long) length + horizon <= Integer.MAX_VALUE,
                "windows: length and horizon must have fewer than 2^31 steps together, got %s and %s",
                length,
                horizon);
        return length + horizon;
    }

    private static void checkSeries(Tensor series) {
        Check.that(
                series.rank() == 2,
                "windows: a series must be (steps, features), got the shape %s; expandDims(1) makes one feature of a vector",
                series.shape());
        Check.that(series.size(1) > 0, "windows: a series must have a column, got the shape %s", series.shape());
    }

    private static Tensor columns(Tensor series, int[] chosen) {
        return series.transpose().gather(chosen).transpose();
    }

    /** The chosen columns, or all. */
    private static int[] chosen(String what, int[] columns, int features) {
        if (columns == null) {
            return IntStream.range(0, features).toArray();
        }
        for (int column : columns) {
            if (column < 0 || column >= features) { // the text of many columns is not made for each of them
                throw Check.failure(
                        "windows: %s must be columns 0 to %s, got %s", what, features - 1, Arrays.toString(columns));
            }
        }
        return columns;
    }

    /** The samples of rows that come one by one. */
    private final class Sliding implements Iterator<Sample> {
        private final Iterator<double[]> rows;
        private final ArrayDeque<double[]> recent = new ArrayDeque<>();
        private long read;

        Sliding(Iterator<double[]> rows) {
            this.rows = rows;
        }

        @Override
        public boolean hasNext() {
            while (recent.size() < span() && rows.hasNext()) {
                add(rows.next());
            }
            return recent.size() == span();
        }

        private void add(double[] row) {
            Check.that(row.length > 0, "windows: a series must have a column, got a row of none");
            Check.that(
                    recent.isEmpty() || row.length == recent.getLast().length,
                    "windows: row %s must have as many columns as the one before, got %s",
                    read,
                    row.length);
            recent.add(row);
            read++;
        }

        @Override
        public Sample next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            double[][] window = recent.toArray(double[][]::new);
            int features = window[0].length;
            Tensor x = part(window, 0, length, chosen("inputs", inputs, features));
            Tensor y = part(window, length, span(), chosen("targets", targets, features));
            advance();
            return new Sample(x, y.reshape(y.size()));
        }

        private void advance() {
            for (int i = 0; i < stride && (!recent.isEmpty() || rows.hasNext()); i++) {
                if (recent.isEmpty()) {
                    add(rows.next());
                }
                recent.remove();
            }
        }

        private Tensor part(double[][] window, int from, int to, int[] columns) {
            Shape shape = Shape.of(to - from, columns.length);
            double[] values = new double[shape.size()];
            Arrays.setAll(values, i -> window[from + i / columns.length][columns[i % columns.length]]);
            return Tensor.of(shape, values);
        }
    }

    /** Returns how the windows are cut. */
    @Override
    public String toString() {
        return "Windows of " + length + ", horizon " + horizon + ", stride " + stride
                + (inputs == null ? "" : ", inputs " + Arrays.toString(inputs))
                + (targets == null ? "" : ", targets " + Arrays.toString(targets));
    }
}
