package rewind.autograd.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Products and cross-entropies of plain loops and of vectors are the same bits, thin or long, of any form, packed or summed up. */
class SameProductsTest {
    private static final int TRIES = 200;

    @Test
    void plainLoopsAndVectorsAgree() {
        KernelsUnderTest.vector().forEach(vector -> {
            Kernels<double[]> plain = KernelsUnderTest.plain(vector.getPayload());
            for (int seed = 0; seed < TRIES; seed++) {
                assertSame(vector.getPayload(), plain, seed);
            }
        });
    }

    private static void assertSame(Kernels<double[]> vector, Kernels<double[]> plain, int seed) {
        Random random = new Random(seed);
        int m = 1 + length(random, 40);
        int n = 1 + length(random, 60);
        boolean isLong = random.nextInt(10) == 0;
        int k = isLong ? random.nextInt(400_000 / m / n) : length(random, 80);
        int items = 1 + length(random, isLong ? 2 : 12);
        boolean ta = random.nextBoolean();
        boolean tb = random.nextBoolean();
        MatmulCall call = new MatmulCall(vector, seed, m, n, k, ta, tb, random.nextBoolean(), items);
        String name = vector + " " + m + " × " + n + " × " + k + ", " + items + " items" + (ta ? " T" : " N")
                + (tb ? "T" : "N");
        assertSame(name, call.matmul(vector), call.matmul(plain));
        assertSame(name + " packed", call.matmulPacked(vector), call.matmulPacked(plain));
        if (ta && !tb) {
            assertSame(name + " sum", call.matmulSum(vector), call.matmulSum(plain));
        }
        if (tb) {
            assertThat(vector.packs(m, n, k, true)).as(name).isEqualTo(plain.packs(m, n, k, true));
        }
    }

    @Test
    void crossEntropies() {
        KernelsUnderTest.vector().forEach(vector -> {
            Kernels<double[]> plain = KernelsUnderTest.plain(vector.getPayload());
            Random random = new Random(5);
            for (int n = 1; n < 1200; n += 1 + random.nextInt(n)) {
                double[] x = KernelsUnderTest.gaussians(vector.getPayload(), random, 5 * n, 4);
                double[] t = KernelsUnderTest.gaussians(vector.getPayload(), random, 5 * n, 1);
                double[] expected = new double[5];
                double[] actual = new double[5];
                plain.softmaxCrossEntropy(x, 0, t, 0, expected, 0, 5, n);
                vector.getPayload().softmaxCrossEntropy(x, 0, t, 0, actual, 0, 5, n);
                assertSame(vector.getName() + " of " + n, actual, expected);
            }
        });
    }

    private static void assertSame(String name, double[] actual, double[] expected) {
        assertThat(bits(actual)).as(name).isEqualTo(bits(expected));
    }

    private static long[] bits(double[] x) {
        return Arrays.stream(x).mapToLong(Double::doubleToLongBits).toArray();
    }

    /** Small numbers as often as large ones. */
    private static int length(Random random, int most) {
        return random.nextInt(1 + random.nextInt(1 + most));
    }
}
