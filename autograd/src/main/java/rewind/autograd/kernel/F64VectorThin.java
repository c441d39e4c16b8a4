package rewind.autograd.kernel;

import static rewind.autograd.kernel.F64Format.GROUP;

import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of few rows or columns, for which copying anything does not pay: weighted sums of rows of B or, if B is
 * transposed, scalar products. Those of few columns are computed as the transposed products of few rows.
 *
 * <p>Scalar products have a group of running sums, and shorter vectors take a part of the group at a time, so that the order
 * of additions, like the choice of what is thin, is the same for all lengths of vectors.
 */
final class F64VectorThin {
    private static final VectorSpecies<Double> SPECIES = F64VectorPairwise.SPECIES;
    private static final int LANES = SPECIES.length();

    private F64VectorThin() {}

    /** C_i += op(A_i)·op(B_i). */
    static void add(Matmul<double[]> products, int i) {
        double[] a = products.a().array(i);
        double[] b = products.b().array(i);
        int ao = products.a().at()[i];
        int bo = products.b().at()[i];
        boolean ta = products.a().areTransposed();
        boolean tb = products.b().areTransposed();
        int m = products.m();
        int n = products.n();
        if (F64Matmul.areTransposed(m, n)) {
            addTransposed(a, ao, ta, b, bo, tb, products.c(), products.co()[i], m, n, products.k(), products.stride());
        } else {
            addRowByRow(a, ao, ta, b, bo, tb, products.c(), products.co()[i], m, n, products.k(), products.stride());
        }
    }

    /** Cᵀ += op(B)ᵀ op(A)ᵀ. */
    private static void addTransposed(
            double[] a,
            int ao,
            boolean ta,
            double[] b,
            int bo,
            boolean tb,
            double[] c,
            int co,
            int m,
            int n,
            int k,
            int stride) {
        if (n == 1) {
            // a column is its own transpose
            addRowByRow(b, bo, !tb, a, ao, !ta, c, co, 1, m, k, stride);
            return;
        }
        double[] transposed = F64Scratch.get().panels(m * n);
        Arrays.fill(transposed, 0, m * n, 0.0);
        addRowByRow(b, bo, !tb, a, ao, !ta, transposed, 0, n, m, k, stride);
        for (int j = 0; j < n; j++) {
            for (int i = 0; i < m; i++) {
                c[co + i * n + j] += transposed[j * m + i];
            }
        }
    }

    private static void addRowByRow(
            double[] a,
            int ao,
            boolean ta,
            double[] b,
            int bo,
            boolean tb,
            double[] c,
            int co,
            int m,
            int n,
            int k,
            int stride) {
        // element (i, p) of op(A) stands at ao + i·ai + p·ap
        int ai = ta ? 1 : stride;
        int ap = ta ? m : 1;
        double[] row = tb && ap != 1 ? F64Scratch.get().rows(k) : a;
        for (int i = 0; i < m; i++) {
            int from = ao + i * ai;
            if (row != a) {
                for (int p = 0; p < k; p++) {
                    row[p] = a[from + p * ap];
                }
                from = 0;
            }
            if (tb) {
                addScalarProducts(row, from, b, bo, c, co + i * n, n, k, stride);
            } else {
                addWeightedRows(a, from, ap, b, bo, c, co + i * n, n, k);
            }
        }
    }

    /** c_j += Σ_p a_p b_pj, in strips of 8, 4, 2 and 1 vectors, and single elements. */
    private static void addWeightedRows(
            double[] a, int ao, int ap, double[] b, int bo, double[] c, int co, int n, int k) {
        int j = 0;
        for (; j <= n - 8 * LANES; j += 8 * LANES) {
            addEightVectors(a, ao, ap, b, bo + j, n, c, co + j, k);
        }
        if (j <= n - 4 * LANES) {
            addFourVectors(a, ao, ap, b, bo + j, n, c, co + j, k);
            j += 4 * LANES;
        }
        if (j <= n - 2 * LANES) {
            addTwoVectors(a, ao, ap, b, bo + j, n, c, co + j, k);
            j += 2 * LANES;
        }
        if (j <= n - LANES) {
            DoubleVector s = DoubleVector.fromArray(SPECIES, c, co + j);
            for (int p = 0; p < k; p++) {
                DoubleVector weight = DoubleVector.broadcast(SPECIES, a[ao + p * ap]);
                s = weight.fma(DoubleVector.fromArray(SPECIES, b, bo + p * n + j), s);
            }
            s.intoArray(c, co + j);
            j += LANES;
        }
        for (; j < n; j++) {
            double s = c[co + j];
            for (int p = 0; p < k; p++) {
                s = Math.fma(a[ao + p * ap], b[bo + p * n + j], s);
            }
            c[co + j] = s;
        }
    }

