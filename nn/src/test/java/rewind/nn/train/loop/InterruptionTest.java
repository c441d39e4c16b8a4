package rewind.nn.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.dropout;
import static rewind.nn.Layers.rnn;
import static rewind.nn.Listeners.checkpoint;
import static rewind.nn.Listeners.csvLog;
import static rewind.nn.Listeners.earlyStopping;
import static rewind.nn.Listeners.tensorBoard;
import static rewind.nn.Optimizers.adam;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Losses;
import rewind.nn.Metrics;
import rewind.nn.Model;
import rewind.nn.Schedules;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Csv;
import rewind.nn.data.DataSource;
import rewind.nn.data.Dataset;
import rewind.nn.data.Windows;
import rewind.nn.fixture.Flat;
import rewind.nn.format.Npy;
import rewind.nn.loss.Metric;
import rewind.nn.train.History;
import rewind.nn.train.TrainingListener;
import rewind.nn.train.TrainingRun;

/** A thread that is interrupted while it trains or evaluates: it stops soon, says so, and loses nothing. */
class InterruptionTest {
    private static final int EPOCHS = 3;
    private static final int BATCHES = 4; // of 2, 2, 2, 1 samples

    private final RandomGenerator rng = new Well19937c(3);
    private final Dataset data = new Dataset(Tensor.randn(rng, 7, 3, 1), Tensor.randn(rng, 7, 1));
    private final Dataset valid = new Dataset(Tensor.randn(rng, 5, 3, 1), Tensor.randn(rng, 5, 1));

    @TempDir
    private Path folder;

    @AfterEach
    void noFlagIsLeft() {
        assertThat(Thread.interrupted()).isFalse();
    }

    private static Model model() {
        return Sequential.of(rnn(3), dropout(0.2), dense(1)).build(Shape.of(3, 1), 1);
    }

    private Training training(Model model) {
        return Training.of(model)
                .optimizer(adam(0.05))
                .epochs(EPOCHS)
                .batchSize(2)
                .metrics(Metrics.rootMeanSquaredError(), Metric.named("rows", (output, target) -> output.size()))
                .validation(valid);
    }

    private Training logged(Model model, Path in) {
        return training(model)
                .on(csvLog(in.resolve("log.csv")), tensorBoard(in.resolve("runs")), earlyStopping(EPOCHS))
                .on(checkpoint(in.resolve("checkpoints")))
                .resume(in.resolve("checkpoints"));
    }

    /** Interrupts the thread at the n-th occasion of hearing anything. */
    private static final class Interrupter implements TrainingListener {
        private int left;

        Interrupter(int occasion) {
            left = occasion;
        }

        @Override
        public void batchDone(TrainingRun run) {
            heard();
        }

        @Override
        public void epochDone(TrainingRun run, History.Epoch epoch) {
            heard();
        }

