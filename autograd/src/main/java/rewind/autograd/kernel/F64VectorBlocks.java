package rewind.autograd.kernel;

import java.util.Arrays;

/**
 * Sums of products C = Σ op(A_i)·op(B_i) in blocks that fit the caches (K. Goto, R. van de Geijn, "Anatomy of
 * high-performance matrix multiplication", ACM TOMS 34 (2008), doi:10.1145/1356052.1356053): a panel of B and a
 * block of rows of A stay in the second-level cache while they meet.
 *
 * <p>Both factors are copied into the order in which the tiles read them, B unless the caller has done so. Rows of A that
 * several products {@code share} are copied once for all of them, as the gates of a cell need it. Where A is transposed,
 * the products of several items that go to the same C are computed in one go, as if their factors stood below each other.
 *
 * <p>To each element of C all products are added one after another, in the order of the items and of the inner index:
 * the result does not depend on how the work is divided.
 */
final class F64VectorBlocks {
    private static final int ROWS = F64VectorPacking.ROWS;
    private static final int DEPTH = F64VectorPacking.DEPTH;

    /** Rows of A that meet a panel of B before the next panel comes, a multiple of {@link #ROWS}. */
    private static final int BLOCK_ROWS = 96;

    /** Columns of B that are copied before they are used, a multiple of the width of a panel. */
    private static final int BLOCK_COLUMNS = 528;

    private final Matmul.Factors<double[]> a;
    private final Matmul.Factors<double[]> b;
    private final double[] c;
    private final int[] co;
    private final boolean accumulate;
    private final int m;
    private final int n;
    private final int k;
    private final int stride;

    /** How far apart the rows of C are. */
    private final int cs;

    F64VectorBlocks(Matmul<double[]> products) {
        this(products, products.n());
    }

    /** Products whose rows of C are so far apart. */
    F64VectorBlocks(Matmul<double[]> products, int cs) {
        this.cs = cs;
        a = products.a();
        b = products.b();
        c = products.c();
        co = products.co();
        accumulate = products.accumulate();
        m = products.m();
        n = products.n();
        k = products.k();
        stride = products.stride();
    }

    /** Whether items with the same A may be computed together: then each has a C of its own, and a B that is packed. */
    boolean mayShare(Matmul.Groups destinations) {
        return b.arePacked() && destinations.count == co.length;
    }

    /**
     * Rows i … ie − 1 and columns j … je − 1, which begin and end where panels do. The items {@code items[first]}
     * to before {@code items[last]} are {@code sharing} sums of equal length, one after another; each has a C of its own,
     * and their terms have the same A one by one.
     */
    Region region(int[] items, int first, int last, int sharing, int i, int ie, int j, int je) {
        return new Region(items, first, (last - first) / sharing, sharing, i, ie, j, je);
    }

    /** A part of the sums; it can be computed again and again, by one thread at a time. */
    final class Region {
        private final int[] items;
        private final int first;
        private final int terms;
        private final int sharing;
        private final int i;
        private final int ie;
        private final int j;
        private final int je;

        /** That of the thread at work. */
        private F64Scratch scratch;

        private F64VectorTiles tiles;

        Region(int[] items, int first, int terms, int sharing, int i, int ie, int j, int je) {
            this.items = items;
            this.first = first;
            this.terms = terms;
            this.sharing = sharing;
            this.i = i;
            this.ie = ie;
            this.j = j;
            this.je = je;
        }

        void compute() {
            if (k == 0 && !accumulate) {
                fill();
                return;
            }
            scratch = F64Scratch.get();
            tiles = scratch.tiles;
            int joined = a.areTransposed() && !b.arePacked() ? terms : 1;
            boolean fresh = !accumulate;
            for (int x = 0; x < terms; x += joined) {
                for (int p = 0; p < joined * k; p += DEPTH) {
                    add(x, p, Math.min(DEPTH, joined * k - p), fresh);
                    fresh = false;
                }
            }
            scratch = null;
            tiles = null;
        }

