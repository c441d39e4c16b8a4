package rewind.examples;

import java.util.Arrays;
import org.apache.commons.math3.linear.SingularMatrixException;
import org.apache.commons.math3.stat.regression.OLSMultipleLinearRegression;

/**
 * A constant and sines and cosines of a period and its fractions, m(t) = c + Σ a(k) cos(2πkt/period) + b(k) sin(2πkt/period), by ordinary
 * least squares.
 *
 * @param period in rows
 * @param coefficients c, a(1), b(1), a(2), b(2), …
 */
record Waves(double period, double[] coefficients) {
    static Waves fit(double[] values, double period, int count) {
        if (count == 0) {
            return new Waves(period, new double[] {0});
        }
        boolean half = 2 * count == period; // whose sine is 0
        double[][] rows = new double[values.length][];
        Arrays.setAll(rows, t -> Arrays.copyOf(row(t, period, count), half ? 2 * count - 1 : 2 * count));
        OLSMultipleLinearRegression regression = new OLSMultipleLinearRegression();
        regression.newSampleData(values, rows);
        try {
            return new Waves(period, Arrays.copyOf(regression.estimateRegressionParameters(), 2 * count + 1));
        } catch (SingularMatrixException e) {
            return new Waves(period, new double[] {0});
        }
    }

    private static double[] row(int t, double period, int count) {
        double[] row = new double[2 * count];
        for (int k = 1; k <= count; k++) {
            double angle = 2 * Math.PI * k * t / period;
            row[2 * k - 2] = Math.cos(angle);
            row[2 * k - 1] = Math.sin(angle);
        }
        return row;
    }

    /** Returns m(t). */
    double at(int t) {
        double sum = coefficients[0];
        double[] row = row(t, period, (coefficients.length - 1) / 2);
        for (int i = 0; i < row.length; i++) {
            sum += coefficients[i + 1] * row[i];
        }
        return sum;
    }

    /** Returns the values less m. */
    double[] without(double[] values) {
        double[] rest = new double[values.length];
        Arrays.setAll(rest, t -> values[t] - at(t));
        return rest;
    }
}
