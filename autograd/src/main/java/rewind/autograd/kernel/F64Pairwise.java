package rewind.autograd.kernel;

/**
 * Loops over two and three operands. One loop per pattern of steps lets HotSpot turn it into vector code where it can,
 * which is if all arrays have the same offset. With both steps 0 the last loop repeats one value.
 */
@SuppressWarnings("cast") // the casts of Math results matter in the float twin
interface F64Pairwise extends Kernels<double[]> {
    @Override
    default void add(double[] x, int xo, int xs, double[] y, int yo, int ys, double[] z, int zo, int n) {
        if (xs == 1 && ys == 1) {
            for (int i = 0; i < n; i++) {
                z[zo + i] = x[xo + i] + y[yo + i];
            }
        } else if (ys == 1) {
            double left = n > 0 ? x[xo] : 0.0;
            for (int i = 0; i < n; i++) {
                z[zo + i] = left + y[yo + i];
            }
        } else {
            double right = n > 0 ? y[yo] : 0.0;
            for (int i = 0; i < n; i++) {
                z[zo + i] = x[xo + i * xs] + right;
            }
        }
    }

    @Override
    default void sub(double[] x, int xo, int xs, double[] y, int yo, int ys, double[] z, int zo, int n) {
        if (xs == 1 && ys == 1) {
            for (int i = 0; i < n; i++) {
                z[zo + i] = x[xo + i] - y[yo + i];
            }
        } else if (ys == 1) {
            double left = n > 0 ? x[xo] : 0.0;
            for (int i = 0; i < n; i++) {
                z[zo + i] = left - y[yo + i];
            }
        } else {
            double right = n > 0 ? y[yo] : 0.0;
            for (int i = 0; i < n; i++) {
                z[zo + i] = x[xo + i * xs] - right;
            }
        }
    }

    @Override
    default void mul(double[] x, int xo, int xs, double[] y, int yo, int ys, double[] z, int zo, int n) {
        if (xs == 1 && ys == 1) {
            for (int i = 0; i < n; i++) {
                z[zo + i] = x[xo + i] * y[yo + i];
            }
        } else if (ys == 1) {
            double left = n > 0 ? x[xo] : 0.0;
            for (int i = 0; i < n; i++) {
                z[zo + i] = left * y[yo + i];
            }
        } else {
            double right = n > 0 ? y[yo] : 0.0;
            for (int i = 0; i < n; i++) {
                z[zo + i] = x[xo + i * xs] * right;
            }
        }
    }

    @Override
    default void div(double[] x, int xo, int xs, double[] y, int yo, int ys, double[] z, int zo, int n) {
        if (xs == 1 && ys == 1) {
            for (int i = 0; i < n; i++) {
                z[zo + i] = x[xo + i] / y[yo + i];
            }
        } else if (ys == 1) {
            double left = n > 0 ? x[xo] : 0.0;
            for (int i = 0; i < n; i++) {
                z[zo + i] = left / y[yo + i];
            }
        } else {
            double right = n > 0 ? y[yo] : 0.0;
            for (int i = 0; i < n; i++) {
                z[zo + i] = x[xo + i * xs] / right;
            }
        }
    }

    @Override
    default void atan2(double[] x, int xo, int xs, double[] y, int yo, int ys, double[] z, int zo, int n) {
        for (int i = 0; i < n; i++) {
            z[zo + i] = (double) StrictMath.atan2(x[xo + i * xs], y[yo + i * ys]);
        }
    }

    @Override
    default void pow(double[] x, int xo, int xs, double[] y, int yo, int ys, double[] z, int zo, int n) {
        if (xs == 1 && ys == 1) {
            for (int i = 0; i < n; i++) {
                z[zo + i] = (double) StrictMath.pow(x[xo + i], y[yo + i]);
            }
        } else if (ys == 1) {
            double left = n > 0 ? x[xo] : 0.0;
            for (int i = 0; i < n; i++) {
                z[zo + i] = (double) StrictMath.pow(left, y[yo + i]);
            }
        } else {
            double right = n > 0 ? y[yo] : 0.0;
            for (int i = 0; i < n; i++) {
                z[zo + i] = (double) StrictMath.pow(x[xo + i * xs], right);
            }
        }
    }

    @Override
    default void maximum(double[] x, int xo, int xs, double[] y, int yo, int ys, double[] z, int zo, int n) {
        if (xs == 1 && ys == 1) {
            for (int i = 0; i < n; i++) {
                z[zo + i] = Math.max(x[xo + i], y[yo + i]);
            }
        } else if (ys == 1) {
            double left = n > 0 ? x[xo] : 0.0;
            for (int i = 0; i < n; i++) {
                z[zo + i] = Math.max(left, y[yo + i]);
            }
        } else {
            double right = n > 0 ? y[yo] : 0.0;
            for (int i = 0; i < n; i++) {
                z[zo + i] = Math.max(x[xo + i * xs], right);
            }
        }
    }

