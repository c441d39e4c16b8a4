package rewind.autograd.kernel;

import static rewind.autograd.kernel.KernelsUnderTest.factors;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;
import rewind.autograd.threads.Workers;

/**
 * Measures the matrix products of the vector kernels against what the processor could do at best: a loop of fused
 * multiply-adds in registers, run in turn with the products so that both meet the same conditions. Of every
 * case the best of many short runs counts. Arguments: the number of threads, and what the names of the cases wanted
 * contain.
 *
 * <pre>{@code
 * java --add-modules jdk.incubator.vector -cp autograd/target/classes:autograd/target/test-classes \
 *     rewind.autograd.kernel.MatmulSpeed 1
 * }</pre>
 */
final class MatmulSpeed {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int ROUNDS = 400;
    private static final int WARM_UP_ROUNDS = 60;

    /** Multiplications in one run: some tens of microseconds. */
    private static final double RUN = 1e6;

    private static final int STEPS = 1000;

    private record Case(String name, double work, Runnable product, double[] best) {
        Case(String name, double work, Runnable product) {
            this(name, work, product, new double[1]);
        }

        void measure() {
            int runs = (int) Math.max(1, RUN / work);
            // brings the factors back into the caches
            product.run();
            long start = System.nanoTime();
            for (int i = 0; i < runs; i++) {
                product.run();
            }
            best[0] = Math.max(best[0], 2.0 * work * runs / (System.nanoTime() - start));
        }
    }

    private MatmulSpeed() {}

    public static void main(String[] args) {
        Workers workers = new Workers(args.length == 0 ? 1 : Integer.parseInt(args[0]), 300_000);
        Kernels<double[]> kernels = new F64VectorKernels() {
            @Override
            public Workers workers() {
                return workers;
            }
        };
        List<Case> cases = cases(kernels);
        cases.removeIf(c -> args.length > 1 && !c.name().contains(args[1]));
        run(cases);
    }

    private static void run(List<Case> cases) {
        double[] sums = new double[1];
        Case peak = new Case("registers alone", 16.0 * SPECIES.length() * STEPS, () -> sums[0] += peak(STEPS));
        for (int round = 0; round < ROUNDS + WARM_UP_ROUNDS; round++) {
            if (round == WARM_UP_ROUNDS) {
                cases.forEach(c -> c.best()[0] = 0.0);
            }
            peak.measure();
            cases.forEach(Case::measure);
        }
        print(peak, peak);
        cases.forEach(c -> print(c, peak));
        if (Double.isNaN(sums[0])) {
            throw new AssertionError("the sums converge");
        }
    }

    private static void print(Case c, Case peak) {
        System.out.printf(
                Locale.ROOT,
                "%-36s %6.1f GFLOP/s %4.0f %%%n",
                c.name(),
                c.best()[0],
                100 * c.best()[0] / peak.best()[0]);
    }

    private static List<Case> cases(Kernels<double[]> kernels) {
        List<Case> cases = new ArrayList<>();
        for (int form = 0; form < 4; form++) {
            cases.add(plain(kernels, 512, 512, 512, (form & 1) != 0, (form & 2) != 0, 1, false));
        }
        int[][] shapes = {
            {32, 32, 32}, {64, 64, 64}, {32, 128, 128}, {64, 256, 256}, {64, 512, 512}, {1, 64, 64}, {1, 256, 256}
        };
        for (int[] s : shapes) {
            cases.add(packed(kernels, s[0], s[1], s[2], 4, false));
        }
        for (int[] s : shapes) {
            cases.add(packed(kernels, s[0], s[1], s[2], 4, true));
        }
        for (int[] s : shapes) {
            cases.add(plain(kernels, s[0], s[1], s[2], false, false, 4, false));
            cases.add(plain(kernels, s[0], s[1], s[2], false, true, 4, false));
        }
        for (int u : new int[] {32, 64, 128, 256, 512}) {
            cases.add(plain(kernels, u, u, 64, true, false, 1, true));
            cases.add(plain(kernels, u, u, 32, true, false, 1, true));
            cases.add(sum(kernels, u, u, 64, 8));
        }
        cases.add(repeated(kernels, 64, 128, 128, 32));
        cases.add(plain(kernels, 61, 61, 61, false, false, 1, false));
        cases.add(plain(kernels, 61, 61, 61, true, true, 1, false));
        cases.add(plain(kernels, 256, 1, 256, false, false, 1, false));
        cases.add(plain(kernels, 256, 1, 64, true, false, 1, true));
        return cases;
    }

    private static double[] random(int n) {
        return KernelsUnderTest.gaussians(new Random(n), n, 1.0);
    }

    private static int[] offsets(int count, int step) {
        int[] offsets = new int[count];
        for (int i = 0; i < count; i++) {
            offsets[i] = i * step;
        }
        return offsets;
    }

    private static String size(int m, int n, int k, int items) {
        return m + "×" + n + "×" + k + (items == 1 ? "" : " ×" + items);
    }

