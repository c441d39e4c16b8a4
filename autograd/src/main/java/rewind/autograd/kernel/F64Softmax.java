package rewind.autograd.kernel;

/**
 * Reductions and normalisations with exponentials. All subtract the largest value first, so that no exponential
 * overflows and the sum is at least 1. Any axis but a contiguous one is copied to be one: each result is then the same
 * for every axis, and as fast. A row of nothing but −∞, which is masked entirely, has probabilities 0; one with a single
 * ∞ has the limits, 1 for this element and 0 for the others. Several have none: NaN.
 */
interface F64Softmax extends F64Reductions {
    /** About so many elements go through the steps of a softmax together: they stay in the first-level cache. */
    int CHUNK = 1024;

    /** Does something with contiguous rows of n elements. */
    interface RowLoop {
        void run(double[] x, int xo, double[] y, int yo, int rows, int n);
    }

    @Override
    default void logSumExp(double[] x, int xo, double[] y, int yo, int outer, int n, int inner) {
        alongRows(this::logSumExpRows, x, xo, y, yo, outer, n, inner, 1);
    }

    @Override
    default void softmax(double[] x, int xo, double[] y, int yo, int outer, int n, int inner) {
        alongRows(this::softmaxRows, x, xo, y, yo, outer, n, inner, n);
    }

    @Override
    default void logSoftmax(double[] x, int xo, double[] y, int yo, int outer, int n, int inner) {
        alongRows(this::logSoftmaxRows, x, xo, y, yo, outer, n, inner, n);
    }

