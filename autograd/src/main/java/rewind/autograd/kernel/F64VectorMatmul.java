package rewind.autograd.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import rewind.autograd.threads.Workers;

/**
 * The matrix products with the Vector API: {@link F64VectorThin thin ones} without copies, all others in
 * {@link F64VectorProduct tiles}. Large ones are divided among threads, by items or by ranges of rows or columns.
 *
 * <p>The result depends on nothing but the arguments and, for thin products with a transposed B, on the length of the
 * machine's vectors.
 */
final class F64VectorMatmul {
    /** Factors B that occur several times in a call are copied once if they have no more elements than this. */
    private static final int MOST_COPIED = 1 << 20;

    private final Workers workers;

    F64VectorMatmul(Workers workers) {
        this.workers = workers;
    }

    static boolean packs(int m, int n, int k, boolean tb) {
        return n >= F64VectorPacking.LANES && (tb || !F64VectorThin.isThin(m, n, false));
    }

    static int packedLength(int n, int k) {
        return F64VectorPacking.padded(n) * k;
    }

    static void pack(double[] b, int bo, boolean tb, double[] packed, int po, int n, int k) {
        F64VectorPacking.pack(b, bo, tb, packed, po, n, k);
    }

    void matmul(
            double[] a,
            int[] ao,
            boolean ta,
            double[] b,
            int[] bo,
            boolean tb,
            double[] c,
            int[] co,
            boolean accumulate,
            int m,
            int n,
            int k) {
        if (F64VectorThin.isThin(m, n, tb)) {
            matmulThin(a, ao, ta, b, bo, tb, c, co, accumulate, m, n, k);
            return;
        }
        List<double[]> as = Collections.nCopies(ao.length, a);
        List<double[]> bs = Collections.nCopies(bo.length, b);
        F64VectorProduct product = new F64VectorProduct(as, ao, ta, bs, bo, tb, false, c, co, accumulate, m, n, k);
        MatmulGroups sums = new MatmulGroups(co);
        if (ta && sums.meet(ao)) {
            addSums(product, sums.items, sums.count, m, n, k);
            return;
        }
        MatmulGroups factors = bo.length == 1 ? null : new MatmulGroups(bo);
        boolean repeated = factors != null && (factors.count < bo.length || new MatmulGroups(ao).count < ao.length);
        if (repeated && (long) factors.count * packedLength(n, k) <= MOST_COPIED) {
            matmulRepeated(a, ao, ta, b, bo, tb, factors, c, co, accumulate, m, n, k);
        } else {
            divide(product, ao, co, m, n, k);
        }
    }

    /** Copies every B once, where a B or an A occurs several times. */
    private void matmulRepeated(
            double[] a,
            int[] ao,
            boolean ta,
            double[] b,
            int[] bo,
            boolean tb,
            MatmulGroups factors,
            double[] c,
            int[] co,
            boolean accumulate,
            int m,
            int n,
            int k) {
        int length = packedLength(n, k);
        double[] packed = F64Scratch.get().whole(factors.count * length);
        int[] po = new int[bo.length];
        for (int g = 0; g < factors.count; g++) {
            for (int x = factors.start(g); x < factors.end(g); x++) {
                po[factors.items[x]] = g * length;
            }
            F64VectorPacking.pack(b, bo[factors.items[factors.start(g)]], tb, packed, g * length, n, k);
        }
        matmulPacked(a, ao, ta, packed, po, c, co, accumulate, m, n, k);
    }

    void matmulPacked(
            double[] a,
            int[] ao,
            boolean ta,
            double[] packed,
            int[] bo,
            double[] c,
            int[] co,
            boolean accumulate,
            int m,
            int n,
            int k) {
        List<double[]> as = Collections.nCopies(ao.length, a);
        List<double[]> bs = Collections.nCopies(bo.length, packed);
        F64VectorProduct product = new F64VectorProduct(as, ao, ta, bs, bo, false, true, c, co, accumulate, m, n, k);
        divide(product, ao, co, m, n, k);
    }

