package rewind.autograd.kernel;

/**
 * The tiles of a block of C: C = S + A·B, where S is what C held before, or zero. Tiles have up to 8 rows and are as
 * wide as the panels of B; they stay in registers while all products are added to them, for each element in the order
 * of the columns of A. So the result does not depend on how C is cut into tiles.
 */
final class F64VectorTiles {
    static final int ROWS = F64VectorPacking.ROWS;

    /** Columns of the widest tile. */
    static final int WIDTH = F64VectorPacking.VECTORS * F64VectorPacking.LANES;

    private static final int LANES = F64VectorPacking.LANES;
    private static final double[] ZEROS = new double[WIDTH];

    /** The rows of A, in place or copied column after column in groups of 8. */
    private double[] a;

    private int ao;
    private int ai;
    private boolean copied;
    private int rows;
    private int depth;

    /** Room for a tile. */
    private final double[] tile;

    F64VectorTiles(double[] tile) {
        this.tile = tile;
    }

    /** Makes the rows that begin {@code ai} apart, elements side by side, the left factor. */
    void rowsInPlace(double[] a, int ao, int ai, int rows, int depth) {
        set(a, ao, ai, false, rows, depth);
    }

    /** Makes rows copied by {@link F64VectorPacking#packColumns}, each 8 of them together, the left factor. */
    void rowsCopied(double[] a, int rows, int depth) {
        set(a, 0, depth, true, rows, depth);
    }

    private void set(double[] a, int ao, int ai, boolean copied, int rows, int depth) {
        this.a = a;
        this.ao = ao;
        this.ai = ai;
        this.copied = copied;
        this.rows = rows;
        this.depth = depth;
    }

    /** Adds to, or with {@code fresh} overwrites, columns from … to − 1 of n of the rows of C that begin at {@code co}. */
    void add(double[] panels, int at, double[] c, int co, int n, int from, int to, boolean fresh) {
        for (int j = from; j < to; ) {
            int width = F64VectorPacking.width(j, n);
            int start = at + (j - from) * depth;
            if (n - j >= width) {
                addColumn(panels, start, width, c, co + j, n, fresh);
            } else {
                addNarrowColumn(panels, start, width, c, co + j, n, n - j, fresh);
            }
            j += width;
        }
    }

    private void addColumn(double[] b, int bo, int width, double[] c, int co, int cs, boolean fresh) {
        for (int i = 0; i < rows; i += ROWS) {
            int at = co + i * cs;
            if (fresh) {
                addTile(i, b, bo, width, ZEROS, 0, 0, c, at, cs);
            } else {
                addTile(i, b, bo, width, c, at, cs, c, at, cs);
            }
        }
    }

    /** The last columns do not fill a vector: their tiles are computed in a buffer. */
    private void addNarrowColumn(
            double[] b, int bo, int width, double[] c, int co, int cs, int columns, boolean fresh) {
        for (int i = 0; i < rows; i += ROWS) {
            int height = Math.min(ROWS, rows - i);
            if (fresh) {
                addTile(i, b, bo, width, ZEROS, 0, 0, tile, 0, width);
            } else {
                copyRows(c, co + i * cs, cs, tile, 0, width, height, columns);
                addTile(i, b, bo, width, tile, 0, width, tile, 0, width);
            }
            copyRows(tile, 0, width, c, co + i * cs, cs, height, columns);
        }
    }

    private static void copyRows(double[] x, int xo, int xs, double[] y, int yo, int ys, int rows, int columns) {
        for (int i = 0; i < rows; i++) {
            System.arraycopy(x, xo + i * xs, y, yo + i * ys, columns);
        }
    }

    /** The tile of up to 8 rows from row i. */
    private void addTile(int i, double[] b, int bo, int width, double[] s, int so, int ss, double[] c, int co, int cs) {
        int from = ao + i * ai;
        if (rows - i < ROWS) {
            int ri = copied ? 1 : ai;
            int rp = copied ? ROWS : 1;
            addLowTiles(rows - i, from, ri, rp, b, bo, width, s, so, ss, c, co, cs, depth);
        } else if (copied) {
            addColumnTile(from, b, bo, width, s, so, ss, c, co, cs);
        } else {
            addRowTile(from, b, bo, width, s, so, ss, c, co, cs);
        }
    }

