package rewind.autograd.kernel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Measures the matrix products of the vector kernels against what the processor could do at best: a loop of fused
 * multiply-adds that stay in registers, run in turn with the products so that both meet the same conditions. Of every
 * case the best of many short runs counts. Arguments: the number of threads, and what the names of the cases wanted
 * contain.
 *
 * <pre>{@code
 * java --add-modules jdk.incubator.vector -cp autograd/target/classes:autograd/target/test-classes \
 *     rewind.autograd.kernel.MatmulSpeed 1
 * }</pre>
 */
final class MatmulSpeed {
    private static final int ROUNDS = 400;
    private static final int WARM_UP_ROUNDS = 60;

    /** Multiplications in one run: some tens of microseconds. */
    private static final double RUN = 1e6;

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
            Workers workers() {
                return workers;
            }
        };
        List<Case> cases = cases(kernels);
        cases.removeIf(c -> args.length > 1 && !c.name().contains(args[1]));
        run(cases);
    }

    private static void run(List<Case> cases) {
        double[] x = random(512);
        Case peak = new Case("registers alone", 16.0 * x.length, () -> peak(x, 0.999, 1e-3));
        for (int round = 0; round < ROUNDS + WARM_UP_ROUNDS; round++) {
            if (round == WARM_UP_ROUNDS) {
                cases.forEach(c -> c.best()[0] = 0.0);
            }
            peak.measure();
            cases.forEach(Case::measure);
        }
        print(peak, peak);
        cases.forEach(c -> print(c, peak));
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
                () -> kernels.matmul(a, ao, ta, b, bo, tb, c, co, accumulate, m, n, k));
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
                () -> kernels.matmulPacked(a, ao, false, packed, bo, c, co, sum, m, n, k));
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
                () -> kernels.matmul(a, ao, false, b, bo, false, c, co, false, m, n, k));
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
                () -> kernels.matmulSum(as, ao, bs, bo, c, 0, m, n, k));
    }

    /** 16 steps for each element loaded: HotSpot makes vectors of them, the processor overlaps those of several. */
    static void peak(double[] x, double f, double g) {
        for (int i = 0; i < x.length; i++) {
            double v = x[i];
            v = Math.fma(v, f, g);
            v = Math.fma(v, f, g);
            v = Math.fma(v, f, g);
            v = Math.fma(v, f, g);
            v = Math.fma(v, f, g);
            v = Math.fma(v, f, g);
            v = Math.fma(v, f, g);
            v = Math.fma(v, f, g);
            v = Math.fma(v, f, g);
            v = Math.fma(v, f, g);
            v = Math.fma(v, f, g);
            v = Math.fma(v, f, g);
            v = Math.fma(v, f, g);
            v = Math.fma(v, f, g);
            v = Math.fma(v, f, g);
            v = Math.fma(v, f, g);
            x[i] = v;
        }
    }
}
