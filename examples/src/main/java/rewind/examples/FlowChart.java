package rewind.examples;

import java.awt.Color;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.XYChart;

/** Draws what goes through networks, step by step. */
final class FlowChart {
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 420;
    private static final double FLOOR = 1e-30; // drawn for what underflows, as zero has no logarithm

    private FlowChart() {}

    /** Returns a chart of all norms, and one of the gates of every network that has trained. */
    static List<XYChart> of(List<Flow> flows) {
        List<XYChart> charts = new ArrayList<>(List.of(norms(flows)));
        flows.stream().filter(flow -> flow.epoch() > 0).forEach(flow -> charts.add(saturation(flow)));
        return charts;
    }

    private static XYChart norms(List<Flow> flows) {
        XYChart chart = Charts.empty(WIDTH, HEIGHT, "Norm of the derivative of the loss by h", "step", "norm");
        chart.getStyler().setYAxisLogarithmic(true).setYAxisDecimalPattern("0E0");
        List<CellKind> cells = flows.stream().map(Flow::cell).distinct().toList();
        for (Flow flow : flows) {
            Color colour = Charts.COLOURS.get(cells.indexOf(flow.cell()));
            double[] norms = Arrays.stream(flow.norms())
                    .map(norm -> Math.max(norm, FLOOR))
                    .toArray();
            double[] steps = Charts.numbers(norms.length);
            if (flow.epoch() == 0) {
                Charts.dashed(chart, flow.name(), steps, norms, colour, 2);
            } else {
                Charts.line(chart, flow.name(), steps, norms, colour, 2);
            }
        }
        return chart;
    }

    private static XYChart saturation(Flow flow) {
        XYChart chart = Charts.empty(
                WIDTH, HEIGHT, "Saturation of the gates: " + flow.name(), "step", "part of the values");
        chart.getStyler().setYAxisMin(0.0).setYAxisMax(1.0).setYAxisDecimalPattern("0.0");
        int colour = 0;
        for (Map.Entry<String, Flow.Saturation> gate : flow.saturation().entrySet()) {
            double[] steps = Charts.numbers(flow.norms().length);
            Color shade = Charts.COLOURS.get(colour++);
            Charts.line(chart, gate.getKey() + " high", steps, gate.getValue().high(), shade, 2);
            Charts.dashed(chart, gate.getKey() + " low", steps, gate.getValue().low(), shade, 2);
        }
        return chart;
    }
}
