package rewind.examples;

/** A way of forecasting one column that can be fitted. */
interface Candidate {
    /** Returns the forecaster fitted to the first {@code end} values alone, or null where they are too few or not positive for it. */
    ColumnForecaster fit(double[] values, int end);

    /** Returns whether it works on the logarithmic scale. */
    boolean logarithmic();
}
