package rewind.nn.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Listeners.csvLog;
import static rewind.nn.Listeners.earlyStopping;
import static rewind.nn.Listeners.reduceOnPlateau;
import static rewind.nn.Optimizers.adam;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Metrics;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Dataset;
import rewind.nn.fixture.Flat;
import rewind.nn.format.Safetensors;
import rewind.nn.loss.Metric;
import rewind.nn.train.History;
import rewind.nn.train.TrainingListener;
import rewind.nn.train.TrainingRun;

/**
 * Checkpoints whose checksum is right and whose content is not: an older version's, another program's, mended by hand. They are refused
 * with the file's name, before anything is changed; or the run goes on.
 */
@Tag("once")
class CheckpointContentProperties {
    private static final Logger LOG = Logger.getLogger(RunOptions.class.getName());
    private static final RandomGenerator RNG = new Well19937c(11);
    private static final Dataset DATA = new Dataset(Tensor.randn(RNG, 6, 2, 1), Tensor.uniform(RNG, 0, 1, 6, 1));
    private static final String[] TEXTS = {
        "",
        " ",
        "-1",
        "0",
        "1",
        "2",
        "7",
        "1.5",
        "1e3",
        "NaN",
        "Infinity",
        "-Infinity",
        "-0.0",
        "true",
        "null",
        "x",
        "\u0663",
        "2147483647",
        "2147483648",
        "9223372036854775807",
        "9223372036854775808",
        "[]",
        "x".repeat(100_000)
    };
    private static final double[] NUMBERS = {
        Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -1, -0.0, 0.5, 1, 2, 3, 1e9, 1e300, -1e-3
    };

    private static Path folder;

    /** Moments of a run of 3 batches an epoch. */
    enum Moment {
        BETWEEN_EPOCHS(0, t -> t),
        WITH_STATES(2, t -> t.shuffle(false).stateful(true)),
        WITH_GRADIENTS_THAT_WAIT(1, t -> t.accumulate(2)),
        AFTER_THE_LAST_BATCH(3, t -> t.accumulate(4));

        final int batch;
        final UnaryOperator<Training> options;
        final Map<String, String> texts = new LinkedHashMap<>();
        final Map<String, Tensor> tensors = new LinkedHashMap<>();

        Moment(int batch, UnaryOperator<Training> options) {
            this.batch = batch;
            this.options = options;
        }

        Training of(Model model) {
            return options.apply(Training.of(model)
                    .optimizer(adam(0.01))
                    .shuffle(5)
                    .epochs(2)
                    .batchSize(2)
                    .validation(DATA)
                    .metrics(Metrics.rootMeanSquaredError(), Metrics.accuracy())
                    .metrics(Metric.named(
                            "rows", (output, target) -> output.sub(target).size()))
                    .on(earlyStopping(2), reduceOnPlateau(0.5, 1)));
        }

        /** Remembers what a checkpoint has in the first epoch or after it. */
        void record() throws IOException {
            Path file = folder.resolve(name());
            of(model(1)).epochs(1).on(new Snapshot(batch, file)).fit(DATA);
            Safetensors content = Safetensors.read(file);
            texts.putAll(content.metadata());
            texts.keySet().removeAll(List.of("checksum", "format"));
            tensors.putAll(content.tensors());
        }
    }

    private record Snapshot(int batch, Path file) implements TrainingListener {
        @Override
        public void batchDone(TrainingRun run) {
            if (run.batch() == batch) {
                run.checkpoint(file);
            }
        }

        @Override
        public void epochDone(TrainingRun run, History.Epoch epoch) {
            if (batch == 0) {
                run.checkpoint(file);
            }
        }
    }

    private static Model model(long seed) {
        return Sequential.of(lstm(2), dense(1)).build(Shape.of(2, 1), seed);
    }

    @BeforeContainer
    static void write() throws IOException {
        folder = Files.createTempDirectory("checkpoints");
        LOG.setLevel(Level.OFF); // options that differ are told
        for (Moment moment : Moment.values()) {
            moment.record();
        }
    }

