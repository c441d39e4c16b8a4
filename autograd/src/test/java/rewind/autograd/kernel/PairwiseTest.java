package rewind.autograd.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.autograd.kernel.KernelsUnderTest.GUARD;
import static rewind.autograd.kernel.KernelsUnderTest.guarded;
import static rewind.autograd.kernel.KernelsUnderTest.round;
import static rewind.autograd.kernel.KernelsUnderTest.ulps;

import java.util.List;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Arithmetic and comparisons, elementwise: bit for bit what the operator says, for every pattern of steps. Of floats it is what the
 * operator says in doubles, rounded: a sum, product, quotient or root of floats is not rounded twice that way.
 */
class PairwiseTest {
    /** Floats of 1e-40 are subnormal; those of 1e-310 and 1e300 are 0 and infinite. */
    static final double[] SPECIAL = {
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        0.0,
        -0.0,
        1.0,
        -1.0,
        2.5,
        1e-310,
        1e-40,
        1e30,
        1e300
    };

    private static final int[] LENGTHS = {0, 1, 2, 3, 7, 8, 9, 17, 33, 100};

    /** So often are the lengths gone through that the JIT compiles the loops. */
    private static final int ROUNDS = 300;

    private interface Binary {
        void apply(
                Kernels<double[]> kernels,
                double[] x,
                int xo,
                int xs,
                double[] y,
                int yo,
                int ys,
                double[] z,
                int zo,
                int n);
    }

    private interface Unary {
        void apply(Kernels<double[]> kernels, double[] x, int xo, double[] y, int yo, int n);
    }

