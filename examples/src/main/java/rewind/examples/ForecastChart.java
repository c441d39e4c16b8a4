package rewind.examples;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.nio.file.Path;
import java.util.Arrays;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws the test part of a series, its forecasts one value ahead, and a free run beyond its end. */
final class ForecastChart {
    private static final int WIDTH = 1200;
    private static final int HEIGHT = 600;
    private static final Color TEXT = new Color(0x333333);
    private static final Color GRID = new Color(0xe4e4e4);
    private static final Color GREY = new Color(0xa8a8a8);
    private static final Color BLUE = new Color(0x1f6fb4);
    private static final Color RED = new Color(0xd1342f);

    private ForecastChart() {}

    /**
     * Writes the picture.
     *
     * @param train where the test part begins
     * @param forecasts of the test part
     * @param ahead the free run
     * @throws InputException if it cannot be written
     */
    static void write(Path file, Series series, int train, double[] forecasts, double[] ahead) {
        Pictures.write(file, chart(series, train, forecasts, ahead));
    }

    private static XYChart chart(Series series, int train, double[] forecasts, double[] ahead) {
        int end = series.values().length;
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(series.name() + ": forecasts of the test part and beyond the end")
                .xAxisTitle(series.timeName())
                .yAxisTitle(series.name())
                .build();
        // the free run first: where the times of all lines are one even row, XChart marks the axis at such times, not
        // at round ones
        line(chart, "free run, fed with its own forecasts", series.timesAhead(ahead.length), ahead, RED, 2.2f);
        double[] times = Arrays.copyOfRange(series.times(), train, end);
        line(chart, "observed", times, Arrays.copyOfRange(series.values(), train, end), GREY, 3f);
        line(chart, "forecast one value ahead", times, forecasts, BLUE, 1.2f);
        style(chart.getStyler());
        return chart;
    }

    private static void line(XYChart chart, String name, double[] x, double[] y, Color colour, float width) {
        chart.addSeries(name, x, y)
                .setMarker(SeriesMarkers.NONE)
                .setLineColor(colour)
                .setLineStyle(new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    }

    private static void style(XYStyler styler) {
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setPlotBorderVisible(false);
        styler.setPlotGridLinesColor(GRID).setPlotGridVerticalLinesVisible(false);
        styler.setLegendPosition(LegendPosition.OutsideS).setLegendLayout(LegendLayout.Horizontal);
        styler.setLegendBorderColor(Color.WHITE);
        styler.setChartFontColor(TEXT).setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 18));
        styler.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
        styler.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
        styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        styler.setXAxisTickMarkSpacingHint(100).setXAxisDecimalPattern("0");
    }
}
