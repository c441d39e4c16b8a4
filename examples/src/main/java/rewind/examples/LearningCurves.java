package rewind.examples;

import java.awt.Color;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.XYChart;
import rewind.nn.train.History;

/** Draws how several networks learn from epoch to epoch. */
final class LearningCurves {
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 560;

    private static final List<Color> LEVELS = List.of(Charts.GREY, Charts.GREEN, Charts.PURPLE);

    private final XYChart chart;
    private int levels;

    LearningCurves(String title, String yTitle) {
        chart = Charts.empty(WIDTH, HEIGHT, title, "epoch", yTitle);
        chart.getStyler().setYAxisDecimalPattern("0.##");
        chart.getStyler().setYAxisMin(0.0);
    }

    /** Adds a line for every network. */
    LearningCurves curves(Map<?, History> histories, ToDoubleFunction<History.Epoch> value) {
        add(histories, "", value, false);
        return this;
    }

    /** Adds two lines for every network, one of training and one, dashed, of validation. */
    LearningCurves curves(
            Map<?, History> histories,
            ToDoubleFunction<History.Epoch> training,
            ToDoubleFunction<History.Epoch> validation) {
        add(histories, ", training", training, false);
        add(histories, ", validation", validation, true);
        return this;
    }

    private void add(Map<?, History> histories, String suffix, ToDoubleFunction<History.Epoch> value, boolean dashed) {
        int colour = 0;
        for (Map.Entry<?, History> each : histories.entrySet()) {
            double[] y = each.getValue().epochs().stream().mapToDouble(value).toArray();
            Color shade = Charts.COLOURS.get(colour++ % Charts.COLOURS.size());
            String name = each.getKey() + suffix;
            if (dashed) {
                Charts.dashed(chart, name, Charts.numbers(y.length), y, shade, 2);
            } else {
                Charts.line(chart, name, Charts.numbers(y.length), y, shade, 2);
            }
        }
    }

    /** Adds a horizontal line from the first epoch to the last; each one in another colour. */
    LearningCurves level(String name, double value, int epochs) {
        Color shade = LEVELS.get(levels++ % LEVELS.size());
        Charts.dashed(chart, name, new double[] {1, Math.max(2, epochs)}, new double[] {value, value}, shade, 2);
        return this;
    }

    /** Sets the greatest value of the vertical axis. */
    LearningCurves upTo(double max) {
        chart.getStyler().setYAxisMax(max);
        return this;
    }

    /** Makes the vertical axis logarithmic, for values that come close to 0 but never are. */
    LearningCurves logarithmic() {
        chart.getStyler().setYAxisMin(null).setYAxisLogarithmic(true).setYAxisDecimalPattern("0E0");
        return this;
    }

    /** Writes the picture. */
    void write(Path file) {
        Pictures.write(file, chart);
    }
}
