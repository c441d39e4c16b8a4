package rewind.autograd.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.autograd.kernel.KernelsUnderTest.factors;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Matrix products that sum up very many terms, along whichever axis, in one product or in several. */
class LongProductsTest {
    /** Thin products of either kind, and such as go through tiles, with edges. */
    private static final int[][] SIZES = {{1, 1}, {1, 20}, {3, 5}, {11, 1}, {9, 19}};

    /**
     * So many roundings to one side, as of equal numbers, may add up: of one sum of 2048 numbers, while which it grows to the whole and is
     * half of that on the average, and a few of sums of sums.
     */
    private static final int ROUNDINGS = 2048 / 2 + 32;

    @Test
    void areTheDefinition() {
        List<Named<Kernels<double[]>>> all = KernelsUnderTest.all();
        for (int form = 0; form < 4; form++) {
            for (int[] size : SIZES) {
                boolean ta = (form & 1) != 0;
                boolean tb = (form & 2) != 0;
                for (Named<Kernels<double[]>> kernels : all) {
                    new MatmulCall(kernels.getPayload(), form, size[0], size[1], 5_000 + form, ta, tb, form > 1, 2)
                            .check(List.of(kernels));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("rewind.autograd.kernel.KernelsUnderTest#all")
    void roundingsDoNotGrowWithTheNumberOfTerms(Kernels<double[]> kernels) {
        for (int k : new int[] {1_000, 16_384, 150_001}) {
            double[] a = numbers(kernels, 11 * k, 1000);
            double[] b = numbers(kernels, 20 * k, 3);
            for (int[] size : SIZES) {
                for (int form = 0; form < 4; form++) {
                    double[] c = new double[size[0] * size[1]];
                    boolean ta = (form & 1) != 0;
                    boolean tb = (form & 2) != 0;
                    kernels.matmul(new Matmul<>(
                            factors(a, ta, 0), factors(b, tb, 0), c, new int[] {0}, false, size[0], size[1], k));
                    verify(kernels, a[0] * b[0] * k, c);
                }
            }
        }
    }

    /** Whether they are the terms of one call, of factors that repeat, or of calls that wait for each other. */
    @ParameterizedTest
    @MethodSource("rewind.autograd.kernel.KernelsUnderTest#all")
    void norWithTheNumberOfItems(Kernels<double[]> kernels) {
        int items = 3_000;
        for (int k : new int[] {1, 40}) {
            for (int[] size : SIZES) {
                int m = size[0];
                int n = size[1];
                double[] a = numbers(kernels, m * k, 1000);
                double[] b = numbers(kernels, k * n, 3);
                int[] same = new int[items];
                double[] c = new double[m * n];
                kernels.matmul(new Matmul<>(factors(a, false, same), factors(b, false, same), c, same, false, m, n, k));
                verify(kernels, a[0] * b[0] * k * items, c);
                Arrays.fill(c, 0.0);
                kernels.matmul(Matmul.sums(
                        new Matmul.Factors<>(Collections.nCopies(items, a), same, Matmul.Storage.TRANSPOSED),
                        new Matmul.Factors<>(Collections.nCopies(items, b), same, Matmul.Storage.PLAIN),
                        1,
                        c,
                        0,
                        m,
                        n,
                        k));
                verify(kernels, a[0] * b[0] * k * items, c);
            }
        }
    }

    private static double[] numbers(Kernels<double[]> kernels, int n, double value) {
        double[] x = new double[n];
        Arrays.fill(x, KernelsUnderTest.round(kernels, value + 0.1));
        return x;
    }

    private static void verify(Kernels<double[]> kernels, double expected, double... sums) {
        double bound = ROUNDINGS * KernelsUnderTest.rounding(kernels) * expected;
        for (double sum : sums) {
            assertThat(Math.abs(sum - expected)).isLessThan(bound);
        }
    }
}
