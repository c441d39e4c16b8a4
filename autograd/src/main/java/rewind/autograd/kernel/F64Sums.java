package rewind.autograd.kernel;

import static rewind.autograd.kernel.F64Format.GROUP;

/**
 * Sums, and sums of squares. The order of additions follows from the sizes alone, not from the length of the machine's
 * vectors, so that every machine gives the same bits; and rounding errors grow with log n, along every axis.
 *
 * <p>A contiguous row is cut into halves until it has at most 512 elements. These go in turn to a group of running sums,
 * which fill the longest vector there is; each adds up four elements first. Shorter vectors, and the plain loops, take a
 * part of the group at a time. Last come the sums of the group, and what is left of the row. Over any other axis whole
 * rows are added, four at a time, in halves of at most 64.
 *
 * <p>Squares are rounded before they are added: a fused multiply-add would be no faster, and some processors have none.
 */
interface F64Sums extends Kernels<double[]> {
    /** Up to this length a row is summed straight; beyond, in halves. */
    int SUM_BLOCK = 512;

    /** Fewer elements are added one by one. */
    int FEW = 32;

    /** Up to so many whole rows are summed straight. */
    int ROW_BLOCK = 64;

    /** So few short rows are added element by element. */
    int FEW_ROWS = 16;

    /** The sums of so many columns at a time stay in the first-level cache. */
    int COLUMNS = 1024;

    /** Rows that are shorter are put together, until they are as long, as far as there are enough of them. */
    int SHORT_ROW = 4 * GROUP;

    @Override
    default void sum(double[] x, int xo, double[] y, int yo, int outer, int n, int inner) {
        sum(x, xo, y, yo, outer, n, inner, false);
    }

    default void sumSquares(double[] x, int xo, double[] y, int yo, int outer, int n, int inner) {
        sum(x, xo, y, yo, outer, n, inner, true);
    }

    private void sum(double[] x, int xo, double[] y, int yo, int outer, int n, int inner, boolean squares) {
        if (inner == 1) {
            for (int o = 0; o < outer; o++) {
                y[yo + o] = rowSum(x, xo + o * n, n, squares);
            }
            return;
        }
        if (n <= FEW_ROWS && inner < SHORT_ROW) {
            sumFewRows(x, xo, y, yo, outer, n, inner, squares);
            return;
        }
        fill(0.0, y, yo, outer * inner);
        int together = together(n, inner);
        double[] partial =
                partial(together == 1 ? room(n, inner) : together * inner + room(n / together, together * inner));
        for (int o = 0; o < outer; o++) {
            int from = xo + o * n * inner;
            if (together == 1) {
                addColumns(x, from, n, inner, y, yo + o * inner, squares, partial);
            } else {
                addShortRows(x, from, n, inner, y, yo + o * inner, squares, partial, together);
            }
        }
    }

    /** Room for partial sums. */
    default double[] partial(int length) {
        return new double[length];
    }

    // ---- a contiguous row ----

    default double rowSum(double[] x, int xo, int n) {
        return rowSum(x, xo, n, false);
    }

    private double rowSum(double[] x, int xo, int n, boolean squares) {
        if (n <= SUM_BLOCK) {
            return squares ? blockSumSquares(x, xo, n) : blockSum(x, xo, n);
        }
        int half = half(n, SUM_BLOCK);
        return rowSum(x, xo, half, squares) + rowSum(x, xo + half, n - half, squares);
    }

    /** Half of n or a little more, in whole blocks: never less than the rest, which must not need more partial sums. */
    static int half(int n, int block) {
        return (n - (n >>> 1) + block - 1) / block * block;
    }

    default double blockSum(double[] x, int xo, int n) {
        if (n < FEW) {
            return few(x, xo, n);
        }
        int whole = n - n % GROUP;
        double[] group = new double[GROUP];
        for (int p = 0; p < GROUP; p += 4) {
            fourSums(x, xo + p, whole, group, p);
        }
        return few(group, 0, GROUP) + few(x, xo + whole, n - whole);
    }

    /** Four of the sums of a group at a time, which are independent of each other and so keep the adder busy. */
    private static void fourSums(double[] x, int xo, int n, double[] group, int at) {
        double s0 = 0.0;
        double s1 = 0.0;
        double s2 = 0.0;
        double s3 = 0.0;
        int i = xo;
        for (; i <= xo + n - 4 * GROUP; i += 4 * GROUP) {
            s0 += (x[i] + x[i + GROUP]) + (x[i + 2 * GROUP] + x[i + 3 * GROUP]);
            s1 += (x[i + 1] + x[i + 1 + GROUP]) + (x[i + 1 + 2 * GROUP] + x[i + 1 + 3 * GROUP]);
            s2 += (x[i + 2] + x[i + 2 + GROUP]) + (x[i + 2 + 2 * GROUP] + x[i + 2 + 3 * GROUP]);
            s3 += (x[i + 3] + x[i + 3 + GROUP]) + (x[i + 3 + 2 * GROUP] + x[i + 3 + 3 * GROUP]);
        }
        for (; i < xo + n; i += GROUP) {
            s0 += x[i];
            s1 += x[i + 1];
            s2 += x[i + 2];
            s3 += x[i + 3];
        }
        group[at] = s0;
        group[at + 1] = s1;
        group[at + 2] = s2;
        group[at + 3] = s3;
    }

    default double blockSumSquares(double[] x, int xo, int n) {
        if (n < FEW) {
            return fewSquares(x, xo, n);
        }
        double[] squares = new double[n];
        square(x, xo, squares, 0, n);
        return blockSum(squares, 0, n);
    }

