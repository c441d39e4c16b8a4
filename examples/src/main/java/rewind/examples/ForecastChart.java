package rewind.examples;

import java.util.Arrays;
import org.knowm.xchart.XYChart;
import rewind.autograd.Tensor;

/** Draws the test part of a series, its forecasts one value ahead, and a free run beyond its end. */
final class ForecastChart {
    private static final int WIDTH = 1200;

    private ForecastChart() {}

    /**
     * Returns the chart of one column.
     *
     * @param train where the test part begins
     * @param forecasts of the test part, (rows)
     * @param ahead the free run, (rows)
     */
    static XYChart of(Series series, int column, int train, Tensor forecasts, Tensor ahead) {
        String name = series.names().get(column);
        XYChart chart = Charts.empty(
                WIDTH,
                series.names().size() == 1 ? 600 : 420,
                name + ": forecasts of the test part and beyond the end",
                series.timeName(),
                name);
        // the free run first: where the times of all lines are one even row, XChart marks the axis at such times, not
        // at round ones
        Charts.line(
                chart,
                "free run, fed with its own forecasts",
                series.timesAhead(ahead.size()),
                ahead.toArray(),
                Charts.RED,
                2.2f);
        double[] times = Arrays.copyOfRange(series.times(), train, series.size());
        double[] observed = Arrays.copyOfRange(series.column(column), train, series.size());
        Charts.line(chart, "observed", times, observed, Charts.GREY, 3f);
        Charts.line(chart, "forecast one value ahead", times, forecasts.toArray(), Charts.BLUE, 1.2f);
        return chart;
    }
}
