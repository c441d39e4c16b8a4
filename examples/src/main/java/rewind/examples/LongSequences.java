package rewind.examples;

import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.rnn;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.commons.math3.random.Well19937c;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import rewind.autograd.Shape;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.nn.Layer;
import rewind.nn.Model;
import rewind.nn.Parameters;
import rewind.nn.Sequential;

/** Measures the time of a step, forward and backward, for sequences of very different lengths: it should not depend on the length. */
@Command(
        name = "long-sequences",
        description = "Measure the time per step, forward and backward, from 1,000 to 100,000 steps.",
        mixinStandardHelpOptions = true)
final class LongSequences implements Callable<Integer> {
    private static final int FEATURES = 2;

    @Option(names = "--units", description = "width of each network (default: ${DEFAULT-VALUE})", defaultValue = "8")
    private int units;

    @Option(
            names = "--longest",
            description = "steps of the longest sequence, a multiple of 1000 (default: ${DEFAULT-VALUE})",
            defaultValue = "100000")
    private int longest;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        InputException.unless(units > 0, "--units must be positive, got %d", units);
        InputException.unless(longest >= 1000, "--longest must be at least 1000, got %d", longest);
        PrintWriter out = spec.commandLine().getOut();
        Map<String, Layer> layers = new LinkedHashMap<>();
        layers.put("RNN", rnn(units));
        layers.put("GRU", gru(units));
        layers.put("LSTM", lstm(units));
        out.printf("microseconds per step, forward and backward, %d units, one sample, best of 3%n", units);
        layers.forEach((name, layer) -> {
            for (int warmUp = 0; warmUp < 20; warmUp++) {
                secondsOfOnePass(layer, 1000);
            }
            for (int steps = 1000; steps <= longest; steps *= 10) {
                double best = Double.POSITIVE_INFINITY;
                for (int run = 0; run < 3; run++) {
                    best = Math.min(best, secondsOfOnePass(layer, steps));
                }
                out.printf(Locale.ROOT, "%-5s %7d steps %8.2f%n", name, steps, best / steps * 1e6);
                out.flush();
            }
        });
        return 0;
    }

    private double secondsOfOnePass(Layer layer, int steps) {
        Model model = Sequential.of(layer).build(Shape.of(1, FEATURES), 1);
        Tensor x = Tensor.randn(new Well19937c(1), 1, steps, FEATURES);
        long start = System.nanoTime();
        try (Tape tape = new Tape()) {
            Parameters watched = model.parameters().watchedBy(tape);
            watched.in(tape.backward(model.forward(watched, x).square().sum()));
        }
        return (System.nanoTime() - start) / 1e9;
    }
}
