package rewind.examples;

import java.util.Arrays;

/** A way of forecasting a series one value ahead. */
@FunctionalInterface
interface Forecaster {
    /** Returns the forecasts of the values {@code from} (inclusive) to {@code to} (exclusive), each from those before it alone. */
    double[] forecast(int from, int to);

    /** Persistence: every value will be like the one before it. */
    static Forecaster persistence(double[] values) {
        return (from, to) -> Arrays.copyOfRange(values, from - 1, to - 1);
    }

    /** Returns the root mean square error over the values {@code from} (inclusive) to {@code to} (exclusive). */
    default double rootMeanSquareError(double[] values, int from, int to) {
        double[] forecasts = forecast(from, to);
        double sum = 0;
        for (int i = 0; i < forecasts.length; i++) {
            double error = forecasts[i] - values[from + i];
            sum += error * error;
        }
        return Math.sqrt(sum / forecasts.length);
    }
}
