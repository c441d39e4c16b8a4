package rewind.autograd.kernel;

/** Loops over one operand: arithmetic, exponentials, activations. Each fits {@link Kernels} word by word. */
@SuppressWarnings("cast") // the casts of Math results matter in the float twin
interface F64Elementwise extends Kernels<double[]> {
    @Override
    default int firstNonFinite(double[] x, int xo, int n) {
        for (int i = 0; i < n; i++) {
            if (!(Math.abs(x[xo + i]) <= Double.MAX_VALUE)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    default void neg(double[] x, int xo, double[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = -x[xo + i];
        }
    }

    @Override
    default void abs(double[] x, int xo, double[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = Math.abs(x[xo + i]);
        }
    }

    @Override
    default void sign(double[] x, int xo, double[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = Math.signum(x[xo + i]);
        }
    }

    @Override
    default void square(double[] x, int xo, double[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = x[xo + i] * x[xo + i];
        }
    }

    @Override
    default void sqrt(double[] x, int xo, double[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = (double) Math.sqrt(x[xo + i]);
        }
    }

    @Override
    default void reciprocal(double[] x, int xo, double[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = 1.0 / x[xo + i];
        }
    }

    @Override
    default void exp(double[] x, int xo, double[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = (double) Math.exp(x[xo + i]);
        }
    }

    @Override
    default void expm1(double[] x, int xo, double[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = (double) Math.expm1(x[xo + i]);
        }
    }

    @Override
    default void log(double[] x, int xo, double[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = (double) Math.log(x[xo + i]);
        }
    }

    @Override
    default void log1p(double[] x, int xo, double[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = (double) Math.log1p(x[xo + i]);
        }
    }

    @Override
    default void sin(double[] x, int xo, double[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = (double) Math.sin(x[xo + i]);
        }
    }

    @Override
    default void cos(double[] x, int xo, double[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = (double) Math.cos(x[xo + i]);
        }
    }

    @Override
    default void tanh(double[] x, int xo, double[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = (double) Math.tanh(x[xo + i]);
        }
    }

    @Override
    default void sigmoid(double[] x, int xo, double[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = sigmoid(x[xo + i]);
        }
    }

    static double sigmoid(double x) {
        double e = (double) Math.exp(-Math.abs(x));
        return (x >= 0.0 ? 1.0 : e) / (1.0 + e);
    }

    @Override
    default void logSigmoid(double[] x, int xo, double[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            double v = x[xo + i];
            y[yo + i] = Math.min(v, 0.0) - (double) Math.log1p(Math.exp(-Math.abs(v)));
        }
    }

    @Override
    default void normalCdf(double[] x, int xo, double[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = (double) NormalCdf.at(x[xo + i]);
        }
    }

    @Override
    default void relu(double[] x, int xo, double[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = Math.max(x[xo + i], 0.0);
        }
    }
}
