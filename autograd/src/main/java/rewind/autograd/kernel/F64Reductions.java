package rewind.autograd.kernel;

/**
 * Extremes and norms. A contiguous axis ({@code inner == 1}) is reduced by the row methods, which the vector family replaces by
 * faster ones; any other axis is reduced row by row into the destination, in the order of memory.
 */
@SuppressWarnings("cast") // the casts of Math results matter in the float twin
interface F64Reductions extends F64Sums {
    /**
     * A sum of squares between this and the largest number has lost nothing to underflow or overflow: what underflowed
     * is below one ulp of it.
     */
    double SAFE_SQUARES = Double.MIN_NORMAL / Math.ulp(1.0);

    @Override
    default void max(double[] x, int xo, double[] y, int yo, int outer, int n, int inner) {
        extremes(true, x, xo, y, yo, outer, n, inner);
    }

    @Override
    default void min(double[] x, int xo, double[] y, int yo, int outer, int n, int inner) {
        extremes(false, x, xo, y, yo, outer, n, inner);
    }

    private void extremes(boolean largest, double[] x, int xo, double[] y, int yo, int outer, int n, int inner) {
        for (int o = 0; o < outer; o++) {
            int from = xo + o * n * inner;
            if (inner == 1) {
                y[yo + o] = largest ? rowMax(x, from, n) : rowMin(x, from, n);
                continue;
            }
            int to = yo + o * inner;
            copy(x, from, y, to, inner);
            for (int k = 1; k < n; k++) {
                if (largest) {
                    maximum(y, to, 1, x, from + k * inner, 1, y, to, inner);
                } else {
                    minimum(y, to, 1, x, from + k * inner, 1, y, to, inner);
                }
            }
        }
    }

    @Override
    default void argMax(double[] x, int xo, double[] y, int yo, int outer, int n, int inner) {
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
    default void argSort(double[] x, int xo, double[] y, int yo, int outer, int n, int inner) {
        double[] line = new double[n];
        int[] order = new int[n];
        int[] room = new int[n];
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < inner; i++) {
                int at = o * n * inner + i;
                for (int k = 0; k < n; k++) {
                    line[k] = x[xo + at + k * inner];
                    order[k] = k;
                }
                sort(line, order, room, 0, n);
                for (int k = 0; k < n; k++) {
                    y[yo + at + k * inner] = order[k];
                }
            }
        }
    }

    /** Merges two sorted halves, in which equal elements stay as they come. */
    private static void sort(double[] line, int[] order, int[] room, int from, int to) {
        if (to - from < 2) {
            return;
        }
        int middle = (from + to) >>> 1;
        sort(line, order, room, from, middle);
        sort(line, order, room, middle, to);
        System.arraycopy(order, from, room, from, to - from);
        int left = from;
        int right = middle;
        for (int k = from; k < to; k++) {
            boolean second = left == middle || (right < to && isBefore(line[room[right]], line[room[left]]));
            order[k] = second ? room[right++] : room[left++];
        }
    }

    private static boolean isBefore(double x, double y) {
        return x < y || (Double.isNaN(y) && !Double.isNaN(x));
    }

    @Override
    default void norm(double[] x, int xo, double[] y, int yo, int outer, int n, int inner) {
        sumSquares(x, xo, y, yo, outer, n, inner);
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < inner; i++) {
                int to = yo + o * inner + i;
                double squares = y[to];
                boolean safe = squares >= SAFE_SQUARES && squares <= Double.MAX_VALUE;
                y[to] = safe ? (double) Math.sqrt(squares) : scaledNorm(x, xo + o * n * inner + i, inner, n);
            }
        }
    }

    private double scaledNorm(double[] x, int xo, int stride, int n) {
        double scale = 0.0;
        for (int k = 0; k < n; k++) {
            scale = Math.max(scale, Math.abs(x[xo + k * stride]));
        }
        if (!(scale > 0.0 && scale <= Double.MAX_VALUE)) {
            return scale;
        }
        return scale * (double) Math.sqrt(scaledSquares(x, xo, stride, n, scale));
    }

    private double scaledSquares(double[] x, int xo, int stride, int n, double scale) {
        if (n > SUM_BLOCK) {
            int half = F64Sums.half(n, SUM_BLOCK);
            return scaledSquares(x, xo, stride, half, scale)
                    + scaledSquares(x, xo + half * stride, stride, n - half, scale);
        }
        double[] scaled = new double[n];
        for (int k = 0; k < n; k++) {
            scaled[k] = x[xo + k * stride] / scale;
        }
        return blockSumSquares(scaled, 0, n);
    }

    // ---- a contiguous row ----

    /** The largest; −∞ for n = 0. */
    default double rowMax(double[] x, int xo, int n) {
        double m = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            m = Math.max(m, x[xo + i]);
        }
        return m;
    }

    /** The smallest; ∞ for n = 0. */
    default double rowMin(double[] x, int xo, int n) {
        double m = Double.POSITIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            m = Math.min(m, x[xo + i]);
        }
        return m;
    }
}
