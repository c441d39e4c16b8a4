package rewind.autograd.kernel;

import java.util.List;

/**
 * Sums of products C = Σ op(A_i)·op(B_i) in blocks that fit the caches (K. Goto, R. van de Geijn, "Anatomy of
 * high-performance matrix multiplication", ACM TOMS 34 (2008), doi:10.1145/1356052.1356053): a panel of B stays in the
 * first-level cache while it meets all rows of A, which come from the second.
 *
 * <p>B is copied into panels unless the caller has done so. A is read in place, or copied if it is transposed; then the
 * products of several items that go to the same C are computed in one go, as if their factors stood below each other.
 *
 * <p>To each element of C all products are added one after another, in the order of the items and of the inner index:
 * the result does not depend on how the work is divided.
 */
final class F64VectorProduct {
    private static final int ROWS = F64VectorPacking.ROWS;
    private static final int DEPTH = F64VectorPacking.DEPTH;

    /** Rows of A that meet a panel of B before the next panel comes. */
    private static final int BLOCK_ROWS = 128;

    /** Columns of B that are copied before they are used, a multiple of the width of a panel. */
    private static final int BLOCK_COLUMNS = 480;

    private final List<double[]> a;
    private final int[] ao;
    private final boolean ta;
    private final List<double[]> b;
    private final int[] bo;
    private final boolean tb;
    private final boolean packed;
    private final double[] c;
    private final boolean accumulate;
    private final int m;
    private final int n;
    private final int k;

    F64VectorProduct(
            List<double[]> a,
            int[] ao,
            boolean ta,
            List<double[]> b,
            int[] bo,
            boolean tb,
            boolean packed,
            double[] c,
            boolean accumulate,
            int m,
            int n,
            int k) {
        this.a = a;
        this.ao = ao;
        this.ta = ta;
        this.b = b;
        this.bo = bo;
        this.tb = tb;
        this.packed = packed;
        this.c = c;
        this.accumulate = accumulate;
        this.m = m;
        this.n = n;
        this.k = k;
    }

    /**
     * Computes a part of one C from the items {@code items[first]} to before {@code items[last]}: rows i … ie − 1 and
     * columns j … je − 1, which begin and end where panels do.
     */
    void compute(int[] items, int first, int last, int co, int i, int ie, int j, int je) {
        Part part = new Part(items, co, i, ie, j, je);
        int joined = ta && !packed ? last - first : 1;
        boolean fresh = !accumulate;
        for (int x = first; x < last; x += joined) {
            for (int p = 0; p < joined * k; p += DEPTH) {
                part.add(x, p, Math.min(DEPTH, joined * k - p), fresh);
                fresh = false;
            }
        }
    }

    private final class Part {
        private final F64Scratch scratch = F64Scratch.get();
        private final F64VectorTiles tiles = new F64VectorTiles(scratch.tile);
        private final int[] items;
        private final int co;
        private final int i;
        private final int ie;
        private final int j;
        private final int je;

        Part(int[] items, int co, int i, int ie, int j, int je) {
            this.items = items;
            this.co = co;
            this.i = i;
            this.ie = ie;
            this.j = j;
            this.je = je;
        }

        /** Adds the products of columns p … p + depth − 1 of A and rows of B, counted from where item x begins. */
        void add(int x, int p, int depth, boolean fresh) {
            if (packed) {
                int at = bo[items[x]] + p * F64VectorPacking.padded(n) + j * depth;
                addColumns(x, p, depth, b.get(items[x]), at, j, je, fresh);
                return;
            }
            for (int from = j; from < je; ) {
                int to = F64VectorPacking.boundary(Math.min(from + BLOCK_COLUMNS, je), n);
                double[] panels = scratch.panels(depth * F64VectorPacking.padded(to - from));
                copyPanels(x, p, depth, from, to, panels);
                addColumns(x, p, depth, panels, 0, from, to, fresh);
                from = to;
            }
        }

        private void copyPanels(int x, int p, int depth, int from, int to, double[] panels) {
            int item = x + p / k;
            int start = p % k;
            for (int done = 0; done < depth; item++) {
                int count = Math.min(k - start, depth - done);
                F64VectorPacking.packRows(
                        b.get(items[item]), bo[items[item]], tb, n, k, start, count, from, to, panels, 0, done, depth);
                done += count;
                start = 0;
            }
        }

        private void addColumns(int x, int p, int depth, double[] panels, int at, int from, int to, boolean fresh) {
            for (int row = i; row < ie; row += BLOCK_ROWS) {
                int rows = Math.min(BLOCK_ROWS, ie - row);
                if (ta) {
                    double[] copy = scratch.rows((rows + ROWS) * depth + F64VectorPacking.LANES);
                    copyRows(x, p, depth, row, rows, copy);
                    tiles.rowsCopied(copy, rows, depth);
                } else {
                    tiles.rowsInPlace(a.get(items[x]), ao[items[x]] + row * k + p, k, rows, depth);
                }
                tiles.add(panels, at, c, co + row * n, n, from, to, fresh);
            }
        }

        private void copyRows(int x, int p, int depth, int row, int rows, double[] copy) {
            for (int r = 0; r < rows; r += ROWS) {
                int item = x + p / k;
                int start = p % k;
                for (int done = 0; done < depth; item++) {
                    int count = Math.min(k - start, depth - done);
                    int from = ao[items[item]] + start * m + row + r;
                    F64VectorPacking.packColumns(
                            a.get(items[item]),
                            from,
                            m,
                            copy,
                            r * depth + done * ROWS,
                            Math.min(ROWS, rows - r),
                            count);
                    done += count;
                    start = 0;
                }
            }
        }
    }
}
