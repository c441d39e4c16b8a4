package rewind.autograd.kernel;

/**
 * The tiles of a block of C: C = S + A·B, where S is what C held before, or zero. Tiles have up to {@link #ROWS} rows and are
 * as wide as the panels of B; they stay in registers while all products are added to them, for each element in the order
 * of the columns of A. So the result does not depend on how C is cut into tiles.
 */
final class F64VectorTiles {
    static final int ROWS = F64VectorPacking.ROWS;

    /** Columns of the widest tile. */
    static final int WIDTH = F64VectorPacking.VECTORS * F64VectorPacking.LANES;

    private static final int LANES = F64VectorPacking.LANES;
    private static final double[] ZEROS = new double[WIDTH];

    /** Rows of A, copied. */
    private double[] a;

    private int rows;
    private int depth;

    /** Room for a tile. */
    private final double[] tile = new double[ROWS * WIDTH];

    /** Sets the left factor: rows with {@code depth} columns, copied column after column in groups of {@link #ROWS}. */
    void left(double[] a, int rows, int depth) {
        this.a = a;
        this.rows = rows;
        this.depth = depth;
    }

    /**
     * Adds to, or with {@code fresh} overwrites, the columns of a panel from column j on, of n of the rows of C, which are {@code cs} apart,
     * from {@code co}.
     */
    void add(double[] panels, int at, double[] c, int co, int cs, int n, int j, boolean fresh) {
        int width = F64VectorPacking.width(j, n);
        if (n - j >= width) {
            addColumn(panels, at, width, c, co + j, cs, fresh);
        } else {
            addNarrowColumn(panels, at, width, c, co + j, cs, n - j, fresh);
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

    /** The tile of up to {@link #ROWS} rows from row i. */
    private void addTile(int i, double[] b, int bo, int width, double[] s, int so, int ss, double[] c, int co, int cs) {
        int from = i * depth;
        int height = rows - i;
        if (height >= ROWS) {
            addHighest(from, b, bo, width, s, so, ss, c, co, cs);
            return;
        }
        for (int r = 0; r < height; ) {
            int si = so + r * ss;
            int ci = co + r * cs;
            if (height - r >= 4) {
                addFour(from + r, b, bo, width, s, si, ss, c, ci, cs);
                r += 4;
            } else if (height - r >= 2) {
                addTwo(from + r, b, bo, width, s, si, ss, c, ci, cs);
                r += 2;
            } else {
                addOne(from + r, b, bo, width, s, si, ss, c, ci, cs);
                r++;
            }
        }
    }

    private void addHighest(
            int at, double[] b, int bo, int width, double[] s, int so, int ss, double[] c, int co, int cs) {
        if (ROWS == 8) {
            addEight(at, b, bo, width, s, so, ss, c, co, cs);
        } else if (width == LANES) {
            F64VectorHighTiles.tile6x1(a, at, b, bo, s, so, ss, c, co, cs, depth);
        } else {
            F64VectorHighTiles.tile6x2(a, at, b, bo, s, so, ss, c, co, cs, depth);
        }
    }

    private void addEight(
            int at, double[] b, int bo, int width, double[] s, int so, int ss, double[] c, int co, int cs) {
        if (width == LANES) {
            F64VectorHighTiles.tile8x1(a, at, b, bo, s, so, ss, c, co, cs, depth);
        } else if (width == 2 * LANES) {
            F64VectorHighTiles.tile8x2(a, at, b, bo, s, so, ss, c, co, cs, depth);
        } else {
            F64VectorHighTiles.tile8x3(a, at, b, bo, s, so, ss, c, co, cs, depth);
        }
    }

    private void addFour(
            int at, double[] b, int bo, int width, double[] s, int so, int ss, double[] c, int co, int cs) {
        if (width == LANES) {
            F64VectorLowTiles.tile4x1(a, at, b, bo, s, so, ss, c, co, cs, depth);
        } else if (width == 2 * LANES) {
            F64VectorLowTiles.tile4x2(a, at, b, bo, s, so, ss, c, co, cs, depth);
        } else {
            F64VectorLowTiles.tile4x3(a, at, b, bo, s, so, ss, c, co, cs, depth);
        }
    }

    private void addTwo(int at, double[] b, int bo, int width, double[] s, int so, int ss, double[] c, int co, int cs) {
        if (width == LANES) {
            F64VectorLowTiles.tile2x1(a, at, b, bo, s, so, ss, c, co, cs, depth);
        } else if (width == 2 * LANES) {
            F64VectorLowTiles.tile2x2(a, at, b, bo, s, so, ss, c, co, cs, depth);
        } else {
            F64VectorLowTiles.tile2x3(a, at, b, bo, s, so, ss, c, co, cs, depth);
        }
    }

    private void addOne(int at, double[] b, int bo, int width, double[] s, int so, int ss, double[] c, int co, int cs) {
        if (width == LANES) {
            F64VectorLowTiles.tile1x1(a, at, b, bo, s, so, ss, c, co, cs, depth);
        } else if (width == 2 * LANES) {
            F64VectorLowTiles.tile1x2(a, at, b, bo, s, so, ss, c, co, cs, depth);
        } else {
            F64VectorLowTiles.tile1x3(a, at, b, bo, s, so, ss, c, co, cs, depth);
        }
    }
}