    /** Σx with four running sums, which are independent of each other and so keep the adder busy. */
    static double few(double[] x, int xo, int n) {
        double s0 = 0.0;
        double s1 = 0.0;
        double s2 = 0.0;
        double s3 = 0.0;
        int i = 0;
        for (; i <= n - 4; i += 4) {
            s0 += x[xo + i];
            s1 += x[xo + i + 1];
            s2 += x[xo + i + 2];
            s3 += x[xo + i + 3];
        }
        for (; i < n; i++) {
            s0 += x[xo + i];
        }
        return (s0 + s1) + (s2 + s3);
    }

    static double fewSquares(double[] x, int xo, int n) {
        double s0 = 0.0;
        double s1 = 0.0;
        double s2 = 0.0;
        double s3 = 0.0;
        int i = 0;
        for (; i <= n - 4; i += 4) {
            s0 += x[xo + i] * x[xo + i];
            s1 += x[xo + i + 1] * x[xo + i + 1];
            s2 += x[xo + i + 2] * x[xo + i + 2];
            s3 += x[xo + i + 3] * x[xo + i + 3];
        }
        for (; i < n; i++) {
            s0 += x[xo + i] * x[xo + i];
        }
        return (s0 + s1) + (s2 + s3);
    }

    // ---- rows that are added to each other ----

    /** The number of elements of the partial sums of {@link #addHalves}. */
    private static int room(int rows, int width) {
        int levels = 0;
        for (int n = rows; n > ROW_BLOCK; n = half(n, ROW_BLOCK)) {
            levels++;
        }
        return levels * Math.min(width, COLUMNS);
    }

    private void addColumns(
            double[] x, int xo, int n, int width, double[] y, int yo, boolean squares, double[] partial) {
        for (int j = 0; j < width; j += COLUMNS) {
            addHalves(x, xo + j, width, n, y, yo + j, Math.min(COLUMNS, width - j), squares, partial, 0);
        }
    }

    /** y += the sum of n rows of so many elements, {@code step} apart. */
    private void addHalves(
            double[] x,
            int xo,
            int step,
            int n,
            double[] y,
            int yo,
            int width,
            boolean squares,
            double[] partial,
            int po) {
        if (n <= ROW_BLOCK) {
            addRows(x, xo, step, n, y, yo, width, squares);
            return;
        }
        int half = half(n, ROW_BLOCK);
        addHalves(x, xo, step, half, y, yo, width, squares, partial, po);
        fill(0.0, partial, po, width);
        addHalves(x, xo + half * step, step, n - half, partial, po, width, squares, partial, po + width);
        add(y, yo, 1, partial, po, 1, y, yo, width);
    }

    private void addRows(double[] x, int xo, int step, int n, double[] y, int yo, int width, boolean squares) {
        int k = 0;
        for (; k <= n - 4; k += 4) {
            if (squares) {
                addFourSquares(x, xo + k * step, step, y, yo, width);
            } else {
                addFour(x, xo + k * step, step, y, yo, width);
            }
        }
        for (; k < n; k++) {
            int at = xo + k * step;
            if (squares) {
                addMul(y, yo, 1, x, at, 1, x, at, 1, y, yo, width);
            } else {
                add(y, yo, 1, x, at, 1, y, yo, width);
            }
        }
    }

    /** y += (r₀ + r₁) + (r₂ + r₃), the four rows being {@code step} apart. */
    default void addFour(double[] x, int xo, int step, double[] y, int yo, int width) {
        for (int j = 0; j < width; j++) {
            int at = xo + j;
            y[yo + j] += (x[at] + x[at + step]) + (x[at + 2 * step] + x[at + 3 * step]);
        }
    }

    default void addFourSquares(double[] x, int xo, int step, double[] y, int yo, int width) {
        for (int j = 0; j < width; j++) {
            double r0 = x[xo + j];
            double r1 = x[xo + j + step];
            double r2 = x[xo + j + 2 * step];
            double r3 = x[xo + j + 3 * step];
            y[yo + j] += (r0 * r0 + r1 * r1) + (r2 * r2 + r3 * r3);
        }
    }

    // ---- short rows ----

    private static void sumFewRows(
            double[] x, int xo, double[] y, int yo, int outer, int n, int inner, boolean squares) {
        for (int o = 0; o < outer; o++) {
            int from = xo + o * n * inner;
            for (int i = 0; i < inner; i++) {
                double s = 0.0;
                for (int k = 0; k < n; k++) {
                    double v = x[from + i + k * inner];
                    s += squares ? v * v : v;
                }
                y[yo + o * inner + i] = s;
            }
        }
    }

    /** How many short rows are seen as one, a power of two; 1 if they are long, or too few. */
    private static int together(int n, int inner) {
        int together = 1;
        while (together * inner < SHORT_ROW && 2 * together <= n) {
            together *= 2;
        }
        return together;
    }

    private void addShortRows(
            double[] x, int xo, int n, int inner, double[] y, int yo, boolean squares, double[] partial, int together) {
        int width = together * inner;
        int whole = n / together;
        fill(0.0, partial, 0, width);
        addHalves(x, xo, width, whole, partial, 0, width, squares, partial, width);
        for (int half = width / 2; half >= inner; half /= 2) {
            add(partial, 0, 1, partial, half, 1, partial, 0, half);
        }
        add(y, yo, 1, partial, 0, 1, y, yo, inner);
        addRows(x, xo + whole * width, inner, n - whole * together, y, yo, inner, squares);
    }
}
