package rewind.examples;

import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.rnn;

import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.math3.random.Well19937c;
import org.knowm.xchart.XYChart;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import rewind.autograd.Shape;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Parameters;
import rewind.nn.recurrent.Recurrent;

/** Measures the time of a step, forward and backward, for sequences of very different lengths: it should not depend on the length. */
@Command(
        name = "long-sequences",
        sortOptions = false,
        sortSynopsis = false,
        usageHelpAutoWidth = true,
        header =
                "Measures the time per step, forward and backward, and the memory held between, from 1,000 to 100,000 steps.")
final class LongSequences extends Example {
    private static final int FEATURES = 2;

    @Option(
            names = "--units",
            paramLabel = "<n>",
            description = "width of each network (default: ${DEFAULT-VALUE})",
            defaultValue = "8")
    private int units;

    @Option(
            names = "--longest",
            paramLabel = "<n>",
            description = "steps of the longest sequence, a multiple of 1000 (default: ${DEFAULT-VALUE})",
            defaultValue = "100000")
    private int longest;

    @Option(
            names = "--checkpoints",
            description = "do segments of the steps again in the sweep instead of keeping them: longer, in less memory")
    private boolean checkpoints;

    @Option(
            names = "--picture",
            paramLabel = "<file>",
            description = "draw the memory over the steps into this PNG file")
    private Path picture;

    @Override
    void run() {
        requireBetween("--units", units, 1, 10_000);
        if (picture != null) {
            Pictures.requireWritable(picture);
        }
        InputException.unless(longest >= 1000, "--longest must be at least 1000, got %d", longest);
        Map<String, Layer> layers = new LinkedHashMap<>();
        layers.put("RNN", checkpointed(rnn(units)));
        layers.put("GRU", checkpointed(gru(units)));
        layers.put("LSTM", checkpointed(lstm(units)));
        XYChart chart = Charts.empty(700, 450, "What a tape holds", "steps", "MB");
        chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true);
        print("microseconds per step, forward and backward, %d units, one sample, best of 3; MB held", units);
        layers.forEach((name, layer) -> {
            for (int warmUp = 0; warmUp < 20; warmUp++) {
                secondsOfOnePass(layer, 1000);
            }
            List<Integer> lengths = IntStream.iterate(1000, steps -> steps <= longest, steps -> steps * 10)
                    .boxed()
                    .toList();
            List<Double> memory = new ArrayList<>();
            for (int steps : lengths) {
                double best = Double.POSITIVE_INFINITY;
                for (int run = 0; run < 3; run++) {
                    best = Math.min(best, secondsOfOnePass(layer, steps));
                }
                double held = megabytesHeld(layer, steps);
                memory.add(Math.max(held, 1e-3)); // what is too small to be seen is not drawn at minus infinity
                print("%-5s %7d steps %8.2f %10.2f", name, steps, best / steps * 1e6, held);
            }
            Charts.line(
                    chart,
                    name,
                    lengths.stream().mapToDouble(steps -> steps).toArray(),
                    memory.stream().mapToDouble(each -> each).toArray(),
                    Charts.COLOURS.get(chart.getSeriesMap().size()),
                    2);
        });
        if (picture != null) {
            Pictures.write(picture, chart);
            print("%s", picture);
        }
    }

    private <R extends Recurrent<?, R>> Layer checkpointed(R layer) {
        return checkpoints ? layer.checkpoints() : layer;
    }

    /** What a forward pass leaves on its tape for the sweep, once collections find no more garbage. */
    private double megabytesHeld(Layer layer, int steps) {
        Model model = Sequential.of(layer).build(Shape.of(1, FEATURES), seed);
        Tensor x = Tensor.randn(new Well19937c(seed), 1, steps, FEATURES);
        double before = megabytesUsed();
        Tape tape = new Tape();
        Tensor y = model.forward(model.parameters().watchedBy(tape), x);
        double held = megabytesUsed() - before;
        Reference.reachabilityFence(tape);
        Reference.reachabilityFence(y);
        Reference.reachabilityFence(x);
        return Math.max(0, held);
    }

    private static double megabytesUsed() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1e6;
    }

    private double secondsOfOnePass(Layer layer, int steps) {
        Model model = Sequential.of(layer).build(Shape.of(1, FEATURES), seed);
        Tensor x = Tensor.randn(new Well19937c(seed), 1, steps, FEATURES);
        long start = System.nanoTime();
        try (Tape tape = new Tape()) {
            Parameters watched = model.parameters().watchedBy(tape);
            watched.in(tape.backward(model.forward(watched, x).square().sum()));
        }
        return (System.nanoTime() - start) / 1e9;
    }
}
