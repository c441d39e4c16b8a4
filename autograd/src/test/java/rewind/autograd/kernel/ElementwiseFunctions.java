package rewind.autograd.kernel;

import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import org.apache.commons.math3.dfp.Dfp;
import org.apache.commons.math3.dfp.DfpField;

/**
 * Every kernel of one operand with a transcendental function in it: how to run it, what it should give, and how far
 * from it the result may be.
 */
enum ElementwiseFunctions {
    EXP(Kernels::exp, 1.1, x -> x, ElementwiseFunctions::exp),
    EXPM1(Kernels::expm1, 3.0, x -> x, x -> exp(x).subtract(one())),
    LOG(Kernels::log, 1.0, ElementwiseFunctions::positive, ElementwiseFunctions::log),
    LOG1P(Kernels::log1p, 2.0, x -> Math.max(x, -1.0 + 0.001 * Math.abs(x)), x -> log(x.add(one()))),
    TANH(Kernels::tanh, 3.0, x -> x, ElementwiseFunctions::tanh),
    SIGMOID(Kernels::sigmoid, 2.5, x -> x, x -> one().divide(exp(x.negate()).add(one()))),
    LOG_SIGMOID(Kernels::logSigmoid, 2.0, x -> x, ElementwiseFunctions::logSigmoid),
    SIN(Kernels::sin, 1.0, x -> x, Dfp::sin),
    COS(Kernels::cos, 1.0, x -> x, Dfp::cos),
    ASIN(Kernels::asin, 1.0, ElementwiseFunctions::inside, Dfp::asin),
    ACOS(Kernels::acos, 1.0, ElementwiseFunctions::inside, ElementwiseFunctions::acos),
    ATAN(Kernels::atan, 1.0, x -> x, ElementwiseFunctions::atan),
    NORMAL_CDF(
            Kernels::normalCdf,
            7.0,
            ElementwiseFunctions::moderate,
            x -> tail(x.negate().divide(two().sqrt())).divide(2)),
    NORMAL_PDF(
            (k, x, xo, y, yo, n) -> k.normalPdf(x, xo, y, yo, n),
            2.6,
            x -> Math.IEEEremainder(x, 1.0),
            x -> exp(x.multiply(x).divide(2).negate()).divide(pi().multiply(2).sqrt())),
    ERF(Kernels::erf, 4.0, x -> x, x -> one().subtract(tail(x))),
    ERFC(Kernels::erfc, 7.0, ElementwiseFunctions::moderate, ElementwiseFunctions::tail);

    interface Loop {
        void apply(Kernels<double[]> kernels, double[] x, int xo, double[] y, int yo, int n);
    }

    /** 60 decimal digits: e^x − 1 for x = 1e−20 keeps 40 of them. */
    private static final DfpField FIELD = new DfpField(60);

    final Loop loop;

    /** The promised error against the exact value, in ulp. */
    final double bound;

    /** Takes any number into the domain. */
    final DoubleUnaryOperator domain;

    private final UnaryOperator<Dfp> exact;

    ElementwiseFunctions(Loop loop, double bound, DoubleUnaryOperator domain, UnaryOperator<Dfp> exact) {
        this.loop = loop;
        this.bound = bound;
        this.domain = domain;
        this.exact = exact;
    }

    double single(Kernels<double[]> kernels, double x) {
        double[] y = {x};
        loop.apply(kernels, y, 0, y, 0, 1);
        return y[0];
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

    private static double inside(double x) {
        return Math.IEEEremainder(x, 1.999);
    }

    /** The argument of a tail that is a number of either type. */
    private static double moderate(double x) {
        return Math.IEEEremainder(x, 17.0);
    }

    private static Dfp two() {
        return FIELD.getTwo();
    }

    private static Dfp pi() {
        return FIELD.getPi();
    }

    private static Dfp acos(Dfp x) {
        return atan(one().subtract(x).divide(one().add(x)).sqrt()).multiply(2);
    }

    private static Dfp atan(Dfp x) {
        return x.atan();
    }

    /** erfc: near 0 one minus the series of erf, from there on by its continued fraction. */
    private static Dfp tail(Dfp x) {
        double size = Math.abs(x.toDouble());
        if (size > 4.0) {
            Dfp y = x.abs();
            Dfp fraction = y;
            for (int k = 80; k >= 1; k--) {
                fraction = y.add(FIELD.newDfp(k).divide(2).divide(fraction));
            }
            Dfp upper = exp(y.multiply(y).negate()).divide(pi().sqrt()).divide(fraction);
            return x.toDouble() > 0.0 ? upper : two().subtract(upper);
        }
        Dfp sum = x;
        Dfp term = x;
        for (int k = 1; Math.abs(term.toDouble()) > 1e-32; k++) {
            term = term.multiply(x).multiply(x).divide(k).negate();
            sum = sum.add(term.divide(2 * k + 1));
        }
        return one().subtract(sum.multiply(2).divide(pi().sqrt()));
    }

    private static double positive(double x) {
        return x > 0.0 ? x : Math.exp(x);
    }
}
