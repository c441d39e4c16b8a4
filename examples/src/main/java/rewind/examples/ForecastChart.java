package rewind.examples;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;

/** Draws the test part of a series, its forecasts, and a free run beyond its end. */
final class ForecastChart {
    private ForecastChart() {}
    static void requireWritable(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        InputException.unless(Files.isDirectory(folder) && Files.isWritable(folder) && !Files.isDirectory(file), "cannot write %s", file);
    }
    static void write(Path file, Series series, int train, double[] oneStep, double[] freeRun) {
        XYChart chart = new XYChartBuilder().width(1100).height(500).title("Monthly").xAxisTitle(series.timeName()).yAxisTitle(series.name()).build();
        int n = series.values().length;
        double[] t = Arrays.copyOfRange(series.times(), train, n);
        chart.addSeries("observed", t, Arrays.copyOfRange(series.values(), train, n)).setLineColor(Color.GRAY);
        chart.addSeries("one step ahead", t, oneStep).setLineColor(Color.BLUE);
        chart.addSeries("free run", series.timesAhead(freeRun.length), freeRun).setLineColor(Color.RED);
        chart.getStyler().setMarkerSize(0);
        try { Files.write(file, BitmapEncoder.getBitmapBytes(chart, BitmapFormat.PNG)); } catch (IOException e) { throw new InputException("%s", e); }
    }
}
