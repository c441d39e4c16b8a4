package rewind.nn.hand;

import java.util.function.IntToDoubleFunction;

/** The loops in which the equations are written by hand: rows of numbers, matrices as rows, no engine. */
public final class HandMath {
    private HandMath() {}

    /** Returns the row whose element j is f(j). */
    public static double[] row(int size, IntToDoubleFunction f) {
        double[] row = new double[size];
        for (int j = 0; j < size; j++) {
            row[j] = f.applyAsDouble(j);
        }
        return row;
    }

    /** x·W. */
    public static double[] times(double[] x, double[][] W) {
        double[] product = new double[W[0].length];
        for (int k = 0; k < x.length; k++) {
            for (int j = 0; j < product.length; j++) {
                product[j] += x[k] * W[k][j];
            }
        }
        return product;
    }

    /** y·Wᵀ. */
    public static double[] timesTransposed(double[] y, double[][] W) {
        double[] product = new double[W.length];
        for (int k = 0; k < W.length; k++) {
            for (int j = 0; j < y.length; j++) {
                product[k] += y[j] * W[k][j];
            }
        }
        return product;
    }

    /** The sum of rows. */
    public static double[] sum(double[]... rows) {
        double[] sum = new double[rows[0].length];
        for (double[] row : rows) {
            add(sum, row);
        }
        return sum;
    }

    /** sum += row. */
    public static void add(double[] sum, double[] row) {
        for (int j = 0; j < sum.length; j++) {
            sum[j] += row[j];
        }
    }

    /** sum += columnᵀ·row. */
    public static void addOuter(double[][] sum, double[] column, double[] row) {
        for (int k = 0; k < column.length; k++) {
            for (int j = 0; j < row.length; j++) {
                sum[k][j] += column[k] * row[j];
            }
        }
    }

    /** Zeros of the matrix's shape. */
    public static double[][] zerosLike(double[][] matrix) {
        return new double[matrix.length][matrix[0].length];
    }
}