    private static void addTwoVectors(
            double[] a, int ao, int ap, double[] b, int bo, int bs, double[] c, int co, int k) {
        DoubleVector s0 = DoubleVector.fromArray(SPECIES, c, co);
        DoubleVector s1 = DoubleVector.fromArray(SPECIES, c, co + LANES);
        for (int p = 0; p < k; p++) {
            DoubleVector weight = DoubleVector.broadcast(SPECIES, a[ao + p * ap]);
            int bp = bo + p * bs;
            s0 = weight.fma(DoubleVector.fromArray(SPECIES, b, bp), s0);
            s1 = weight.fma(DoubleVector.fromArray(SPECIES, b, bp + LANES), s1);
        }
        s0.intoArray(c, co);
        s1.intoArray(c, co + LANES);
    }

    private static void addFourVectors(
            double[] a, int ao, int ap, double[] b, int bo, int bs, double[] c, int co, int k) {
        DoubleVector s0 = DoubleVector.fromArray(SPECIES, c, co);
        DoubleVector s1 = DoubleVector.fromArray(SPECIES, c, co + LANES);
        DoubleVector s2 = DoubleVector.fromArray(SPECIES, c, co + 2 * LANES);
        DoubleVector s3 = DoubleVector.fromArray(SPECIES, c, co + 3 * LANES);
        for (int p = 0; p < k; p++) {
            DoubleVector weight = DoubleVector.broadcast(SPECIES, a[ao + p * ap]);
            int bp = bo + p * bs;
            s0 = weight.fma(DoubleVector.fromArray(SPECIES, b, bp), s0);
            s1 = weight.fma(DoubleVector.fromArray(SPECIES, b, bp + LANES), s1);
            s2 = weight.fma(DoubleVector.fromArray(SPECIES, b, bp + 2 * LANES), s2);
            s3 = weight.fma(DoubleVector.fromArray(SPECIES, b, bp + 3 * LANES), s3);
        }
        s0.intoArray(c, co);
        s1.intoArray(c, co + LANES);
        s2.intoArray(c, co + 2 * LANES);
        s3.intoArray(c, co + 3 * LANES);
    }

    private static void addEightVectors(
            double[] a, int ao, int ap, double[] b, int bo, int bs, double[] c, int co, int k) {
        DoubleVector s0 = DoubleVector.fromArray(SPECIES, c, co);
        DoubleVector s1 = DoubleVector.fromArray(SPECIES, c, co + LANES);
        DoubleVector s2 = DoubleVector.fromArray(SPECIES, c, co + 2 * LANES);
        DoubleVector s3 = DoubleVector.fromArray(SPECIES, c, co + 3 * LANES);
        DoubleVector s4 = DoubleVector.fromArray(SPECIES, c, co + 4 * LANES);
        DoubleVector s5 = DoubleVector.fromArray(SPECIES, c, co + 5 * LANES);
        DoubleVector s6 = DoubleVector.fromArray(SPECIES, c, co + 6 * LANES);
        DoubleVector s7 = DoubleVector.fromArray(SPECIES, c, co + 7 * LANES);
        for (int p = 0; p < k; p++) {
            DoubleVector weight = DoubleVector.broadcast(SPECIES, a[ao + p * ap]);
            int bp = bo + p * bs;
            s0 = weight.fma(DoubleVector.fromArray(SPECIES, b, bp), s0);
            s1 = weight.fma(DoubleVector.fromArray(SPECIES, b, bp + LANES), s1);
            s2 = weight.fma(DoubleVector.fromArray(SPECIES, b, bp + 2 * LANES), s2);
            s3 = weight.fma(DoubleVector.fromArray(SPECIES, b, bp + 3 * LANES), s3);
            s4 = weight.fma(DoubleVector.fromArray(SPECIES, b, bp + 4 * LANES), s4);
            s5 = weight.fma(DoubleVector.fromArray(SPECIES, b, bp + 5 * LANES), s5);
            s6 = weight.fma(DoubleVector.fromArray(SPECIES, b, bp + 6 * LANES), s6);
            s7 = weight.fma(DoubleVector.fromArray(SPECIES, b, bp + 7 * LANES), s7);
        }
        s0.intoArray(c, co);
        s1.intoArray(c, co + LANES);
        s2.intoArray(c, co + 2 * LANES);
        s3.intoArray(c, co + 3 * LANES);
        s4.intoArray(c, co + 4 * LANES);
        s5.intoArray(c, co + 5 * LANES);
        s6.intoArray(c, co + 6 * LANES);
        s7.intoArray(c, co + 7 * LANES);
    }

