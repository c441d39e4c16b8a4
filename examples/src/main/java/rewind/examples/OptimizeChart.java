package rewind.examples;

import java.awt.Color;
import java.util.List;
import org.apache.commons.math3.stat.StatUtils;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.markers.SeriesMarkers;
import rewind.autograd.Tensor;

/** Draws the way to the minimum of Rosenbrock's function among its level lines, and a curve fitted to points. */
final class OptimizeChart {
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 520;
    private static final double MARGIN = 0.4;

    private OptimizeChart() {}

    /** Returns the way of an optimizer, and three lines on which the function is the same. */
    static XYChart path(List<double[]> path) {
        XYChart chart = Charts.empty(WIDTH, HEIGHT, "Rosenbrock's function: conjugate gradients", "x", "y");
        chart.getStyler().setXAxisDecimalPattern("0.0").setYAxisDecimalPattern("0.0");
        int shade = 0x70;
        for (int level : new int[] {1, 4, 24, 100}) {
            double[][] line = level(level);
            Charts.line(chart, "f = " + level, line[0], line[1], new Color(shade, shade, shade), 1.2f);
            shade += 0x20;
        }
        double[] x = path.stream().mapToDouble(point -> point[0]).toArray();
        double[] y = path.stream().mapToDouble(point -> point[1]).toArray();
        chart.getStyler().setXAxisMin(least(x) - MARGIN).setXAxisMax(greatest(x) + MARGIN);
        chart.getStyler().setYAxisMin(least(y) - MARGIN).setYAxisMax(greatest(y) + MARGIN);
        Charts.line(chart, "iterations", x, y, Charts.BLUE, 1.5f)
                .setMarker(SeriesMarkers.CIRCLE)
                .setMarkerColor(Charts.BLUE);
        Charts.points(chart, "minimum (1, 1)", new double[] {1}, new double[] {1}, Charts.RED);
        return chart;
    }

    private static double least(double[] values) {
        return Math.min(0, StatUtils.min(values));
    }

    private static double greatest(double[] values) {
        return Math.max(1, StatUtils.max(values));
    }

    /** The closed line (1 − x)² + 100 (y − x²)² = level: y = x² ± √((level − (1 − x)²)/100), x = 1 + √level cos a. */
    private static double[][] level(double level) {
        double[] angles = Tensor.linspace(0, 2 * Math.PI, 3601).toArray();
        double[] x = new double[angles.length];
        double[] y = new double[angles.length];
        for (int i = 0; i < angles.length; i++) {
            x[i] = 1 + Math.sqrt(level) * Math.cos(angles[i]);
            y[i] = x[i] * x[i] + Math.sqrt(level) / 10 * Math.sin(angles[i]);
        }
        return new double[][] {x, y};
    }

    /** Returns the points that were observed, and curves. */
    static XYChart fit(double[] t, double[] observed, double[] line, double[] start, double[] fitted) {
        XYChart chart = Charts.empty(
                WIDTH, HEIGHT, "Damped oscillation: Levenberg-Marquardt", "time in seconds", "displacement");
        chart.getStyler().setYAxisDecimalPattern("0.0");
        Charts.points(chart, "observed", t, observed, Charts.GREY);
        Charts.line(chart, "start of the search", line, start, Charts.RED, 1.5f);
        Charts.line(chart, "fitted", line, fitted, Charts.BLUE, 2);
        return chart;
    }
}
