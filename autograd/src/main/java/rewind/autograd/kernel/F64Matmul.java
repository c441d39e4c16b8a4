package rewind.autograd.kernel;

import java.util.Arrays;
import java.util.List;
import rewind.autograd.threads.Workers;

/**
 * The matrix product in plain loops: four rows of op(B) at a time are copied, and their multiples added to every row of
 * C.
 *
 * <p>HotSpot turns the innermost loop into vector code only because all its arrays start at 0; hence the copies, which
 * the gain pays for several times.
 */
final class F64Matmul {
    /** Rows of C that are gone through together: they stay in the second-level cache. */
    private static final int BLOCK_ROWS = 64;

    /** Below these numbers of columns, or of rows if B is transposed, the copies do not pay. */
    private static final int NARROW = 8;

    private static final int FEW_ROWS = 4;

    private final Workers workers;

    F64Matmul(Workers workers) {
        this.workers = workers;
    }

    /** A transposed B of few rows is better copied once. */
    static boolean packs(int m, int n, int k, boolean tb) {
        return tb && n >= NARROW;
    }

    static int packedLength(int n, int k) {
        return n * k;
    }

    static void pack(double[] b, int bo, boolean tb, double[] packed, int po, int n, int k) {
        for (int p = 0; p < k; p++) {
            copyRow(b, bo, tb, p, packed, po + p * n, n, k);
        }
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
        MatmulGroups groups = new MatmulGroups(co);
        long work = (long) m * n * k * co.length;
        if (groups.count >= workers.threadsFor(work)) {
            workers.split(groups.count, 1, work, (from, to) -> {
                for (int x = groups.start(from); x < groups.start(to); x++) {
                    int i = groups.items[x];
                    boolean add = accumulate || (x > 0 && co[groups.items[x - 1]] == co[i]);
                    addRows(a, ao[i], ta, b, bo[i], tb, c, co[i], add, m, n, k, 0, m);
                }
            });
        } else {
            workers.split(m, 1, work, (from, to) -> {
                for (int x = 0; x < co.length; x++) {
                    int i = groups.items[x];
                    boolean add = accumulate || (x > 0 && co[groups.items[x - 1]] == co[i]);
                    addRows(a, ao[i], ta, b, bo[i], tb, c, co[i], add, m, n, k, from, to);
                }
            });
        }
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
        workers.split(m, 1, (long) m * n * k * ao.length * count, (from, to) -> {
            for (int g = 0; g < count; g++) {
                for (int i = 0; i < ao.length; i++) {
                    int right = bo[i] + g * k * n;
                    addRows(a.get(i), ao[i], true, b.get(i), right, false, c, co + g * m * n, true, m, n, k, from, to);
                }
            }
        });
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
        matmul(a, ao, ta, packed, bo, false, c, co, accumulate, m, n, k);
    }

    /** Rows from … to − 1 of one product. */
    private static void addRows(
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
            int k,
            int from,
            int to) {
        if (!accumulate) {
            Arrays.fill(c, co + from * n, co + to * n, 0.0);
        }
        // element (i, p) of op(A) stands at ao + i·ai + p·ap
        int ai = ta ? 1 : k;
        int ap = ta ? m : 1;
        if (n < NARROW || (tb && m < FEW_ROWS)) {
            addScalarProducts(a, ao + from * ai, ai, ap, b, bo, tb, c, co + from * n, to - from, n, k);
            return;
        }
        for (int i = from; i < to; i += BLOCK_ROWS) {
            addBlock(a, ao + i * ai, ai, ap, b, bo, tb, c, co + i * n, Math.min(BLOCK_ROWS, to - i), n, k);
        }
    }

    private static void addBlock(
            double[] a,
            int ao,
            int ai,
            int ap,
            double[] b,
            int bo,
            boolean tb,
            double[] c,
            int co,
            int m,
            int n,
            int k) {
        double[] b0 = new double[n];
        double[] b1 = new double[n];
        double[] b2 = new double[n];
        double[] b3 = new double[n];
        double[] sum = new double[n];
        for (int p = 0; p < k; p += 4) {
            copyRow(b, bo, tb, p, b0, 0, n, k);
            copyRow(b, bo, tb, p + 1, b1, 0, n, k);
            copyRow(b, bo, tb, p + 2, b2, 0, n, k);
            copyRow(b, bo, tb, p + 3, b3, 0, n, k);
            for (int i = 0; i < m; i++) {
                int at = ao + i * ai + p * ap;
                double a0 = a[at];
                double a1 = p + 1 < k ? a[at + ap] : 0.0;
                double a2 = p + 2 < k ? a[at + 2 * ap] : 0.0;
                double a3 = p + 3 < k ? a[at + 3 * ap] : 0.0;
                System.arraycopy(c, co + i * n, sum, 0, n);
                addMultiples(a0, b0, a1, b1, a2, b2, a3, b3, sum, n);
                System.arraycopy(sum, 0, c, co + i * n, n);
            }
        }
    }

    /** Row p of op(B), zeros for p ≥ k. */
    private static void copyRow(double[] b, int bo, boolean tb, int p, double[] row, int at, int n, int k) {
        if (p >= k) {
            Arrays.fill(row, at, at + n, 0.0);
        } else if (tb) {
            for (int j = 0; j < n; j++) {
                row[at + j] = b[bo + j * k + p];
            }
        } else {
            System.arraycopy(b, bo + p * n, row, at, n);
        }
    }

    private static void addMultiples(
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

    private static void addScalarProducts(
            double[] a,
            int ao,
            int ai,
            int ap,
            double[] b,
            int bo,
            boolean tb,
            double[] c,
            int co,
            int m,
            int n,
            int k) {
        int bj = tb ? k : 1;
        int bp = tb ? 1 : n;
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                double sum = 0.0;
                for (int p = 0; p < k; p++) {
                    sum += a[ao + i * ai + p * ap] * b[bo + j * bj + p * bp];
                }
                c[co + i * n + j] += sum;
            }
        }
    }
}
