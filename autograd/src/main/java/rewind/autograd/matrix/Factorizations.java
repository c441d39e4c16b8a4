package rewind.autograd.matrix;

import java.util.Arrays;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;

/**
 * Factorizations in {@code double}, row by row. What says whether it was found is false where a pivot is lost in the rounding of what it
 * was computed from, or an element must be finite and is not; else NaN stays NaN.
 *
 * <p>Source: G. H. Golub and C. F. Van Loan, Matrix Computations, 4th edition, 2013: algorithms 3.4.1, 4.2.1, and 5.2.6 done twice.
 */
public final class Factorizations {
    private static final double EPSILON = 0x1p-52;

    private Factorizations() {}

    /** Overwrites A by L and U of P·A = L·U with partial pivoting, and {@code rows} by the rows of A in their order in L·U. */
    public static boolean lu(double[] a, int n, int[] rows) {
        Arrays.setAll(rows, i -> i);
        for (int k = 0; k < n; k++) {
            int pivot = k;
            for (int i = k + 1; i < n; i++) {
                pivot = Math.abs(a[i * n + k]) > Math.abs(a[pivot * n + k]) ? i : pivot;
            }
            double whole = Math.abs(a[pivot * n + k]); // the sizes of all that was added to it
            for (int j = 0; j < k; j++) {
                whole += Math.abs(a[pivot * n + j] * a[j * n + k]);
            }
            if (Math.abs(a[pivot * n + k]) <= n * EPSILON * whole) {
                return false;
            }
            swap(a, n, k, pivot);
            int row = rows[k];
            rows[k] = rows[pivot];
            rows[pivot] = row;
            for (int i = k + 1; i < n; i++) {
                double factor = a[i * n + k] /= a[k * n + k];
                for (int j = k + 1; j < n; j++) {
                    a[i * n + j] -= factor * a[k * n + j];
                }
            }
        }
        return true;
    }

    private static void swap(double[] a, int n, int i, int j) {
        for (int k = 0; k < n && i != j; k++) {
            double moved = a[i * n + k];
            a[i * n + k] = a[j * n + k];
            a[j * n + k] = moved;
        }
    }

    /** Writes X of A·X = B, with {@code columns} columns; A is overwritten. */
    public static boolean solve(double[] a, double[] b, int n, int columns, double[] x) {
        int[] rows = new int[n];
        if (!lu(a, n, rows)) {
            return false;
        }
        for (int i = 0; i < n; i++) {
            System.arraycopy(b, rows[i] * columns, x, i * columns, columns);
        }
        substitute(a, x, n, columns, true, true);
        substitute(a, x, n, columns, false, false);
        return true;
    }

    /** Writes X of T·X = B for the lower or upper triangle T of A over B; T has a diagonal of ones if told so. */
    public static boolean substitute(double[] a, double[] b, int n, int columns, boolean lower, boolean ones) {
        for (int step = 0; step < n; step++) {
            int i = lower ? step : n - 1 - step;
            for (int k = lower ? 0 : i + 1; k < (lower ? i : n); k++) {
                for (int j = 0; j < columns; j++) {
                    b[i * columns + j] -= a[i * n + k] * b[k * columns + j];
                }
            }
            if (a[i * n + i] == 0 && !ones) {
                return false;
            }
            for (int j = 0; j < columns && !ones; j++) {
                b[i * columns + j] /= a[i * n + i];
            }
        }
        return true;
    }