    void matmulSum(
            List<double[]> a,
            int[] ao,
            List<double[]> b,
            int[] bo,
            int count,
            double[] c,
            int co,
            int m,
            int n,
            int k) {
        int pairs = ao.length;
        int[] items = new int[count * pairs];
        int[] lefts = new int[items.length];
        int[] rights = new int[items.length];
        int[] destinations = new int[items.length];
        List<double[]> as = new ArrayList<>(items.length);
        List<double[]> bs = new ArrayList<>(items.length);
        for (int g = 0; g < count; g++) {
            as.addAll(a);
            bs.addAll(b);
            for (int i = 0; i < pairs; i++) {
                int x = g * pairs + i;
                items[x] = x;
                lefts[x] = ao[i];
                rights[x] = bo[i] + g * k * n;
                destinations[x] = co + g * m * n;
            }
        }
        if (F64VectorThin.isThin(m, n, false)) {
            for (int x : items) {
                F64VectorThin.add(as.get(x), lefts[x], true, bs.get(x), rights[x], false, c, destinations[x], m, n, k);
            }
            return;
        }
        F64VectorProduct product =
                new F64VectorProduct(as, lefts, true, bs, rights, false, false, c, destinations, true, m, n, k);
        addSums(product, items, count, m, n, k);
    }

    /** Computes {@code count} sums of equally many items, one sum after another, which have the same A one by one. */
    private void addSums(F64VectorProduct product, int[] items, int count, int m, int n, int k) {
        int threads = workers.threadsFor((long) m * n * k * items.length);
        Cut cut = new Cut(threads, count, m, n);
        workers.run(threads, part -> cut.compute(product, items, 0, items.length, part));
    }

    private void matmulThin(
            double[] a,
            int[] ao,
            boolean ta,
            double[] b,
            int[] bo,
            boolean tb,
            double[] c,
            int[] co,
            boolean accumulate,
            int m,
            int n,
            int k) {
        MatmulGroups groups = new MatmulGroups(co);
        long work = (long) m * n * k * co.length;
        workers.split(groups.count, 1, work, (from, to) -> {
            for (int x = groups.start(from); x < groups.start(to); x++) {
                int i = groups.items[x];
                if (!accumulate && (x == 0 || co[groups.items[x - 1]] != co[i])) {
                    Arrays.fill(c, co[i], co[i] + m * n, 0.0);
                }
                F64VectorThin.add(a, ao[i], ta, b, bo[i], tb, c, co[i], m, n, k);
            }
        });
    }

    /** Divides the groups of products that share a factor or a C among the threads, and if they are few, each group too. */
    private void divide(F64VectorProduct product, int[] ao, int[] co, int m, int n, int k) {
        MatmulGroups destinations = new MatmulGroups(co);
        boolean shared = product.mayShare(destinations);
        MatmulGroups groups = shared ? new MatmulGroups(ao) : destinations;
        int threads = workers.threadsFor((long) m * n * k * co.length);
        int parts = groups.count % threads == 0 || groups.count >= 4 * threads ? 1 : threads;
        workers.run(groups.count * parts, x -> {
            int first = groups.start(x / parts);
            int last = groups.end(x / parts);
            Cut cut = new Cut(parts, shared ? last - first : 1, m, n);
            cut.compute(product, groups.items, first, last, x % parts);
        });
    }

    /**
     * How the elements of several C of m rows and n columns are divided into parts of about the same size: by the C, so that nothing
     * is copied twice; or by columns, so that each part reads its columns of B only; or by rows, if that is more even.
     */
    private record Cut(int parts, int sharing, int m, int n) {
        private static final int ROWS = F64VectorPacking.ROWS;

        /** Columns are divided if the largest part is no larger than the others by more than an eighth or so. */
        private static final double EVEN = 0.9;

        /** Computes a part of the sums of the items from {@code first} to before {@code last}. */
        void compute(F64VectorProduct product, int[] items, int first, int last, int part) {
            if (sharing % parts == 0) {
                int each = (last - first) / parts;
                product.compute(items, first + part * each, first + (part + 1) * each, sharing / parts, 0, m, 0, n);
            } else if (byColumns()) {
                product.compute(items, first, last, sharing, 0, m, column(part), column(part + 1));
            } else {
                product.compute(items, first, last, sharing, row(part), row(part + 1), 0, n);
            }
        }

        private boolean byColumns() {
            int columns = 0;
            int rows = 0;
            for (int part = 0; part < parts; part++) {
                columns = Math.max(columns, column(part + 1) - column(part));
                rows = Math.max(rows, row(part + 1) - row(part));
            }
            double evenColumns = (double) n / (columns * parts);
            double evenRows = (double) m / (rows * parts);
            return (n >= m && evenColumns >= EVEN) || evenColumns > evenRows;
        }

        private int column(int part) {
            return F64VectorPacking.boundary((int) ((long) n * part / parts), n);
        }

        private int row(int part) {
            int tiles = (m + ROWS - 1) / ROWS;
            return Math.min(m, (int) ((long) tiles * part / parts) * ROWS);
        }
    }
}
