package rewind.autograd.kernel;

import java.util.Arrays;

/**
 * The matrix product in plain loops: four rows of op(B) at a time are copied, and their multiples added to every row of C.
 *
 * <p>HotSpot turns the innermost loop into vector code only because all its arrays start at 0; hence the copies, which the
 * gain pays for several times.
 */
final class F64Matmul {
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
        double[] b0 = new double[n];
        double[] b1 = new double[n];
        double[] b2 = new double[n];
        double[] b3 = new double[n];
        double[] sum = new double[n];
        for (int p = 0; p < k; p += 4) {
            copyRow(b, bo, tb, p, b0, n, k);
            copyRow(b, bo, tb, p + 1, b1, n, k);
            copyRow(b, bo, tb, p + 2, b2, n, k);
            copyRow(b, bo, tb, p + 3, b3, n, k);
            for (int i = 0; i < m; i++) {
                int at = ao + i * ai + p * ap;
                double a0 = a[at];
                double a1 = p + 1 < k ? a[at + ap] : 0.0;
                double a2 = p + 2 < k ? a[at + 2 * ap] : 0.0;
                double a3 = p + 3 < k ? a[at + 3 * ap] : 0.0;
                System.arraycopy(c, co + i * n, sum, 0, n);
                addRows(a0, b0, a1, b1, a2, b2, a3, b3, sum, n);
                System.arraycopy(sum, 0, c, co + i * n, n);
            }
        }
    }

    /** Row p of op(B), zeros for p ≥ k. */
    private static void copyRow(double[] b, int bo, boolean tb, int p, double[] row, int n, int k) {
        if (p >= k) {
            Arrays.fill(row, 0.0);
        } else if (tb) {
            for (int j = 0; j < n; j++) {
                row[j] = b[bo + j * k + p];
            }
        } else {
            System.arraycopy(b, bo + p * n, row, 0, n);
        }
    }

    private static void addRows(
            double a0,
            double[] b0,
            double a1,
            double[] b1,
            double a2,
            double[] b2,
            double a3,
            double[] b3,
            double[] sum,
            int n) {
        for (int j = 0; j < n; j++) {
            sum[j] += (a0 * b0[j] + a1 * b1[j]) + (a2 * b2[j] + a3 * b3[j]);
        }
    }
}
