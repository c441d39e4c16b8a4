package rewind.nn.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static rewind.nn.Layers.dense;
import static rewind.nn.Listeners.checkpoint;
import static rewind.nn.Listeners.csvLog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.DataSource;
import rewind.nn.data.Dataset;
import rewind.nn.fixture.Flat;
import rewind.nn.fixture.Untold;
import rewind.nn.format.Safetensors;
import rewind.nn.train.TrainingListener;
import rewind.nn.train.TrainingRun;

/** A run that cannot start or be continued leaves everything as it was: the model, the logs, the checkpoints. */
class RefusedRunTest {
    private final RandomGenerator rng = new Well19937c(9);
    private final Dataset data = new Dataset(Tensor.randn(rng, 5, 2), Tensor.randn(rng, 5, 1));
    private final Model model = model(6);
    private final double[] before = Flat.of(model);

    @TempDir
    private Path folder;

    private Path log;

    private static Model model(long seed) {
        return Sequential.of(dense(1)).build(Shape.of(2), seed);
    }

    /** 3 batches an epoch. */
    private static Training training(Model model) {
        return Training.of(model).shuffle(5).epochs(2).batchSize(2);
    }

    @BeforeEach
    void train() {
        log = folder.resolve("log.csv");
        training(model(5))
                .on(csvLog(log), checkpoint(folder).everyUpdates(2).keep(1))
                .fit(data);
    }

    private void refuses(Training training, DataSource on, String message) throws IOException {
        String lines = Files.readString(log);
        List<Path> files = Checkpoint.files(folder);
        assertThatThrownBy(() -> training.fit(on)).hasMessageStartingWith(message);
        assertThat(Flat.of(model)).isEqualTo(before);
        assertThat(log).hasContent(lines);
        assertThat(Checkpoint.files(folder)).isEqualTo(files);
    }

    @Test
    void whoForgetsToResumeKeepsTheLog() throws IOException {
        refuses(
                training(model).on(csvLog(log), checkpoint(folder)),
                data,
                "checkpoint: the folder has " + folder.resolve(Checkpoint.name(2, 0)) + " of a later moment");
    }

    @Test
    void aListenerMayRefuse() throws IOException {
        TrainingListener refusing = new TrainingListener() {
            @Override
            public void check(TrainingRun run, Map<String, Tensor> state) {
                throw new IllegalArgumentException("epoch " + run.epoch() + " " + state);
            }
        };
        refuses(training(model).on(csvLog(log), refusing).resume(folder), data, "epoch 2 {}");
    }

    @Test
    void aListenerThatCannotTakeItsStateBackLeavesTheModel() throws IOException {
        TrainingListener failing = new TrainingListener() {
            @Override
            public void started(TrainingRun run) {
                assertThat(Flat.of(model)).as("continued").isNotEqualTo(before);
                throw new IllegalStateException("no");
            }
        };
        refuses(training(model).on(failing).resume(folder), data, "no");
    }

    /** A source that does not tell its length has fewer batches than were seen. */
    @Test
    void fewerDataThanBefore() throws IOException {
        training(model(5))
                .on(checkpoint(folder.resolve("b")).everyUpdates(2).keep(9))
                .fit(new Untold(data));
        Path second = folder.resolve("b").resolve(Checkpoint.name(0, 2));
        refuses(
                training(model).resume(second),
                new Untold(data.slice(0, 2)),
                "resume: the data must have 2 batches as before, got 1");
    }

    /** A newer version's, say: it is neither taken for damaged nor removed. */
    @Test
    void anotherFormatIsToldAndKept() throws IOException {
        Path newest = folder.resolve(Checkpoint.name(2, 0));
        Safetensors content = Safetensors.read(newest);
        Checkpoint other = new Checkpoint();
        content.metadata().forEach((key, text) -> {
            if (!key.equals("checksum")) {
                other.put(key, text);
            }
        });
        other.put("format", "rewind-checkpoint-2");
        other.write(newest);
        String message = "checkpoint " + newest + ": the format must be rewind-checkpoint-1, got rewind-checkpoint-2";
        refuses(training(model).resume(folder), data, message);
        refuses(training(model).on(csvLog(log), checkpoint(folder)), data, message);
    }
}
