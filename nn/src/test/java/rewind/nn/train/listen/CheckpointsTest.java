package rewind.nn.train.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static rewind.nn.Layers.dense;
import static rewind.nn.Listeners.checkpoint;
import static rewind.nn.Listeners.earlyStopping;
import static rewind.nn.Optimizers.adam;
import static rewind.nn.Optimizers.rmsprop;
import static rewind.nn.Optimizers.sgd;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Layers;
import rewind.nn.Losses;
import rewind.nn.Metrics;
import rewind.nn.Model;
import rewind.nn.Schedules;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Dataset;
import rewind.nn.fixture.Flat;
import rewind.nn.fixture.Logs;
import rewind.nn.format.Safetensors;
import rewind.nn.loss.Metric;
import rewind.nn.optimize.Schedule;
import rewind.nn.train.History;
import rewind.nn.train.TrainingListener;
import rewind.nn.train.TrainingRun;

/** When checkpoints are written, which ones are kept, and what happens to bad ones. {@link rewind.nn.train.loop.ResumeTest} tells what is in them. */
class CheckpointsTest {
    private final RandomGenerator rng = new Well19937c(9);
    private final Dataset data = new Dataset(Tensor.randn(rng, 5, 2), Tensor.randn(rng, 5, 1));

    @TempDir
    private Path folder;

    private static Model model() {
        return Sequential.of(dense(1)).build(Shape.of(2), 5);
    }

