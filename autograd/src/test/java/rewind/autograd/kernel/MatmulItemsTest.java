package rewind.autograd.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.autograd.kernel.KernelsUnderTest.GUARD;
import static rewind.autograd.kernel.KernelsUnderTest.gaussians;
import static rewind.autograd.kernel.KernelsUnderTest.rounding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
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
    /** A call with several items, on numbers of the dtype of some kernels; they must agree with {@link #expect}. */
    private static final class Call {
        private final Random random;
        private final double rounding;
        private final int m;
        private final int n;
        private final int k;
        private final boolean ta;
        private final boolean tb;
        private final boolean accumulate;
        private final double[] a;
        private final double[] b;
        private final double[] before;
        private final int[] ao;
        private final int[] bo;
        private final int[] co;

        Call(
                Kernels<double[]> dtype,
                long seed,
                int m,
                int n,
                int k,
                boolean ta,
                boolean tb,
                boolean accumulate,
                int items) {
            random = new Random(seed);
            rounding = rounding(dtype);
            this.m = m;
            this.n = n;
            this.k = k;
            this.ta = ta;
            this.tb = tb;
            this.accumulate = accumulate;
            a = gaussians(dtype, random, items * m * k + 3, 1.0);
            b = gaussians(dtype, random, items * k * n + 5, 1.0);
            before = gaussians(dtype, random, items * m * n + 2, 1.0);
            ao = choose(items, m * k, 3);
            bo = choose(items, k * n, 5);
            co = choose(items, m * n, 1);
        }

        private int[] choose(int items, int length, int start) {
            // all different, all the same, or anything
            int kind = random.nextInt(3);
            int same = random.nextInt(items);
            int[] offsets = new int[items];
            for (int i = 0; i < items; i++) {
                int place = kind == 0 ? items - 1 - i : kind == 1 ? same : random.nextInt(items);
                offsets[i] = start + place * length;
            }
            return offsets;
        }

        double[] matmul(Kernels<double[]> kernels) {
            double[] c = before.clone();
            kernels.matmul(a, ao, ta, b, bo, tb, c, co, accumulate, m, n, k);
            return c;
        }

        double[] matmulPacked(Kernels<double[]> kernels) {
            int length = kernels.packedLength(n, k);
            double[] packed = new double[7 + bo.length * length + 1];
            Arrays.fill(packed, Double.NaN);
            int[] po = new int[bo.length];
            for (int i = 0; i < bo.length; i++) {
                po[i] = 7 + i * length;
                packed[po[i] + length] = GUARD;
                kernels.pack(b, bo[i], tb, packed, po[i], n, k);
                assertThat(packed[po[i] + length]).isEqualTo(GUARD);
            }
            assertThat(packed[6]).isNaN();
            double[] c = before.clone();
            kernels.matmulPacked(a, ao, ta, packed, po, c, co, accumulate, m, n, k);
            return c;
        }

        double[] matmulSum(Kernels<double[]> kernels) {
            List<double[]> as = new ArrayList<>();
            List<double[]> bs = new ArrayList<>();
            int[] from = new int[ao.length];
            for (int i = 0; i < ao.length; i++) {
                from[i] = i % 2;
                as.add(shifted(a, ao[i], m * k, i % 2));
                bs.add(shifted(b, bo[i], k * n, i % 2));
            }
            double[] c = before.clone();
            kernels.matmulSum(as, from, bs, from, c, co[0], m, n, k);
            return c;
        }

        private static double[] shifted(double[] x, int xo, int length, int shift) {
            double[] y = new double[length + shift];
            System.arraycopy(x, xo, y, shift, length);
            return y;
        }

        /** Σ of the items of one destination, within what the roundings of all terms can add up to. */
        void expect(String name, double[] c, int[] destinations, boolean add) {
            boolean[] written = new boolean[c.length];
            for (int d : Arrays.stream(destinations).distinct().toArray()) {
                int[] items = java.util.stream.IntStream.range(0, destinations.length)
                        .filter(x -> destinations[x] == d)
                        .toArray();
                for (int i = 0; i < m; i++) {
                    for (int j = 0; j < n; j++) {
                        int at = d + i * n + j;
                        written[at] = true;
                        expectElement(name, c[at], add ? before[at] : 0.0, items, i, j);
                    }
                }
            }
            for (int at = 0; at < c.length; at++) {
                if (!written[at] && c[at] != before[at]) {
                    assertThat(c[at])
                            .as("%s: element %d is not part of a result", name, at)
                            .isEqualTo(before[at]);
                }
            }
        }

        private void expectElement(String name, double actual, double start, int[] items, int i, int j) {
            double sum = start;
            double size = Math.abs(sum);
            for (int x : items) {
                for (int p = 0; p < k; p++) {
                    double term = a[ao[x] + (ta ? p * m + i : i * k + p)] * b[bo[x] + (tb ? j * k + p : p * n + j)];
                    sum += term;
                    size += Math.abs(term);
                }
            }
            // each term goes through at most so many roundings here and there
            double bound = 2.0 * (k * items.length + items.length + 1) * rounding * size;
            if (!(Math.abs(actual - sum) <= bound)) {
                assertThat(actual)
                        .as("%s element [%d, %d] of %d × %d × %d", name, i, j, m, n, k)
                        .isCloseTo(sum, org.assertj.core.data.Offset.offset(bound));
            }
        }

        void check(Named<Kernels<double[]>> kernels) {
            int[] one = new int[co.length];
            Arrays.fill(one, co[0]);
            String name = kernels.getName() + (ta ? " T" : " N") + (tb ? "T" : "N");
            expect(name, matmul(kernels.getPayload()), co, accumulate);
            expect(name + " packed", matmulPacked(kernels.getPayload()), co, accumulate);
            if (ta && !tb) {
                expect(name + " sum", matmulSum(kernels.getPayload()), one, true);
            }
        }
    }

    private static void check(long seed, int m, int n, int k, boolean ta, boolean tb, boolean accumulate, int items) {
        for (Named<Kernels<double[]>> kernels : KernelsUnderTest.all()) {
            new Call(kernels.getPayload(), seed, m, n, k, ta, tb, accumulate, items).check(kernels);
        }
    }

    @Provide
    Arbitrary<Integer> sizes() {
        return Arbitraries.oneOf(
                Arbitraries.integers().between(0, 40),
                Arbitraries.of(47, 48, 49, 61, 63, 64, 65, 71, 72, 73, 97, 127, 128, 129, 131));
    }

    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
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
        int[][] sizes = {{137, 40, 259}, {9, 489, 130}, {20, 1003, 7}, {260, 25, 100}, {33, 73, 257}, {16, 481, 300}};
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
            Call call = new Call(alone, seed, m, n, k, ta, tb, accumulate, items);
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

    private static final List<Named<Kernels<double[]>>> ONE_THREAD = KernelsUnderTest.withThreads(1);
    private static final List<List<Named<Kernels<double[]>>>> SEVERAL_THREADS =
            List.of(KernelsUnderTest.withThreads(2), KernelsUnderTest.withThreads(3));

    /** Neither padding nor what a buffer held before reaches a result. */
    @Example
    void nonFiniteNumbersOfOneCallDoNotReachTheNext() {
        for (Named<Kernels<double[]>> kernels : KernelsUnderTest.all()) {
            for (int m : new int[] {1, 2, 7, 13}) {
                for (int n : new int[] {1, 5, 9, 29}) {
                    for (int form = 0; form < 4; form++) {
                        Call clean = new Call(
                                kernels.getPayload(), form, m, n, 19, (form & 1) != 0, (form & 2) != 0, false, 2);
                        Call dirty = new Call(
                                kernels.getPayload(), form, m, n, 19, (form & 1) != 0, (form & 2) != 0, false, 2);
                        Arrays.fill(dirty.a, Double.NaN);
                        Arrays.fill(dirty.b, Double.POSITIVE_INFINITY);
                        double[] product = clean.matmul(kernels.getPayload());
                        double[] packed = clean.matmulPacked(kernels.getPayload());
                        dirty.matmul(kernels.getPayload());
                        expectSame(kernels.getName(), clean.matmul(kernels.getPayload()), product);
                        dirty.matmulPacked(kernels.getPayload());
                        expectSame(kernels.getName(), clean.matmulPacked(kernels.getPayload()), packed);
                        clean.expect(kernels.getName(), packed, clean.co, false);
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
                kernels.getPayload().matmulPacked(a, zero, false, packed, zero, c, zero, false, 13, n, 19);
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
        Call call = new Call(kernels, 1, 65, 40, 33, true, false, false, 3);
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
}
