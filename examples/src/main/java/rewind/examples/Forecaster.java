package rewind.examples;

import rewind.autograd.Tensor;

/** A way of forecasting a series. */
@FunctionalInterface
interface Forecaster {
    /**
     * Returns forecasts of the rows t to t + ahead − 1, each from the rows before t alone, for every t from {@code from} (inclusive) to
     * {@code to} (exclusive): (to − from, ahead, columns).
     */
    Tensor forecast(int from, int to, int ahead);

    /** Persistence: every row will be like the last one that is known. */
    static Forecaster persistence(Tensor values) {
        return (from, to, ahead) ->
                values.slice(0, from - 1, to - 1).expandDims(1).broadcastTo(to - from, ahead, values.size(1));
    }

    /** Returns the root mean square error of a column's forecasts {@code ahead} rows ahead of the rows {@code from} to {@code to}. */
    default double rootMeanSquareError(Tensor values, int column, int ahead, int from, int to) {
        Tensor forecasts =
                forecast(from, to - ahead + 1, ahead).select(2, column).select(1, ahead - 1);
        Tensor observed = values.select(1, column).slice(0, from + ahead - 1, to);
        return Math.sqrt(forecasts.sub(observed).square().mean().toDouble());
    }
}
