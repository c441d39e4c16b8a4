package rewind.autograd.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The part of {@link F64VectorMatmul} for products that are not thin.
 *
 * <p>C is computed in tiles of 8 rows by up to 3 vectors, which stay in registers while the products of up to {@value
 * #DEPTH} columns of A and rows of B are added to them. For this, rows of A are copied, 8 at a time, column after
 * column. B is read in place; or, if it is transposed, or if enough rows of A use a copy to pay for it, copied into
 * panels as wide as a tile (K. Goto, R. van de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34
 * (2008), doi:10.1145/1356052.1356053). Incomplete tiles are computed as whole ones in a buffer.
 *
 * <p>Buffers are allocated in each call: there is no state.
 */
final class F64VectorTiles {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    /** Rows of a tile. */
    private static final int ROWS = 8;

    /** Vectors in a row of a tile: 24 accumulators need the 32 registers of AVX-512; 16 registers hold 8. */
    private static final int VECTORS = SPECIES.vectorBitSize() == 512 ? 3 : 1;

    /** Terms added to a tile in one go: a block of A and a panel of B then fit the first-level cache together. */
    private static final int DEPTH = 128;

    /** Rows of A copied at a time if B is copied too: they fit the second-level cache. */
    private static final int BLOCK_ROWS = 256;

    /** From so many rows of A on, B is copied although it need not be. */
    private static final int ENOUGH_ROWS = 128;

    private F64VectorTiles() {}

    /** C += op(A)·op(B); n is at least the length of a vector. */
    static void addTiles(
            double[] a, int ao, boolean ta, double[] b, int bo, boolean tb, double[] c, int co, int m, int n, int k) {
        boolean copy = tb || m >= ENOUGH_ROWS;
        int ai = ta ? 1 : k;
        int ap = ta ? m : 1;
        int bj = tb ? k : 1;
        int bp = tb ? 1 : n;
        int blockRows = copy ? Math.min(BLOCK_ROWS, roundUp(m)) : ROWS;
        double[] block = new double[blockRows * Math.min(DEPTH, k)];
        double[] panel = copy ? new double[Math.min(DEPTH, k) * VECTORS * LANES] : b;
        double[] tile = new double[ROWS * VECTORS * LANES];
        for (int p = 0; p < k; p += DEPTH) {
            int depth = Math.min(DEPTH, k - p);
            for (int i = 0; i < m; i += blockRows) {
                int rows = Math.min(blockRows, m - i);
                copyBlock(a, ao + i * ai + p * ap, ai, ap, block, rows, depth);
                int j = 0;
                while (j < n) {
                    int vectors = Math.min(VECTORS, Math.max(1, (n - j) / LANES));
                    int width = vectors * LANES;
                    // the last tile may overlap the one before
                    int start = Math.min(j, n - width);
                    int from = bo + start * bj + p * bp;
                    if (copy) {
                        copyPanel(b, from, bj, bp, panel, width, depth);
                        from = 0;
                    }
                    int bs = copy ? width : n;
                    addColumnOfTiles(
                            block, rows, panel, from, bs, vectors, c, co + i * n + start, n, j - start, tile, depth);
                    j = start + width;
                }
            }
        }
    }

    private static int roundUp(int m) {
        return (m + ROWS - 1) / ROWS * ROWS;
    }

    /**
     * Adds to the tiles below each other that use the same columns of B, except to their first {@code skip} columns.
     */
    private static void addColumnOfTiles(
            double[] a,
            int rows,
            double[] b,
            int bo,
            int bs,
            int vectors,
            double[] c,
            int co,
            int cs,
            int skip,
            double[] tile,
            int depth) {
        int width = vectors * LANES;
        for (int i = 0; i < rows; i += ROWS) {
            int height = Math.min(ROWS, rows - i);
            int from = co + i * cs;
            if (height == ROWS && skip == 0) {
                addTile(vectors, a, i * depth, b, bo, bs, c, from, cs, depth);
            } else {
                copyRows(c, from + skip, cs, tile, skip, width, height, width - skip);
                addTile(vectors, a, i * depth, b, bo, bs, tile, 0, width, depth);
                copyRows(tile, skip, width, c, from + skip, cs, height, width - skip);
            }
        }
    }

    private static void copyRows(double[] x, int xo, int xs, double[] y, int yo, int ys, int rows, int columns) {
        for (int i = 0; i < rows; i++) {
            System.arraycopy(x, xo + i * xs, y, yo + i * ys, columns);
        }
    }

    /** Copies rows of A in groups of 8, each column after column; what stands for missing rows does not matter. */
    private static void copyBlock(double[] a, int ao, int ai, int ap, double[] block, int rows, int depth) {
        for (int i = 0; i < rows; i += ROWS) {
            int from = ao + i * ai;
            if (rows - i >= ROWS) {
                copyEight(a, from, ai, ap, block, i * depth, ROWS, depth);
            } else {
                for (int r = 0; r < rows - i; r++) {
                    for (int p = 0; p < depth; p++) {
                        block[i * depth + p * ROWS + r] = a[from + r * ai + p * ap];
                    }
                }
            }
        }
    }

    /** Copies columns of B, row after row. */
    private static void copyPanel(double[] b, int bo, int bj, int bp, double[] panel, int width, int depth) {
        if (bj == 1) {
            copyRows(b, bo, bp, panel, 0, width, depth, width);
        } else if (LANES % 8 == 0) {
            for (int j = 0; j < width; j += 8) {
                copyEight(b, bo + j * bj, bj, bp, panel, j, width, depth);
            }
        } else {
            for (int j = 0; j < width; j++) {
                for (int p = 0; p < depth; p++) {
                    panel[p * width + j] = b[bo + j * bj + p * bp];
                }
            }
        }
    }

    /** y[p·ys + i] = x[i·xi + p·xp] for i below 8. */
    private static void copyEight(double[] x, int xo, int xi, int xp, double[] y, int yo, int ys, int depth) {
        for (int p = 0; p < depth; p++) {
            int from = xo + p * xp;
            int to = yo + p * ys;
            y[to] = x[from];
            y[to + 1] = x[from + xi];
            y[to + 2] = x[from + 2 * xi];
            y[to + 3] = x[from + 3 * xi];
            y[to + 4] = x[from + 4 * xi];
            y[to + 5] = x[from + 5 * xi];
            y[to + 6] = x[from + 6 * xi];
            y[to + 7] = x[from + 7 * xi];
        }
    }

    private static void addTile(
            int vectors, double[] a, int ao, double[] b, int bo, int bs, double[] c, int co, int cs, int depth) {
        switch (vectors) {
            case 1 -> tile8x1(a, ao, b, bo, bs, c, co, cs, depth);
            case 2 -> tile8x2(a, ao, b, bo, bs, c, co, cs, depth);
            default -> tile8x3(a, ao, b, bo, bs, c, co, cs, depth);
        }
    }

    /** Adds the product of a block of A and three vectors of each of {@code depth} rows of B. */
    private static void tile8x3(double[] a, int ao, double[] b, int bo, int bs, double[] c, int co, int cs, int depth) {
        DoubleVector u0 = DoubleVector.fromArray(SPECIES, c, co);
        DoubleVector v0 = DoubleVector.fromArray(SPECIES, c, co + LANES);
        DoubleVector w0 = DoubleVector.fromArray(SPECIES, c, co + 2 * LANES);
        DoubleVector u1 = DoubleVector.fromArray(SPECIES, c, co + cs);
        DoubleVector v1 = DoubleVector.fromArray(SPECIES, c, co + cs + LANES);
        DoubleVector w1 = DoubleVector.fromArray(SPECIES, c, co + cs + 2 * LANES);
        DoubleVector u2 = DoubleVector.fromArray(SPECIES, c, co + 2 * cs);
        DoubleVector v2 = DoubleVector.fromArray(SPECIES, c, co + 2 * cs + LANES);
        DoubleVector w2 = DoubleVector.fromArray(SPECIES, c, co + 2 * cs + 2 * LANES);
        DoubleVector u3 = DoubleVector.fromArray(SPECIES, c, co + 3 * cs);
        DoubleVector v3 = DoubleVector.fromArray(SPECIES, c, co + 3 * cs + LANES);
        DoubleVector w3 = DoubleVector.fromArray(SPECIES, c, co + 3 * cs + 2 * LANES);
        DoubleVector u4 = DoubleVector.fromArray(SPECIES, c, co + 4 * cs);
        DoubleVector v4 = DoubleVector.fromArray(SPECIES, c, co + 4 * cs + LANES);
        DoubleVector w4 = DoubleVector.fromArray(SPECIES, c, co + 4 * cs + 2 * LANES);
        DoubleVector u5 = DoubleVector.fromArray(SPECIES, c, co + 5 * cs);
        DoubleVector v5 = DoubleVector.fromArray(SPECIES, c, co + 5 * cs + LANES);
        DoubleVector w5 = DoubleVector.fromArray(SPECIES, c, co + 5 * cs + 2 * LANES);
        DoubleVector u6 = DoubleVector.fromArray(SPECIES, c, co + 6 * cs);
        DoubleVector v6 = DoubleVector.fromArray(SPECIES, c, co + 6 * cs + LANES);
        DoubleVector w6 = DoubleVector.fromArray(SPECIES, c, co + 6 * cs + 2 * LANES);
        DoubleVector u7 = DoubleVector.fromArray(SPECIES, c, co + 7 * cs);
        DoubleVector v7 = DoubleVector.fromArray(SPECIES, c, co + 7 * cs + LANES);
        DoubleVector w7 = DoubleVector.fromArray(SPECIES, c, co + 7 * cs + 2 * LANES);
        for (int p = 0; p < depth; p++) {
            int ap = ao + p * ROWS;
            int bp = bo + p * bs;
            DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, bp);
            DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, bp + LANES);
            DoubleVector b2 = DoubleVector.fromArray(SPECIES, b, bp + 2 * LANES);
            DoubleVector r = DoubleVector.broadcast(SPECIES, a[ap]);
            u0 = r.fma(b0, u0);
            v0 = r.fma(b1, v0);
            w0 = r.fma(b2, w0);
            r = DoubleVector.broadcast(SPECIES, a[ap + 1]);
            u1 = r.fma(b0, u1);
            v1 = r.fma(b1, v1);
            w1 = r.fma(b2, w1);
            r = DoubleVector.broadcast(SPECIES, a[ap + 2]);
            u2 = r.fma(b0, u2);
            v2 = r.fma(b1, v2);
            w2 = r.fma(b2, w2);
            r = DoubleVector.broadcast(SPECIES, a[ap + 3]);
            u3 = r.fma(b0, u3);
            v3 = r.fma(b1, v3);
            w3 = r.fma(b2, w3);
            r = DoubleVector.broadcast(SPECIES, a[ap + 4]);
            u4 = r.fma(b0, u4);
            v4 = r.fma(b1, v4);
            w4 = r.fma(b2, w4);
            r = DoubleVector.broadcast(SPECIES, a[ap + 5]);
            u5 = r.fma(b0, u5);
            v5 = r.fma(b1, v5);
            w5 = r.fma(b2, w5);
            r = DoubleVector.broadcast(SPECIES, a[ap + 6]);
            u6 = r.fma(b0, u6);
            v6 = r.fma(b1, v6);
            w6 = r.fma(b2, w6);
            r = DoubleVector.broadcast(SPECIES, a[ap + 7]);
            u7 = r.fma(b0, u7);
            v7 = r.fma(b1, v7);
            w7 = r.fma(b2, w7);
        }
        u0.intoArray(c, co);
        v0.intoArray(c, co + LANES);
        w0.intoArray(c, co + 2 * LANES);
        u1.intoArray(c, co + cs);
        v1.intoArray(c, co + cs + LANES);
        w1.intoArray(c, co + cs + 2 * LANES);
        u2.intoArray(c, co + 2 * cs);
        v2.intoArray(c, co + 2 * cs + LANES);
        w2.intoArray(c, co + 2 * cs + 2 * LANES);
        u3.intoArray(c, co + 3 * cs);
        v3.intoArray(c, co + 3 * cs + LANES);
        w3.intoArray(c, co + 3 * cs + 2 * LANES);
        u4.intoArray(c, co + 4 * cs);
        v4.intoArray(c, co + 4 * cs + LANES);
        w4.intoArray(c, co + 4 * cs + 2 * LANES);
        u5.intoArray(c, co + 5 * cs);
        v5.intoArray(c, co + 5 * cs + LANES);
        w5.intoArray(c, co + 5 * cs + 2 * LANES);
        u6.intoArray(c, co + 6 * cs);
        v6.intoArray(c, co + 6 * cs + LANES);
        w6.intoArray(c, co + 6 * cs + 2 * LANES);
        u7.intoArray(c, co + 7 * cs);
        v7.intoArray(c, co + 7 * cs + LANES);
        w7.intoArray(c, co + 7 * cs + 2 * LANES);
    }

    /** As {@link #tile8x3}, two vectors wide. */
    private static void tile8x2(double[] a, int ao, double[] b, int bo, int bs, double[] c, int co, int cs, int depth) {
        DoubleVector u0 = DoubleVector.fromArray(SPECIES, c, co);
        DoubleVector v0 = DoubleVector.fromArray(SPECIES, c, co + LANES);
        DoubleVector u1 = DoubleVector.fromArray(SPECIES, c, co + cs);
        DoubleVector v1 = DoubleVector.fromArray(SPECIES, c, co + cs + LANES);
        DoubleVector u2 = DoubleVector.fromArray(SPECIES, c, co + 2 * cs);
        DoubleVector v2 = DoubleVector.fromArray(SPECIES, c, co + 2 * cs + LANES);
        DoubleVector u3 = DoubleVector.fromArray(SPECIES, c, co + 3 * cs);
        DoubleVector v3 = DoubleVector.fromArray(SPECIES, c, co + 3 * cs + LANES);
        DoubleVector u4 = DoubleVector.fromArray(SPECIES, c, co + 4 * cs);
        DoubleVector v4 = DoubleVector.fromArray(SPECIES, c, co + 4 * cs + LANES);
        DoubleVector u5 = DoubleVector.fromArray(SPECIES, c, co + 5 * cs);
        DoubleVector v5 = DoubleVector.fromArray(SPECIES, c, co + 5 * cs + LANES);
        DoubleVector u6 = DoubleVector.fromArray(SPECIES, c, co + 6 * cs);
        DoubleVector v6 = DoubleVector.fromArray(SPECIES, c, co + 6 * cs + LANES);
        DoubleVector u7 = DoubleVector.fromArray(SPECIES, c, co + 7 * cs);
        DoubleVector v7 = DoubleVector.fromArray(SPECIES, c, co + 7 * cs + LANES);
        for (int p = 0; p < depth; p++) {
            int ap = ao + p * ROWS;
            int bp = bo + p * bs;
            DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, bp);
            DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, bp + LANES);
            DoubleVector r = DoubleVector.broadcast(SPECIES, a[ap]);
            u0 = r.fma(b0, u0);
            v0 = r.fma(b1, v0);
            r = DoubleVector.broadcast(SPECIES, a[ap + 1]);
            u1 = r.fma(b0, u1);
            v1 = r.fma(b1, v1);
            r = DoubleVector.broadcast(SPECIES, a[ap + 2]);
            u2 = r.fma(b0, u2);
            v2 = r.fma(b1, v2);
            r = DoubleVector.broadcast(SPECIES, a[ap + 3]);
            u3 = r.fma(b0, u3);
            v3 = r.fma(b1, v3);
            r = DoubleVector.broadcast(SPECIES, a[ap + 4]);
            u4 = r.fma(b0, u4);
            v4 = r.fma(b1, v4);
            r = DoubleVector.broadcast(SPECIES, a[ap + 5]);
            u5 = r.fma(b0, u5);
            v5 = r.fma(b1, v5);
            r = DoubleVector.broadcast(SPECIES, a[ap + 6]);
            u6 = r.fma(b0, u6);
            v6 = r.fma(b1, v6);
            r = DoubleVector.broadcast(SPECIES, a[ap + 7]);
            u7 = r.fma(b0, u7);
            v7 = r.fma(b1, v7);
        }
        u0.intoArray(c, co);
        v0.intoArray(c, co + LANES);
        u1.intoArray(c, co + cs);
        v1.intoArray(c, co + cs + LANES);
        u2.intoArray(c, co + 2 * cs);
        v2.intoArray(c, co + 2 * cs + LANES);
        u3.intoArray(c, co + 3 * cs);
        v3.intoArray(c, co + 3 * cs + LANES);
        u4.intoArray(c, co + 4 * cs);
        v4.intoArray(c, co + 4 * cs + LANES);
        u5.intoArray(c, co + 5 * cs);
        v5.intoArray(c, co + 5 * cs + LANES);
        u6.intoArray(c, co + 6 * cs);
        v6.intoArray(c, co + 6 * cs + LANES);
        u7.intoArray(c, co + 7 * cs);
        v7.intoArray(c, co + 7 * cs + LANES);
    }

    /** As {@link #tile8x3}, one vector wide. */
    private static void tile8x1(double[] a, int ao, double[] b, int bo, int bs, double[] c, int co, int cs, int depth) {
        DoubleVector u0 = DoubleVector.fromArray(SPECIES, c, co);
        DoubleVector u1 = DoubleVector.fromArray(SPECIES, c, co + cs);
        DoubleVector u2 = DoubleVector.fromArray(SPECIES, c, co + 2 * cs);
        DoubleVector u3 = DoubleVector.fromArray(SPECIES, c, co + 3 * cs);
        DoubleVector u4 = DoubleVector.fromArray(SPECIES, c, co + 4 * cs);
        DoubleVector u5 = DoubleVector.fromArray(SPECIES, c, co + 5 * cs);
        DoubleVector u6 = DoubleVector.fromArray(SPECIES, c, co + 6 * cs);
        DoubleVector u7 = DoubleVector.fromArray(SPECIES, c, co + 7 * cs);
        for (int p = 0; p < depth; p++) {
            int ap = ao + p * ROWS;
            int bp = bo + p * bs;
            DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, bp);
            DoubleVector r = DoubleVector.broadcast(SPECIES, a[ap]);
            u0 = r.fma(b0, u0);
            r = DoubleVector.broadcast(SPECIES, a[ap + 1]);
            u1 = r.fma(b0, u1);
            r = DoubleVector.broadcast(SPECIES, a[ap + 2]);
            u2 = r.fma(b0, u2);
            r = DoubleVector.broadcast(SPECIES, a[ap + 3]);
            u3 = r.fma(b0, u3);
            r = DoubleVector.broadcast(SPECIES, a[ap + 4]);
            u4 = r.fma(b0, u4);
            r = DoubleVector.broadcast(SPECIES, a[ap + 5]);
            u5 = r.fma(b0, u5);
            r = DoubleVector.broadcast(SPECIES, a[ap + 6]);
            u6 = r.fma(b0, u6);
            r = DoubleVector.broadcast(SPECIES, a[ap + 7]);
            u7 = r.fma(b0, u7);
        }
        u0.intoArray(c, co);
        u1.intoArray(c, co + cs);
        u2.intoArray(c, co + 2 * cs);
        u3.intoArray(c, co + 3 * cs);
        u4.intoArray(c, co + 4 * cs);
        u5.intoArray(c, co + 5 * cs);
        u6.intoArray(c, co + 6 * cs);
        u7.intoArray(c, co + 7 * cs);
    }
}