    /** c_j += Σ_p a_p b_jp. */
    private static void addScalarProducts(
            double[] a, int ao, double[] b, int bo, double[] c, int co, int n, int k, int stride) {
        double[] sums = F64Scratch.get().sums;
        int j = 0;
        for (; j <= n - 4; j += 4) {
            addFourScalarProducts(a, ao, b, bo + j * stride, c, co + j, k, stride, sums);
        }
        for (; j < n; j++) {
            c[co + j] += scalarProduct(a, ao, b, bo + j * stride, k, sums);
        }
    }

    private static void addFourScalarProducts(
            double[] a, int ao, double[] b, int bo, double[] c, int co, int k, int stride, double[] sums) {
        int whole = k - k % GROUP;
        for (int g = 0; g < GROUP; g += LANES) {
            DoubleVector s0 = DoubleVector.zero(SPECIES);
            DoubleVector s1 = DoubleVector.zero(SPECIES);
            DoubleVector s2 = DoubleVector.zero(SPECIES);
            DoubleVector s3 = DoubleVector.zero(SPECIES);
            for (int p = g; p < whole; p += GROUP) {
                DoubleVector v = DoubleVector.fromArray(SPECIES, a, ao + p);
                s0 = v.fma(DoubleVector.fromArray(SPECIES, b, bo + p), s0);
                s1 = v.fma(DoubleVector.fromArray(SPECIES, b, bo + stride + p), s1);
                s2 = v.fma(DoubleVector.fromArray(SPECIES, b, bo + 2 * stride + p), s2);
                s3 = v.fma(DoubleVector.fromArray(SPECIES, b, bo + 3 * stride + p), s3);
            }
            s0.intoArray(sums, g);
            s1.intoArray(sums, GROUP + g);
            s2.intoArray(sums, 2 * GROUP + g);
            s3.intoArray(sums, 3 * GROUP + g);
        }
        double t0 = 0.0;
        double t1 = 0.0;
        double t2 = 0.0;
        double t3 = 0.0;
        for (int p = whole; p < k; p++) {
            double v = a[ao + p];
            t0 = Math.fma(v, b[bo + p], t0);
            t1 = Math.fma(v, b[bo + stride + p], t1);
            t2 = Math.fma(v, b[bo + 2 * stride + p], t2);
            t3 = Math.fma(v, b[bo + 3 * stride + p], t3);
        }
        // not by reduceLanes: the order in which it adds is not specified
        for (int i = 0; i < GROUP; i++) {
            t0 += sums[i];
            t1 += sums[GROUP + i];
            t2 += sums[2 * GROUP + i];
            t3 += sums[3 * GROUP + i];
        }
        c[co] += t0;
        c[co + 1] += t1;
        c[co + 2] += t2;
        c[co + 3] += t3;
    }

    private static double scalarProduct(double[] a, int ao, double[] b, int bo, int k, double[] sums) {
        int whole = k - k % GROUP;
        for (int g = 0; g < GROUP; g += LANES) {
            DoubleVector s = DoubleVector.zero(SPECIES);
            for (int p = g; p < whole; p += GROUP) {
                s = DoubleVector.fromArray(SPECIES, a, ao + p).fma(DoubleVector.fromArray(SPECIES, b, bo + p), s);
            }
            s.intoArray(sums, g);
        }
        double t = 0.0;
        for (int p = whole; p < k; p++) {
            t = Math.fma(a[ao + p], b[bo + p], t);
        }
        for (int i = 0; i < GROUP; i++) {
            t += sums[i];
        }
        return t;
    }
}
