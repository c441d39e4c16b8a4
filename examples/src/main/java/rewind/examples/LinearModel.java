package rewind.examples;

import java.util.Arrays;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.NonPositiveDefiniteMatrixException;
import org.apache.commons.math3.linear.RealMatrix;

/**
 * A linear autoregression of what differences and seasonal waves leave of a column: with z the column on its scale, m(t) a constant and
 * waves of the period, and ∇ differences, w = ∇(z − m) and w(t) = c + Σ a(i)·w(t − i) over chosen lags i. Further values are forecast from
 * forecasts. Differences are undone by writing the whole as one autoregression of z − m.
 *
 * @param scale on which it is linear
 * @param waves the seasonal waves
 * @param constant c
 * @param coefficients of (z − m)(t − 1), (z − m)(t − 2), …
 * @param least no forecast on the scale is less
 * @param greatest no forecast on the scale is greater
 */
record LinearModel(Scale scale, Waves waves, double constant, double[] coefficients, double least, double greatest)
        implements ColumnForecaster {
    /**
     * What is fitted.
     *
     * @param logarithmic whether on the logarithmic scale
     * @param differences how many differences of neighbours, 0 to 2
     * @param seasonal whether differences of a period
     * @param period of seasonal differences and waves; 1 for none
     * @param waves how many, 0 for none
     * @param lags of the autoregression, ascending
     * @param ridge weight of the squared coefficients, in rows
     */
    record Form(boolean logarithmic, int differences, boolean seasonal, int period, int waves, int[] lags, double ridge)
            implements Candidate {
        @Override
        public ColumnForecaster fit(double[] values, int end) {
            return LinearModel.fit(this, values, end);
        }

        private double[] differencing() {
            double[] polynomial = {1};
            for (int i = 0; i < differences; i++) {
                polynomial = times(polynomial, new double[] {1, -1});
            }
            if (seasonal) {
                double[] season = new double[period + 1];
                season[0] = 1;
                season[period] = -1;
                polynomial = times(polynomial, season);
            }
            return polynomial;
        }

        private int greatestLag() {
            return lags.length == 0 ? 0 : lags[lags.length - 1];
        }

        @Override
        public String toString() {
            return (logarithmic ? "log, " : "")
                    + (differences > 0 ? "differences " + differences + ", " : "")
                    + (seasonal ? "seasonal differences " + period + ", " : "")
                    + (waves > 0 ? waves + " waves of " + period + ", " : "")
                    + "lags " + lags.length + " to " + greatestLag() + ", ridge " + ridge;
        }
    }

    private static LinearModel fit(Form form, double[] values, int end) {
        double[] training = Arrays.copyOf(values, end);
        double low = Arrays.stream(training).min().orElse(0);
        if (form.logarithmic() && !(low > 0)) {
            return null;
        }
        double[] difference = form.differencing();
        int before = difference.length - 1 + form.greatestLag();
        int unknowns = form.lags().length + 2 * form.waves() + 1;
        if (end - before < Math.max(5, (form.ridge() > 0.5 ? 1 : 2) * unknowns)
                || (form.waves() > 0 && end < 2 * form.period())) {
            return null;
        }
        Scale scale = form.logarithmic() ? Scale.Logarithm.fitted(training) : new Scale.Own();
        double[] z = scale.of(training);
        Waves waves = Waves.fit(z, form.period(), form.waves());
        double[] rest = waves.without(z);
        double[] w = applied(difference, rest);
        double[] fitted = regression(w, form.lags(), form.ridge(), form.differences() + (form.seasonal() ? 1 : 0) < 2);
        double[] autoregression = new double[form.greatestLag() + 1];
        autoregression[0] = 1;
        for (int i = 0; i < form.lags().length; i++) {
            autoregression[form.lags()[i]] = -fitted[i + 1];
        }
        double[] all = times(autoregression, difference);
        double[] coefficients = new double[all.length - 1];
        Arrays.setAll(coefficients, i -> -all[i + 1]);
        double least = Arrays.stream(z).min().getAsDouble();
        double greatest = Arrays.stream(z).max().getAsDouble();
        double range = greatest - least;
        return new LinearModel(scale, waves, fitted[0], coefficients, least - range, greatest + range);
    }

    /** The product of two polynomials, the coefficient of the power 0 first. */
    private static double[] times(double[] left, double[] right) {
        double[] product = new double[left.length + right.length - 1];
        for (int i = 0; i < left.length; i++) {
            for (int j = 0; j < right.length; j++) {
                product[i + j] += left[i] * right[j];
            }
        }
        return product;
    }

    private static double[] applied(double[] difference, double[] values) {
        int before = difference.length - 1;
        double[] differences = new double[values.length - before];
        for (int t = before; t < values.length; t++) {
            for (int i = 0; i <= before; i++) {
                differences[t - before] += difference[i] * values[t - i];
            }
        }
        return differences;
    }

    /** The constant, then the coefficients of the lags, of ridge regression; the constant is not made smaller. */
    private static double[] regression(double[] w, int[] lags, double ridge, boolean constant) {
        int order = lags.length == 0 ? 0 : lags[lags.length - 1];
        double mean = constant ? Arrays.stream(w).average().orElse(0) : 0;
        double[] centred = Arrays.stream(w).map(each -> each - mean).toArray();
        double variance =
                Arrays.stream(centred).map(each -> each * each).average().orElse(0);
        double[] fitted = new double[lags.length + 1];
        if (lags.length > 0 && variance > 0 && Double.isFinite(variance)) {
            double[][] products = new double[lags.length][lags.length];
            double[] right = new double[lags.length];
            for (int t = order; t < w.length; t++) {
                for (int i = 0; i < lags.length; i++) {
                    double x = centred[t - lags[i]];
                    right[i] += x * centred[t];
                    for (int j = 0; j <= i; j++) {
                        products[i][j] += x * centred[t - lags[j]];
                    }
                }
            }
            solve(products, right, variance, ridge, fitted);
        }
        double sum = 0;
        for (int i = 0; i < lags.length; i++) {
            sum += fitted[i + 1];
        }
        fitted[0] = mean * (1 - sum);
        return fitted;
    }

    private static void solve(double[][] products, double[] right, double variance, double ridge, double[] fitted) {
        for (double weight = Math.max(ridge, 1e-6); weight < 1e6; weight *= 100) {
            RealMatrix matrix = new Array2DRowRealMatrix(products.length, products.length);
            for (int i = 0; i < products.length; i++) {
                for (int j = 0; j <= i; j++) {
                    double value = products[i][j] / variance + (i == j ? weight : 0);
                    matrix.setEntry(i, j, value);
                    matrix.setEntry(j, i, value);
                }
            }
            try {
                double[] solution = new CholeskyDecomposition(matrix)
                        .getSolver()
                        .solve(new ArrayRealVector(right).mapDivide(variance))
                        .toArray();
                System.arraycopy(solution, 0, fitted, 1, solution.length);
                return;
            } catch (NonPositiveDefiniteMatrixException e) {
                // nearly dependent: a greater ridge
            }
        }
    }

    @Override
    public double[][] forecast(double[] values, int from, int to, int ahead) {
        double[] rest = waves.without(scale.of(Arrays.copyOf(values, to - 1)));
        double[][] forecasts = new double[to - from][];
        for (int t = from; t < to; t++) {
            forecasts[t - from] = forecast(rest, t, ahead);
        }
        return forecasts;
    }

    private double[] forecast(double[] rest, int t, int ahead) {
        int order = coefficients.length;
        double[] known = new double[order + ahead];
        for (int i = 0; i < order; i++) {
            known[i] = rest[Math.max(0, t - order + i)]; // before the start it was as at the start
        }
        double[] forecast = new double[ahead];
        for (int k = 0; k < ahead; k++) {
            double sum = constant;
            for (int i = 1; i <= order; i++) {
                sum += coefficients[i - 1] * known[order + k - i];
            }
            double wave = waves.at(t + k);
            double z = Math.max(least, Math.min(greatest, sum + wave));
            known[order + k] = z - wave;
            forecast[k] = scale.invert(z);
        }
        return forecast;
    }
}
