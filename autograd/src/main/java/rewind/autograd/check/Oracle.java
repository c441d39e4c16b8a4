package rewind.autograd.check;

import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.apache.commons.math3.analysis.differentiation.DerivativeStructure;
import org.apache.commons.math3.complex.Complex;
import org.apache.commons.math3.dfp.Dfp;
import org.apache.commons.math3.dfp.DfpField;

/**
 * A gradient that is exact but for rounding, of a scalar function written a second time over other numbers.
 *
 * @param name what reports call it
 * @param gradient from all elements of all inputs, one after another, to the derivatives by them
 */
record Oracle(String name, UnaryOperator<double[]> gradient) {
    private static final double IMAGINARY = 1e-40;
    private static final int DIGITS = 40;
    private static final double DIFFERENCE = 1e-13;

    /** Derivatives carried along with the values. */
    static Oracle forwardMode(Function<DerivativeStructure[], DerivativeStructure> f) {
        return new Oracle("forward mode", x -> {
            DerivativeStructure[] variables = new DerivativeStructure[x.length];
            for (int i = 0; i < x.length; i++) {
                variables[i] = new DerivativeStructure(x.length, 1, i, x[i]);
            }
            double[] all = f.apply(variables).getAllDerivatives(); // the value, then the first derivatives
            double[] gradient = new double[x.length];
            System.arraycopy(all, 1, gradient, 0, x.length);
            return gradient;
        });
    }

    /** Im f(x + ih)/h: no difference is taken, so that h can be tiny. Source: Squire and Trapp, SIAM Review 40, 1998. */
    static Oracle complexStep(Function<Complex[], Complex> f) {
        return new Oracle(
                "complex step",
                x -> byElement(x, Complex[]::new, Complex::new, (variables, i) -> {
                    variables[i] = new Complex(x[i], IMAGINARY);
                    return f.apply(variables).getImaginary() / IMAGINARY;
                }));
    }

    /** Central differences of numbers with 40 digits. */
    static Oracle digits(Function<Dfp[], Dfp> f) {
        DfpField field = new DfpField(DIGITS);
        return new Oracle(
                "40 digits",
                x -> byElement(x, Dfp[]::new, field::newDfp, (variables, i) -> {
                    Dfp at = variables[i];
                    Dfp h = field.newDfp(DIFFERENCE * Math.max(1, Math.abs(x[i])));
                    variables[i] = at.add(h);
                    Dfp above = f.apply(variables);
                    variables[i] = at.subtract(h);
                    return above.subtract(f.apply(variables))
                            .divide(h.multiply(2))
                            .toDouble();
                }));
    }

    private interface Derivative<N> {
        double by(N[] variables, int i);
    }

    private static <N> double[] byElement(
            double[] x, IntFunction<N[]> array, Function<Double, N> number, Derivative<N> derivative) {
        double[] gradient = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            N[] variables = array.apply(x.length);
            for (int k = 0; k < x.length; k++) {
                variables[k] = number.apply(x[k]);
            }
            gradient[i] = derivative.by(variables, i);
        }
        return gradient;
    }
}
