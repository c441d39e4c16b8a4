package rewind.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import rewind.autograd.Shape;
import rewind.autograd.program.Program;
import rewind.nn.Layers;
import rewind.nn.Model;
import rewind.nn.layer.Layer;

/**
 * How long it takes to record programs of many steps, and to write them down; the middle of five runs after two for warming up:
 *
 * <pre>
 * mvn -q -Pbenchmark -pl :rewind-benchmarks -am compile exec:exec \
 *     -Dbenchmark.main=rewind.benchmarks.WrittenPrograms -Dbenchmark.args=10000
 * </pre>
 */
final class WrittenPrograms {
    private static final int UNITS = 4;
    private static final int WARMING = 2;
    private static final int RUNS = 5;

    private WrittenPrograms() {}

    /** Measures the built-in cells; the argument says over how many steps, 10,000 by default. */
    public static void main(String... args) {
        int steps = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
        Map<String, Layer> layers = new LinkedHashMap<>();
        layers.put("rnn", Layers.rnn(UNITS).sequences(true));
        layers.put("gru", Layers.gru(UNITS).sequences(true));
        layers.put("lstm", Layers.lstm(UNITS).sequences(true));
        print("milliseconds of %,d steps", steps);
        print(
                "%-6s %12s %12s %12s %12s %12s %12s",
                "cell", "record", "text", "operations", "record both", "text", "operations");
        layers.forEach((cell, layer) -> measure(cell, Model.build(layer, Shape.of(steps, 3), 1)));
    }

    private static void measure(String cell, Model model) {
        List<List<Double>> runs = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        Program forward = null;
        Program both = null;
        for (int run = 0; run < WARMING + RUNS; run++) {
            if (run == WARMING) {
                runs.forEach(List::clear);
            }
            forward = timed(runs.get(0), () -> model.program(2));
            Program once = forward;
            timed(runs.get(1), () -> once.equations().text());
            both = timed(runs.get(2), once::withAdjoint);
            Program twice = both;
            timed(runs.get(3), () -> twice.equations().text());
        }
        print(
                "%-6s %12.0f %12.0f %12d %12.0f %12.0f %12d",
                cell,
                middle(runs.get(0)),
                middle(runs.get(1)),
                forward.cost().operations(),
                middle(runs.get(2)),
                middle(runs.get(3)),
                both.cost().operations());
    }

    private static <T> T timed(List<Double> to, Supplier<T> what) {
        long start = System.nanoTime();
        T result = what.get();
        to.add((System.nanoTime() - start) / 1e6);
        return result;
    }

    private static double middle(List<Double> times) {
        Collections.sort(times);
        return times.get(times.size() / 2);
    }

    private static void print(String format, Object... args) {
        System.out.println(String.format(Locale.ROOT, format, args));
    }
}
