package rewind.examples;

import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.rnn;
import static rewind.nn.Losses.categoricalCrossEntropy;
import static rewind.nn.Metrics.accuracy;
import static rewind.nn.Optimizers.adam;
import static rewind.nn.Schedules.cosine;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Dataset;
import rewind.nn.History;
import rewind.nn.Layer;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.TrainingListener;
import rewind.nn.TrainingRun;

/**
 * The task {@code dummy_time} of EpyNN: series of 128 samples at 128 Hz, all of noise from N(0, 0.5²), half of them plus a sine of random
 * frequency below 32 Hz; which ones? An RNN, a GRU and an LSTM learn it side by side.
 */
@Command(
        name = "dummy-time",
        description = "Tell a sine in noise from noise alone, with an RNN, a GRU and an LSTM side by side.",
        mixinStandardHelpOptions = true)
final class DummyTime implements Callable<Integer> {
    private static final int RATE = 128;

    @Option(names = "--samples", description = "number of series (default: ${DEFAULT-VALUE})", defaultValue = "1024")
    private int samples;

    @Option(names = "--units", description = "width of each network (default: ${DEFAULT-VALUE})", defaultValue = "10")
    private int units;

    @Option(names = "--epochs", description = "passes over the data (default: ${DEFAULT-VALUE})", defaultValue = "60")
    private int epochs;

    @Option(names = "--seed", description = "seed of data and networks (default: ${DEFAULT-VALUE})", defaultValue = "1")
    private long seed;

    @Option(
            names = "--picture",
            description = "where to write (default: ${DEFAULT-VALUE})",
            defaultValue = "dummy-time.png")
    private Path picture;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        InputException.unless(units > 0, "--units must be positive, got %d", units);
        InputException.unless(epochs > 0, "--epochs must be positive, got %d", epochs);
        InputException.unless(samples >= 10, "--samples must be at least 10, got %d", samples);
        Pictures.requireWritable(picture);
        PrintWriter out = spec.commandLine().getOut();
        Dataset all = series(new Well19937c(seed), samples);
        int train = samples * 4 / 5;
        Map<String, History> histories = learn(all.slice(0, train), all.slice(train, samples), out);
        out.printf("%n%-6s %20s %20s%n", "", "training accuracy", "validation accuracy");
        histories.forEach((name, history) -> out.printf(
                Locale.ROOT,
                "%-6s %20.3f %20.3f%n",
                name,
                history.last().metrics().get("accuracy"),
                history.last().validationMetrics().get("accuracy")));
        new LearningCurves("x","y").curves(histories, e->e.loss()).write(picture);
        out.printf("wrote %s%n", picture);
        return 0;
    }

    /** Every network is decided by the seed alone, so it does not matter that two of them learn at the same time. */
    private Map<String, History> learn(Dataset train, Dataset valid, PrintWriter out) throws Exception {
        Map<String, Layer> layers = new LinkedHashMap<>();
        layers.put("RNN", rnn(units));
        layers.put("GRU", gru(units));
        layers.put("LSTM", lstm(units));
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            Map<String, Future<History>> running = new LinkedHashMap<>();
            layers.forEach(
                    (name, layer) -> running.put(name, pool.submit(() -> learn(name, layer, train, valid, out))));
            Map<String, History> done = new LinkedHashMap<>();
            for (String name : List.copyOf(running.keySet())) {
                done.put(name, running.get(name).get());
            }
            return done;
        } finally {
            pool.shutdownNow();
        }
    }

    private History learn(String name, Layer layer, Dataset train, Dataset valid, PrintWriter out) {
        Model model = Sequential.of(layer, dense(2, "softmax")).build(Shape.of(RATE, 1), seed);
        return Training.of(model)
                .loss(categoricalCrossEntropy())
                .optimizer(adam(0.01))
                .schedule(cosine())
                .metrics(accuracy())
                .epochs(epochs)
                .batchSize(32)
                .validation(valid)
                .on(new Report(name, out))
                .fit(train);
    }

    /** Returns series (samples, 128, 1) and their classes (samples, 2): noise alone is class 0. */
    static Dataset series(RandomGenerator rng, int samples) {
        double[][][] x = new double[samples][RATE][1];
        double[][] y = new double[samples][2];
        for (int i = 0; i < samples; i++) {
            int sine = rng.nextBoolean() ? 1 : 0;
            double frequency = rng.nextDouble() * RATE / 4;
            for (int t = 0; t < RATE; t++) {
                x[i][t][0] = 0.5 * rng.nextGaussian() + sine * Math.sin(2 * Math.PI * frequency * t / RATE);
            }
            y[i][sine] = 1;
        }
        return new Dataset(Tensor.of(x), Tensor.of(y));
    }

    private record Report(String name, PrintWriter out) implements TrainingListener {
        @Override
        public void epochDone(TrainingRun run, History.Epoch epoch) {
            if (epoch.number() % 10 == 0) {
                out.printf(
                        Locale.ROOT,
                        "%-5s epoch %3d  loss %.4f / %.4f  accuracy %.3f / %.3f%n",
                        name,
                        epoch.number(),
                        epoch.loss(),
                        epoch.validationLoss(),
                        epoch.metrics().get("accuracy"),
                        epoch.validationMetrics().get("accuracy"));
                out.flush();
            }
        }
    }
}