    @AfterContainer
    static void delete() throws IOException {
        LOG.setLevel(null);
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    // ---- what is done to them ----

    /** Changes one text or tensor; returns what was done. */
    private static String mutate(Map<String, String> texts, Map<String, Tensor> tensors, Random random) {
        if (random.nextInt(3) > 0) {
            return mutateTensor(tensors, random);
        }
        String key = any(texts.keySet(), random);
        String text = texts.get(key);
        switch (random.nextInt(5)) {
            case 0 -> texts.remove(key);
            case 1 -> texts.put(key, texts.get(any(texts.keySet(), random)));
            case 2 -> texts.put(key + "s", texts.remove(key));
            case 3 -> texts.put(key, text + TEXTS[random.nextInt(TEXTS.length)]);
            default -> texts.put(key, TEXTS[random.nextInt(TEXTS.length)]);
        }
        return "text " + key + " from " + text + " to " + Checkpoint.cut(String.valueOf(texts.get(key)));
    }

    private static String mutateTensor(Map<String, Tensor> tensors, Random random) {
        String name = any(tensors.keySet(), random);
        Tensor tensor = tensors.get(name);
        switch (random.nextInt(8)) {
            case 0 -> tensors.remove(name);
            case 1 -> tensors.put(name, tensors.get(any(tensors.keySet(), random)));
            case 2 -> tensors.put(name.substring(0, name.lastIndexOf('/')) + "/x", tensors.remove(name));
            case 3 -> tensors.put(name, tensor.to(tensor.dtype() == DType.FLOAT64 ? DType.FLOAT32 : DType.FLOAT64));
            case 4 -> tensors.put(name, reshaped(tensor, random));
            case 5 -> tensors.put(name, tensor.mul(0).add(NUMBERS[random.nextInt(NUMBERS.length)]));
            case 6 -> tensors.put(any(tensors.keySet(), random), tensors.remove(name));
            default -> tensors.put(name, oneChanged(tensor, random));
        }
        return "tensor " + name + " from " + tensor + " to " + tensors.get(name);
    }

    private static Tensor reshaped(Tensor tensor, Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> tensor.reshape(-1);
            case 1 -> tensor.expandDims(0);
            case 2 -> tensor.sum();
            case 3 -> Tensor.concat(0, tensor.reshape(-1), Tensor.ones(tensor.dtype(), 1));
            case 4 -> Tensor.zeros(tensor.dtype(), 0);
            default -> Tensor.zeros(tensor.dtype(), 2_000_000_000, 0);
        };
    }

    private static Tensor oneChanged(Tensor tensor, Random random) {
        double[] elements = tensor.toArray();
        elements[random.nextInt(elements.length)] = NUMBERS[random.nextInt(NUMBERS.length)];
        return Tensor.of(elements).reshape(tensor.shape().toArray()).to(tensor.dtype());
    }

    private static String any(Iterable<String> names, Random random) {
        List<String> all = new ArrayList<>();
        names.forEach(all::add);
        return all.get(random.nextInt(all.size()));
    }

    private static void write(Map<String, String> texts, Map<String, Tensor> tensors, Path file) throws IOException {
        Checkpoint made = new Checkpoint();
        texts.forEach(made::put);
        tensors.forEach((name, tensor) -> {
            int slash = name.indexOf('/');
            made.put(name.substring(0, slash), Map.of(name.substring(slash + 1), tensor));
        });
        Files.write(file, made.content().toBytes());
    }

    // ---- what holds ----