    /** Writes the lower triangle L of L·Lᵀ = (A + Aᵀ)/2. */
    public static boolean cholesky(double[] a, int n, double[] l) {
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = 0.5 * (a[i * n + j] + a[j * n + i]);
                double whole = sum;
                for (int k = 0; k < j; k++) {
                    sum -= l[i * n + k] * l[j * n + k];
                }
                if (i == j && sum <= n * EPSILON * Math.abs(whole)) {
                    return false;
                }
                l[i * n + j] = i == j ? Math.sqrt(sum) : sum / l[j * n + j];
                l[j * n + i] = i == j ? l[i * n + j] : 0;
            }
        }
        return true;
    }

    /** Writes Q, m × n, and after it the upper triangle R with a positive diagonal, n × n, of A = Q·R; m ≥ n. */
    public static boolean qr(double[] a, int m, int n, double[] qr) {
        System.arraycopy(a, 0, qr, 0, m * n);
        int r = m * n;
        for (int j = 0; j < n; j++) {
            double whole = norm(qr, m, n, j);
            for (int turn = 0; turn < 2; turn++) { // twice, so that columns are orthogonal to the last digit
                for (int k = 0; k < j; k++) {
                    double inner = 0;
                    for (int i = 0; i < m; i++) {
                        inner += qr[i * n + k] * qr[i * n + j];
                    }
                    for (int i = 0; i < m; i++) {
                        qr[i * n + j] -= inner * qr[i * n + k];
                    }
                    qr[r + k * n + j] += inner;
                }
            }
            double length = norm(qr, m, n, j);
            if (length <= m * EPSILON * whole) {
                return false;
            }
            qr[r + j * n + j] = length;
            for (int i = 0; i < m; i++) {
                qr[i * n + j] /= length;
            }
        }
        return true;
    }

    private static double norm(double[] a, int m, int n, int column) {
        double largest = 0;
        for (int i = 0; i < m; i++) {
            largest = Math.max(largest, Math.abs(a[i * n + column]));
        }
        double squares = 0;
        for (int i = 0; i < m && largest > 0; i++) {
            double scaled = a[i * n + column] / largest;
            squares += scaled * scaled;
        }
        return largest * Math.sqrt(squares);
    }

    /** Writes the eigenvalues of (A + Aᵀ)/2 from the smallest to the largest, and after them the matrix whose columns are the eigenvectors. */
    public static boolean eigh(double[] a, int n, double[] valuesAndVectors) {
        if (!isFinite(a) || n == 0) {
            return n == 0;
        }
        // of numbers near 1, as Commons Math has limits that do not scale
        int exponent = Math.getExponent(Arrays.stream(a).map(Math::abs).max().orElseThrow());
        RealMatrix symmetric = new Array2DRowRealMatrix(n, n);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double twice = Math.scalb(a[i * n + j], -exponent) + Math.scalb(a[j * n + i], -exponent);
                symmetric.setEntry(i, j, 0.5 * twice);
            }
        }
        EigenDecomposition found = new EigenDecomposition(symmetric);
        for (int j = 0; j < n; j++) {
            int from = n - 1 - j; // Commons Math has the largest first
            double[] vector = found.getEigenvector(from).toArray();
            double sign = sign(vector);
            valuesAndVectors[j] = Math.scalb(found.getRealEigenvalue(from), exponent);
            for (int i = 0; i < n; i++) {
                valuesAndVectors[n + i * n + j] = sign * vector[i];
            }
        }
        return true;
    }

    /** Writes U, m × k, the singular values from the largest to the smallest, and V, n × k, of A = U·diag(s)·Vᵀ; k is the smaller of m and n. */
    public static boolean svd(double[] a, int m, int n, double[] factors) {
        if (!isFinite(a)) {
            return false;
        }
        RealMatrix matrix = new Array2DRowRealMatrix(m, n);
        for (int i = 0; i < m * n; i++) {
            matrix.setEntry(i / n, i % n, a[i]);
        }
        SingularValueDecomposition found = new SingularValueDecomposition(matrix);
        int k = Math.min(m, n);
        for (int j = 0; j < k; j++) {
            double[] right = found.getV().getColumn(j);
            double[] left = found.getU().getColumn(j);
            double sign = sign(right);
            for (int i = 0; i < m; i++) {
                factors[i * k + j] = sign * left[i];
            }
            factors[m * k + j] = found.getSingularValues()[j];
            for (int i = 0; i < n; i++) {
                factors[(m + 1 + i) * k + j] = sign * right[i];
            }
        }
        return true;
    }

    private static boolean isFinite(double... x) {
        for (double each : x) {
            if (!Double.isFinite(each)) {
                return false;
            }
        }
        return true;
    }

    /** That of the first largest component: a vector may be turned round, and so it has one direction. */
    private static double sign(double... vector) {
        double largest = 0;
        for (double each : vector) {
            largest = Math.abs(each) > Math.abs(largest) * (1 + 1e-9) ? each : largest;
        }
        return largest < 0 ? -1 : 1;
    }
}
