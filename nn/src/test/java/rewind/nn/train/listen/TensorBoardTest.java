package rewind.nn.train.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static rewind.nn.Layers.dense;
import static rewind.nn.Listeners.checkpoint;
import static rewind.nn.Optimizers.sgd;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Metrics;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Dataset;
import rewind.nn.fixture.Events;
import rewind.nn.layer.Parameters;
import rewind.nn.train.History;
import rewind.nn.train.TrainingListener;
import rewind.nn.train.TrainingRun;

/** Event files, read back by {@link Events}, which shares no code with the writer. */
class TensorBoardTest {
    private final RandomGenerator rng = new Well19937c(9);
    private final Dataset data = new Dataset(Tensor.randn(rng, 5, 2), Tensor.randn(rng, 5, 1));
    private final Model model = Sequential.of(dense(1)).build(Shape.of(2), 5);
    private final AtomicLong clock = new AtomicLong(1_700_000_000);

    private TensorBoard tensorBoard(Path folder) {
        return new TensorBoard(folder, clock::get);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    @Test
    void everyEpochHasItsLossesMetricsAndRate(@TempDir Path folder) throws Exception {
        History history = Training.of(model)
                .epochs(3)
                .batchSize(2)
                .metrics(Metrics.rootMeanSquaredError())
                .validation(data)
                .on(tensorBoard(folder.resolve("new/folder")))
                .fit(data);

        List<Path> files = files(folder.resolve("new/folder"));
        assertThat(files)
                .map(file -> file.getFileName().toString())
                .containsExactly("events.out.tfevents.1700000000.rewind.000");
        List<Events.Event> events = Events.in(files.get(0));
        assertThat(events).hasSize(1 + 3).allMatch(event -> event.wallTime() == 1.7e9);
        assertThat(events.get(0).fileVersion()).isEqualTo("brain.Event:2");
        for (History.Epoch epoch : history.epochs()) {
            Events.Event event = events.get(epoch.number());
            assertThat(event.step()).isEqualTo(3L * epoch.number());
            assertThat(event.scalars().keySet())
                    .containsExactly(
                            "epoch",
                            "learningRate",
                            "loss",
                            "rootMeanSquaredError",
                            "validation/loss",
                            "validation/rootMeanSquaredError");
            assertThat(event.scalars()).containsEntry("epoch", (float) epoch.number());
            assertThat(event.scalars()).containsEntry("learningRate", 1e-3f);
            epoch.values()
                    .forEach((name, value) -> assertThat(event.scalars()).containsEntry(name, value.floatValue()));
        }
    }

    @Test
    void histogramsOfParametersAndGradients(@TempDir Path folder) throws Exception {
        Parameters before = model.parameters();
        Training.of(model)
                .optimizer(sgd(1))
                .epochs(2)
                .batchSize(5)
                .on(tensorBoard(folder).histograms(2).everyUpdates(1))
                .fit(data);

        List<Events.Event> events = Events.in(files(folder).get(0));
        // the version; batch, epoch; batch, epoch, and a histogram of U, b, dU, db
        assertThat(events).hasSize(1 + 2 + 2 + 4);
        List<String> tags = new ArrayList<>();
        events.forEach(event -> tags.addAll(event.histograms().keySet()));
        assertThat(tags)
                .containsExactly("parameter/dense/U", "parameter/dense/b", "gradient/dense/U", "gradient/dense/b");
        for (String name : before.names()) {
            double[] p = model.parameters().get(name).toArray();
            Events.Histogram histogram = find(events, "parameter/" + name);
            assertThat(histogram.num()).isEqualTo(p.length);
            assertThat(histogram.sum()).isCloseTo(Tensor.of(p).sum().toDouble(), within(1e-15));
        }
        double norm = events.get(1).scalars().get("batch/gradientNorm");
        Events.Histogram dU = find(events, "gradient/dense/U");
        Events.Histogram db = find(events, "gradient/dense/b");
        double second = events.get(3).scalars().get("batch/gradientNorm");
        assertThat(Math.sqrt(dU.squares() + db.squares())).isCloseTo(second, within(1e-6 * norm));
        assertThat(events.get(1).scalars()).containsKey("batch/loss");
    }

    private static Events.Histogram find(List<Events.Event> events, String tag) {
        return events.stream()
                .filter(event -> event.histograms().containsKey(tag))
                .findFirst()
                .orElseThrow()
                .histograms()
                .get(tag);
    }

    @Test
    void aContinuedRunTellsWhereItGoesOn(@TempDir Path folder) throws Exception {
        Path checkpoints = folder.resolve("checkpoints");
        Path log = folder.resolve("log");
        Training training = Training.of(model).batchSize(2).on(checkpoint(checkpoints), tensorBoard(log));
        training.epochs(2).fit(data);
        training.epochs(3).resume(checkpoints).fit(data);

        List<Path> files = files(log);
        assertThat(files).hasSize(2);
        assertThat(Events.in(files.get(0))).map(Events.Event::sessionStatus).containsOnly(0L);
        List<Events.Event> second = Events.in(files.get(1));
        assertThat(second).map(Events.Event::sessionStatus).containsExactly(0L, 1L, 0L);
        assertThat(second).map(Events.Event::step).containsExactly(0L, 2 * 3 + 1L, 3 * 3L);
    }

    /** A run that begins again, because it was killed before its first checkpoint say, shows no step twice: TensorBoard drops the old ones. */
    @Test
    void aRunThatBeginsAgainReplacesTheOneBefore(@TempDir Path folder) throws Exception {
        Training training =
                Training.of(model).batchSize(2).on(tensorBoard(folder).everyUpdates(1));
        training.epochs(2).fit(data);
        training.epochs(1).resume(folder.resolve("none")).fit(data);

        List<Path> files = files(folder);
        assertThat(files).hasSize(2);
        assertThat(shown(files.get(0))).hasSize(2 * (3 + 1));
        assertThat(Events.in(files.get(1)))
                .map(Events.Event::sessionStatus)
                .startsWith(0L, 1L)
                .filteredOn(status -> status == 1)
                .hasSize(1);
        assertThat(shown(files.toArray(new Path[0]))).containsExactly(1L, 2L, 3L, 3L); // and one of the epoch
    }

    /** Killed anywhere, at any time on the clock, and continued from whatever checkpoint there was: every step is shown once. */
    @Property(tries = 40)
    void whateverIsKilledNoStepIsShownTwice(@ForAll @IntRange(max = 5) int kills, @ForAll long seed) throws Exception {
        Path folder = Files.createTempDirectory("killed");
        try {
            RandomGenerator random = new Well19937c(seed);
            for (int run = 0; run <= kills; run++) {
                clock.addAndGet(random.nextInt(3) - 1);
                int last = run < kills ? 1 + random.nextInt(9) : Integer.MAX_VALUE;
                try {
                    Training.of(model)
                            .epochs(4)
                            .batchSize(2)
                            .on(tensorBoard(folder.resolve("log")).everyUpdates(1), killing(last))
                            .on(checkpoint(folder.resolve("checkpoints")).everyEpochs(2))
                            .resume(folder.resolve("checkpoints"))
                            .fit(data);
                } catch (IllegalStateException killed) {
                    assertThat(killed).hasMessage("killed");
                }
            }
            assertThat(shown(files(folder.resolve("log")).toArray(new Path[0])))
                    .containsExactly(1L, 2L, 3L, 3L, 4L, 5L, 6L, 6L, 7L, 8L, 9L, 9L, 10L, 11L, 12L, 12L);
        } finally {
            for (String sub : List.of("log", "checkpoints")) {
                for (Path file : Files.exists(folder.resolve(sub)) ? files(folder.resolve(sub)) : List.<Path>of()) {
                    Files.delete(file);
                }
                Files.deleteIfExists(folder.resolve(sub));
            }
            Files.delete(folder);
        }
    }

    /** The files of a run come after those that are there, by whomever and at whatever time. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "1700000000.rewind.007",
                "1700000000.rewind.999",
                "1800000000.host.1.0.v2",
                "9999999999.rewind.999",
                "99999999999",
                "old",
                "~"
            })
    void newFilesComeLast(String name, @TempDir Path folder) throws Exception {
        Path there = Files.createFile(folder.resolve("events.out.tfevents." + name));
        for (int run = 1; run <= 3; run++) {
            List<Path> before = files(folder);
            Training.of(model).epochs(1).on(tensorBoard(folder)).fit(data);
            assertThat(files(folder)).startsWith(before.toArray(new Path[0])).hasSize(1 + run);
            assertThat(files(folder).get(run).getFileName().toString()).contains(".rewind.");
        }
        assertThat(files(folder)).startsWith(there);
    }

    private static TrainingListener killing(int update) {
        return new TrainingListener() {
            @Override
            public void batchDone(TrainingRun run) {
                if (run.updates() >= update) {
                    throw new IllegalStateException("killed");
                }
            }
        };
    }

    /** The steps of all summaries, as TensorBoard reads them: a start voids what was read before of its step and later ones. */
    private static List<Long> shown(Path... files) throws IOException {
        List<Long> steps = new ArrayList<>();
        for (Path file : files) {
            for (Events.Event event : Events.in(file)) {
                if (event.sessionStatus() == 1) {
                    steps.removeIf(step -> step >= event.step());
                } else if (event.fileVersion().isEmpty()) {
                    steps.add(event.step());
                }
            }
        }
        return steps;
    }

    @Test
    void refusesNumbersOutOfRange() {
        assertThatThrownBy(() -> tensorBoard(Path.of("x")).histograms(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("tensorBoard: the number of epochs must be positive, got 0");
        assertThatThrownBy(() -> tensorBoard(Path.of("x")).everyUpdates(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("tensorBoard: the number of updates must be positive, got 0");
    }

    /** Every number is in the bin whose end is the first that is not below it. */
    @Property(tries = 200)
    void histogramsCountEveryNumberOnce(@ForAll @IntRange(min = 1, max = 100) int size, @ForAll long seed) {
        RandomGenerator rng = new Well19937c(seed);
        double[] x =
                Tensor.randn(rng, size).mul(Math.pow(10, rng.nextInt(7) - 3)).toArray();
        if (rng.nextInt(4) == 0) {
            Arrays.fill(x, x[0]);
        }
        Histogram histogram = Histogram.of(Tensor.of(x));
        double[] expected = new double[histogram.limits().length];
        for (double each : x) {
            int bin = 0;
            while (each > histogram.limits()[bin]) {
                bin++;
            }
            expected[bin]++;
        }
        assertThat(histogram.counts()).isEqualTo(expected);
        assertThat(histogram.limits()).isSorted().endsWith(histogram.max()).doesNotHaveDuplicates();
        assertThat(Arrays.stream(x).min()).hasValue(histogram.min());
        assertThat(histogram.count()).isEqualTo(size);
    }

    /** Numbers of a length of several bytes, texts and doubles of any kind go through the wire format. */
    @Property(tries = 200)
    void everyStepAndValueIsReadBack(@ForAll long bits, @ForAll float value, @ForAll double time, @ForAll String tag)
            throws IOException {
        String unicode = new String(tag.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        EventFile.record(out, EventFile.summaries(time, bits, EventFile.scalar(unicode, value)));
        Events.Event event = Events.read(out.toByteArray()).get(0);
        assertThat(event.step()).isEqualTo(bits);
        assertThat(event.wallTime()).isEqualTo(time);
        assertThat(event.scalars()).containsEntry(unicode, value).hasSize(1);
    }
}
