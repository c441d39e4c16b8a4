package rewind.autograd.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.autograd.kernel.KernelsUnderTest.factors;
import static rewind.autograd.kernel.KernelsUnderTest.gaussians;
import static rewind.autograd.kernel.KernelsUnderTest.packed;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Named;

/** Several products in one call, packed factors, sums over arrays, and any number of threads, against the definition. */
class MatmulItemsTest {
    private static final Collection<List<Named<Kernels<double[]>>>> BY_DTYPE = KernelsUnderTest.all().stream()
            .collect(Collectors.groupingBy(kernels -> KernelsUnderTest.isSingle(kernels.getPayload())))
            .values();

    private static final List<Named<Kernels<double[]>>> ONE_THREAD = KernelsUnderTest.withThreads(1);
    private static final List<List<Named<Kernels<double[]>>>> SEVERAL_THREADS =
            List.of(KernelsUnderTest.withThreads(2), KernelsUnderTest.withThreads(3));

    private static void check(long seed, int m, int n, int k, boolean ta, boolean tb, boolean accumulate, int items) {
        for (List<Named<Kernels<double[]>>> kernels : BY_DTYPE) {
            Kernels<double[]> dtype = kernels.get(0).getPayload();
            new MatmulCall(dtype, seed, m, n, k, ta, tb, accumulate, items).check(kernels);
        }
    }

    @Provide
    Arbitrary<Integer> sizes() {
        return Arbitraries.oneOf(
                Arbitraries.integers().between(0, 40),
                Arbitraries.of(47, 48, 49, 61, 63, 64, 65, 71, 72, 73, 97, 127, 128, 129, 131));
    }

    @Property(tries = 250, edgeCases = EdgeCasesMode.NONE)
    void isTheDefinition(
            @ForAll("sizes") int m,
            @ForAll("sizes") int n,
            @ForAll("sizes") int k,
            @ForAll boolean ta,
            @ForAll boolean tb,
            @ForAll boolean accumulate,
            @ForAll @IntRange(min = 1, max = 5) int items,
            @ForAll long seed) {
        check(seed, m, n, k, ta, tb, accumulate, items);
    }

    /** Every combination of incomplete tiles, in one form after the other. */
    @Example
    void everySmallSize() {
        int form = 0;
        for (int m = 1; m <= 40; m++) {
            for (int n = 1; n <= 40; n++) {
                for (int k : new int[] {1, 2, 3, 17}) {
                    form++;
                    check(form, m, n, k, (form & 1) != 0, (form & 2) != 0, (form & 4) != 0, 1 + form % 2);
                }
            }
        }
    }

    /** Around the ends of blocks of rows, of columns and of depth, also where blocks consist of several items. */
    @Example
    void severalBlocks() {
        int[][] sizes = {
            {137, 40, 259},
            {9, 489, 130},
            {20, 1003, 7},
            {260, 25, 100},
            {33, 73, 257},
            {16, 529, 300},
            {20, 30, 1030},
            {9, 530, 513},
            {33, 25, 512}
        };
        for (int[] s : sizes) {
            for (int form = 0; form < 4; form++) {
                boolean ta = (form & 1) != 0;
                check(form, s[0], s[1], s[2], ta, (form & 2) != 0, form % 3 == 0, 1 + form);
                check(form + 9, s[0], s[1], s[2], ta, false, form % 3 != 0, 3);
            }
        }
    }

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void threadsDoNotChangeABit(
            @ForAll("sizes") int m,
            @ForAll("sizes") int n,
            @ForAll("sizes") int k,
            @ForAll boolean ta,
            @ForAll boolean tb,
            @ForAll boolean accumulate,
            @ForAll @IntRange(min = 1, max = 9) int items,
            @ForAll long seed) {
        for (int which = 0; which < ONE_THREAD.size(); which++) {
            Kernels<double[]> alone = ONE_THREAD.get(which).getPayload();
            MatmulCall call = new MatmulCall(alone, seed, m, n, k, ta, tb, accumulate, items);
            for (List<Named<Kernels<double[]>>> threads : SEVERAL_THREADS) {
                Named<Kernels<double[]>> several = threads.get(which);
                expectSame(several.getName(), call.matmul(several.getPayload()), call.matmul(alone));
                expectSame(several.getName(), call.matmulPacked(several.getPayload()), call.matmulPacked(alone));
                expectSame(several.getName(), call.matmulSum(several.getPayload()), call.matmulSum(alone));
            }
        }
    }

    private static void expectSame(String name, double[] actual, double[] expected) {
        // first the fast comparison: the other one takes longer than everything else
        if (!Arrays.equals(actual, expected)) {
            assertThat(actual).as(name).containsExactly(expected);
        }
    }

