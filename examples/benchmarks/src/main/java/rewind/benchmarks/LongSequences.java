package rewind.benchmarks;

import static rewind.nn.Layers.lstm;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.math3.random.Well19937c;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import rewind.autograd.Shape;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.nn.layer.Parameters;
import rewind.nn.recurrent.Lstm;

/**
 * What a tape holds after a forward pass of an LSTM and how long forward and backward take, with and without checkpoints, over the number of steps:
 *
 * <pre>
 * mvn -q -Pbenchmark -pl :rewind-benchmarks -am compile exec:exec -Dbenchmark.main=rewind.benchmarks.LongSequences -Dbenchmark.args="1 1000000 long.png"
 * </pre>
 *
 * <p>The arguments are the number of samples, the largest number of steps, and a file for a chart.
 */
final class LongSequences {
    private static final int UNITS = 32;
    private static final int FEATURES = 2;
    private static final int RUNS = 3;
    /** What a step holds without checkpoints, in values per unit and sample, at most. */
    private static final int VALUES = 24;

    private final int samples;
    private final List<double[]> plain = new ArrayList<>();
    private final List<double[]> cut = new ArrayList<>();

    private LongSequences(int samples) {
        this.samples = samples;
    }

    /** Measures; see above. */
    public static void main(String... args) throws IOException {
        LongSequences of = new LongSequences(args.length > 0 ? Integer.parseInt(args[0]) : 1);
        of.measure(args.length > 1 ? Integer.parseInt(args[1]) : 100_000);
        if (args.length > 2) {
            of.draw(args[2]);
        }
    }

    private void measure(int longest) {
        for (int i = 0; i < 200; i++) { // until it is compiled
            pass(lstm(UNITS), 300);
            pass(lstm(UNITS).checkpoints(), 300);
        }
        print("| steps | MB held | with checkpoints | µs per step | with checkpoints | times |");
        print("|---:|---:|---:|---:|---:|---:|");
        for (int steps = 100; steps <= longest; steps *= 10) {
            boolean fits = (double) VALUES * UNITS * samples * steps * Double.BYTES
                    < Runtime.getRuntime().maxMemory() / 2.0;
            double[] without = fits ? point(lstm(UNITS), steps) : new double[] {steps, Double.NaN, Double.NaN};
            double[] with = point(lstm(UNITS).checkpoints(), steps);
            plain.add(without);
            cut.add(with);
            print(
                    "| %,d | %.2f | %.2f | %.2f | %.2f | %.2f |",
                    steps, without[1], with[1], without[2], with[2], with[2] / without[2]);
        }
    }

    /** The steps, MB and µs per step. */
    private double[] point(Lstm layer, int steps) {
        double best = Double.POSITIVE_INFINITY;
        int runs = steps < 1_000_000 ? Math.max(RUNS, 30_000 / (steps * samples)) : 1;
        for (int run = 0; run < runs; run++) {
            best = Math.min(best, pass(layer, steps));
        }
        return new double[] {steps, held(layer, steps) / 1e6, best / steps * 1e6};
    }

    private double pass(Lstm layer, int steps) {
        Model model = model(layer, steps);
        Tensor x = input(steps);
        long start = System.nanoTime();
        Tape tape = new Tape();
        Parameters watched = model.parameters().watchedBy(tape);
        watched.in(tape.backward(model.forward(watched, x).square().sum()));
        return (System.nanoTime() - start) / 1e9;
    }

    private double held(Lstm layer, int steps) {
        Model model = model(layer, steps);
        Tensor x = input(steps);
        long before = used();
        Tape tape = new Tape();
        Tensor y = model.forward(model.parameters().watchedBy(tape), x);
        double held = used() - before;
        Reference.reachabilityFence(tape);
        Reference.reachabilityFence(y);
        Reference.reachabilityFence(x);
        return held;
    }

    private static Model model(Lstm layer, int steps) {
        return Model.build(layer, Shape.of(steps, FEATURES), 1);
    }

    private Tensor input(int steps) {
        return Tensor.randn(new Well19937c(1), samples, steps, FEATURES);
    }

    /** The bytes of heap in use once collections find no more garbage. */
    private static long used() {
        long least = Long.MAX_VALUE;
        for (int collection = 0; collection < 3; collection++) {
            System.gc();
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }

    private void draw(String file) throws IOException {
        System.setProperty("java.awt.headless", "true");
        List<XYChart> charts = List.of(chart("MB", 1), chart("µs per step", 2));
        BitmapEncoder.saveBitmap(charts, 1, 2, file, BitmapEncoder.BitmapFormat.PNG);
    }

    private XYChart chart(String what, int column) {
        XYChart chart = new XYChartBuilder()
                .width(500)
                .height(330)
                .xAxisTitle("steps")
                .yAxisTitle(what)
                .theme(Styler.ChartTheme.Matlab)
                .build();
        chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(column == 1);
        chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideNW);
        add(chart, "everything kept", plain, column);
        add(chart, "checkpoints", cut, column);
        return chart;
    }

    private static void add(XYChart chart, String name, List<double[]> points, int column) {
        List<double[]> measured =
                points.stream().filter(point -> point[column] > 0).toList();
        chart.addSeries(
                name,
                measured.stream().mapToDouble(point -> point[0]).toArray(),
                measured.stream().mapToDouble(point -> point[column]).toArray());
    }

    private static void print(String format, Object... arguments) {
        System.out.println(String.format(Locale.ROOT, format, arguments));
    }
}
