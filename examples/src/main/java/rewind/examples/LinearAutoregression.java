package rewind.examples;

import java.util.Arrays;
import org.apache.commons.math3.stat.regression.OLSMultipleLinearRegression;

/**
 * Linear autoregression: y(t) = c + Σ a(i)·y(t − i), i = 1 … order, by ordinary least squares.
 *
 * @param values the series
 * @param coefficients c, then those of the values before in the order of time, the one directly before being the last
 */
record LinearAutoregression(double[] values, double[] coefficients) implements Forecaster {
    /**
     * Fits the coefficients to the first {@code end} values.
     *
     * @throws org.apache.commons.math3.exception.MathIllegalArgumentException if there are not more equations than unknowns, or
     *     they do not determine the coefficients
     */
    static LinearAutoregression fit(double[] values, int order, int end) {
        double[][] before = new double[end - order][];
        Arrays.setAll(before, i -> Arrays.copyOfRange(values, i, i + order));
        OLSMultipleLinearRegression regression = new OLSMultipleLinearRegression();
        regression.newSampleData(Arrays.copyOfRange(values, order, end), before);
        return new LinearAutoregression(values, regression.estimateRegressionParameters());
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