        /** Writes the empty sums. */
        private void fill() {
            for (int x = first; x < first + terms * sharing; x++) {
                for (int row = i; row < ie; row++) {
                    int at = co[items[x]] + row * cs;
                    Arrays.fill(c, at + j, at + je, 0.0);
                }
            }
        }

        /** Term x of sum s. */
        private int item(int x, int s) {
            return items[first + s * terms + x];
        }

        /** Adds the products of columns p … p + depth − 1 of A and rows of B, counted from where term x begins. */
        void add(int x, int p, int depth, boolean fresh) {
            if (b.arePacked()) {
                addColumns(x, p, depth, null, j, je, fresh);
                return;
            }
            int most = Math.max(BLOCK_COLUMNS / sharing, F64VectorTiles.WIDTH);
            for (int from = j; from < je; ) {
                int to = F64VectorPacking.boundary(Math.min(from + most, je), n);
                int width = F64VectorPacking.padded(to - from);
                double[] panels = scratch.panels(sharing * depth * width);
                for (int s = 0; s < sharing; s++) {
                    copyPanels(x, s, p, depth, from, to, panels, s * depth * width);
                }
                addColumns(x, p, depth, panels, from, to, fresh);
                from = to;
            }
        }

        private void copyPanels(int x, int s, int p, int depth, int from, int to, double[] panels, int at) {
            int term = x + p / k;
            int start = p % k;
            for (int done = 0; done < depth; term++) {
                int count = Math.min(k - start, depth - done);
                int item = item(term, s);
                F64VectorPacking.packRows(
                        b.array(item),
                        b.at()[item],
                        b.areTransposed(),
                        n,
                        stride,
                        start,
                        count,
                        from,
                        to,
                        panels,
                        at,
                        done,
                        depth);
                done += count;
                start = 0;
            }
        }

        /** Adds to columns from … to − 1; their panels have been copied, or with null stand in the packed factors. */
        private void addColumns(int x, int p, int depth, double[] copied, int from, int to, boolean fresh) {
            for (int row = i; row < ie; row += BLOCK_ROWS) {
                int rows = Math.min(BLOCK_ROWS, ie - row);
                double[] left = scratch.rows((rows + ROWS) * depth + F64VectorPacking.LANES);
                copyRows(x, p, depth, row, rows, left);
                tiles.left(left, rows, depth);
                for (int s = 0; s < sharing; s++) {
                    int item = item(x, s);
                    int at = co[item] + row * cs;
                    if (copied != null) {
                        int width = F64VectorPacking.padded(to - from);
                        addPanels(copied, (s * width - from) * depth, depth, from, to, at, fresh);
                    } else {
                        addPanels(
                                b.array(item),
                                b.at()[item] + p * F64VectorPacking.padded(n),
                                depth,
                                from,
                                to,
                                at,
                                fresh);
                    }
                }
            }
        }

        /** Completes every column of tiles before the next one; a panel of column 0 would begin at {@code start}. */
        private void addPanels(double[] panels, int start, int depth, int from, int to, int at, boolean fresh) {
            for (int column = from; column < to; column += F64VectorPacking.width(column, n)) {
                tiles.add(panels, start + column * depth, c, at, cs, n, column, fresh);
            }
        }

        /** Copies rows of op(A), {@link #ROWS} at a time, column after column. */
        private void copyRows(int x, int p, int depth, int row, int rows, double[] copy) {
            for (int r = 0; r < rows; r += ROWS) {
                int height = Math.min(ROWS, rows - r);
                int term = x + p / k;
                int start = p % k;
                for (int done = 0; done < depth; term++) {
                    int count = Math.min(k - start, depth - done);
                    int item = item(term, 0);
                    double[] factor = a.array(item);
                    int to = r * depth + done * ROWS;
                    if (a.areTransposed()) {
                        int from = a.at()[item] + start * m + row + r;
                        F64VectorPacking.packColumns(factor, from, m, copy, to, height, count);
                    } else {
                        int from = a.at()[item] + (row + r) * stride + start;
                        F64VectorPacking.packRowsOfA(factor, from, stride, copy, to, height, count);
                    }
                    done += count;
                    start = 0;
                }
            }
        }
    }
}
