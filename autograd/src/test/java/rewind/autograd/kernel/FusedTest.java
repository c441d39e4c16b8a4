package rewind.autograd.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.autograd.kernel.KernelsUnderTest.guarded;
import static rewind.autograd.kernel.KernelsUnderTest.round;
import static rewind.autograd.kernel.KernelsUnderTest.ulps;

import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Loops that do several operations in one pass: bit for bit their formula with every operation rounded, plain and vectorised, for
 * every pattern of steps.
 */
class FusedTest {
    private static final int[] LENGTHS = {0, 1, 2, 3, 7, 8, 9, 17, 33, 100};

    /** So often are the lengths gone through that the JIT compiles the loops. */
    private static final int ROUNDS = 200;

    private interface Loop {
        void apply(double[][] operands, int[] at, int[] steps, double[] out, int to, int n);
    }

    private interface Formula {
        double at(DoubleUnaryOperator rounded, double... operands);
    }

    static List<Named<Kernels<double[]>>> kernels() {
        return KernelsUnderTest.all();
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void addMul(Kernels<double[]> kernels) {
        check(
                kernels,
                3,
                (in, at, steps, out, to, n) -> kernels.addMul(
                        in[0], at[0], steps[0], in[1], at[1], steps[1], in[2], at[2], steps[2], out, to, n),
                (r, v) -> r.applyAsDouble(v[0] + r.applyAsDouble(v[1] * v[2])));
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void tanhPullback(Kernels<double[]> kernels) {
        check(
                kernels,
                2,
                (in, at, steps, out, to, n) ->
                        kernels.tanhPullback(in[0], at[0], steps[0], in[1], at[1], steps[1], out, to, n),
                (r, v) -> r.applyAsDouble(v[1] * r.applyAsDouble(1.0 - r.applyAsDouble(v[0] * v[0]))));
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void sigmoidPullback(Kernels<double[]> kernels) {
        check(
                kernels,
                2,
                (in, at, steps, out, to, n) ->
                        kernels.sigmoidPullback(in[0], at[0], steps[0], in[1], at[1], steps[1], out, to, n),
                (r, v) -> r.applyAsDouble(v[1] * r.applyAsDouble(v[0] * r.applyAsDouble(1.0 - v[0]))));
    }

    private static void check(Kernels<double[]> kernels, int operands, Loop loop, Formula formula) {
        Random random = new Random(13);
        for (int round = 0; round < ROUNDS; round++) {
            for (int n : LENGTHS) {
                for (int pattern = 0; pattern < 1 << operands; pattern++) {
                    double[][] in = new double[operands][];
                    int[] at = new int[operands];
                    int[] steps = new int[operands];
                    for (int i = 0; i < operands; i++) {
                        in[i] = mixed(kernels, random, n + 5);
                        at[i] = 1 + i;
                        steps[i] = pattern >> i & 1;
                    }
                    check(loop, in, at, steps, n, expected(kernels, formula, in, at, steps, n));
                }
            }
        }
    }

    private static double[] expected(
            Kernels<double[]> kernels, Formula formula, double[][] in, int[] at, int[] steps, int n) {
        double[] expected = new double[n];
        double[] values = new double[in.length];
        for (int i = 0; i < n; i++) {
            for (int x = 0; x < in.length; x++) {
                values[x] = in[x][at[x] + i * steps[x]];
            }
            expected[i] = formula.at(value -> round(kernels, value), values);
        }
        return expected;
    }

    /** Into an array of its own, then onto each operand that is walked along. */
    private static void check(Loop loop, double[][] in, int[] at, int[] steps, int n, double... expected) {
        double[] out = guarded(n + 5);
        loop.apply(in, at, steps, out, 4, n);
        assertSame(out, replaced(guarded(n + 5), 4, expected));
        for (int x = 0; x < in.length; x++) {
            if (steps[x] == 1) {
                double[] before = in[x].clone();
                loop.apply(in, at, steps, in[x], at[x], n);
                assertSame(in[x], replaced(before, at[x], expected));
                in[x] = before;
            }
        }
    }

    private static double[] replaced(double[] x, int from, double... part) {
        double[] y = x.clone();
        System.arraycopy(part, 0, y, from, part.length);
        return y;
    }

    private static void assertSame(double[] actual, double... expected) {
        for (int i = 0; i < actual.length; i++) {
            if (ulps(actual[i], expected[i]) != 0.0) {
                assertThat(actual[i]).as("element %d of %d", i, actual.length).isEqualTo(expected[i]);
            }
        }
    }

    private static double[] mixed(Kernels<double[]> kernels, Random random, int n) {
        double[] x = new double[n];
        for (int i = 0; i < n; i++) {
            x[i] = round(
                    kernels,
                    random.nextInt(4) == 0
                            ? PairwiseTest.SPECIAL[random.nextInt(PairwiseTest.SPECIAL.length)]
                            : random.nextGaussian());
        }
        return x;
    }
}
