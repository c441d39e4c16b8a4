package rewind.autograd.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.autograd.kernel.KernelsUnderTest.GUARD;
import static rewind.autograd.kernel.KernelsUnderTest.factors;
import static rewind.autograd.kernel.KernelsUnderTest.gaussians;
import static rewind.autograd.kernel.KernelsUnderTest.packed;
import static rewind.autograd.kernel.KernelsUnderTest.rounding;

import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.junit.jupiter.api.Named;

/** Matrix products of all sizes around the edges of tiles, in all forms, against the definition. */
class MatmulTest {
    private static final int[] SMALL = {1, 3, 4, 7, 9, 25, 33};

    /** Runs every path often enough for the JIT to compile it. */
    @BeforeContainer
    static void warmUp() {
        Random random = new Random(31);
        for (Named<Kernels<double[]>> kernels : KernelsUnderTest.all()) {
            for (int i = 0; i < 20_000; i++) {
                int m = SMALL[random.nextInt(SMALL.length)];
                int n = SMALL[random.nextInt(SMALL.length)];
                double[] a = new double[m * 9];
                double[] b = new double[n * 9];
                kernels.getPayload()
                        .matmul(new Matmul<>(
                                factors(a, random.nextBoolean(), 0),
                                factors(b, random.nextBoolean(), 0),
                                new double[m * n],
                                new int[] {0},
                                true,
                                m,
                                n,
                                9));
            }
        }
    }

    @Provide
    Arbitrary<Integer> sizes() {
        return Arbitraries.of(
                0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 23, 24, 25, 31, 32, 33, 40, 47, 64, 65, 100, 127, 128, 129);
    }

    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
    void isTheDefinition(
            @ForAll("sizes") int m,
            @ForAll("sizes") int n,
            @ForAll("sizes") int k,
            @ForAll boolean ta,
            @ForAll boolean tb,
            @ForAll boolean accumulate,
            @ForAll long seed) {
        check(m, n, k, ta, tb, accumulate, seed);
    }

    /** More than one block of rows and of depth, in each form. */
    @Example
    void largeProducts() {
        for (int form = 0; form < 4; form++) {
            check(300, 75, 270, (form & 1) != 0, (form & 2) != 0, form == 1 || form == 2, form);
            check(50, 540, 130, (form & 1) != 0, (form & 2) != 0, form == 0 || form == 3, form);
            check(19, 30, 1030, (form & 1) != 0, (form & 2) != 0, form == 1 || form == 3, form);
        }
    }

    private static void check(int m, int n, int k, boolean ta, boolean tb, boolean accumulate, long seed) {
        for (Named<Kernels<double[]>> kernels : KernelsUnderTest.all()) {
            Random random = new Random(seed);
            double[] a = gaussians(kernels.getPayload(), random, m * k + 3, 1.0);
            double[] b = gaussians(kernels.getPayload(), random, k * n + 5, 1.0);
            double[] before = gaussians(kernels.getPayload(), random, m * n + 2, 1.0);
            double[] c = before.clone();
            c[0] = GUARD;
            c[m * n + 1] = GUARD;
            kernels.getPayload()
                    .matmul(new Matmul<>(factors(a, ta, 3), factors(b, tb, 5), c, new int[] {1}, accumulate, m, n, k));
            assertThat(c[0]).isEqualTo(GUARD);
            assertThat(c[m * n + 1]).isEqualTo(GUARD);
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < n; j++) {
                    double sum = accumulate ? before[1 + i * n + j] : 0.0;
                    double size = Math.abs(sum);
                    for (int p = 0; p < k; p++) {
                        double term = a[3 + (ta ? p * m + i : i * k + p)] * b[5 + (tb ? j * k + p : p * n + j)];
                        sum += term;
                        size += Math.abs(term);
                    }
                    // each term goes through at most k + 1 roundings here and there
                    double bound = 2.0 * (k + 1) * rounding(kernels.getPayload()) * size;
                    double error = Math.abs(c[1 + i * n + j] - sum);
                    if (!(error <= bound)) {
                        assertThat(error)
                                .as("%s element [%d, %d]", kernels.getName(), i, j)
                                .isLessThanOrEqualTo(bound);
                    }
                }
            }
        }
    }

    /** An infinity or NaN reaches exactly its row or column, whatever the tiles at the edges compute beside it. */
    @Example
    void nonFiniteNumbersStayInTheirRowsAndColumns() {
        int k = 19;
        for (Named<Kernels<double[]>> kernels : KernelsUnderTest.all()) {
            for (int[] size : List.of(
                    new int[] {1, 9}, new int[] {9, 1}, new int[] {13, 29}, new int[] {9, 5}, new int[] {20, 60})) {
                int m = size[0];
                int n = size[1];
                for (int form = 0; form < 4; form++) {
                    boolean ta = (form & 1) != 0;
                    boolean tb = (form & 2) != 0;
                    double[] a = gaussians(kernels.getPayload(), new Random(1), m * k, 1.0);
                    double[] b = gaussians(kernels.getPayload(), new Random(2), k * n, 1.0);
                    int row = m - 1;
                    int column = n - 1;
                    a[ta ? 4 * m + row : row * k + 4] = Double.POSITIVE_INFINITY;
                    b[tb ? column * k + 5 : 5 * n + column] = Double.NaN;
                    double[] c = new double[m * n];
                    kernels.getPayload()
                            .matmul(new Matmul<>(
                                    factors(a, ta, 0), factors(b, tb, 0), c, new int[] {0}, false, m, n, k));
                    for (int i = 0; i < m; i++) {
                        for (int j = 0; j < n; j++) {
                            double v = c[i * n + j];
                            assertThat(
                                            j == column
                                                    ? Double.isNaN(v)
                                                    : Double.isInfinite(v) == (i == row) && !Double.isNaN(v))
                                    .as("%s element [%d, %d] of %d × %d: %s", kernels.getName(), i, j, m, n, v)
                                    .isTrue();
                        }
                    }
                }
            }
        }
    }

    @Example
    void anEmptySumIsZeroOrWhatWasThere() {
        double[] none = {};
        int[] start = {0};
        for (Named<Kernels<double[]>> kernels : KernelsUnderTest.all()) {
            for (int size : new int[] {1, 5, 40, 200}) {
                for (Matmul.Factors<double[]> b :
                        List.of(factors(none, false, start), factors(none, true, start), packed(none, start))) {
                    double[] c = gaussians(kernels.getPayload(), new Random(3), size * size, 1.0);
                    double[] before = c.clone();
                    Matmul.Factors<double[]> a = factors(none, false, start);
                    kernels.getPayload().matmul(new Matmul<>(a, b, c, start, true, size, size, 0));
                    assertThat(c).containsExactly(before);
                    kernels.getPayload().matmul(new Matmul<>(a, b, c, start, false, size, size, 0));
                    assertThat(c).containsOnly(0.0);
                }
            }
        }
    }
}
