package rewind.examples;

import java.util.ArrayList;
import java.util.List;
import rewind.autograd.Tensor;

/** A way of forecasting series. */
@FunctionalInterface
interface Forecaster {
    /**
     * Returns forecasts of the rows t to t + ahead − 1, each from the rows before t alone, for every t from {@code from} (inclusive) to
     * {@code to} (exclusive): (to − from, ahead, columns).
     *
     * @param values the series, (rows, columns), with at least to − 1 rows
     */
    Tensor forecast(Tensor values, int from, int to, int ahead);

    /** Returns a forecaster of every column by itself. */
    static Forecaster of(List<ColumnForecaster> columns) {
        return (values, from, to, ahead) -> {
            List<Tensor> forecasts = new ArrayList<>();
            for (int c = 0; c < columns.size(); c++) {
                double[] column = values.select(1, c).toArray();
                forecasts.add(Tensor.of(columns.get(c).forecast(column, from, to, ahead)));
            }
            return Tensor.stack(2, forecasts);
        };
    }

    /**
     * Returns the seasonal naive forecaster: every row will be like the last one known a whole number of periods before. With the period 1
     * it is persistence.
     */
    static ColumnForecaster seasonalNaive(int period) {
        return (values, from, to, ahead) -> {
            double[][] forecasts = new double[to - from][ahead];
            for (int t = from; t < to; t++) {
                for (int k = 0; k < ahead; k++) {
                    forecasts[t - from][k] = values[Math.max(0, t - period + k % period)];
                }
            }
            return forecasts;
        };
    }

    /** Returns forecasts of the rows after the end of the series, (count, columns), those beyond {@code ahead} from forecasts. */
    default Tensor freeRun(Tensor values, int count, int ahead) {
        Tensor known = values;
        int end = values.size(0);
        while (known.size(0) < end + count) {
            int now = known.size(0);
            known = Tensor.concat(0, known, forecast(known, now, now + 1, ahead).select(0, 0));
        }
        return known.slice(0, end, end + count);
    }
}
