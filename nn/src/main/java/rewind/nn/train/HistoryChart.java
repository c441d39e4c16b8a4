package rewind.nn.train;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;
import rewind.nn.format.WholeFile;

/** Draws a history: one chart each for the loss, every metric and the learning rate, below each other. */
final class HistoryChart {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 300;
    private static final Color TRAINING = new Color(0x1F77B4);
    private static final Color VALIDATION = new Color(0xD95F02);

    private HistoryChart() {}

    static void write(History history, Path file) {
        boolean interrupted = Thread.currentThread().isInterrupted(); // the JDK's drawing forgets it
        try {
            BufferedImage picture = picture(charts(history));
            WholeFile.write(file, out -> {
                if (!ImageIO.write(picture, "png", out)) {
                    throw new IOException("there is no writer of PNG files");
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("history: " + file + " cannot be written: " + e.getMessage(), e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static List<XYChart> charts(History history) {
        Set<String> values = new LinkedHashSet<>(List.of("loss"));
        values.addAll(history.last().metrics().keySet());
        List<XYChart> charts = new ArrayList<>();
        for (String name : values) {
            XYChart chart = chart(name);
            add(chart, "training", history, TRAINING, epoch -> epoch.values().get(name));
            String validation = "validation/" + name;
            if (history.last().values().containsKey(validation)) {
                add(
                                chart,
                                "validation",
                                history,
                                VALIDATION,
                                epoch -> epoch.values().getOrDefault(validation, Double.NaN))
                        .setLineStyle(SeriesLines.DASH_DASH);
            }
            charts.add(chart);
        }
        XYChart rate = chart("learning rate");
        rate.getStyler().setLegendVisible(false);
        add(rate, "learning rate", history, TRAINING, History.Epoch::learningRate);
        charts.add(rate);
        return charts;
    }

    private static XYChart chart(String what) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(what)
                .xAxisTitle("epoch")
                .build();
        chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setPlotGridLinesColor(new Color(0xE5E5E5));
        chart.getStyler().setyAxisTickLabelsFormattingFunction(HistoryChart::label);
        return chart;
    }

    /** A number of an axis, with the zero before its point that XChart leaves out. */
    static String label(double value) {
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(6)).stripTrailingZeros();
        double size = Math.abs(value);
        return size == 0 || (size >= 1e-5 && size < 1e7) ? rounded.toPlainString() : rounded.toString();
    }

    private static XYSeries add(
            XYChart chart, String name, History history, Color colour, ToDoubleFunction<History.Epoch> value) {
        double[] x =
                history.epochs().stream().mapToDouble(History.Epoch::number).toArray();
        double[] y = history.epochs().stream()
                .mapToDouble(value)
                .map(each -> Double.isInfinite(each) ? Double.NaN : each) // XChart refuses it
                .toArray();
        XYSeries line = chart.addSeries(name, x, y);
        line.setMarker(y.length == 1 ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
        line.setLineColor(colour);
        line.setMarkerColor(colour);
        return line;
    }

    private static BufferedImage picture(List<XYChart> charts) {
        BufferedImage picture = new BufferedImage(WIDTH, HEIGHT * charts.size(), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = picture.createGraphics();
        for (int i = 0; i < charts.size(); i++) {
            graphics.drawImage(BitmapEncoder.getBufferedImage(charts.get(i)), 0, i * HEIGHT, null);
        }
        graphics.dispose();
        return picture;
    }
}