    static List<Named<Kernels<double[]>>> kernels() {
        return KernelsUnderTest.all();
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void binaryKernels(Kernels<double[]> kernels) {
        check(kernels, "add", Kernels::add, (x, y) -> x + y);
        check(kernels, "sub", Kernels::sub, (x, y) -> x - y);
        check(kernels, "mul", Kernels::mul, (x, y) -> x * y);
        check(kernels, "div", Kernels::div, (x, y) -> x / y);
        check(kernels, "pow", Kernels::pow, StrictMath::pow);
        check(kernels, "maximum", Kernels::maximum, Math::max);
        check(kernels, "minimum", Kernels::minimum, Math::min);
        check(kernels, "greater", Kernels::greater, (x, y) -> x > y ? 1.0 : 0.0);
        check(kernels, "greaterEqual", Kernels::greaterEqual, (x, y) -> x >= y ? 1.0 : 0.0);
        check(kernels, "equal", Kernels::equal, (x, y) -> x == y ? 1.0 : 0.0);
    }

    private static void check(Kernels<double[]> kernels, String name, Binary binary, DoubleBinaryOperator operator) {
        Random random = new Random(3);
        for (int n : rounds()) {
            for (int steps = 0; steps < 4; steps++) {
                int xs = steps & 1;
                int ys = steps >> 1;
                double[] x = mixed(kernels, random, n + 5);
                double[] y = mixed(kernels, random, n + 5);
                double[] expected = guarded(n + 5);
                for (int i = 0; i < n; i++) {
                    expected[2 + i] = round(kernels, operator.applyAsDouble(x[1 + i * xs], y[3 + i * ys]));
                }
                double[] z = guarded(n + 5);
                binary.apply(kernels, x, 1, xs, y, 3, ys, z, 2, n);
                assertSame(z, expected, name + " steps " + xs + ys);
                if (xs == 1) {
                    binary.apply(kernels, x, 1, xs, y, 3, ys, x, 1, n);
                    assertPart(x, 1, expected, n, name + " onto its left operand");
                } else if (ys == 1) {
                    binary.apply(kernels, x, 1, xs, y, 3, ys, y, 3, n);
                    assertPart(y, 3, expected, n, name + " onto its right operand");
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void unaryKernels(Kernels<double[]> kernels) {
        check(kernels, "neg", Kernels::neg, x -> -x);
        check(kernels, "abs", Kernels::abs, Math::abs);
        check(kernels, "sign", Kernels::sign, Math::signum);
        check(kernels, "square", Kernels::square, x -> x * x);
        check(kernels, "sqrt", Kernels::sqrt, Math::sqrt);
        check(kernels, "reciprocal", Kernels::reciprocal, x -> 1.0 / x);
        check(kernels, "relu", Kernels::relu, x -> Math.max(x, 0.0));
    }

    private static void check(Kernels<double[]> kernels, String name, Unary unary, DoubleUnaryOperator operator) {
        Random random = new Random(5);
        for (int n : rounds()) {
            double[] x = mixed(kernels, random, n + 5);
            double[] expected = guarded(n + 5);
            for (int i = 0; i < n; i++) {
                expected[2 + i] = round(kernels, operator.applyAsDouble(x[1 + i]));
            }
            double[] y = guarded(n + 5);
            unary.apply(kernels, x, 1, y, 2, n);
            assertSame(y, expected, name);
            unary.apply(kernels, x, 1, x, 1, n);
            assertPart(x, 1, expected, n, name + " in place");
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void where(Kernels<double[]> kernels) {
        Random random = new Random(7);
        for (int n : rounds()) {
            for (int steps = 0; steps < 8; steps++) {
                int cs = steps & 1;
                int xs = steps >> 1 & 1;
                int ys = steps >> 2;
                double[] c = mixed(kernels, random, n + 5);
                double[] x = mixed(kernels, random, n + 5);
                double[] y = mixed(kernels, random, n + 5);
                double[] expected = guarded(n + 5);
                for (int i = 0; i < n; i++) {
                    expected[2 + i] = c[4 + i * cs] != 0.0 ? x[1 + i * xs] : y[3 + i * ys];
                }
                double[] z = guarded(n + 5);
                kernels.where(c, 4, cs, x, 1, xs, y, 3, ys, z, 2, n);
                assertSame(z, expected, "where");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void firstNonFinite(Kernels<double[]> kernels) {
        for (int n : LENGTHS) {
            assertThat(kernels.firstNonFinite(new double[n + 2], 1, n)).isEqualTo(-1);
            for (int i = 0; i < n; i++) {
                for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
                    double[] x = new double[n + 2];
                    x[0] = Double.NaN;
                    x[n + 1] = Double.NaN;
                    x[1 + i] = bad;
                    x[n] = bad;
                    assertThat(kernels.firstNonFinite(x, 1, n)).isEqualTo(i);
                }
            }
        }
    }

    private static int[] rounds() {
        return IntStream.range(0, ROUNDS * LENGTHS.length)
                .map(i -> LENGTHS[i % LENGTHS.length])
                .toArray();
    }

    private static double[] mixed(Kernels<double[]> kernels, Random random, int n) {
        double[] x = new double[n];
        for (int i = 0; i < n; i++) {
            // few different numbers, so that some are equal
            x[i] = random.nextInt(3) == 0
                    ? round(kernels, SPECIAL[random.nextInt(SPECIAL.length)])
                    : random.nextInt(5) - 2.0;
        }
        return x;
    }

    private static void assertPart(double[] actual, int offset, double[] expected, int n, String name) {
        for (int i = 0; i < n; i++) {
            if (ulps(actual[offset + i], expected[2 + i]) != 0.0) {
                assertThat(actual[offset + i]).as("%s element %d", name, i).isEqualTo(expected[2 + i]);
            }
        }
    }

    private static void assertSame(double[] actual, double[] expected, String name) {
        for (int i = 0; i < actual.length; i++) {
            if (ulps(actual[i], expected[i]) != 0.0) {
                assertThat(actual[i])
                        .as("%s element %d, guard %s", name, i, GUARD)
                        .isEqualTo(expected[i]);
            }
        }
    }
}