    @Property(tries = 2000, shrinking = ShrinkingMode.OFF)
    void refusedOrContinued(@ForAll Moment moment, @ForAll long seed) throws IOException {
        Random random = new Random(seed);
        Map<String, String> texts = new LinkedHashMap<>(moment.texts);
        Map<String, Tensor> tensors = new LinkedHashMap<>(moment.tensors);
        String done = mutate(texts, tensors, random);
        if (random.nextInt(4) == 0) {
            done += "\n" + mutate(texts, tensors, random);
        }
        Path file = folder.resolve("mutant.safetensors");
        write(texts, tensors, file);
        Path log = Files.writeString(folder.resolve("log.csv"), "of an earlier run");
        Model model = model(2);
        double[] before = Flat.of(model);
        try {
            moment.of(model).resume(file).on(csvLog(log)).fit(DATA);
        } catch (IllegalArgumentException e) {
            assertThat(e).as(done).hasMessageStartingWith("checkpoint " + file + ": ");
            assertThat(e.getMessage()).as(done).hasSizeLessThan(2000);
            assertThat(Flat.of(model)).as(done).isEqualTo(before);
            if (!e.getMessage().contains(" metric")) { // seen when a batch is counted in
                assertThat(log).as(done).hasContent("of an earlier run");
            }
        } catch (ArithmeticException e) { // numbers that nobody can know to be wrong, but they become too large
            assertThat(e).as(done).hasMessageStartingWith("training: epoch");
        }
    }

    /** The mutants above are of checkpoints that are taken if nothing is done to them. */
    @Example
    void whatIsAsItWasWrittenIsTaken() throws IOException {
        for (Moment moment : Moment.values()) {
            Path file = folder.resolve("same.safetensors");
            write(moment.texts, moment.tensors, file);
            Model once = model(1);
            Model continued = model(2);
            History history = moment.of(once).fit(DATA);
            assertThat(moment.of(continued).resume(file).fit(DATA)).isEqualTo(history);
            assertThat(Flat.of(continued)).isEqualTo(Flat.of(once));
        }
    }

    /** Counts and sums that cannot be those of a run. */
    @Example
    void whatCannotBeIsRefused() throws IOException {
        double[] noCounts = {Double.NaN, -1, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0.5, 1e9};
        for (Moment moment : Moment.values()) {
            for (String key : List.of("updates", "samples", "batches", "epochs")) {
                for (String text : List.of("-1", "NaN", "1e9", "999999999", "0", "1", "3", "5")) {
                    boolean possible = text.equals(moment.texts.get(key)) || couldBe(moment, key, text);
                    assertThat(refuses(moment, with(moment.texts, key, text), moment.tensors))
                            .as(moment + " " + key + " " + text)
                            .isEqualTo(!possible);
                }
            }
            for (String text : List.of("0", "-1", "NaN", "Infinity", "0.0")) {
                assertThat(refuses(moment, with(moment.texts, "rate factor", text), moment.tensors))
                        .as("factor " + text)
                        .isTrue();
            }
            for (String text : List.of("NaN", "Infinity", "-Infinity")) {
                assertThat(refuses(moment, with(moment.texts, "batch loss", text), moment.tensors))
                        .as("batch loss " + text)
                        .isTrue();
            }
            for (String name : moment.tensors.keySet()) {
                Tensor tensor = moment.tensors.get(name);
                if (name.startsWith("evaluation/sum") && !name.endsWith("/rows")) {
                    refusesElements(moment, name, tensor, Double.NaN);
                } else if (name.equals("history/loss") || name.equals("evaluation/sum")) {
                    refusesElements(moment, name, tensor, Double.NaN, Double.POSITIVE_INFINITY);
                } else if (name.equals("history/learningRate")) {
                    refusesElements(moment, name, tensor, -1, Double.NaN, Double.POSITIVE_INFINITY);
                } else if (name.matches("history/(m|validationM)etrics/accuracy")) {
                    refusesElements(moment, name, tensor, -1, 1.5, Double.POSITIVE_INFINITY);
                } else if (name.matches("history/(m|validationM)etrics/rootMeanSquaredError")) {
                    refusesElements(moment, name, tensor, -1, Double.NEGATIVE_INFINITY);
                } else if (name.startsWith("optimizer/1/")) { // of Adam
                    refusesElements(moment, name, tensor, -1, Double.NaN, Double.POSITIVE_INFINITY);
                } else if (name.equals("evaluation/samples")) {
                    refusesElements(moment, name, tensor, noCounts);
                }
                if (name.equals("evaluation/sums/accuracy")) {
                    refusesElements(moment, name, tensor, noCounts);
                } else if (name.equals("evaluation/sums/rootMeanSquaredError")) {
                    refusesElements(moment, name, tensor, -1);
                }
            }
        }
    }