    /** Neither padding nor what a buffer held before reaches a result. */
    @Example
    void nonFiniteNumbersOfOneCallDoNotReachTheNext() {
        for (Named<Kernels<double[]>> kernels : KernelsUnderTest.all()) {
            for (int m : new int[] {1, 2, 7, 13}) {
                for (int n : new int[] {1, 5, 9, 29}) {
                    for (int form = 0; form < 4; form++) {
                        MatmulCall clean = new MatmulCall(
                                kernels.getPayload(), form, m, n, 19, (form & 1) != 0, (form & 2) != 0, false, 2);
                        MatmulCall dirty = new MatmulCall(
                                kernels.getPayload(), form, m, n, 19, (form & 1) != 0, (form & 2) != 0, false, 2);
                        Arrays.fill(dirty.a, Double.NaN);
                        Arrays.fill(dirty.b, Double.POSITIVE_INFINITY);
                        double[] product = clean.matmul(kernels.getPayload());
                        double[] packed = clean.matmulPacked(kernels.getPayload());
                        dirty.matmul(kernels.getPayload());
                        expectSame(kernels.getName(), clean.matmul(kernels.getPayload()), product);
                        dirty.matmulPacked(kernels.getPayload());
                        expectSame(kernels.getName(), clean.matmulPacked(kernels.getPayload()), packed);
                        clean.products().verify(kernels.getName(), packed);
                    }
                }
            }
        }
    }

    /** A packed factor keeps each number in its column. */
    @Example
    void nonFiniteNumbersStayInTheirColumns() {
        for (Named<Kernels<double[]>> kernels : KernelsUnderTest.all()) {
            for (int n : new int[] {3, 9, 31, 60}) {
                double[] a = gaussians(kernels.getPayload(), new Random(1), 13 * 19, 1.0);
                double[] b = gaussians(kernels.getPayload(), new Random(2), 19 * n, 1.0);
                b[5 * n + n - 1] = Double.NaN;
                double[] packed = new double[kernels.getPayload().packedLength(n, 19)];
                kernels.getPayload().pack(b, 0, false, packed, 0, n, 19);
                double[] c = new double[13 * n];
                int[] zero = {0};
                kernels.getPayload()
                        .matmul(new Matmul<>(factors(a, false, zero), packed(packed, zero), c, zero, false, 13, n, 19));
                for (int x = 0; x < c.length; x++) {
                    assertThat(Double.isNaN(c[x])).isEqualTo(x % n == n - 1);
                }
            }
        }
    }

    /** Shared by all threads at once, the kernels still compute the same. */
    @Example
    void severalCallersDoNotDisturbEachOther() throws InterruptedException {
        for (Named<Kernels<double[]>> kernels : SEVERAL_THREADS.get(0)) {
            callAtOnce(kernels.getPayload());
        }
    }

    private static void callAtOnce(Kernels<double[]> kernels) throws InterruptedException {
        MatmulCall call = new MatmulCall(kernels, 1, 65, 40, 33, true, false, false, 3);
        double[] expected = call.matmul(kernels);
        List<double[]> results = Collections.synchronizedList(new ArrayList<>());
        List<Thread> callers = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
            Thread caller = new Thread(() -> {
                for (int i = 0; i < 200; i++) {
                    results.add(call.matmul(kernels));
                }
            });
            caller.start();
            callers.add(caller);
        }
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(results).hasSize(600);
        results.forEach(c -> expectSame("one of three callers", c, expected));
    }

    /**
     * Single rows that meet several matrices: however their sums lie, a row has the bits that it has alone. Here they are x·U of every step
     * and gate; the same steps backwards; and with one step less for one of the gates.
     */
    @Property(tries = 60)
    void singleRowsOfManySteps(
            @ForAll @IntRange(min = 1, max = 30) int steps,
            @ForAll @IntRange(min = 1, max = 4) int gates,
            @ForAll @IntRange(min = 1, max = 70) int n,
            @ForAll @IntRange(min = 0, max = 20) int k,
            @ForAll boolean backwards,
            @ForAll boolean missing,
            @ForAll long seed) {
        for (Named<Kernels<double[]>> each : KernelsUnderTest.all()) {
            Kernels<double[]> kernels = each.getPayload();
            double[] a = gaussians(kernels, new Random(seed), steps * k, 1);
            double[] b = gaussians(kernels, new Random(seed + 1), gates * k * n, 1);
            int items = steps * gates - (missing ? 1 : 0);
            int[][] places = new int[3][items];
            double[] expected = new double[steps * gates * n];
            for (int i = 0; i < items; i++) {
                int step = backwards ? steps - 1 - i / gates : i / gates;
                places[0][i] = step * k;
                places[1][i] = i % gates * k * n;
                places[2][i] = i * n;
                rows(kernels, a, b, expected, new int[][] {{step * k}, {i % gates * k * n}, {i * n}}, n, k);
            }
            double[] all = new double[expected.length];
            rows(kernels, a, b, all, places, n, k);
            assertThat(all).as(each.getName()).isEqualTo(expected);
        }
    }

    private static void rows(
            Kernels<double[]> kernels, double[] a, double[] b, double[] c, int[][] places, int n, int k) {
        kernels.matmul(new Matmul<>(
                Matmul.Factors.in(a, places[0], Matmul.Storage.PLAIN),
                Matmul.Factors.in(b, places[1], Matmul.Storage.PLAIN),
                c,
                places[2],
                false,
                1,
                n,
                k));
    }
}
