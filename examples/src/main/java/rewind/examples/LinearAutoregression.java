package rewind.examples;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.linear.SingularMatrixException;
import org.apache.commons.math3.stat.regression.OLSMultipleLinearRegression;
import rewind.autograd.Tensor;

/**
 * Linear autoregression of every column by itself: y(t) = c + Σ a(i)·y(t − i), i = 1 … order, by ordinary least squares. Further rows
 * are forecast from forecasts.
 *
 * @param values the series, (rows, columns)
 * @param coefficients of every column c, then those of the values before in the order of time, the one directly before being the last
 */
record LinearAutoregression(Tensor values, List<double[]> coefficients) implements Forecaster {
    /**
     * Fits the coefficients to the first {@code end} rows; they are NaN if the values do not determine them, as where many are equal.
     */
    static LinearAutoregression fit(Tensor values, int order, int end) {
        List<double[]> coefficients = new ArrayList<>();
        for (Tensor column : values.unstack(1)) {
            coefficients.add(fit(column.toArray(), order, end));
        }
        return new LinearAutoregression(values, coefficients);
    }

    private static double[] fit(double[] values, int order, int end) {
        double[][] before = new double[end - order][];
        Arrays.setAll(before, i -> Arrays.copyOfRange(values, i, i + order));
        OLSMultipleLinearRegression regression = new OLSMultipleLinearRegression();
        regression.newSampleData(Arrays.copyOfRange(values, order, end), before);
        try {
            return regression.estimateRegressionParameters();
        } catch (SingularMatrixException e) {
            double[] unknown = new double[order + 1];
            Arrays.fill(unknown, Double.NaN);
            return unknown;
        }
    }

    @Override
    public Tensor forecast(int from, int to, int ahead) {
        List<Tensor> columns = new ArrayList<>();
        for (int c = 0; c < coefficients.size(); c++) {
            double[] series = values.select(1, c).toArray();
            double[][] forecasts = new double[to - from][];
            for (int t = from; t < to; t++) {
                forecasts[t - from] = forecast(series, coefficients.get(c), t, ahead);
            }
            columns.add(Tensor.of(forecasts));
        }
        return Tensor.stack(2, columns);
    }

    private static double[] forecast(double[] series, double[] coefficients, int t, int ahead) {
        int order = coefficients.length - 1;
        double[] known = Arrays.copyOf(Arrays.copyOfRange(series, t - order, t), order + ahead);
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
