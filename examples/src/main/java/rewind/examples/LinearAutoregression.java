package rewind.examples;

import java.util.Arrays;
import org.apache.commons.math3.linear.SingularMatrixException;
import org.apache.commons.math3.stat.regression.OLSMultipleLinearRegression;

/**
 * Linear autoregression: y(t) = c + Σ a(i)·y(t − i), i = 1 … order, by ordinary least squares.
 *
 * @param values the series
 * @param coefficients c, then those of the values before in the order of time, the one directly before being the last
 */
record LinearAutoregression(double[] values, double[] coefficients) implements Forecaster {
    /**
     * Fits the coefficients to the first {@code end} values; they are NaN if the values do not determine them, as where many are
     * equal.
     */
    static LinearAutoregression fit(double[] values, int order, int end) {
        double[][] before = new double[end - order][];
        Arrays.setAll(before, i -> Arrays.copyOfRange(values, i, i + order));
        OLSMultipleLinearRegression regression = new OLSMultipleLinearRegression();
        regression.newSampleData(Arrays.copyOfRange(values, order, end), before);
        try {
            return new LinearAutoregression(values, regression.estimateRegressionParameters());
        } catch (SingularMatrixException e) {
            double[] unknown = new double[order + 1];
            Arrays.fill(unknown, Double.NaN);
            return new LinearAutoregression(values, unknown);
        }
    }

    @Override
    public double[] forecast(int from, int to) {
        double[] forecasts = new double[to - from];
        Arrays.setAll(forecasts, i -> forecast(from + i));
        return forecasts;
    }

    private double forecast(int t) {
        int order = coefficients.length - 1;
        double sum = coefficients[0];
        for (int i = 0; i < order; i++) {
            sum += coefficients[i + 1] * values[t - order + i];
        }
        return sum;
    }
}
