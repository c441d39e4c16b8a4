package rewind.autograd.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static rewind.autograd.kernel.KernelsUnderTest.GUARD;
import static rewind.autograd.kernel.KernelsUnderTest.factors;
import static rewind.autograd.kernel.KernelsUnderTest.gaussians;
import static rewind.autograd.kernel.KernelsUnderTest.packed;
import static rewind.autograd.kernel.KernelsUnderTest.rounding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Named;

/** A call with several items, on numbers of the dtype of some kernels; they must agree with {@link #expected}. */
final class MatmulCall {
    private final Random random;
    private final double rounding;
    private final int m;
    private final int n;
    private final int k;
    private final boolean ta;
    private final boolean tb;
    private final boolean accumulate;
    final double[] a;
    final double[] b;
    private final double[] before;
    private final int[] ao;
    private final int[] bo;
    final int[] co;
    private final int sums;

    MatmulCall(
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
        sums = 1 + random.nextInt(items);
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
        kernels.matmul(new Matmul<>(factors(a, ta, ao), factors(b, tb, bo), c, co, accumulate, m, n, k));
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
        kernels.matmul(new Matmul<>(factors(a, ta, ao), packed(packed, po), c, co, accumulate, m, n, k));
        return c;
    }

    /** Sums of all products: the g-th meets each A with the B of g items later. */
    double[] matmulSum(Kernels<double[]> kernels) {
        List<double[]> as = new ArrayList<>();
        List<double[]> bs = new ArrayList<>();
        int[] from = new int[ao.length];
        for (int i = 0; i < ao.length; i++) {
            from[i] = i % 2;
            as.add(shifted(a, ao[i], m * k, i % 2));
            double[] rights = new double[sums * k * n];
            for (int g = 0; g < sums; g++) {
                System.arraycopy(b, later(g)[i], rights, g * k * n, k * n);
            }
            bs.add(shifted(rights, 0, rights.length, i % 2));
        }
        double[] c = before.clone();
        kernels.matmul(Matmul.sums(
                new Matmul.Factors<>(as, from, Matmul.Storage.TRANSPOSED),
                new Matmul.Factors<>(bs, from, Matmul.Storage.PLAIN),
                sums,
                c,
                1,
                m,
                n,
                k));
        return c;
    }

    private int[] later(int g) {
        return IntStream.range(0, bo.length).map(i -> bo[(i + g) % bo.length]).toArray();
    }

    private static double[] shifted(double[] x, int xo, int length, int shift) {
        double[] y = new double[length + shift];
        System.arraycopy(x, xo, y, shift, length);
        return y;
    }

    /** The numbers that must be there after {@link #matmul}. */
    Expected products() {
        Expected expected = new Expected(before.clone(), new double[before.length]);
        for (int d : Arrays.stream(co).distinct().toArray()) {
            int[] items = IntStream.range(0, co.length).filter(x -> co[x] == d).toArray();
            int[] lefts = Arrays.stream(items).map(x -> ao[x]).toArray();
            int[] rights = Arrays.stream(items).map(x -> bo[x]).toArray();
            expect(expected, d, accumulate, lefts, rights);
        }
        return expected;
    }

    /** The numbers that must be there after {@link #matmulSum}. */
    private Expected sums() {
        Expected expected = new Expected(before.clone(), new double[before.length]);
        for (int g = 0; g < sums; g++) {
            expect(expected, 1 + g * m * n, true, ao, later(g));
        }
        return expected;
    }

    private void expect(Expected expected, int d, boolean add, int[] lefts, int[] rights) {
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                expect(expected, d + i * n + j, add, lefts, rights, i, j);
            }
        }
    }

    /** Σ of the products for one element, within what the roundings of all terms can add up to. */
    private void expect(Expected expected, int at, boolean add, int[] lefts, int[] rights, int i, int j) {
        double sum = add ? before[at] : 0.0;
        double size = Math.abs(sum);
        for (int x = 0; x < lefts.length; x++) {
            for (int p = 0; p < k; p++) {
                double term = a[lefts[x] + (ta ? p * m + i : i * k + p)] * b[rights[x] + (tb ? j * k + p : p * n + j)];
                sum += term;
                size += Math.abs(term);
            }
        }
        expected.values[at] = sum;
        // each term goes through at most so many roundings here and there
        expected.bounds[at] = 2.0 * (k * lefts.length + lefts.length + 1) * rounding * size;
    }

    void check(List<Named<Kernels<double[]>>> all) {
        Expected products = products();
        Expected sum = ta && !tb ? sums() : null;
        for (Named<Kernels<double[]>> kernels : all) {
            String name = String.format(
                    Locale.ROOT, "%s %s%s, %d × %d × %d", kernels.getName(), ta ? "T" : "N", tb ? "T" : "N", m, n, k);
            products.verify(name, matmul(kernels.getPayload()));
            products.verify(name + " packed", matmulPacked(kernels.getPayload()));
            if (sum != null) {
                sum.verify(name + " sum", matmulSum(kernels.getPayload()));
            }
        }
    }

    /** Numbers, and how far from them others may be: not at all where a call has nothing to write. */
    record Expected(double[] values, double[] bounds) {
        void verify(String name, double... actual) {
            for (int i = 0; i < actual.length; i++) {
                if (!(Math.abs(actual[i] - values[i]) <= bounds[i])) {
                    assertThat(actual[i])
                            .as("%s, element %d of %d", name, i, actual.length)
                            .isCloseTo(values[i], within(bounds[i]));
                }
            }
        }
    }
}
