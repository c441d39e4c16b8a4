package rewind.autograd.kernel;

import java.util.Arrays;

/** Moving elements without arithmetic other than adding. */
interface F64Moves extends Kernels<double[]> {
    /** The running sums of so many columns at a time stay in the first-level cache. */
    int COLUMNS = 256;

    /** After so many additions of a running sum its roundings are put back into it. */
    int PUT_BACK = 64;

    /** Rows shorter than this are not worth a call of their own. */
    int SHORT = 8;

    /** Up to so many rows are added to one straight; more in halves. */
    int SCATTER_BLOCK = 32;

    /**
     * Each running sum carries along what its roundings have lost so far, and with it is as good as rounded from the
     * exact sum, however long the axis is. From time to time what was lost is put back, before it loses much itself.
     */
    @Override
    default void cumsum(double[] x, int xo, double[] y, int yo, int outer, int n, int inner) {
        int columns = Math.min(inner, COLUMNS);
        double[] sum = new double[columns];
        double[] lost = new double[columns];
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < inner; i += columns) {
                int width = Math.min(columns, inner - i);
                Arrays.fill(sum, 0.0);
                Arrays.fill(lost, 0.0);
                for (int k = 0; k < n; k += PUT_BACK) {
                    int at = (o * n + k) * inner + i;
                    int rows = Math.min(PUT_BACK, n - k);
                    if (inner == 1) {
                        addRunning(x, xo + at, y, yo + at, sum, lost, rows);
                    } else {
                        addRunningRows(x, xo + at, y, yo + at, inner, sum, lost, rows, width);
                    }
                    putBack(sum, lost, width);
                }
            }
        }
    }

    private static void addRunning(double[] x, int xo, double[] y, int yo, double[] sum, double[] lost, int n) {
        double s = sum[0];
        double l = lost[0];
        for (int i = 0; i < n; i++) {
            double v = x[xo + i];
            double t = s + v;
            double added = t - s;
            l += (s - (t - added)) + (v - added);
            s = t;
            // beyond the largest number nothing is lost, but ∞ − ∞
            y[yo + i] = Math.abs(t) <= Double.MAX_VALUE ? t + l : t;
        }
        sum[0] = s;
        lost[0] = l;
    }

    private void addRunningRows(
            double[] x, int xo, double[] y, int yo, int step, double[] sum, double[] lost, int rows, int width) {
        for (int k = 0; k < rows; k++) {
            addRunningRow(x, xo + k * step, y, yo + k * step, sum, lost, 0, width);
        }
    }

    /** One step of {@link #addRunning} for the running sums {@code from} … n − 1, side by side. */
    default void addRunningRow(double[] x, int xo, double[] y, int yo, double[] sum, double[] lost, int from, int n) {
        for (int i = from; i < n; i++) {
            double s = sum[i];
            double v = x[xo + i];
            double t = s + v;
            double added = t - s;
            sum[i] = t;
            lost[i] += (s - (t - added)) + (v - added);
            y[yo + i] = Math.abs(t) <= Double.MAX_VALUE ? t + lost[i] : t;
        }
    }

    private static void putBack(double[] sum, double[] lost, int n) {
        for (int i = 0; i < n; i++) {
            double s = sum[i];
            if (Math.abs(s) <= Double.MAX_VALUE) {
                sum[i] = s + lost[i];
                lost[i] -= sum[i] - s;
            }
        }
    }

    @Override
    default void copyStrided(double[] x, int xo, int[] xs, double[] y, int yo, int[] ys, int[] shape) {
        copyAxis(x, xo, xs, y, yo, ys, shape, 0, innermost(shape));
    }

    /** The axis that is gone through at once: the last one, or the longest if that is short. */
    private static int innermost(int... shape) {
        int last = shape.length - 1;
        int longest = last;
        for (int axis = last - 1; axis >= 0 && shape[last] < SHORT; axis--) {
            longest = shape[axis] > shape[longest] ? axis : longest;
        }
        return longest;
    }

    private static void copyAxis(
            double[] x, int xo, int[] xs, double[] y, int yo, int[] ys, int[] shape, int axis, int innermost) {
        if (axis == shape.length) {
            copyRow(x, xo, xs[innermost], y, yo, ys[innermost], shape[innermost]);
            return;
        }
        int n = axis == innermost ? 1 : shape[axis];
        for (int i = 0; i < n; i++) {
            copyAxis(x, xo + i * xs[axis], xs, y, yo + i * ys[axis], ys, shape, axis + 1, innermost);
        }
    }

    private static void copyRow(double[] x, int xo, int xs, double[] y, int yo, int ys, int n) {
        if (xs == 1 && ys == 1) {
            System.arraycopy(x, xo, y, yo, n);
            return;
        }
        for (int i = 0; i < n; i++) {
            y[yo + i * ys] = x[xo + i * xs];
        }
    }

    @Override
    default void addStrided(double[] x, int xo, int[] xs, double[] y, int yo, int[] ys, int[] shape) {
        addAxis(x, xo, xs, y, yo, ys, shape, 0, innermost(shape));
    }

    private void addAxis(
            double[] x, int xo, int[] xs, double[] y, int yo, int[] ys, int[] shape, int axis, int innermost) {
        if (axis == shape.length) {
            addRow(x, xo, xs[innermost], y, yo, ys[innermost], shape[innermost]);
            return;
        }
        int n = axis == innermost ? 1 : shape[axis];
        for (int i = 0; i < n; i++) {
            addAxis(x, xo + i * xs[axis], xs, y, yo + i * ys[axis], ys, shape, axis + 1, innermost);
        }
    }

    private void addRow(double[] x, int xo, int xs, double[] y, int yo, int ys, int n) {
        if (xs == 1 && ys == 1) {
            add(y, yo, 1, x, xo, 1, y, yo, n);
            return;
        }
        for (int i = 0; i < n; i++) {
            y[yo + i * ys] += x[xo + i * xs];
        }
    }

    @Override
    default void gatherRows(double[] x, int xo, int[] rows, double[] y, int yo, int width) {
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(x, xo + rows[i] * width, y, yo + i * width, width);
        }
    }

    @Override
    default void scatterAddRows(double[] x, int xo, int[] rows, double[] y, int yo, int width) {
        int[] starts = rows.length <= SCATTER_BLOCK ? null : starts(rows);
        if (starts == null) {
            for (int i = 0; i < rows.length; i++) {
                int to = yo + rows[i] * width;
                add(y, to, 1, x, xo + i * width, 1, y, to, width);
            }
            return;
        }
        int[] next = starts.clone();
        int[] sources = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            sources[next[rows[i]]++] = i;
        }
        // a row with all sources would need one partial sum for each time they are cut into halves
        int levels = Integer.SIZE - Integer.numberOfLeadingZeros(rows.length / SCATTER_BLOCK);
        double[] partial = new double[levels * width];
        for (int row = 0; row < starts.length - 1; row++) {
            addInHalves(x, xo, sources, starts[row], starts[row + 1], y, yo + row * width, width, partial, 0);
        }
    }

    /** Where each row's sources would start if they stood row by row; null if no row has many. */
    private static int[] starts(int[] rows) {
        int[] starts = new int[Arrays.stream(rows).max().getAsInt() + 2];
        int most = 0;
        for (int row : rows) {
            most = Math.max(most, ++starts[row + 1]);
        }
        for (int row = 1; row < starts.length; row++) {
            starts[row] += starts[row - 1];
        }
        return most <= SCATTER_BLOCK ? null : starts;
    }

    private void addInHalves(
            double[] x,
            int xo,
            int[] sources,
            int from,
            int to,
            double[] y,
            int yo,
            int width,
            double[] partial,
            int po) {
        if (to - from <= SCATTER_BLOCK) {
            for (int i = from; i < to; i++) {
                add(y, yo, 1, x, xo + sources[i] * width, 1, y, yo, width);
            }
            return;
        }
        int middle = (from + to) >>> 1;
        addInHalves(x, xo, sources, from, middle, y, yo, width, partial, po);
        fill(0.0, partial, po, width);
        addInHalves(x, xo, sources, middle, to, partial, po, width, partial, po + width);
        add(y, yo, 1, partial, po, 1, y, yo, width);
    }
}
