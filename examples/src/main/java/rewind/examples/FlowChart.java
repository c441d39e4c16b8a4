package rewind.examples;

import java.awt.Color;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.XYChart;

/** Draws what goes through networks, step by step. */
final class FlowChart {
    private static final int WIDTH = 1200;
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
        XYChart chart = Charts.empty(
                WIDTH,
                HEIGHT,
                "Norm of the derivative of a sample's loss by the state, before and after training",
                "step",
                "norm, mean of samples");
        chart.getStyler().setYAxisLogarithmic(true).setYAxisDecimalPattern("0E0");
        List<CellKind> cells = flows.stream().map(Flow::cell).distinct().toList();
        for (Flow flow : flows) {
            flow.norms().forEach((state, norms) -> {
                int colour = cells.indexOf(flow.cell()) + (state.equals("C") ? 1 : 0);
                double[] drawn =
                        Arrays.stream(norms).map(norm -> Math.max(norm, FLOOR)).toArray();
                String name = flow.cell() + " " + state + (flow.epoch() == 0 ? " before" : " after");
                add(chart, flow.epoch() == 0, name, drawn, Charts.COLOURS.get(colour));
            });
        }
        return chart;
    }

    private static void add(XYChart chart, boolean dashed, String name, double[] values, Color colour) {
        double[] steps = Charts.numbers(values.length);
        if (dashed) {
            Charts.dashed(chart, name, steps, values, colour, 2);
        } else {
            Charts.line(chart, name, steps, values, colour, 2);
        }
    }

    private static XYChart saturation(Flow flow) {
        XYChart chart = Charts.empty(
                WIDTH,
                HEIGHT,
                "Saturation of the gates: " + flow.cell() + ", after training",
                "step",
                "part of the values");
        chart.getStyler().setYAxisMin(0.0).setYAxisMax(1.0).setYAxisDecimalPattern("0.0");
        int colour = 0;
        for (Map.Entry<String, Flow.Saturation> gate : flow.saturation().entrySet()) {
            Color shade = Charts.COLOURS.get(colour++);
            add(chart, false, gate.getKey() + " high", gate.getValue().high(), shade);
            add(chart, true, gate.getKey() + " low", gate.getValue().low(), shade);
        }
        return chart;
    }
}