    private void addColumnTile(
            int from, double[] b, int bo, int width, double[] s, int so, int ss, double[] c, int co, int cs) {
        if (width == LANES) {
            F64VectorColumnTiles.tile8x1(a, from, b, bo, s, so, ss, c, co, cs, depth);
        } else if (width == 2 * LANES) {
            F64VectorColumnTiles.tile8x2(a, from, b, bo, s, so, ss, c, co, cs, depth);
        } else {
            F64VectorColumnTiles.tile8x3(a, from, b, bo, s, so, ss, c, co, cs, depth);
        }
    }

    private void addRowTile(
            int from, double[] b, int bo, int width, double[] s, int so, int ss, double[] c, int co, int cs) {
        if (width == LANES) {
            F64VectorRowTiles.tile8x1(a, from, ai, b, bo, s, so, ss, c, co, cs, depth);
        } else if (width == 2 * LANES) {
            F64VectorRowTiles.tile8x2(a, from, ai, b, bo, s, so, ss, c, co, cs, depth);
        } else {
            F64VectorRowTiles.tile8x3(a, from, ai, b, bo, s, so, ss, c, co, cs, depth);
        }
    }

    /** Rows 4, 2 and 1 at a time. */
    private void addLowTiles(
            int height,
            int from,
            int ri,
            int rp,
            double[] b,
            int bo,
            int width,
            double[] s,
            int so,
            int ss,
            double[] c,
            int co,
            int cs,
            int depth) {
        for (int i = 0; i < height; ) {
            int rest = height - i;
            int at = from + i * ri;
            int si = so + i * ss;
            int ci = co + i * cs;
            if (rest >= 4) {
                addFour(at, ri, rp, b, bo, width, s, si, ss, c, ci, cs, depth);
                i += 4;
            } else if (rest >= 2) {
                addTwo(at, ri, rp, b, bo, width, s, si, ss, c, ci, cs, depth);
                i += 2;
            } else {
                addOne(at, ri, rp, b, bo, width, s, si, ss, c, ci, cs, depth);
                i++;
            }
        }
    }

    private void addFour(
            int at,
            int ri,
            int rp,
            double[] b,
            int bo,
            int width,
            double[] s,
            int so,
            int ss,
            double[] c,
            int co,
            int cs,
            int depth) {
        if (width == LANES) {
            F64VectorLowTiles.tile4x1(a, at, ri, rp, b, bo, s, so, ss, c, co, cs, depth);
        } else if (width == 2 * LANES) {
            F64VectorLowTiles.tile4x2(a, at, ri, rp, b, bo, s, so, ss, c, co, cs, depth);
        } else {
            F64VectorLowTiles.tile4x3(a, at, ri, rp, b, bo, s, so, ss, c, co, cs, depth);
        }
    }

    private void addTwo(
            int at,
            int ri,
            int rp,
            double[] b,
            int bo,
            int width,
            double[] s,
            int so,
            int ss,
            double[] c,
            int co,
            int cs,
            int depth) {
        if (width == LANES) {
            F64VectorLowTiles.tile2x1(a, at, ri, rp, b, bo, s, so, ss, c, co, cs, depth);
        } else if (width == 2 * LANES) {
            F64VectorLowTiles.tile2x2(a, at, ri, rp, b, bo, s, so, ss, c, co, cs, depth);
        } else {
            F64VectorLowTiles.tile2x3(a, at, ri, rp, b, bo, s, so, ss, c, co, cs, depth);
        }
    }

    private void addOne(
            int at,
            int ri,
            int rp,
            double[] b,
            int bo,
            int width,
            double[] s,
            int so,
            int ss,
            double[] c,
            int co,
            int cs,
            int depth) {
        if (width == LANES) {
            F64VectorLowTiles.tile1x1(a, at, ri, rp, b, bo, s, so, ss, c, co, cs, depth);
        } else if (width == 2 * LANES) {
            F64VectorLowTiles.tile1x2(a, at, ri, rp, b, bo, s, so, ss, c, co, cs, depth);
        } else {
            F64VectorLowTiles.tile1x3(a, at, ri, rp, b, bo, s, so, ss, c, co, cs, depth);
        }
    }
}
