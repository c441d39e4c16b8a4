package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.nn.Layers.dense;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/** What a person sees of a run. */
class ProgressTest {
    private final RandomGenerator rng = new Well19937c(9);
    private final Dataset data = new Dataset(Tensor.randn(rng, 10, 2), Tensor.randn(rng, 10, 1));
    private final Model model = Sequential.of(dense(1)).build(Shape.of(2), 5);
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final AtomicLong seconds = new AtomicLong();

    private Progress progress(boolean terminal) {
        return new Progress(
                new PrintStream(out, true, StandardCharsets.UTF_8), terminal, () -> seconds.get() * 1_000_000_000L);
    }

    private String[] lines() {
        return out.toString(StandardCharsets.UTF_8).split("\\R", -1);
    }

    /** Lets every batch take as many seconds. */
    private TrainingListener lasting(long each) {
        return new TrainingListener() {
            @Override
            public void batchDone(TrainingRun run) {
                seconds.addAndGet(each);
            }
        };
    }

    @Test
    void linesWithLossesMetricsSpeedAndTimeLeft() {
        History history = Training.of(model)
                .epochs(3)
                .batchSize(5)
                .metrics(Metrics.rootMeanSquaredError())
                .validation(data.slice(0, 3))
                .on(lasting(20), progress(false))
                .fit(data);

        String[] left = {"  1:20 left", "  0:40 left", ""};
        for (int i = 0; i < 3; i++) {
            History.Epoch epoch = history.epochs().get(i);
            assertThat(lines()[i])
                    .isEqualTo(String.format(
                            Locale.ROOT,
                            "epoch %d/3  loss %.4g / %.4g  rootMeanSquaredError %.4g / %.4g  %d samples/s%s",
                            i + 1,
                            epoch.loss(),
                            epoch.validationLoss(),
                            epoch.metrics().get("rootMeanSquaredError"),
                            epoch.validationMetrics().get("rootMeanSquaredError"),
                            Math.round(10 * (i + 1) / (40.0 * (i + 1))),
                            left[i]));
        }
        assertThat(lines()).hasSize(4).endsWith("");
    }

    @Test
    void hoursAreToldAsSuch() {
        Training.of(model)
                .epochs(10)
                .batchSize(10)
                .on(lasting(1000), progress(false))
                .fit(data);
        assertThat(lines()[0]).endsWith("  0 samples/s  2:30:00 left");
        assertThat(lines()[8]).endsWith("  16:40 left");
    }

    /** What was done before is counted neither in speed nor in the time that is left. */
    @Test
    void aContinuedRunTellsItsOwnSpeed(@TempDir Path folder) {
        Training.of(model)
                .epochs(4)
                .batchSize(5)
                .on(Listeners.checkpoint(folder))
                .fit(data);
        Training.of(model)
                .epochs(7)
                .batchSize(5)
                .resume(folder)
                .on(lasting(20), progress(false))
                .fit(data);
        assertThat(lines()[0]).startsWith("epoch 5/7").endsWith("  0 samples/s  1:20 left");
        assertThat(lines()[2]).startsWith("epoch 7/7").endsWith("  0 samples/s");
    }

    @Test
    void barOnATerminal() {
        Training.of(model).epochs(2).batchSize(5).on(lasting(1), progress(true)).fit(data);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("training", "4/4", "epoch 2/2  5 samples/s  loss ");
    }

    /** Runs with whatever console there is; a bar that was never started ends silently. */
    @Test
    void theOneForUsersRuns() {
        Training.of(model).epochs(1).on(Listeners.progressBar()).fit(data);
        Listeners.progressBar().ended();
        progress(true).ended();
    }
}
