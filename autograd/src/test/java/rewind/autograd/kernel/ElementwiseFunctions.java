package rewind.autograd.kernel;

import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import org.apache.commons.math3.dfp.Dfp;
import org.apache.commons.math3.dfp.DfpField;

/**
 * Every kernel of one operand with a transcendental function in it: how to run it, what it should give, and how far
 * from it each implementation may be.
 */
enum ElementwiseFunctions {
    EXP(Kernels::exp, 1.0, 1.1, x -> x, ElementwiseFunctions::exp),
    EXPM1(Kernels::expm1, 1.0, 3.0, x -> x, x -> exp(x).subtract(one())),
    LOG(Kernels::log, 1.0, 1.0, ElementwiseFunctions::positive, ElementwiseFunctions::log),
    LOG1P(Kernels::log1p, 1.0, 2.0, x -> Math.max(x, -1.0 + 0.001 * Math.abs(x)), x -> log(x.add(one()))),
    TANH(Kernels::tanh, 2.5, 3.0, x -> x, ElementwiseFunctions::tanh),
    SIGMOID(
            Kernels::sigmoid,
            2.5,
            2.5,
            x -> x,
            x -> one().divide(exp(x.negate()).add(one()))),
    LOG_SIGMOID(Kernels::logSigmoid, 2.0, 2.0, x -> x, ElementwiseFunctions::logSigmoid),
    SIN(Kernels::sin, 1.0, 1.0, x -> x, Dfp::sin),
    COS(Kernels::cos, 1.0, 1.0, x -> x, Dfp::cos);

    interface Loop {
        void apply(Kernels<double[]> kernels, double[] x, int xo, double[] y, int yo, int n);
    }

    /** 60 decimal digits: e^x − 1 for x = 1e−20 keeps 40 of them. */
    private static final DfpField FIELD = new DfpField(60);

    final Loop loop;

    /** The promised error of the plain kernel against the exact value, in ulp. */
    final double plainUlps;

    final double vectorUlps;

    /** Takes any number into the domain. */
    final DoubleUnaryOperator domain;

    private final UnaryOperator<Dfp> exact;

    ElementwiseFunctions(
            Loop loop, double plainUlps, double vectorUlps, DoubleUnaryOperator domain, UnaryOperator<Dfp> exact) {
        this.loop = loop;
        this.plainUlps = plainUlps;
        this.vectorUlps = vectorUlps;
        this.domain = domain;
        this.exact = exact;
    }

    double single(Kernels<double[]> kernels, double x) {
        double[] y = {x};
        loop.apply(kernels, y, 0, y, 0, 1);
        return y[0];
    }

    double bound(Kernels<double[]> kernels) {
        return kernels.toString().contains("Vector") ? vectorUlps : plainUlps;
    }

    /** The distance from the exact value at x, in ulp of that value; 0 for an infinity in place of a larger value than there is. */
    double error(Kernels<double[]> kernels, double actual, double x) {
        Dfp value = exact.apply(FIELD.newDfp(x));
        double rounded = KernelsUnderTest.round(kernels, value.toDouble());
        if (Double.isInfinite(rounded)) {
            return actual == rounded ? 0.0 : Double.POSITIVE_INFINITY;
        }
        double ulp = KernelsUnderTest.isSingle(kernels) ? Math.ulp((float) rounded) : Math.ulp(rounded);
        return FIELD.newDfp(actual)
                .subtract(value)
                .divide(FIELD.newDfp(ulp))
                .abs()
                .toDouble();
    }

    private static Dfp one() {
        return FIELD.getOne();
    }

    private static Dfp exp(Dfp x) {
        return x.exp();
    }

    private static Dfp log(Dfp x) {
        return x.log();
    }

    private static Dfp tanh(Dfp x) {
        Dfp t = exp(x.multiply(2));
        return t.subtract(one()).divide(t.add(one()));
    }

    private static Dfp logSigmoid(Dfp x) {
        Dfp e = exp(x.negate());
        // beyond, the sum would drop e, and e² is negligible
        return x.toDouble() < 50.0
                ? log(one().add(e)).negate()
                : e.negate().add(e.multiply(e).divide(2));
    }

    private static double positive(double x) {
        return x > 0.0 ? x : Math.exp(x);
    }
}
