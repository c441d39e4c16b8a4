package rewind.nn.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.dropout;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.rnn;
import static rewind.nn.Listeners.csvLog;
import static rewind.nn.Listeners.earlyStopping;
import static rewind.nn.Listeners.reduceOnPlateau;
import static rewind.nn.Optimizers.adam;
import static rewind.nn.Optimizers.sgd;
import static rewind.nn.Schedules.cosine;
import static rewind.nn.Schedules.exponential;
import static rewind.nn.Schedules.linear;
import static rewind.nn.Schedules.perUpdate;
import static rewind.nn.Schedules.warmUp;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Metrics;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Dataset;
import rewind.nn.fixture.Flat;
import rewind.nn.optimize.Schedule;
import rewind.nn.recurrent.Lstm;
import rewind.nn.train.History;
import rewind.nn.train.TrainingListener;
import rewind.nn.train.TrainingRun;

/** A run that is continued from any of its checkpoints ends with the same bits as one that is not. */
class ResumeTest {
    private static final RandomGenerator RNG = new Well19937c(4);
    private static final Dataset DATA =
            new Dataset(Tensor.randn(RNG, 8, 3, 2), Tensor.randn(RNG, 8, 1).greater(0));
    private static final Dataset VALID =
            new Dataset(Tensor.randn(RNG, 4, 3, 2), Tensor.randn(RNG, 4, 1).greater(0));

    /** What may be remembered from batch to batch. Changes of 1e6 are never seen, so that nothing is better than the first epoch. */
    enum Run {
        PLAIN(t -> t),
        FLOATS(t -> t),
        GRADIENTS_OF_SEVERAL_BATCHES(t -> t.accumulate(2).batchSize(2).optimizer(adam(0.01))),
        MOMENTUM_AND_DECAY(
                t -> t.optimizer(sgd(0.1).momentum(0.9).weightDecay(0.1)).clipNorm(0.5)),
        RATES(t ->
                t.schedule(perUpdate(warmUp(3, cosine()))).optimizer(adam(0.1)).schedule("dense", cosine())),
        METRICS_AND_VALIDATION(
                t -> t.metrics(Metrics.accuracy(), Metrics.recall()).validation(VALID)),
        SEGMENTS_DONE_AGAIN(t -> t),
        STATES_CARRIED_OVER(t -> t.shuffle(false).stateful(true).batchSize(2)),
        PLATEAU(t -> t.validation(VALID)
                .optimizer(adam(0.3))
                .on(reduceOnPlateau(0.5, 1).minimumChange(1e6))),
        STOPPED_EARLY(t -> t.validation(VALID)
                .optimizer(adam(0.3))
                .epochs(9)
                .on(earlyStopping(2).minimumChange(1e6))),
        BEST_OF_ALL(t ->
                t.validation(VALID).optimizer(adam(0.3)).on(earlyStopping(9).minimumChange(1e6)));

        private final UnaryOperator<Training> options;

        Run(UnaryOperator<Training> options) {
            this.options = options;
        }

        Training of(Model model) {
            return options.apply(Training.of(model).epochs(3).batchSize(3).shuffle(7));
        }

        Model model(long seed) {
            DType dtype = this == FLOATS ? DType.FLOAT32 : DType.FLOAT64;
            Lstm first = lstm(3).sequences(true).recurrentDropout(0.2);
            return Sequential.of(
                            this == SEGMENTS_DONE_AGAIN ? first.checkpoints(2) : first, dropout(0.3), rnn(2), dense(1))
                    .build(Shape.of(3, 2), seed, dtype);
        }
    }

    @ParameterizedTest
    @EnumSource
    void afterEveryBatchAndEpoch(Run kind, @TempDir Path folder) throws Exception {
        Model whole = kind.model(1);
        Snapshots snapshots = new Snapshots(folder, new ArrayList<>());
        Path log = folder.resolve("whole.csv");
        History history = kind.of(whole).on(csvLog(log), snapshots).fit(DATA);

        assertThat(snapshots.files).hasSizeGreaterThanOrEqualTo(3 * (3 + 1));
        assertThat(history.epochs()).hasSize(3);
        for (Path file : snapshots.files) {
            Model continued = kind.model(2);
            Path rest = folder.resolve("rest.csv");
            History both = kind.of(continued).on(csvLog(rest)).resume(file).fit(DATA);

            assertThat(Flat.of(continued)).as("%s", file).isEqualTo(Flat.of(whole));
            assertThat(both).as("%s", file).isEqualTo(history);
            assertThat(rest).hasSameTextualContentAs(log);
        }
        assertThat(Files.readAllLines(log)).hasSize(1 + history.epochs().size());
    }

