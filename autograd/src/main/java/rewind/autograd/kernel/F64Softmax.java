package rewind.autograd.kernel;

/**
 * Reductions and normalisations with exponentials. All subtract the largest value first, so that no exponential
 * overflows and the sum is at least 1. A row of nothing but −∞, which is masked entirely, has probabilities 0.
 */
@SuppressWarnings("cast") // the casts of Math results matter in the float twin
abstract class F64Softmax extends F64Reductions {
    /** About so many elements go through the steps of a softmax together: they stay in the first-level cache. */
    private static final int CHUNK = 1024;

    @Override
    public void logSumExp(double[] x, int xo, double[] y, int yo, int outer, int n, int inner) {
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < inner; i++) {
                int from = xo + o * n * inner + i;
                double m = largest(x, from, inner, n);
                y[yo + o * inner + i] = m + logSum(x, from, inner, n, m);
            }
        }
    }

    @Override
    public void softmax(double[] x, int xo, double[] y, int yo, int outer, int n, int inner) {
        if (inner == 1) {
            int rows = Math.max(1, CHUNK / Math.max(1, n));
            for (int o = 0; o < outer; o += rows) {
                softmaxRows(x, xo + o * n, y, yo + o * n, Math.min(rows, outer - o), n);
            }
            return;
        }
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < inner; i++) {
                int at = o * n * inner + i;
                stridedSoftmax(x, xo + at, y, yo + at, inner, n);
            }
        }
    }

    /** Takes the exponentials of all rows together: a short row alone would not fill the vectors. */
    private void softmaxRows(double[] x, int xo, double[] y, int yo, int rows, int n) {
        double[] scalar = new double[1];
        for (int r = 0; r < rows; r++) {
            scalar[0] = shift(rowMax(x, xo + r * n, n));
            sub(x, xo + r * n, 1, scalar, 0, 0, y, yo + r * n, n);
        }
        exp(y, yo, y, yo, rows * n);
        for (int r = 0; r < rows; r++) {
            scalar[0] = divisor(rowSum(y, yo + r * n, n));
            div(y, yo + r * n, 1, scalar, 0, 0, y, yo + r * n, n);
        }
    }

    private static void stridedSoftmax(double[] x, int xo, double[] y, int yo, int stride, int n) {
        double m = shift(stridedMax(x, xo, stride, n));
        double s = 0.0;
        for (int k = 0; k < n; k++) {
            double e = (double) Math.exp(x[xo + k * stride] - m);
            y[yo + k * stride] = e;
            s += e;
        }
        for (int k = 0; k < n; k++) {
            y[yo + k * stride] /= divisor(s);
        }
    }

    /** What is subtracted from a row whose largest value is m. */
    private static double shift(double m) {
        return m == Double.NEGATIVE_INFINITY ? 0.0 : m;
    }

    private static double divisor(double sum) {
        return sum == 0.0 ? 1.0 : sum;
    }

    @Override
    public void logSoftmax(double[] x, int xo, double[] y, int yo, int outer, int n, int inner) {
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < inner; i++) {
                int at = o * n * inner + i;
                double m = largest(x, xo + at, inner, n);
                double l = logSum(x, xo + at, inner, n, m);
                for (int k = 0; k < n; k++) {
                    y[yo + at + k * inner] = (x[xo + at + k * inner] - shift(m)) - l;
                }
            }
        }
    }

    @Override
    public void softmaxCrossEntropy(double[] x, int xo, double[] t, int to, double[] y, int yo, int rows, int n) {
        for (int r = 0; r < rows; r++) {
            int from = xo + r * n;
            double m = rowMax(x, from, n);
            double l = logSum(x, from, 1, n, m);
            double loss = 0.0;
            for (int k = 0; k < n; k++) {
                double p = t[to + r * n + k];
                if (p != 0.0) {
                    // not (m + l) − x: that sum would drop l if m is large
                    double gap = shift(m) - x[from + k];
                    // a gap that overflows may have a finite share
                    loss += gap <= Double.MAX_VALUE ? p * (gap + l) : p * shift(m) - p * x[from + k];
                }
            }
            y[yo + r] = loss;
        }
    }

    private double largest(double[] x, int xo, int stride, int n) {
        return stride == 1 ? rowMax(x, xo, n) : stridedMax(x, xo, stride, n);
    }

    private static double stridedMax(double[] x, int xo, int stride, int n) {
        double m = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < n; k++) {
            m = Math.max(m, x[xo + k * stride]);
        }
        return m;
    }

    /** ln Σ e^(x−m); 0 if m is infinite, as the result is then decided by m. */
    private double logSum(double[] x, int xo, int stride, int n, double m) {
        if (Math.abs(m) == Double.POSITIVE_INFINITY) {
            return 0.0;
        }
        return (double) Math.log(stride == 1 ? rowSumExp(x, xo, n, m) : stridedSumExp(x, xo, stride, n, m));
    }

    private static double stridedSumExp(double[] x, int xo, int stride, int n, double m) {
        double s = 0.0;
        for (int k = 0; k < n; k++) {
            s += (double) Math.exp(x[xo + k * stride] - m);
        }
        return s;
    }

    /** Σ e^(x−m) of a contiguous row. */
    private double rowSumExp(double[] x, int xo, int n, double m) {
        if (n <= SUM_BLOCK) {
            return blockSumExp(x, xo, n, m);
        }
        int half = half(n);
        return rowSumExp(x, xo, half, m) + rowSumExp(x, xo + half, n - half, m);
    }

    double blockSumExp(double[] x, int xo, int n, double m) {
        return stridedSumExp(x, xo, 1, n, m);
    }
}
