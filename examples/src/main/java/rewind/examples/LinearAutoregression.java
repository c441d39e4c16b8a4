package rewind.examples;

import java.util.Arrays;
import org.apache.commons.math3.linear.SingularMatrixException;
import org.apache.commons.math3.stat.regression.OLSMultipleLinearRegression;

/**
 * Linear autoregression of a column, y(t) = c + Σ a(i)·y(t − i), i = 1 … order, by ordinary least squares. Further values are forecast
 * from forecasts.
 *
 * @param coefficients c, then those of the values before in the order of time, the one directly before being the last
 */
record LinearAutoregression(double[] coefficients) implements ColumnForecaster {
    /**
     * Fits the coefficients to the first {@code end} values; they are NaN if the values do not determine them, as where many are equal.
     */
    static LinearAutoregression fit(double[] values, int order, int end) {
        double[][] before = new double[end - order][];
        Arrays.setAll(before, i -> Arrays.copyOfRange(values, i, i + order));
        OLSMultipleLinearRegression regression = new OLSMultipleLinearRegression();
        try {
            regression.newSampleData(Arrays.copyOfRange(values, order, end), before);
            return new LinearAutoregression(regression.estimateRegressionParameters());
        } catch (SingularMatrixException e) {
            double[] unknown = new double[order + 1];
            Arrays.fill(unknown, Double.NaN);
            return new LinearAutoregression(unknown);
        }
    }

    @Override
    public double[][] forecast(double[] values, int from, int to, int ahead) {
        double[][] forecasts = new double[to - from][];
        Arrays.setAll(forecasts, i -> forecast(values, from + i, ahead));
        return forecasts;
    }

    private double[] forecast(double[] values, int t, int ahead) {
        int order = coefficients.length - 1;
        double[] known = Arrays.copyOf(Arrays.copyOfRange(values, t - order, t), order + ahead);
        for (int k = 0; k < ahead; k++) {
            double sum = coefficients[0];
            for (int i = 0; i < order; i++) {
                sum += coefficients[i + 1] * known[k + i];
            }
            known[order + k] = sum;
        }
        return Arrays.copyOfRange(known, order, order + ahead);
    }
}
