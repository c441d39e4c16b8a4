package rewind.autograd.kernel;

/**
 * Reductions. A contiguous axis ({@code inner == 1}) is reduced by the row methods, which a subclass may replace by
 * faster ones; any other axis is reduced row by row into the destination, in the order of memory.
 */
@SuppressWarnings("cast") // the casts of Math results matter in the float twin
abstract class F64Reductions extends F64Fused {
    /** Up to this length a sum is taken straight; beyond, in halves, so that rounding errors grow with log n only. */
    static final int SUM_BLOCK = 512;

    /**
     * A sum of squares between this and the largest number has lost nothing to underflow or overflow: what underflowed
     * is below one ulp of it.
     */
    private static final double SAFE_SQUARES = Double.MIN_NORMAL / Math.ulp(1.0);

    @Override
    public void sum(double[] x, int xo, double[] y, int yo, int outer, int n, int inner) {
        for (int o = 0; o < outer; o++) {
            if (inner == 1) {
                y[yo + o] = rowSum(x, xo + o * n, n);
            } else {
                sumRows(x, xo + o * n * inner, y, yo + o * inner, n, inner);
            }
        }
    }

    private void sumRows(double[] x, int xo, double[] y, int yo, int n, int inner) {
        fill(0.0, y, yo, inner);
        for (int k = 0; k < n; k++) {
            add(y, yo, 1, x, xo + k * inner, 1, y, yo, inner);
        }
    }

    @Override
    public void max(double[] x, int xo, double[] y, int yo, int outer, int n, int inner) {
        for (int o = 0; o < outer; o++) {
            if (inner == 1) {
                y[yo + o] = rowMax(x, xo + o * n, n);
            } else {
                int from = xo + o * n * inner;
                copy(x, from, y, yo + o * inner, inner);
                for (int k = 1; k < n; k++) {
                    maximum(y, yo + o * inner, 1, x, from + k * inner, 1, y, yo + o * inner, inner);
                }
            }
        }
    }

    @Override
    public void min(double[] x, int xo, double[] y, int yo, int outer, int n, int inner) {
        for (int o = 0; o < outer; o++) {
            if (inner == 1) {
                y[yo + o] = rowMin(x, xo + o * n, n);
            } else {
                int from = xo + o * n * inner;
                copy(x, from, y, yo + o * inner, inner);
                for (int k = 1; k < n; k++) {
                    minimum(y, yo + o * inner, 1, x, from + k * inner, 1, y, yo + o * inner, inner);
                }
            }
        }
    }

    @Override
    public void argMax(double[] x, int xo, double[] y, int yo, int outer, int n, int inner) {
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < inner; i++) {
                y[yo + o * inner + i] = argMax(x, xo + o * n * inner + i, inner, n);
            }
        }
    }

    private static int argMax(double[] x, int xo, int stride, int n) {
        int best = 0;
        double largest = x[xo];
        for (int k = 1; k < n; k++) {
            double v = x[xo + k * stride];
            if (v > largest || (Double.isNaN(v) && !Double.isNaN(largest))) {
                best = k;
                largest = v;
            }
        }
        return best;
    }

    @Override
    public void norm(double[] x, int xo, double[] y, int yo, int outer, int n, int inner) {
        for (int o = 0; o < outer; o++) {
            int from = xo + o * n * inner;
            int to = yo + o * inner;
            if (inner == 1) {
                y[to] = rowSumSquares(x, from, n);
            } else {
                sumSquaresRows(x, from, y, to, n, inner);
            }
            for (int i = 0; i < inner; i++) {
                double squares = y[to + i];
                boolean safe = squares >= SAFE_SQUARES && squares <= Double.MAX_VALUE;
                y[to + i] = safe ? (double) Math.sqrt(squares) : scaledNorm(x, from + i, inner, n);
            }
        }
    }

    private static void sumSquaresRows(double[] x, int xo, double[] y, int yo, int n, int inner) {
        for (int i = 0; i < inner; i++) {
            y[yo + i] = 0.0;
        }
        for (int k = 0; k < n; k++) {
            for (int i = 0; i < inner; i++) {
                double v = x[xo + k * inner + i];
                y[yo + i] += v * v;
            }
        }
    }

    private static double scaledNorm(double[] x, int xo, int stride, int n) {
        double scale = 0.0;
        for (int k = 0; k < n; k++) {
            scale = Math.max(scale, Math.abs(x[xo + k * stride]));
        }
        if (!(scale > 0.0 && scale <= Double.MAX_VALUE)) {
            return scale;
        }
        double squares = 0.0;
        for (int k = 0; k < n; k++) {
            double v = x[xo + k * stride] / scale;
            squares += v * v;
        }
        return scale * (double) Math.sqrt(squares);
    }

    // ---- a contiguous row ----

    double rowSum(double[] x, int xo, int n) {
        if (n <= SUM_BLOCK) {
            return blockSum(x, xo, n);
        }
        int half = half(n);
        return rowSum(x, xo, half) + rowSum(x, xo + half, n - half);
    }

    double rowSumSquares(double[] x, int xo, int n) {
        if (n <= SUM_BLOCK) {
            return blockSumSquares(x, xo, n);
        }
        int half = half(n);
        return rowSumSquares(x, xo, half) + rowSumSquares(x, xo + half, n - half);
    }

    /** About half of n, in whole blocks. */
    static int half(int n) {
        return ((n >>> 1) + SUM_BLOCK - 1) / SUM_BLOCK * SUM_BLOCK;
    }

    /** Σx with four running sums, which are independent of each other and so keep the adder busy. */
    double blockSum(double[] x, int xo, int n) {
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

    double blockSumSquares(double[] x, int xo, int n) {
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

    /** The largest; −∞ for n = 0. */
    double rowMax(double[] x, int xo, int n) {
        double m = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            m = Math.max(m, x[xo + i]);
        }
        return m;
    }

    /** The smallest; ∞ for n = 0. */
    double rowMin(double[] x, int xo, int n) {
        double m = Double.POSITIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            m = Math.min(m, x[xo + i]);
        }
        return m;
    }
}
