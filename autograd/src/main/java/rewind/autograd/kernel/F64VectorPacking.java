package rewind.autograd.kernel;

import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Copies of factors in the order in which {@link F64VectorTiles} reads them.
 *
 * <p>op(B), k × n, is cut into blocks of up to {@link #DEPTH} rows and those into panels of up to {@link #VECTORS} vectors
 * of columns. A panel stands row after row, panels and blocks stand one after another; the last panel is filled up with
 * zeros to whole vectors. A panel of columns j … of a block of {@code depth} rows p … therefore begins at p·n' +
 * j·depth, where n' is n rounded up.
 */
final class F64VectorPacking {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    static final int LANES = SPECIES.length();

    /** Whether there are 32 registers for vectors, as with AVX-512 and on ARM, instead of 16. */
    private static final boolean MANY_REGISTERS =
            SPECIES.vectorBitSize() == 512 || System.getProperty("os.arch").equals("aarch64");

    /** Rows of A in the highest tile: as its sums stay in registers, they are 8 × 3 vectors of 32, or 6 × 2 of 16. */
    static final int ROWS = MANY_REGISTERS ? 8 : 6;

    /** Vectors in a row of a panel. */
    static final int VECTORS = MANY_REGISTERS ? 3 : 2;

    /** {@link #ROWS} rounded up to whole vectors. */
    private static final int WHOLE_ROWS = padded(ROWS);

    /** Rows of B in a block: so many that the time for reading and writing C is negligible. */
    static final int DEPTH = 512;

    private F64VectorPacking() {}

    /** n rounded up to whole vectors. */
    static int padded(int n) {
        return (n + LANES - 1) / LANES * LANES;
    }

    /** The width of the panel that begins at column j: as wide as can be, but four vectors that remain are two and two. */
    static int width(int j, int n) {
        int rest = (n - j + LANES - 1) / LANES;
        return (rest == 4 ? 2 : Math.min(VECTORS, rest)) * LANES;
    }

    /** The last beginning of a panel that is not behind j, or n. */
    static int boundary(int j, int n) {
        if (j >= n) {
            return n;
        }
        int all = (n + LANES - 1) / LANES;
        int vectors = j / LANES / VECTORS * VECTORS;
        boolean third = VECTORS == 3 && vectors >= 3 && all - vectors == 1;
        return (third ? vectors - 1 : vectors) * LANES;
    }

    /** Copies all of op(B), or k of its rows if the rows of a transposed B are further apart. */
    static void pack(double[] b, int bo, boolean tb, double[] packed, int po, int n, int k, int stride) {
        for (int p = 0; p < k; p += DEPTH) {
            int depth = Math.min(DEPTH, k - p);
            packRows(b, bo, tb, n, stride, p, depth, 0, n, packed, po + p * padded(n), 0, depth);
        }
    }

    /**
     * Copies rows p … p + count − 1 and columns from … to − 1 of op(B), k × n, to be rows {@code row} … of the panels of
     * {@code depth} rows that begin at {@code at}.
     */
    static void packRows(
            double[] b,
            int bo,
            boolean tb,
            int n,
            int stride,
            int p,
            int count,
            int from,
            int to,
            double[] panels,
            int at,
            int row,
            int depth) {
        for (int j = from; j < to; ) {
            int width = width(j, n);
            int columns = Math.min(width, n - j);
            int start = at + (j - from) * depth + row * width;
            if (tb) {
                packTransposed(b, bo + j * stride + p, stride, panels, start, width, columns, count);
            } else {
                packPanel(b, bo + p * n + j, n, panels, start, width, columns, count);
            }
            j += width;
        }
    }

    private static void packPanel(
            double[] b, int bo, int bs, double[] panel, int at, int width, int columns, int count) {
        if (columns == width) {
            for (int x = 0; x < width; x += LANES) {
                for (int p = 0; p < count; p++) {
                    DoubleVector.fromArray(SPECIES, b, bo + p * bs + x).intoArray(panel, at + p * width + x);
                }
            }
            return;
        }
        for (int p = 0; p < count; p++) {
            for (int j = 0; j < columns; j++) {
                panel[at + p * width + j] = b[bo + p * bs + j];
            }
            Arrays.fill(panel, at + p * width + columns, at + (p + 1) * width, 0.0);
        }
    }

    private static void packTransposed(
            double[] b, int bo, int bs, double[] panel, int at, int width, int columns, int count) {
        int j = 0;
        for (; j <= columns - 8; j += 8) {
            packEight(b, bo + j * bs, bs, panel, at + j, width, count);
        }
        for (; j < width; j++) {
            for (int p = 0; p < count; p++) {
                panel[at + p * width + j] = j < columns ? b[bo + j * bs + p] : 0.0;
            }
        }
    }

    /** y[p·ys + r] = x[r·xs + p] for r = 0, …, 7. */
    private static void packEight(double[] x, int xo, int xs, double[] y, int yo, int ys, int count) {
        for (int p = 0; p < count; p++) {
            int from = xo + p;
            int to = yo + p * ys;
            y[to] = x[from];
            y[to + 1] = x[from + xs];
            y[to + 2] = x[from + 2 * xs];
            y[to + 3] = x[from + 3 * xs];
            y[to + 4] = x[from + 4 * xs];
            y[to + 5] = x[from + 5 * xs];
            y[to + 6] = x[from + 6 * xs];
            y[to + 7] = x[from + 7 * xs];
        }
    }

    /** y[p·ys + r] = x[r·xs + p] for r = 0, …, 3. */
    private static void packFour(double[] x, int xo, int xs, double[] y, int yo, int ys, int count) {
        for (int p = 0; p < count; p++) {
            int from = xo + p;
            int to = yo + p * ys;
            y[to] = x[from];
            y[to + 1] = x[from + xs];
            y[to + 2] = x[from + 2 * xs];
            y[to + 3] = x[from + 3 * xs];
        }
    }

    /** Copies up to {@link #ROWS} rows of a matrix, which are {@code as} apart, column after column. */
    static void packRowsOfA(double[] a, int ao, int as, double[] columns, int at, int rows, int count) {
        int r = 0;
        if (rows == 8) {
            packEight(a, ao, as, columns, at, ROWS, count);
            r = 8;
        } else if (rows >= 4) {
            packFour(a, ao, as, columns, at, ROWS, count);
            r = 4;
        }
        for (; r < rows; r++) {
            for (int p = 0; p < count; p++) {
                columns[at + p * ROWS + r] = a[ao + r * as + p];
            }
        }
    }

    /**
     * Copies up to {@link #ROWS} of the columns of a matrix with rows {@code as} apart, row after row. Less than a vector of
     * elements behind the destination's last row may be overwritten.
     */
    static void packColumns(double[] a, int ao, int as, double[] rows, int at, int columns, int count) {
        int p = 0;
        if (columns == ROWS) {
            for (; p < count && ao + p * as + WHOLE_ROWS <= a.length; p++) {
                for (int x = 0; x < ROWS; x += LANES) {
                    DoubleVector.fromArray(SPECIES, a, ao + p * as + x).intoArray(rows, at + p * ROWS + x);
                }
            }
        }
        for (; p < count; p++) {
            for (int r = 0; r < columns; r++) {
                rows[at + p * ROWS + r] = a[ao + p * as + r];
            }
        }
    }
}