    @Override
    default void minimum(double[] x, int xo, int xs, double[] y, int yo, int ys, double[] z, int zo, int n) {
        if (xs == 1 && ys == 1) {
            for (int i = 0; i < n; i++) {
                z[zo + i] = Math.min(x[xo + i], y[yo + i]);
            }
        } else if (ys == 1) {
            double left = n > 0 ? x[xo] : 0.0;
            for (int i = 0; i < n; i++) {
                z[zo + i] = Math.min(left, y[yo + i]);
            }
        } else {
            double right = n > 0 ? y[yo] : 0.0;
            for (int i = 0; i < n; i++) {
                z[zo + i] = Math.min(x[xo + i * xs], right);
            }
        }
    }

    @Override
    default void greater(double[] x, int xo, int xs, double[] y, int yo, int ys, double[] z, int zo, int n) {
        if (xs == 1 && ys == 1) {
            for (int i = 0; i < n; i++) {
                z[zo + i] = x[xo + i] > y[yo + i] ? 1.0 : 0.0;
            }
        } else if (ys == 1) {
            double left = n > 0 ? x[xo] : 0.0;
            for (int i = 0; i < n; i++) {
                z[zo + i] = left > y[yo + i] ? 1.0 : 0.0;
            }
        } else {
            double right = n > 0 ? y[yo] : 0.0;
            for (int i = 0; i < n; i++) {
                z[zo + i] = x[xo + i * xs] > right ? 1.0 : 0.0;
            }
        }
    }

    @Override
    default void greaterEqual(double[] x, int xo, int xs, double[] y, int yo, int ys, double[] z, int zo, int n) {
        if (xs == 1 && ys == 1) {
            for (int i = 0; i < n; i++) {
                z[zo + i] = x[xo + i] >= y[yo + i] ? 1.0 : 0.0;
            }
        } else if (ys == 1) {
            double left = n > 0 ? x[xo] : 0.0;
            for (int i = 0; i < n; i++) {
                z[zo + i] = left >= y[yo + i] ? 1.0 : 0.0;
            }
        } else {
            double right = n > 0 ? y[yo] : 0.0;
            for (int i = 0; i < n; i++) {
                z[zo + i] = x[xo + i * xs] >= right ? 1.0 : 0.0;
            }
        }
    }

    @Override
    default void equal(double[] x, int xo, int xs, double[] y, int yo, int ys, double[] z, int zo, int n) {
        if (xs == 1 && ys == 1) {
            for (int i = 0; i < n; i++) {
                z[zo + i] = x[xo + i] == y[yo + i] ? 1.0 : 0.0;
            }
        } else if (ys == 1) {
            double left = n > 0 ? x[xo] : 0.0;
            for (int i = 0; i < n; i++) {
                z[zo + i] = left == y[yo + i] ? 1.0 : 0.0;
            }
        } else {
            double right = n > 0 ? y[yo] : 0.0;
            for (int i = 0; i < n; i++) {
                z[zo + i] = x[xo + i * xs] == right ? 1.0 : 0.0;
            }
        }
    }

    @Override
    default void where(
            double[] c,
            int co,
            int cs,
            double[] x,
            int xo,
            int xs,
            double[] y,
            int yo,
            int ys,
            double[] z,
            int zo,
            int n) {
        for (int i = 0; i < n; i++) {
            z[zo + i] = c[co + i * cs] != 0.0 ? x[xo + i * xs] : y[yo + i * ys];
        }
    }

    @Override
    default void masked(double[] w, int wo, int ws, double[] x, int xo, int xs, double[] z, int zo, int n) {
        for (int i = 0; i < n; i++) {
            double factor = w[wo + i * ws];
            z[zo + i] = factor == 0.0 ? 0.0 : factor * x[xo + i * xs];
        }
    }

    @Override
    default void addMul(
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
    default void tanhPullback(double[] y, int yo, int ys, double[] dy, int dyo, int dys, double[] dx, int dxo, int n) {
        for (int i = 0; i < n; i++) {
            double value = y[yo + i * ys];
            dx[dxo + i] = dy[dyo + i * dys] * (1.0 - value * value);
        }
    }

    @Override
    default void sigmoidPullback(
            double[] y, int yo, int ys, double[] dy, int dyo, int dys, double[] dx, int dxo, int n) {
        for (int i = 0; i < n; i++) {
            double value = y[yo + i * ys];
            dx[dxo + i] = dy[dyo + i * dys] * (value * (1.0 - value));
        }
    }
}
