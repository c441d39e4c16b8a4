package rewind.examples;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.stream.IntStream;
import org.knowm.xchart.AnnotationText;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;
import rewind.autograd.Tensor;

/** How the charts of all examples look. */
public final class Charts {
    public static final Color GREY = new Color(0xa8a8a8);
    public static final Color BLUE = new Color(0x1f6fb4);
    public static final Color RED = new Color(0xd1342f);
    public static final Color GREEN = new Color(0x2c8a3a);
    public static final Color PURPLE = new Color(0x8a56b0);
    /** For lines that stand side by side. */
    public static final List<Color> COLOURS = List.of(BLUE, RED, GREEN, PURPLE);

    private static final Color TEXT = new Color(0x333333);
    private static final Color GRID = new Color(0xe4e4e4);

    private Charts() {}

    /** Returns an empty chart; its legend is below it. */
    public static XYChart empty(int width, int height, String title, String xTitle, String yTitle) {
        XYChart chart = new XYChartBuilder()
                .width(width)
                .height(height)
                .title(title)
                .xAxisTitle(xTitle)
                .yAxisTitle(yTitle)
                .build();
        style(chart.getStyler());
        return chart;
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

    /** Adds a line. */
    public static XYSeries line(XYChart chart, String name, double[] x, double[] y, Color colour, float width) {
        return line(chart, name, x, y, colour, stroke(width));
    }

    /** Adds a dashed line. */
    public static XYSeries dashed(XYChart chart, String name, double[] x, double[] y, Color colour, float width) {
        float[] dashes = {8, 6};
        return line(
                chart,
                name,
                x,
                y,
                colour,
                new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, dashes, 0));
    }

    private static XYSeries line(XYChart chart, String name, double[] x, double[] y, Color colour, BasicStroke stroke) {
        XYSeries series = chart.addSeries(name, x, y);
        series.setMarker(SeriesMarkers.NONE).setLineColor(colour).setLineStyle(stroke);
        return series;
    }

    /** Adds a line over dates. */
    public static XYSeries line(XYChart chart, String name, List<Date> x, double[] y, Color colour, float width) {
        XYSeries series = chart.addSeries(name, x, Arrays.stream(y).boxed().toList());
        series.setMarker(SeriesMarkers.NONE).setLineColor(colour).setLineStyle(stroke(width));
        return series;
    }

    private static BasicStroke stroke(float width) {
        return new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    }

    /** Adds points. */
    public static XYSeries points(XYChart chart, String name, double[] x, double[] y, Color colour) {
        XYSeries series = chart.addSeries(name, x, y).setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
        series.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(colour);
        return series;
    }

    /**
     * Returns a chart of weights from 0 to 1 between the characters of two texts: the darker, the more.
     *
     * @param weights (rows, columns)
     */
    public static XYChart matrix(String title, String columns, String rows, Tensor weights) {
        XYChart chart = empty(1000, 480, title, "", "");
        chart.getStyler().setAxisTicksVisible(false).setPlotGridLinesVisible(false);
        chart.getStyler().setXAxisMin(-2.0).setXAxisMax((double) columns.length());
        chart.getStyler().setYAxisMin((double) -rows.length()).setYAxisMax(2.0);
        IntStream.range(0, columns.length()).forEach(at -> letter(chart, columns.charAt(at), at, 1));
        IntStream.range(0, rows.length()).forEach(at -> letter(chart, rows.charAt(at), -1, -at));
        double[] limits = {0.05, 0.25, 0.6, 2};
        for (int i = 0; i < limits.length - 1; i++) {
            double low = limits[i];
            double high = limits[i + 1];
            int[] places = IntStream.range(0, weights.size())
                    .filter(at -> {
                        double weight = weights.get(at / weights.size(1), at % weights.size(1));
                        return weight >= low && weight < high;
                    })
                    .toArray();
            if (places.length > 0) {
                double[] x = Arrays.stream(places)
                        .mapToDouble(at -> at % weights.size(1))
                        .toArray();
                double[] y = Arrays.stream(places)
                        .mapToDouble(at -> -(at / weights.size(1)))
                        .toArray();
                points(chart, "from " + low, x, y, List.of(GREY, BLUE, TEXT).get(i));
            }
        }
        return chart;
    }

    private static void letter(XYChart chart, char letter, int x, int y) {
        chart.addAnnotation(new AnnotationText(String.valueOf(letter), x, y, false));
    }

    /** Returns 1, 2, … count. */
    public static double[] numbers(int count) {
        return IntStream.rangeClosed(1, count).asDoubleStream().toArray();
    }
}
