package rewind.benchmarks.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import rewind.benchmarks.measure.Growth;
import rewind.benchmarks.measure.Row;
import rewind.benchmarks.systems.Precision;
import rewind.benchmarks.systems.PytorchLearner;
import rewind.benchmarks.systems.RewindLearner;

/**
 * Pictures of how the time grows, one for every size and type: both axes are logarithmic, so that a straight line is a power of the size.
 */
final class GrowthChart {
    private static final List<String> SIZES = List.of("T", "u", "m");

    private GrowthChart() {}

    /** Draws the rows of {@link Growth} into a PNG file. */
    static void write(List<Row> rows, Path file) throws IOException {
        System.setProperty("java.awt.headless", "true"); // the charts go into a file, with or without a display
        List<XYChart> charts = new ArrayList<>();
        for (Precision precision : Precision.values()) {
            for (String size : SIZES) {
                List<Row> line = rows.stream()
                        .filter(row -> row.is("along", size) && row.is("dtype", precision.name()))
                        .toList();
                if (!line.isEmpty()) {
                    charts.add(chart(size, precision, line));
                }
            }
        }
        int columns = Math.min(SIZES.size(), charts.size());
        BitmapEncoder.saveBitmap(
                charts, charts.size() / columns, columns, file.toString(), BitmapEncoder.BitmapFormat.PNG);
    }

    private static XYChart chart(String size, Precision precision, List<Row> rows) {
        XYChart chart = new XYChartBuilder()
                .width(400)
                .height(330)
                .title(precision.toString())
                .xAxisTitle(size)
                .yAxisTitle("ms")
                .theme(Styler.ChartTheme.Matlab)
                .build();
        chart.getStyler().setXAxisLogarithmic(true);
        chart.getStyler().setYAxisLogarithmic(true);
        chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideNW);
        for (String system : List.of(RewindLearner.NAME, RewindLearner.ON_A_TAPE, PytorchLearner.NAME)) {
            if (rows.get(0).has(system)) {
                chart.addSeries(system, column(rows, "value", 1), column(rows, system, 1e3));
            }
        }
        return chart;
    }

    private static double[] column(List<Row> rows, String name, double factor) {
        return rows.stream().mapToDouble(row -> row.number(name) * factor).toArray();
    }
}
