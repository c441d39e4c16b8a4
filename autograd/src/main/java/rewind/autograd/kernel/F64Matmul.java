package rewind.autograd.kernel;

import java.util.Arrays;

/**
 * The matrix product in plain loops.
 *
 * <p>If the rows of op(B) are contiguous, rows of C are updated by four of them at a time, a loop that HotSpot turns
 * into vector code. If its columns are (B transposed), elements of C are scalar products, computed in blocks of 2 × 4
 * so that a loaded element serves several of them.
 */
final class F64Matmul {
    /** Rows of B that are used for all rows of C before the next are: few enough to stay in the cache. */
    private static final int DEPTH = 64;

    private F64Matmul() {}

    static void matmul(
            double[] a,
            int ao,
            boolean ta,
            double[] b,
            int bo,
            boolean tb,
            double[] c,
            int co,
            boolean accumulate,
            int m,
            int n,
            int k) {
        if (!accumulate) {
            Arrays.fill(c, co, co + m * n, 0.0);
        }
        // element (i, p) of op(A) stands at ao + i·ai + p·ap
        int ai = ta ? 1 : k;
        int ap = ta ? m : 1;
        if (tb) {
            addScalarProducts(a, ao, ai, ap, b, bo, c, co, m, n, k);
            return;
        }
        for (int p = 0; p < k; p += DEPTH) {
            int depth = Math.min(DEPTH, k - p);
            for (int i = 0; i < m; i++) {
                addRows(a, ao + i * ai + p * ap, ap, b, bo + p * n, c, co + i * n, n, depth);
            }
        }
    }

    /** c_j += Σ_p a_p b_pj over {@code depth} rows of B, a_p standing {@code ap} apart. */
    private static void addRows(double[] a, int ao, int ap, double[] b, int bo, double[] c, int co, int n, int depth) {
        int p = 0;
        for (; p <= depth - 4; p += 4) {
            double a0 = a[ao + p * ap];
            double a1 = a[ao + (p + 1) * ap];
            double a2 = a[ao + (p + 2) * ap];
            double a3 = a[ao + (p + 3) * ap];
            int b0 = bo + p * n;
            int b1 = b0 + n;
            int b2 = b1 + n;
            int b3 = b2 + n;
            for (int j = 0; j < n; j++) {
                c[co + j] += (a0 * b[b0 + j] + a1 * b[b1 + j]) + (a2 * b[b2 + j] + a3 * b[b3 + j]);
            }
        }
        for (; p < depth; p++) {
            double a0 = a[ao + p * ap];
            int b0 = bo + p * n;
            for (int j = 0; j < n; j++) {
                c[co + j] += a0 * b[b0 + j];
            }
        }
    }

    /** c_ij += Σ_p a_ip b_jp. */
    private static void addScalarProducts(
            double[] a, int ao, int ai, int ap, double[] b, int bo, double[] c, int co, int m, int n, int k) {
        for (int i = 0; i < m; i += 2) {
            // the last row of an odd m is computed twice and stored once
            int a0 = ao + i * ai;
            int a1 = i + 1 < m ? a0 + ai : a0;
            int c0 = co + i * n;
            int j = 0;
            for (; j <= n - 4; j += 4) {
                addBlock(a, a0, a1, ap, b, bo + j * k, c, c0 + j, i + 1 < m, n, k);
            }
            for (; j < n; j++) {
                c[c0 + j] += scalarProduct(a, a0, ap, b, bo + j * k, k);
                if (i + 1 < m) {
                    c[c0 + n + j] += scalarProduct(a, a1, ap, b, bo + j * k, k);
                }
            }
        }
    }

    private static void addBlock(
            double[] a, int a0, int a1, int ap, double[] b, int bo, double[] c, int co, boolean both, int n, int k) {
        double s00 = 0.0;
        double s01 = 0.0;
        double s02 = 0.0;
        double s03 = 0.0;
        double s10 = 0.0;
        double s11 = 0.0;
        double s12 = 0.0;
        double s13 = 0.0;
        for (int p = 0; p < k; p++) {
            double u = a[a0 + p * ap];
            double v = a[a1 + p * ap];
            double b0 = b[bo + p];
            double b1 = b[bo + k + p];
            double b2 = b[bo + 2 * k + p];
            double b3 = b[bo + 3 * k + p];
            s00 += u * b0;
            s01 += u * b1;
            s02 += u * b2;
            s03 += u * b3;
            s10 += v * b0;
            s11 += v * b1;
            s12 += v * b2;
            s13 += v * b3;
        }
        c[co] += s00;
        c[co + 1] += s01;
        c[co + 2] += s02;
        c[co + 3] += s03;
        if (both) {
            c[co + n] += s10;
            c[co + n + 1] += s11;
            c[co + n + 2] += s12;
            c[co + n + 3] += s13;
        }
    }

    private static double scalarProduct(double[] a, int ao, int ap, double[] b, int bo, int k) {
        double s = 0.0;
        for (int p = 0; p < k; p++) {
            s += a[ao + p * ap] * b[bo + p];
        }
        return s;
    }
}