        private void heard() {
            if (--left == 0) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static CancellationException interrupted(Runnable fit) {
        try {
            fit.run();
        } catch (CancellationException e) {
            assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
            return e;
        }
        throw new AssertionError("not interrupted");
    }

    /** After every batch and epoch, and all logs at work when the flag is set: the continued run has the same bits, and the same log. */
    @Test
    void whatIsContinuedEndsAsIfNothingHadHappened() throws IOException {
        Path whole = Files.createDirectory(folder.resolve("whole"));
        Model once = model();
        History history = logged(once, whole).fit(data);
        int occasions = EPOCHS * (BATCHES + 1);
        for (int occasion = 1; occasion < occasions; occasion++) {
            Path broken = Files.createDirectory(folder.resolve("broken" + occasion));
            Model first = model();
            Training interrupted = training(first)
                    .on(new Interrupter(occasion))
                    .on(csvLog(broken.resolve("log.csv")), tensorBoard(broken.resolve("runs")), earlyStopping(EPOCHS))
                    .on(checkpoint(broken.resolve("checkpoints")));
            int epoch = (occasion - 1) / (BATCHES + 1) + 1;
            int batch = occasion % (BATCHES + 1);
            Path left = broken.resolve("checkpoints").resolve(Checkpoint.name(batch == 0 ? epoch : epoch - 1, batch));

            assertThat(interrupted(() -> interrupted.fit(data)))
                    .hasMessage("training: the thread was interrupted after epoch " + epoch
                            + (batch == 0 ? "" : ", batch " + batch) + "; resume(" + left + ") goes on from here");

            Model second = model();
            assertThat(logged(second, broken).fit(data)).as("%s", occasion).isEqualTo(history);
            assertThat(Flat.of(second)).isEqualTo(Flat.of(once));
            assertThat(broken.resolve("log.csv")).hasSameTextualContentAs(whole.resolve("log.csv"));
        }
    }

    /** The last epoch is done, so that nothing is lost. */
    @Test
    void afterTheLastEpochTheRunIsComplete() {
        History history = training(model())
                .on(new Interrupter(EPOCHS * (BATCHES + 1)))
                .on(checkpoint(folder))
                .fit(data);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(history.epochs()).hasSize(EPOCHS);
    }

    @Test
    void whoIsInterruptedBeforeDoesNothing() {
        Model model = model();
        double[] before = Flat.of(model);
        Thread.currentThread().interrupt();
        assertThat(interrupted(() -> training(model)
                        .on(checkpoint(folder.resolve("new")), csvLog(folder.resolve("log")))
                        .fit(data)))
                .hasMessage("training: the thread was interrupted before the first batch; nothing has been done in this"
                        + " run");
        assertThat(Flat.of(model)).isEqualTo(before);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void withoutCheckpointsItIsSaid() {
        assertThat(interrupted(() -> training(model()).on(new Interrupter(2)).fit(data)))
                .hasMessage(
                        "training: the thread was interrupted after epoch 1, batch 2; there is nothing to resume from,"
                                + " for want of on(checkpoint(folder))");
    }

    /** Accumulated gradients, a schedule that counts, and data of unknown length. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7})
    void halfAnUpdateIsContinued(int occasion) {
        Model once = model();
        Training plain = training(once).accumulate(3).schedule(Schedules.perUpdate(Schedules.cosine()));
        plain.fit(uncounted(data));

        Training first = training(model())
                .accumulate(3)
                .schedule(Schedules.perUpdate(Schedules.cosine()))
                .on(checkpoint(folder));
        interrupted(() -> first.on(new Interrupter(occasion)).fit(uncounted(data)));
        Model second = model();
        training(second)
                .accumulate(3)
                .schedule(Schedules.perUpdate(Schedules.cosine()))
                .on(checkpoint(folder))
                .resume(folder)
                .fit(uncounted(data));
        assertThat(Flat.of(second)).isEqualTo(Flat.of(once));
    }

    private static DataSource uncounted(DataSource data) {
        return source(batch -> true, data);
    }

    /** Batches as they are, looked at by somebody as they come. */
    private static DataSource source(Predicate<Dataset> looker, DataSource data) {
        return new DataSource() {
            @Override
            public Stream<Dataset> batches(int size, Optional<RandomGenerator> order) {
                return data.batches(size, order).filter(looker);
            }

            @Override
            public OptionalLong samples() {
                return OptionalLong.empty();
            }
        };
    }

    // ---- elsewhere than between batches ----

    @Test
    void inValidationTheEpochIsContinued() {
        Model once = model();
        History history = training(once).fit(data);
        int[] seen = new int[1];
        DataSource interrupting = source(
                batch -> {
                    if (++seen[0] == 5) { // the second of the second epoch's 3
                        Thread.currentThread().interrupt();
                    }
                    return true;
                },
                valid);
        assertThat(interrupted(() -> training(model())
                        .validation(interrupting)
                        .on(checkpoint(folder))
                        .fit(data)))
                .hasMessageContaining("after epoch 2, batch 4; resume(");
        Model second = model();
        assertThat(training(second).resume(folder).fit(data)).isEqualTo(history);
        assertThat(Flat.of(second)).isEqualTo(Flat.of(once));
    }

    /** Whatever a source throws when it gives up, and whether or not it keeps the flag. */
    @ParameterizedTest
    @ValueSource(strings = {"keeps the cause", "keeps the flag"})
    void aSourceThatWaitsForEver(String kind) throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        BlockingQueue<Dataset> never = new LinkedBlockingQueue<>();
        int[] seen = new int[1];
        DataSource blocking = source(
                batch -> {
                    if (++seen[0] < 6) { // the second of the second epoch
                        return true;
                    }
                    waiting.countDown();
                    try {
                        return never.take() != null;
                    } catch (InterruptedException e) {
                        if (kind.equals("keeps the cause")) {
                            throw new IllegalStateException(e);
                        }
                        Thread.currentThread().interrupt();
                        throw new IllegalStateException("gave up");
                    }
                },
                data);
        Model first = model();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicReference<Boolean> flag = new AtomicReference<>();
        CountDownLatch ended = new CountDownLatch(1);
        ExecutorService executor = Executors.newSingleThreadExecutor();
        Future<?> future = executor.submit(() -> {
            try {
                training(first).on(checkpoint(folder)).fit(blocking);
            } catch (RuntimeException e) {
                thrown.set(e);
            }
            flag.set(Thread.currentThread().isInterrupted());
            ended.countDown();
        });
        waiting.await();
        future.cancel(true);
        assertThat(ended.await(1, TimeUnit.MINUTES)).isTrue();
        executor.shutdown();
        assertThat(thrown.get())
                .isInstanceOf(CancellationException.class)
                .hasMessageContaining("after epoch 2, batch 1; resume(")
                .hasCauseInstanceOf(IllegalStateException.class);
        assertThat(flag.get()).isTrue();

        Model once = model();
        training(once).fit(data);
        Model second = model();
        training(second).resume(folder).fit(uncounted(data));
        assertThat(Flat.of(second)).isEqualTo(Flat.of(once));
    }

    /** What goes wrong by itself is told as it is. */
    @Test
    void otherFailuresAreNoInterruptions() {
        DataSource broken = source(
                batch -> {
                    throw new IllegalStateException("broken");
                },
                data);
        assertThatThrownBy(() -> training(model()).fit(broken)).isInstanceOf(IllegalStateException.class);
        Model model = model();
        double[] before = Flat.of(model);
        training(model()).epochs(1).on(checkpoint(folder)).fit(data);
        assertThatThrownBy(() -> training(model).resume(folder).fit(broken)).hasMessage("broken");
        assertThat(Flat.of(model)).as("before the first update").isEqualTo(before);
    }

    @Test
    void filesThatAreReadWhileTheFlagIsSet() throws IOException {
        Path csv = folder.resolve("series.csv");
        StringBuilder rows = new StringBuilder("y\n");
        for (int i = 0; i < 40_000; i++) { // several buffers
            rows.append(Math.sin(i)).append('\n');
        }
        Files.writeString(csv, rows);
        DataSource windows = Windows.of(3).over(Csv.of(csv).columns("y"));
        List<String> messages = new ArrayList<>();
        for (int occasion : new int[] {1, 100}) {
            messages.add(interrupted(() -> Training.of(model())
                            .epochs(1)
                            .batchSize(16)
                            .on(new Interrupter(occasion))
                            .on(checkpoint(folder.resolve("c" + occasion)))
                            .fit(windows))
                    .getMessage());
        }
        assertThat(messages.get(0)).contains("after epoch 1, batch 1; resume(");
        assertThat(messages.get(1)).contains("after epoch 1, batch 100; resume(");
    }

    /** A whole checkpoint is not taken for a damaged one. */
    @Test
    void checkpointsAreReadToTheEnd() throws IOException {
        training(model()).on(checkpoint(folder)).fit(data);
        Path newest = folder.resolve(Checkpoint.name(EPOCHS, 0));
        Thread.currentThread().interrupt();
        Checkpoint read = Checkpoint.read(newest);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(read).isNotNull();
        assertThat(newest).exists();
    }

    @Test
    void filesAreWrittenToTheEnd() throws IOException {
        Model model = model();
        History history = training(model).fit(data);
        Thread.currentThread().interrupt();
        model.save(folder.resolve("model"));
        Npy.write(folder.resolve("array"), data.x());
        history.toCsv(folder.resolve("table"));
        history.plot(folder.resolve("plot"));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(Flat.of(Model.load(folder.resolve("model")))).isEqualTo(Flat.of(model));
        assertThat(Npy.read(folder.resolve("array")).toArray())
                .isEqualTo(data.x().toArray());
        assertThat(folder.resolve("table")).content().hasLineCount(1 + EPOCHS);
        assertThat(folder.resolve("plot")).isNotEmptyFile();
    }

    // ---- evaluation ----

    @Test
    void evaluationsStopBetweenBatches() {
        Model model = model();
        Training small = Training.of(model).batchSize(2);
        double loss = small.evaluate(data);
        Thread.currentThread().interrupt();
        assertThat(interrupted(() -> small.evaluate(data)))
                .hasMessage("evaluate: the thread was interrupted; there is no result");
        Dataset many = new Dataset(Tensor.zeros(100, 3, 1), Tensor.zeros(100, 1));
        Thread.currentThread().interrupt();
        assertThat(interrupted(() -> model.evaluate(many, Losses.meanSquaredError())))
                .hasMessage("evaluate: the thread was interrupted; there is no result");
        Thread.currentThread().interrupt();
        assertThat(interrupted(() -> model.predictInBatches(data.x(), 3)))
                .hasMessage("predict: the thread was interrupted after 3 of 7 samples");

        Thread.currentThread().interrupt(); // nothing lies between
        assertThat(Training.of(model).batchSize(7).evaluate(data))
                .isCloseTo(loss, org.assertj.core.data.Offset.offset(1e-12));
        assertThat(model.predictInBatches(data.x(), 7).toArray())
                .isEqualTo(model.predict(data.x()).toArray());
        assertThat(Thread.interrupted()).isTrue();
    }
}
