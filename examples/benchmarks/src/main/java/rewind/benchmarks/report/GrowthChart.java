package rewind.benchmarks.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import rewind.benchmarks.measure.Growth;
import rewind.benchmarks.measure.Row;
import rewind.benchmarks.systems.Precision;

/** A picture of how the time grows: both axes are logarithmic, so that a straight line is a power of the size. */
final class GrowthChart {
    private GrowthChart() {}

    /** Draws the rows of {@link Growth} into a PNG file. */
    static void write(List<Row> rows, Path file) throws IOException {
        System.setProperty("java.awt.headless", "true"); // the chart goes into a file, with or without a display
        XYChart chart = new XYChartBuilder()
                .width(800)
                .height(500)
                .title("Time of an LSTM's training step")
                .xAxisTitle("size")
                .yAxisTitle("milliseconds")
                .theme(Styler.ChartTheme.Matlab)
                .build();
        chart.getStyler().setXAxisLogarithmic(true);
        chart.getStyler().setYAxisLogarithmic(true);
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
        for (Precision precision : Precision.values()) {
            for (String size : List.of("T", "u", "m")) {
                List<Row> line = rows.stream()
                        .filter(row -> row.is("along", size) && row.is("dtype", precision.name()))
                        .toList();
                if (!line.isEmpty()) {
                    chart.addSeries(size + ", " + precision, column(line, "value", 1), column(line, "seconds", 1e3));
                }
            }
        }
        BitmapEncoder.saveBitmap(chart, file.toString(), BitmapEncoder.BitmapFormat.PNG);
    }

    private static double[] column(List<Row> rows, String name, double factor) {
        return rows.stream().mapToDouble(row -> row.number(name) * factor).toArray();
    }
}
