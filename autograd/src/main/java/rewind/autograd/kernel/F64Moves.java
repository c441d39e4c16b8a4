package rewind.autograd.kernel;

/** Moving elements without arithmetic other than adding. */
abstract class F64Moves extends F64Softmax {
    @Override
    public void cumsum(double[] x, int xo, double[] y, int yo, int outer, int n, int inner) {
        for (int o = 0; o < outer; o++) {
            int at = o * n * inner;
            copy(x, xo + at, y, yo + at, n == 0 ? 0 : inner);
            for (int i = inner; i < n * inner; i++) {
                y[yo + at + i] = y[yo + at + i - inner] + x[xo + at + i];
            }
        }
    }

    @Override
    public void copyStrided(double[] x, int xo, int[] xs, double[] y, int yo, int[] ys, int[] shape) {
        copyAxis(x, xo, xs, y, yo, ys, shape, 0);
    }

    private static void copyAxis(double[] x, int xo, int[] xs, double[] y, int yo, int[] ys, int[] shape, int axis) {
        int n = shape[axis];
        int dx = xs[axis];
        int dy = ys[axis];
        if (axis < shape.length - 1) {
            for (int i = 0; i < n; i++) {
                copyAxis(x, xo + i * dx, xs, y, yo + i * dy, ys, shape, axis + 1);
            }
        } else if (dx == 1 && dy == 1) {
            System.arraycopy(x, xo, y, yo, n);
        } else {
            for (int i = 0; i < n; i++) {
                y[yo + i * dy] = x[xo + i * dx];
            }
        }
    }

    @Override
    public void addStrided(double[] x, int xo, int[] xs, double[] y, int yo, int[] ys, int[] shape) {
        addAxis(x, xo, xs, y, yo, ys, shape, 0);
    }

    private void addAxis(double[] x, int xo, int[] xs, double[] y, int yo, int[] ys, int[] shape, int axis) {
        int n = shape[axis];
        int dx = xs[axis];
        int dy = ys[axis];
        if (axis < shape.length - 1) {
            for (int i = 0; i < n; i++) {
                addAxis(x, xo + i * dx, xs, y, yo + i * dy, ys, shape, axis + 1);
            }
        } else if (dx == 1 && dy == 1) {
            add(y, yo, 1, x, xo, 1, y, yo, n);
        } else {
            for (int i = 0; i < n; i++) {
                y[yo + i * dy] += x[xo + i * dx];
            }
        }
    }

    @Override
    public void gatherRows(double[] x, int xo, int[] rows, double[] y, int yo, int width) {
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(x, xo + rows[i] * width, y, yo + i * width, width);
        }
    }

    @Override
    public void scatterAddRows(double[] x, int xo, int[] rows, double[] y, int yo, int width) {
        for (int i = 0; i < rows.length; i++) {
            int to = yo + rows[i] * width;
            add(y, to, 1, x, xo + i * width, 1, y, to, width);
        }
    }
}