    /** With other batches after an epoch, a schedule counts the updates that were done and those to come. */
    @ParameterizedTest
    @CsvSource({"1, 1, 8, 1", "8, 1, 1, 1", "1, 1, 1, 4", "2, 2, 3, 1", "3, 1, 2, 3"})
    void schedulesPerUpdateGoOnWithOtherBatches(
            int before, int accumulatedBefore, int after, int accumulatedAfter, @TempDir Path folder) {
        int first = updates(before, accumulatedBefore);
        int all = first + 2 * updates(after, accumulatedAfter);
        for (Schedule schedule : List.of(cosine(), exponential(0), linear(0), warmUp(2, cosine()))) {
            Training training = Run.PLAIN
                    .of(Run.PLAIN.model(1))
                    .optimizer(sgd(0.1))
                    .schedule(perUpdate(schedule))
                    .schedule("dense", perUpdate(schedule));
            Snapshots snapshots = new Snapshots(folder, new ArrayList<>());
            training.epochs(1)
                    .batchSize(before)
                    .accumulate(accumulatedBefore)
                    .on(snapshots)
                    .fit(DATA);
            Map<Long, Double> rates = new TreeMap<>();
            training.epochs(3)
                    .batchSize(after)
                    .accumulate(accumulatedAfter)
                    .on(new Rates(rates))
                    .resume(snapshots.files.get(snapshots.files.size() - 1))
                    .fit(DATA);
            rates.remove((long) first); // of batches that wait after it
            Map<Long, Double> expected = new TreeMap<>();
            for (int update = first; update < all; update++) {
                expected.put(update + 1L, schedule.at(0.1, update, all));
            }
            assertThat(rates).as("%s", schedule).isEqualTo(expected);
        }
    }

    private static int updates(int batchSize, int accumulated) {
        int batches = (DATA.size() + batchSize - 1) / batchSize;
        return (batches + accumulated - 1) / accumulated;
    }

    /** More updates than a schedule can count are refused before anything changes. */
    @Test
    void updatesThatNoScheduleCanCountAreRefused(@TempDir Path folder) {
        Snapshots snapshots = new Snapshots(folder, new ArrayList<>());
        Run.PLAIN.of(Run.PLAIN.model(1)).epochs(1).on(snapshots).fit(DATA);
        Path file = snapshots.files.get(snapshots.files.size() - 1);
        Model model = Run.PLAIN.model(2);
        Training endless = Run.PLAIN
                .of(model)
                .schedule("dense", perUpdate(cosine()))
                .epochs(Integer.MAX_VALUE)
                .resume(file);
        assertThatThrownBy(() -> endless.fit(DATA))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("checkpoint " + file
                        + ": a schedule per update needs fewer than 2^31 updates in all, got 3 and "
                        + 3 * (Integer.MAX_VALUE - 1L) + " to come");
        assertThat(Flat.of(model)).isEqualTo(Flat.of(Run.PLAIN.model(2)));
    }

    /** The rates of updates by their numbers. */
    private record Rates(Map<Long, Double> rates) implements TrainingListener {
        @Override
        public void batchDone(TrainingRun run) {
            rates.putIfAbsent(run.updates(), run.learningRate());
        }
    }

    /** A checkpoint after every batch and every epoch. */
    private record Snapshots(Path folder, List<Path> files) implements TrainingListener {
        @Override
        public void batchDone(TrainingRun run) {
            save(run, run.epoch() + "-" + run.batch());
        }

        @Override
        public void epochDone(TrainingRun run, History.Epoch epoch) {
            save(run, String.valueOf(run.epoch()));
        }

        private void save(TrainingRun run, String name) {
            Path file = folder.resolve(name + ".safetensors");
            run.checkpoint(file);
            files.add(file);
        }
    }
}