    /** From {@code [outer, n, inner]} to {@code [outer, results, inner]}. */
    private static void alongRows(
            RowLoop loop, double[] x, int xo, double[] y, int yo, int outer, int n, int inner, int results) {
        int rows = Math.max(1, CHUNK / Math.max(1, n));
        if (inner == 1) {
            for (int o = 0; o < outer; o += rows) {
                loop.run(x, xo + o * n, y, yo + o * results, Math.min(rows, outer - o), n);
            }
            return;
        }
        rows = Math.min(rows, inner);
        double[] in = new double[rows * n];
        double[] out = new double[rows * results];
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < inner; i += rows) {
                int some = Math.min(rows, inner - i);
                transpose(x, xo + o * n * inner + i, inner, 1, in, 0, 1, n, n, some);
                loop.run(in, 0, out, 0, some, n);
                transpose(out, 0, 1, results, y, yo + o * results * inner + i, inner, 1, results, some);
            }
        }
    }

    /** Copies n × m elements with these steps. */
    private static void transpose(
            double[] x, int xo, int xn, int xm, double[] y, int yo, int yn, int ym, int n, int m) {
        for (int k = 0; k < n; k++) {
            for (int j = 0; j < m; j++) {
                y[yo + k * yn + j * ym] = x[xo + k * xn + j * xm];
            }
        }
    }

    /** Takes the exponentials of all rows together: a short row alone would not fill the vectors. */
    private void softmaxRows(double[] x, int xo, double[] y, int yo, int rows, int n) {
        double[] scalar = new double[1];
        for (int r = 0; r < rows; r++) {
            scalar[0] = rowMax(x, xo + r * n, n);
            differences(x, xo + r * n, scalar, 0, y, yo + r * n, n);
        }
        exp(y, yo, y, yo, rows * n);
        for (int r = 0; r < rows; r++) {
            scalar[0] = divisor(rowSum(y, yo + r * n, n));
            div(y, yo + r * n, 1, scalar, 0, 0, y, yo + r * n, n);
        }
    }

    /** y = x − m for the largest m of a row; for an infinite one the limit. */
    private void differences(double[] x, int xo, double[] m, int r, double[] y, int yo, int n) {
        m[r] = shift(m[r]);
        sub(x, xo, 1, m, r, 0, y, yo, n);
        if (m[r] == Double.POSITIVE_INFINITY) {
            double ofInfinity = differenceOfInfinity(x, xo, n);
            for (int k = 0; k < n; k++) {
                y[yo + k] = x[xo + k] == Double.POSITIVE_INFINITY ? ofInfinity : ofInfinity - Double.POSITIVE_INFINITY;
            }
        }
    }

    /** What is subtracted from a row whose largest value is m. */
    private static double shift(double m) {
        return m == Double.NEGATIVE_INFINITY ? 0.0 : m;
    }

    /** ∞ − ∞ in a row: 0 if there is one, which then is the largest, else NaN. */
    private static double differenceOfInfinity(double[] x, int xo, int n) {
        int count = 0;
        for (int k = 0; k < n; k++) {
            count += x[xo + k] == Double.POSITIVE_INFINITY ? 1 : 0;
        }
        return count == 1 ? 0.0 : Double.NaN;
    }

    private static double divisor(double sum) {
        return sum == 0.0 ? 1.0 : sum;
    }

    private void logSumExpRows(double[] x, int xo, double[] y, int yo, int rows, int n) {
        double[] m = new double[rows];
        logSums(x, xo, m, y, yo, rows, n);
        add(m, 0, 1, y, yo, 1, y, yo, rows);
    }

    private void logSoftmaxRows(double[] x, int xo, double[] y, int yo, int rows, int n) {
        double[] m = new double[rows];
        double[] l = new double[rows];
        logSums(x, xo, m, l, 0, rows, n);
        for (int r = 0; r < rows; r++) {
            differences(x, xo + r * n, m, r, y, yo + r * n, n);
            sub(y, yo + r * n, 1, l, r, 0, y, yo + r * n, n);
        }
    }

    @Override
    default void softmaxCrossEntropy(double[] x, int xo, double[] t, int to, double[] y, int yo, int rows, int n) {
        int some = Math.max(1, CHUNK / Math.max(1, n));
        double[] m = new double[some];
        double[] l = new double[some];
        double[] terms = new double[n];
        for (int from = 0; from < rows; from += some) {
            int count = Math.min(some, rows - from);
            logSums(x, xo + from * n, m, l, 0, count, n);
            for (int r = 0; r < count; r++) {
                int row = (from + r) * n;
                crossEntropies(x, xo + row, t, to + row, shift(m[r]), l[r], terms);
                y[yo + from + r] = rowSum(terms, 0, n);
            }
        }
    }

    private static void crossEntropies(double[] x, int xo, double[] t, int to, double m, double l, double[] terms) {
        boolean infinite = m == Double.POSITIVE_INFINITY;
        double ofInfinity = infinite ? -differenceOfInfinity(x, xo, terms.length) : 0.0;
        for (int k = 0; k < terms.length; k++) {
            double p = t[to + k];
            // not (m + l) − x: that sum would drop l if m is large
            double gap = infinite && x[xo + k] == m ? ofInfinity : m - x[xo + k];
            // a gap that overflows may have a finite share
            double term = gap <= Double.MAX_VALUE ? p * (gap + l) : p * m - p * x[xo + k];
            terms[k] = p == 0.0 ? 0.0 : term;
        }
    }

    /** The largest m of each row, and l = ln Σ e^(x−m); 0 if m is infinite, as the result is then decided by m. */
    private void logSums(double[] x, int xo, double[] m, double[] l, int lo, int rows, int n) {
        double[] e = new double[n <= SUM_BLOCK ? rows * n : SUM_BLOCK];
        for (int r = 0; r < rows; r++) {
            m[r] = rowMax(x, xo + r * n, n);
            if (n <= SUM_BLOCK) {
                sub(x, xo + r * n, 1, m, r, 0, e, r * n, n);
            } else {
                l[lo + r] = rowSumExp(x, xo + r * n, n, m, r, e);
            }
        }
        if (n <= SUM_BLOCK) {
            exp(e, 0, e, 0, rows * n);
            for (int r = 0; r < rows; r++) {
                l[lo + r] = blockSum(e, r * n, n);
            }
        }
        log(l, lo, l, lo, rows);
        for (int r = 0; r < rows; r++) {
            if (Math.abs(m[r]) == Double.POSITIVE_INFINITY) {
                l[lo + r] = 0.0;
            }
        }
    }

    /** Σ e^(x−m) of a long row, in the order of its sum. */
    private double rowSumExp(double[] x, int xo, int n, double[] m, int r, double[] e) {
        if (n <= SUM_BLOCK) {
            sub(x, xo, 1, m, r, 0, e, 0, n);
            exp(e, 0, e, 0, n);
            return blockSum(e, 0, n);
        }
        int half = F64Sums.half(n, SUM_BLOCK);
        return rowSumExp(x, xo, half, m, r, e) + rowSumExp(x, xo + half, n - half, m, r, e);
    }
}
