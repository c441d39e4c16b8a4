package rewind.autograd.kernel;

import rewind.autograd.special.ErrorFunction;
import rewind.autograd.special.GammaFunction;

/** Loops over one operand: arithmetic, exponentials, activations. Each fits {@link Kernels} word by word. */
@SuppressWarnings("cast") // the casts of Math results matter in the float twin
interface F64Elementwise extends Kernels<double[]> {
    /** Elements that are taken through several steps at a time. */
    int CHUNK = 256;

    double[] MINUS_HALF = {-0.5};

    /** 1/√(2π). */
    double[] DENSITY_AT_0 = {0.3989422804014327};

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
            y[yo + i] = F64Functions.exp(x[xo + i]);
        }
    }

    @Override
    default void expm1(double[] x, int xo, double[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = F64Functions.expm1(x[xo + i]);
        }
    }

    @Override
    default void log(double[] x, int xo, double[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = F64Functions.log(x[xo + i]);
        }
    }

    @Override
    default void log1p(double[] x, int xo, double[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = F64Functions.log1p(x[xo + i]);
        }
    }

    @Override
    default void sin(double[] x, int xo, double[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = (double) StrictMath.sin(x[xo + i]);
        }
    }

    @Override
    default void cos(double[] x, int xo, double[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = (double) StrictMath.cos(x[xo + i]);
        }
    }

    @Override
    default void asin(double[] x, int xo, double[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = (double) StrictMath.asin(x[xo + i]);
        }
    }

    @Override
    default void acos(double[] x, int xo, double[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = (double) StrictMath.acos(x[xo + i]);
        }
    }

    @Override
    default void atan(double[] x, int xo, double[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = (double) StrictMath.atan(x[xo + i]);
        }
    }

    @Override
    default void tanh(double[] x, int xo, double[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = F64Functions.tanh(x[xo + i]);
        }
    }

    @Override
    default void sigmoid(double[] x, int xo, double[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = F64Functions.sigmoid(x[xo + i]);
        }
    }

    @Override
    default void logSigmoid(double[] x, int xo, double[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = F64Functions.logSigmoid(x[xo + i]);
        }
    }

    @Override
    default void normalCdf(double[] x, int xo, double[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = F64Functions.normalCdf(x[xo + i]);
        }
    }

    @Override
    default void normalPdf(double[] x, int xo, double[] y, int yo, int n) {
        for (int i = 0; i < n; i += CHUNK) {
            int length = Math.min(CHUNK, n - i);
            int at = yo + i;
            square(x, xo + i, y, at, length);
            mul(y, at, 1, MINUS_HALF, 0, 0, y, at, length);
            exp(y, at, y, at, length);
            mul(y, at, 1, DENSITY_AT_0, 0, 0, y, at, length);
        }
    }

    @Override
    default void erf(double[] x, int xo, double[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = (double) ErrorFunction.erf(x[xo + i]);
        }
    }

    @Override
    default void erfc(double[] x, int xo, double[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = (double) ErrorFunction.erfc(x[xo + i]);
        }
    }

    @Override
    default void lgamma(double[] x, int xo, double[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = (double) GammaFunction.logGamma(x[xo + i]);
        }
    }

    @Override
    default void polygamma(int order, double[] x, int xo, double[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = (double) GammaFunction.polygamma(order, x[xo + i]);
        }
    }

    @Override
    default void floor(double[] x, int xo, double[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = (double) Math.floor(x[xo + i]);
        }
    }

    @Override
    default void ceil(double[] x, int xo, double[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = (double) Math.ceil(x[xo + i]);
        }
    }

    @Override
    default void round(double[] x, int xo, double[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = (double) Math.rint(x[xo + i]);
        }
    }

    @Override
    default void relu(double[] x, int xo, double[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = Math.max(x[xo + i], 0.0);
        }
    }
}
