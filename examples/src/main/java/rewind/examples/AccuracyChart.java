package rewind.examples;

import java.awt.Color;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;
import rewind.nn.History;

/** Draws how the accuracies of several networks grow from epoch to epoch. */
final class AccuracyChart {
    private static final List<Color> COLOURS =
            List.of(new Color(0x1F77B4), new Color(0xD95F02), new Color(0x2CA02C), new Color(0x9467BD));

    private AccuracyChart() {}

    /** Writes a PNG: per network the training accuracy as a solid line, that of the validation data dashed. */
    static void write(Map<String, History> histories, Path file) {
        XYChart chart = new XYChartBuilder()
                .width(1000)
                .height(500)
                .title("Sine in noise: accuracy by epoch")
                .xAxisTitle("epoch")
                .yAxisTitle("accuracy")
                .build();
        chart.getStyler().setLegendPosition(LegendPosition.InsideSE);
        chart.getStyler().setYAxisMax(1.0);
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setPlotGridLinesColor(new Color(0xE5E5E5));
        Iterator<Color> colours = COLOURS.iterator();
        histories.forEach((name, history) -> {
            Color colour = colours.next();
            List<History.Epoch> epochs = history.epochs();
            double[] x = epochs.stream().mapToDouble(History.Epoch::number).toArray();
            double[] train = epochs.stream()
                    .mapToDouble(e -> e.metrics().get("accuracy"))
                    .toArray();
            double[] valid = epochs.stream()
                    .mapToDouble(e -> e.validationMetrics().get("accuracy"))
                    .toArray();
            addLine(chart, name + ", training", x, train, colour);
            addLine(chart, name + ", validation", x, valid, colour).setLineStyle(SeriesLines.DASH_DASH);
        });
        Pictures.write(chart, file);
    }

    private static XYSeries addLine(XYChart chart, String name, double[] x, double[] y, Color colour) {
        XYSeries line = chart.addSeries(name, x, y);
        line.setMarker(SeriesMarkers.NONE);
        line.setLineColor(colour);
        return line;
    }
}