    private static void refusesElements(Moment moment, String name, Tensor tensor, double... wrong) throws IOException {
        for (double number : wrong) {
            for (int i = 0; i < tensor.size(); i++) {
                double[] elements = tensor.toArray();
                elements[i] = number;
                Map<String, Tensor> changed = new LinkedHashMap<>(moment.tensors);
                changed.put(name, Tensor.of(elements).reshape(tensor.shape().toArray()));
                assertThat(refuses(moment, moment.texts, changed))
                        .as(moment + " " + name + " " + number + " at " + i)
                        .isTrue();
            }
        }
    }

    private static Map<String, String> with(Map<String, String> texts, String key, String text) {
        Map<String, String> changed = new LinkedHashMap<>(texts);
        changed.put(key, text);
        return changed;
    }

    /** Whether a run could have counted so: more updates than batches no, but samples of more epochs or batches than are known. */
    private static boolean couldBe(Moment moment, String key, String text) {
        if (!text.matches("\\d+")) {
            return false;
        }
        long number = Long.parseLong(text);
        long samples = Long.parseLong(moment.texts.get("samples"));
        int accumulated = Integer.parseInt(moment.texts.get("accumulated batches"));
        long batches = Long.parseLong(moment.texts.get("batches"));
        long epochs = Long.parseLong(moment.texts.get("epochs"));
        return switch (key) {
            case "updates" -> number >= epochs + batches / accumulated && number <= samples;
            case "samples" -> number >= 2 * batches + epochs && number >= Long.parseLong(moment.texts.get("updates"));
            default -> false;
        };
    }

    /** Gradients that wait are of batches with samples, and where no batch waits there are none. */
    @Example
    void gradientsThatWaitAreOfSamples() throws IOException {
        Moment moment = Moment.WITH_GRADIENTS_THAT_WAIT;
        Map<String, String> empty = with(moment.texts, "waiting samples", "0");
        assertThat(refuses(moment, empty, moment.tensors)).isTrue();
        assertThat(refuses(moment, with(empty, "waiting batches", "0"), moment.tensors))
                .isTrue();
    }

    /** Without any one of its texts and tensors a checkpoint is refused. */
    @Example
    void everyPartIsNeeded() throws IOException {
        for (Moment moment : Moment.values()) {
            List<String> unneeded = new ArrayList<>();
            for (String name : moment.tensors.keySet()) {
                Map<String, Tensor> fewer = new LinkedHashMap<>(moment.tensors);
                fewer.remove(name);
                if (!refuses(moment, moment.texts, fewer)) {
                    unneeded.add(name);
                }
            }
            for (String key : moment.texts.keySet()) {
                Map<String, String> fewer = new LinkedHashMap<>(moment.texts);
                fewer.remove(key);
                if (!refuses(moment, fewer, moment.tensors)) {
                    unneeded.add(key);
                }
            }
            assertThat(unneeded)
                    .as("a listener that does not find what it watches starts anew")
                    .allMatch(name -> name.contains("/best/") || name.startsWith("state/"));
        }
    }

    private static boolean refuses(Moment moment, Map<String, String> texts, Map<String, Tensor> tensors)
            throws IOException {
        Path file = folder.resolve("less.safetensors");
        write(texts, tensors, file);
        try {
            moment.of(model(2)).resume(file).fit(DATA);
            return false;
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageStartingWith("checkpoint " + file + ": ");
            return true;
        }
    }
}
