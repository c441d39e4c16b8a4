package rewind.autograd.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sums, also of exponentials, have one order: plain loops and vectors give the same bits, for every number of elements, along every axis. */
class OrderOfSumsTest {
    private static final int TRIES = 200;

    private interface Loop {
        void run(Kernels<double[]> k, double[] x, int xo, double[] y, int yo, int outer, int n, int inner);
    }

    private static final Map<String, Loop> LOOPS = Map.of(
            "sum", Kernels::sum,
            "norm", Kernels::norm,
            "cumsum", Kernels::cumsum,
            "max", Kernels::max,
            "min", Kernels::min,
            "sum of squares", OrderOfSumsTest::sumSquares,
            "logSumExp", Kernels::logSumExp,
            "softmax", Kernels::softmax,
            "logSoftmax", Kernels::logSoftmax);

    @Test
    void plainLoopsAndVectorsAgree() {
        KernelsUnderTest.requireVectors();
        KernelsUnderTest.vector().forEach(vector -> {
            Kernels<double[]> plain = KernelsUnderTest.plain(vector.getPayload());
            for (int seed = 0; seed < TRIES; seed++) {
                assertSame(vector.getName(), vector.getPayload(), plain, new Random(seed));
            }
        });
    }

    /** Halves of rows that are no whole blocks: one more than so many blocks, and one less. */
    @ParameterizedTest
    @MethodSource("rewind.autograd.kernel.KernelsUnderTest#all")
    void everyNumberOfRows(Kernels<double[]> kernels) {
        for (int inner : new int[] {2, 100, 1050}) {
            for (int blocks = 1; blocks <= 17; blocks++) {
                for (int n = 64 * blocks - 1; n <= 64 * blocks + 1; n++) {
                    double[] x = new double[n * inner];
                    Arrays.fill(x, 1.0);
                    double[] y = new double[inner];
                    kernels.sum(x, 0, y, 0, 1, n, inner);
                    assertThat(y).containsOnly(n);
                    kernels.norm(x, 0, y, 0, 1, n, inner);
                    assertThat(y[0]).isCloseTo(Math.sqrt(n), within(n * KernelsUnderTest.rounding(kernels)));
                }
            }
        }
    }

    private static void assertSame(String name, Kernels<double[]> vector, Kernels<double[]> plain, Random random) {
        int outer = 1 + random.nextInt(3);
        int n = 1 + length(random, 3000);
        int inner = random.nextBoolean() ? 1 : 1 + length(random, 20_000 / n);
        int offset = random.nextInt(4);
        int size = outer * n * inner;
        double scale = random.nextInt(8) == 0 ? KernelsUnderTest.choose(vector, 1e200, 1e25) : 3;
        double[] x = KernelsUnderTest.gaussians(vector, random, offset + size, scale);
        LOOPS.forEach((loop, function) -> {
            double[] expected = KernelsUnderTest.guarded(offset + size);
            double[] actual = KernelsUnderTest.guarded(offset + size);
            function.run(plain, x, offset, expected, offset, outer, n, inner);
            function.run(vector, x, offset, actual, offset, outer, n, inner);
            assertThat(Arrays.stream(actual).mapToLong(Double::doubleToLongBits).toArray())
                    .as("%s, %s of [%s, %s, %s] from %s", name, loop, outer, n, inner, offset)
                    .isEqualTo(Arrays.stream(expected)
                            .mapToLong(Double::doubleToLongBits)
                            .toArray());
        });
    }

    /** Small numbers as often as large ones. */
    private static int length(Random random, int most) {
        return random.nextInt(1 + random.nextInt(1 + most));
    }

    private static void sumSquares(
            Kernels<double[]> k, double[] x, int xo, double[] y, int yo, int outer, int n, int inner) {
        double[] squares = new double[outer * n * inner];
        k.square(x, xo, squares, 0, squares.length);
        k.sum(squares, 0, y, yo, outer, n, inner);
    }
}