    /** 3 batches an epoch. */
    private Training training(Model model) {
        return Training.of(model).epochs(5).batchSize(2);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static String name(int epochs, int batches) {
        return String.format(Locale.ROOT, "checkpoint-%05d-%06d.safetensors", epochs, batches);
    }

    /** Whatever map a listener keeps its state in, the same run gives the same file. */
    @Test
    void theOrderOfAListenersStateIsAlwaysTheSame() throws IOException {
        Map<String, Tensor> state = new LinkedHashMap<>();
        Stream.of("waited", "best", "a", "z", "m").forEach(name -> state.put(name, Tensor.of(1.0)));
        TrainingListener listener = new TrainingListener() {
            @Override
            public Map<String, Tensor> state() {
                return state;
            }
        };
        training(model()).epochs(1).on(listener).on(checkpoint(folder)).fit(data);
        List<String> kept = Safetensors.names(folder.resolve(name(1, 0))).stream()
                .filter(name -> name.startsWith("listener/"))
                .toList();
        assertThat(kept).hasSize(5).isSorted();
    }

    /** What is in files does not tell in which package a listener is, so that it may move. */
    @Test
    void listenersAreKnownByTheirNamesAlone() throws Exception {
        training(model()).on(checkpoint(folder), earlyStopping(9)).fit(data);
        assertThat(Safetensors.read(folder.resolve(name(5, 0))).tensors())
                .containsKey("listener/rewind.nn.EarlyStopping 1/waited");
    }

    // ---- occasions ----

    @Test
    void theNewestTwoEpochsAreKept() throws Exception {
        training(model()).on(checkpoint(folder)).fit(data);
        assertThat(names()).containsExactly(name(4, 0), name(5, 0));
    }

    @Test
    void everyNthEpochAndTheLast() throws Exception {
        training(model()).on(checkpoint(folder).everyEpochs(2).keep(9)).fit(data);
        assertThat(names()).containsExactly(name(2, 0), name(4, 0), name(5, 0));
    }

    @Test
    void everyNthUpdate() throws Exception {
        training(model())
                .epochs(2)
                .on(checkpoint(folder).everyUpdates(2).keep(9))
                .fit(data);
        assertThat(names()).containsExactly(name(0, 2), name(1, 1), name(1, 3), name(2, 0));
    }

    @Test
    void everyFewMinutesByTheClock() throws Exception {
        AtomicLong minutes = new AtomicLong(); // one more at every look: at the start, after batches, after epochs
        Checkpoints timed = new Checkpoints(folder, () -> minutes.getAndIncrement() * 60_000_000_000L);
        training(model()).epochs(2).on(timed.everyMinutes(3).keep(9)).fit(data);
        // looks 1 2 3 (written, and looked once more when writing) 5 | 6 7 (written, 8) 9 …
        assertThat(names()).containsExactly(name(0, 3), name(1, 2), name(2, 0));
    }

    @Test
    void theLastEpochIsAlsoThatInWhichSomebodyStopped() throws Exception {
        TrainingListener stopper = new TrainingListener() {
            @Override
            public void batchDone(TrainingRun run) {
                if (run.updates() == 4) {
                    run.stop();
                }
            }
        };
        History history =
                training(model()).on(checkpoint(folder).everyEpochs(9), stopper).fit(data);
        assertThat(history.epochs()).hasSize(2);
        assertThat(names()).containsExactly(name(2, 0));
    }

    @Test
    void theBestModelIsKept() throws Exception {
        List<double[]> parameters = new ArrayList<>();
        TrainingListener recorder = new TrainingListener() {
            @Override
            public void epochDone(TrainingRun run, History.Epoch epoch) {
                parameters.add(Flat.of(run.model()));
            }
        };
        Metric guess =
                Metric.named("guess", (output, target) -> Math.abs(parameters.size() - 2.5)); // 2.5 1.5 .5 .5 1.5
        Training training = training(model()).metrics(guess).on(recorder);

        training.on(checkpoint(folder).keepSmallest("guess")).fit(data);

        assertThat(best()).isEqualTo(parameters.get(2));
        parameters.clear();
        Path other = Files.createDirectory(folder.resolve("largest"));
        training.on(checkpoint(other).keepLargest("guess")).fit(data);
        assertThat(flat(other.resolve("best.safetensors"))).isEqualTo(parameters.get(0));
    }

    private double[] best() throws IOException {
        return flat(folder.resolve("best.safetensors"));
    }

    private static double[] flat(Path file) throws IOException {
        return Flat.of(Model.load(file));
    }

    // ---- going on ----

    @Test
    void moreEpochsGoOnWhereTheRunEnded() {
        Model once = model();
        Model twice = model();
        History whole = training(once).epochs(7).fit(data);
        training(twice).on(checkpoint(folder)).fit(data);

        History both =
                training(twice).epochs(7).resume(folder).on(checkpoint(folder)).fit(data);

        assertThat(both).isEqualTo(whole);
        assertThat(Flat.of(twice)).isEqualTo(Flat.of(once));
    }

    @Test
    void withoutCheckpointsTrainingBegins() {
        Model first = model();
        Model second = model();
        History history = training(first).resume(folder.resolve("absent")).fit(data);
        assertThat(history)
                .isEqualTo(training(second).resume(folder).fit(data))
                .isEqualTo(training(model()).fit(data));
        assertThat(Flat.of(first)).isEqualTo(Flat.of(second));
    }

    // ---- damage ----

    @Test
    void aDamagedNewestOneIsPassedOver() throws Exception {
        Model whole = model();
        History history = training(whole).on(checkpoint(folder)).fit(data);
        Path newest = folder.resolve(name(5, 0));
        byte[] bytes = Files.readAllBytes(newest);
        bytes[bytes.length - 3] ^= 1;
        Files.write(newest, bytes);
        Files.writeString(folder.resolve(".checkpoint-00005-000001.safetensors.0.tmp"), "begun");

        Model continued = model();
        History again =
                training(continued).on(checkpoint(folder)).resume(folder).fit(data);

        assertThat(again).isEqualTo(history);
        assertThat(Flat.of(continued)).isEqualTo(Flat.of(whole));
        assertThat(names()).containsExactly(name(4, 0), name(5, 0));
    }

    @Test
    void withNoWholeOneNothingHappens() throws Exception {
        Path file = folder.resolve(name(1, 0));
        Files.write(file, new byte[3]);
        Model model = model();
        double[] before = Flat.of(model);
        assertThatThrownBy(() -> training(model).resume(folder).fit(data))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("resume: none of the checkpoints [" + file + "] is whole");
        assertThat(Flat.of(model)).isEqualTo(before);
    }

    /** Every byte, changed in several ways, and every length. */
    @Test
    void noDamageGoesUnnoticed() throws Exception {
        Model small = Sequential.of(dense(1)).build(Shape.of(1), 5);
        Dataset one = new Dataset(Tensor.ones(1, 1), Tensor.ones(1, 1));
        Training training = Training.of(small).optimizer(sgd(0.1)).epochs(2);
        training.epochs(1).on(checkpoint(folder)).fit(one);
        Path file = folder.resolve(name(1, 0));
        byte[] whole = Files.readAllBytes(file);
        History history = training.resume(file).fit(one);
        double[] after = Flat.of(small);
        double[] other = new double[after.length];
        int noticed = 0;
        for (int i = 0; i < whole.length; i++) {
            for (int flip : new int[] {1, 0x80}) {
                byte[] changed = whole.clone();
                changed[i] ^= (byte) flip;
                Files.write(file, changed);
                small.set(small.parameters().map((name, p) -> Tensor.zeros(p.dtype(), p.shape())));
                try {
                    assertThat(training.resume(file).fit(one)).isEqualTo(history);
                    assertThat(Flat.of(small)).as("byte %s", i).isEqualTo(after);
                } catch (UncheckedIOException e) {
                    noticed++;
                    assertThat(e).hasMessageStartingWith("resume: ").hasMessageContaining(file.toString());
                    assertThat(Flat.of(small)).as("byte %s", i).isEqualTo(other);
                }
            }
        }
        assertThat(noticed).as("all but blanks in the header").isGreaterThan(2 * (whole.length - 16));
        for (int length = 0; length < whole.length; length += 7) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> training.resume(file).fit(one)).isInstanceOf(UncheckedIOException.class);
        }
    }

    // ---- messages ----

    @Test
    void whatDoesNotFitIsRefused() throws Exception {
        training(model()).epochs(1).on(checkpoint(folder).everyUpdates(2)).fit(data);
        Path half = folder.resolve(name(0, 2));
        Path whole = folder.resolve(name(1, 0));
        refuses(training(model()).shuffle(8).resume(whole), whole, "the seed must be 5 as before, got 8");
        refuses(training(model()).shuffle(false).resume(whole), whole, "the shuffling must be on as before, got off");
        refuses(
                training(model()).metrics(Metrics.recall()).resume(whole),
                whole,
                "the metrics must be [] as before, got [recall]");
        refuses(
                training(model()).validation(data).resume(whole),
                whole,
                "the validation must be off as before, got on");
        refuses(
                training(model()).optimizer(sgd(1)).resume(whole),
                whole,
                "the optimizer must be Adam as before, got Sgd");
        refuses(training(model()).batchSize(3).resume(half), half, "the batch size must be 2 as before, got 3");
        refuses(
                training(model()).accumulate(3).resume(half),
                half,
                "the accumulated batches must be 1 as before, got 3");
        refuses(
                training(Sequential.of(dense(1)).build(Shape.of(3), 5)).resume(whole),
                whole,
                "parameter dense/U must be FLOAT64 [2, 1], got FLOAT64 [3, 1]");
        refuses(
                training(Sequential.of(Layers.rnn(1)).build(Shape.of(3, 2), 5)).resume(whole),
                whole,
                "the model must have the parameters [dense/U, dense/b], got [rnn/U, rnn/V, rnn/b]");
    }

    private void refuses(Training training, Path file, String message) {
        assertThatThrownBy(() -> training.fit(data))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("checkpoint " + file + ": " + message);
    }

    @Test
    void otherBatchesAndRatesAreWelcomeBetweenEpochs() {
        training(model()).epochs(1).on(checkpoint(folder)).fit(data);
        History history = training(model())
                .epochs(2)
                .batchSize(3)
                .optimizer(adam(0.5))
                .resume(folder)
                .fit(data);
        assertThat(history.epochs()).map(History.Epoch::learningRate).containsExactly(1e-3, 0.5);
    }

    @Test
    void withinAnEpochAnotherLossOrOtherDataAreRefused() {
        training(model()).epochs(1).on(checkpoint(folder).everyUpdates(2)).fit(data);
        Path half = folder.resolve(name(0, 2));
        refuses(
                training(model()).loss(Losses.huber(1).summed()).resume(half),
                half,
                "the loss must be meanSquaredError as before, got huber(1.0) summed");
        refuses(
                training(model()).shuffle(false).stateful(true).resume(half),
                half,
                "the shuffling must be on as before, got off");
        assertThatThrownBy(() -> training(model()).resume(half).fit(data.slice(0, 4)))
                .hasMessage("checkpoint " + half + ": the number of samples must be 5 as before, got 4");
    }

    @Test
    void whatMayChangeIsTold() {
        training(model()).epochs(1).on(checkpoint(folder)).fit(data);
        Model frozen = model();
        frozen.freeze("dense/b");
        Schedule own = (rate, epoch, epochs) -> rate;
        List<String> log = logged(() -> training(frozen)
                .loss(Losses.meanAbsoluteError())
                .optimizer(adam(0.5))
                .batchSize(3)
                .schedule(Schedules.warmUp(1, own))
                .schedule("dense", own)
                .learningRate("dense", 0.25)
                .clipNorm(2)
                .clipValue(3)
                .resume(folder)
                .fit(data.slice(0, 4)));
        assertThat(log)
                .containsExactly("resume: not as before: the batch size was 2 and is 3"
                        + "; the loss was meanSquaredError and is meanAbsoluteError"
                        + "; the number of samples was 5 and is 4"
                        + "; the rule of the optimizer was Adam[learningRate=0.001, beta1=0.9, beta2=0.999, epsilon=1.0E-8]"
                        + " and is Adam[learningRate=0.5, beta1=0.9, beta2=0.999, epsilon=1.0E-8]"
                        + "; the schedule was Steady[] and is WarmUp[epochs=1, then=rewind.nn.CheckpointsTest]"
                        + "; the schedules of layers was {} and is {dense=rewind.nn.CheckpointsTest}"
                        + "; the learning rates of layers was {} and is {dense=0.25}"
                        + "; the clipNorm was Infinity and is 2.0; the clipValue was Infinity and is 3.0"
                        + "; the frozen parameters was [] and is [dense/b]");
    }

    @Test
    void whatIsAsBeforeIsNotTold() {
        Training own = training(model())
                .loss((output, target) -> target.sub(output).abs().mean(1))
                .schedule((rate, epoch, epochs) -> rate / 2);
        own.epochs(1).on(checkpoint(folder)).fit(data);
        Training same = training(model())
                .loss((output, target) -> target.sub(output).abs().mean(1))
                .schedule((rate, epoch, epochs) -> rate / 2);
        assertThat(logged(() -> same.resume(folder).fit(data))).isEmpty();
    }

    /** What the library logs meanwhile. */
    private static List<String> logged(Runnable run) {
        return Logs.of("rewind.nn.train.loop.RunOptions", run);
    }

    @Test
    void aListenerThatWatchesAnotherValueStartsAnew() {
        Training scored = training(model()).metrics(Metric.named("score", (output, target) -> -1));
        scored.epochs(1).on(checkpoint(folder), earlyStopping(1)).fit(data);
        List<Boolean> stopped = new ArrayList<>();
        TrainingListener watcher = new TrainingListener() {
            @Override
            public void completed(TrainingRun run) {
                stopped.add(run.stopping());
            }
        };
        scored.epochs(2)
                .resume(folder)
                .on(earlyStopping(1).maximize("score"), watcher)
                .fit(data);
        scored.epochs(2)
                .resume(folder)
                .on(earlyStopping(1).minimize("score"), watcher)
                .fit(data);
        assertThat(stopped).containsExactly(false, false);
    }

    @Test
    void filesThatAreNoCheckpointsAreRefused() throws Exception {
        Path model = folder.resolve("model.safetensors");
        Safetensors.of(model().parameters().stored().stream()
                        .collect(Collectors.toMap(
                                n -> n, n -> model().parameters().get(n))))
                .write(model);
        assertThatThrownBy(() -> training(model()).resume(model).fit(data))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("resume: checkpoint " + model
                        + ": the metadata must tell the format rewind-checkpoint-1, got null");
        Path absent = folder.resolve("absent.safetensors");
        assertThatThrownBy(() -> training(model()).resume(absent).fit(data))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("resume: there must be a checkpoint " + absent);
    }

    @Test
    void theNameOfAFileDoesNotMatter() throws Exception {
        training(model()).epochs(1).on(checkpoint(folder)).fit(data);
        Path renamed = Files.move(folder.resolve(name(1, 0)), folder.resolve("kept"));
        assertThat(training(model()).epochs(1).resume(renamed).fit(data).last().number())
                .isEqualTo(1);
        Files.writeString(renamed, "no checkpoint");
        assertThatThrownBy(() -> training(model()).resume(renamed).fit(data))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith("resume: " + renamed + ": ");
    }

    @Test
    void theRuleThatDecaysMustBeTheSame() {
        training(model())
                .epochs(1)
                .optimizer(sgd(1).momentum(0.9).weightDecay(0.1))
                .on(checkpoint(folder))
                .fit(data);
        Path whole = folder.resolve(name(1, 0));
        refuses(
                training(model()).optimizer(rmsprop(1).weightDecay(0.1)).resume(whole),
                whole,
                "the optimizer must be Sgd as before, got Rmsprop");
    }

    @Test
    void checkpointsOfAnotherRunAreNotTouched() throws Exception {
        training(model()).on(checkpoint(folder)).fit(data);
        List<String> before = names();
        assertThatThrownBy(() -> training(model()).on(checkpoint(folder)).fit(data))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("checkpoint: the folder has " + folder.resolve(name(4, 0))
                        + " of a later moment; resume from the folder, or choose another");
        assertThat(names()).isEqualTo(before);
    }

    @Test
    void refusesNumbersOutOfRange() {
        refuses(() -> checkpoint(folder).everyEpochs(0), "checkpoint: the number of epochs must be positive, got 0");
        refuses(
                () -> checkpoint(folder).everyUpdates(-1),
                "checkpoint: the number of updates must be positive, got -1");
        refuses(
                () -> checkpoint(folder).everyMinutes(0),
                "checkpoint: the number of minutes must be positive, got 0.0");
        refuses(() -> checkpoint(folder).keep(0), "checkpoint: at least one file must be kept, got 0");
    }

    private static void refuses(Runnable call, String message) {
        assertThatThrownBy(call::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
