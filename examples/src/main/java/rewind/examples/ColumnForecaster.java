package rewind.examples;

/** A way of forecasting one column, fitted to its first rows. */
@FunctionalInterface
interface ColumnForecaster {
    /**
     * Returns forecasts of the values t to t + ahead − 1, each from the values before t alone, for every t from {@code from} (inclusive) to
     * {@code to} (exclusive): (to − from) rows of {@code ahead} values.
     */
    double[][] forecast(double[] values, int from, int to, int ahead);
}
