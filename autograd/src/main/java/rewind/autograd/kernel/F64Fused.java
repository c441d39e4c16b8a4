package rewind.autograd.kernel;

/** Loops that do in one pass what takes several operations. */
abstract class F64Fused extends F64Pairwise {
    @Override
    public void addProduct(
            double[] x,
            int xo,
            int xs,
            double[] a,
            int ao,
            int as,
            double[] b,
            int bo,
            int bs,
            double[] y,
            int yo,
            int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = x[xo + i * xs] + a[ao + i * as] * b[bo + i * bs];
        }
    }

    @Override
    public void tanhPullback(double[] y, int yo, int ys, double[] dy, int dyo, int dys, double[] dx, int dxo, int n) {
        for (int i = 0; i < n; i++) {
            double value = y[yo + i * ys];
            dx[dxo + i] = dy[dyo + i * dys] * (1.0 - value * value);
        }
    }

    @Override
    public void sigmoidPullback(
            double[] y, int yo, int ys, double[] dy, int dyo, int dys, double[] dx, int dxo, int n) {
        for (int i = 0; i < n; i++) {
            double value = y[yo + i * ys];
            dx[dxo + i] = dy[dyo + i * dys] * (value * (1.0 - value));
        }
    }
}
