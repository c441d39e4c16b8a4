package rewind.examples;

import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.rnn;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.math3.random.Well19937c;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import rewind.autograd.Shape;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Parameters;

/** Measures the time of a step, forward and backward, for sequences of very different lengths: it should not depend on the length. */
@Command(
        name = "long-sequences",
        sortOptions = false,
        sortSynopsis = false,
        usageHelpAutoWidth = true,
        header = "Measures the time per step, forward and backward, from 1,000 to 100,000 steps.")
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

    @Override
    void run() {
        requireBetween("--units", units, 1, 10_000);
        InputException.unless(longest >= 1000, "--longest must be at least 1000, got %d", longest);
        Map<String, Layer> layers = new LinkedHashMap<>();
        layers.put("RNN", rnn(units));
        layers.put("GRU", gru(units));
        layers.put("LSTM", lstm(units));
        print("microseconds per step, forward and backward, %d units, one sample, best of 3", units);
        layers.forEach((name, layer) -> {
            for (int warmUp = 0; warmUp < 20; warmUp++) {
                secondsOfOnePass(layer, 1000);
            }
            for (int steps = 1000; steps <= longest; steps *= 10) {
                double best = Double.POSITIVE_INFINITY;
                for (int run = 0; run < 3; run++) {
                    best = Math.min(best, secondsOfOnePass(layer, steps));
                }
                print("%-5s %7d steps %8.2f", name, steps, best / steps * 1e6);
            }
        });
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