    private static Case plain(
            Kernels<double[]> kernels, int m, int n, int k, boolean ta, boolean tb, int items, boolean accumulate) {
        double[] a = random(items * m * k);
        double[] b = random(items * n * k);
        double[] c = new double[items * m * n];
        int[] ao = offsets(items, m * k);
        int[] bo = offsets(items, n * k);
        int[] co = offsets(items, m * n);
        String form = " " + (ta ? "T" : "N") + (tb ? "T" : "N") + (accumulate ? " added" : "");
        return new Case(
                size(m, n, k, items) + form,
                (double) items * m * n * k,
                () -> kernels.matmul(new Matmul<>(factors(a, ta, ao), factors(b, tb, bo), c, co, accumulate, m, n, k)));
    }

    /** One A with several packed B, as in a step of a recurrent layer; or the sum of several, as in its gradient. */
    private static Case packed(Kernels<double[]> kernels, int m, int n, int k, int items, boolean sum) {
        double[] a = random(items * m * k);
        double[] b = random(n * k);
        int length = kernels.packedLength(n, k);
        double[] packed = new double[items * length];
        for (int i = 0; i < items; i++) {
            kernels.pack(b, 0, sum, packed, i * length, n, k);
        }
        double[] c = new double[items * m * n];
        int[] ao = offsets(items, sum ? m * k : 0);
        int[] bo = offsets(items, length);
        int[] co = offsets(items, sum ? 0 : m * n);
        return new Case(
                size(m, n, k, items) + (sum ? " packed, summed" : " packed, one A"),
                (double) items * m * n * k,
                () -> kernels.matmul(
                        new Matmul<>(factors(a, false, ao), KernelsUnderTest.packed(packed, bo), c, co, sum, m, n, k)));
    }

    private static Case repeated(Kernels<double[]> kernels, int m, int n, int k, int items) {
        double[] a = random(items * m * k);
        double[] b = random(n * k);
        double[] c = new double[items * m * n];
        int[] ao = offsets(items, m * k);
        int[] bo = new int[items];
        int[] co = offsets(items, m * n);
        return new Case(
                size(m, n, k, items) + " NN, one B",
                (double) items * m * n * k,
                () -> kernels.matmul(
                        new Matmul<>(factors(a, false, ao), factors(b, false, bo), c, co, false, m, n, k)));
    }

    private static Case sum(Kernels<double[]> kernels, int m, int n, int k, int items) {
        double[] a = random(items * m * k);
        double[] b = random(items * n * k);
        double[] c = new double[m * n];
        List<double[]> as = Collections.nCopies(items, a);
        List<double[]> bs = Collections.nCopies(items, b);
        int[] ao = offsets(items, m * k);
        int[] bo = offsets(items, n * k);
        return new Case(
                size(m, n, k, items) + " TN sum",
                (double) items * m * n * k,
                () -> kernels.matmul(Matmul.sums(
                        new Matmul.Factors<>(as, ao, Matmul.Storage.TRANSPOSED),
                        new Matmul.Factors<>(bs, bo, Matmul.Storage.PLAIN),
                        1,
                        c,
                        0,
                        m,
                        n,
                        k)));
    }

    /** 16 independent sums, twice as many as keep two units with a latency of four cycles at work. */
    static double peak(int steps) {
        DoubleVector x = DoubleVector.broadcast(SPECIES, 0.999);
        DoubleVector y = DoubleVector.broadcast(SPECIES, 1e-3);
        DoubleVector s0 = y;
        DoubleVector s1 = y;
        DoubleVector s2 = y;
        DoubleVector s3 = y;
        DoubleVector s4 = y;
        DoubleVector s5 = y;
        DoubleVector s6 = y;
        DoubleVector s7 = y;
        DoubleVector s8 = y;
        DoubleVector s9 = y;
        DoubleVector s10 = y;
        DoubleVector s11 = y;
        DoubleVector s12 = y;
        DoubleVector s13 = y;
        DoubleVector s14 = y;
        DoubleVector s15 = y;
        for (int i = 0; i < steps; i++) {
            s0 = s0.fma(x, y);
            s1 = s1.fma(x, y);
            s2 = s2.fma(x, y);
            s3 = s3.fma(x, y);
            s4 = s4.fma(x, y);
            s5 = s5.fma(x, y);
            s6 = s6.fma(x, y);
            s7 = s7.fma(x, y);
            s8 = s8.fma(x, y);
            s9 = s9.fma(x, y);
            s10 = s10.fma(x, y);
            s11 = s11.fma(x, y);
            s12 = s12.fma(x, y);
            s13 = s13.fma(x, y);
            s14 = s14.fma(x, y);
            s15 = s15.fma(x, y);
        }
        return s0.add(s1)
                .add(s2)
                .add(s3)
                .add(s4)
                .add(s5)
                .add(s6)
                .add(s7)
                .add(s8)
                .add(s9)
                .add(s10)
                .add(s11)
                .add(s12)
                .add(s13)
                .add(s14)
                .add(s15)
                .lane(0);
    }
}
