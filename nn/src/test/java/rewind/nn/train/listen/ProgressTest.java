package rewind.nn.train.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.nn.Layers.dense;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Listeners;
import rewind.nn.Metrics;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Dataset;
import rewind.nn.train.History;
import rewind.nn.train.TrainingListener;
import rewind.nn.train.TrainingRun;

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
        History history = Training.of(model)
                .epochs(2)
                .batchSize(5)
                .validation(data)
                .on(lasting(1), progress(true))
                .fit(data);
        String[] drawn = out.toString(StandardCharsets.UTF_8).strip().split("[\\r\\n]+", -1);
        assertThat(drawn[drawn.length - 1])
                .startsWith("epoch 2/2 [==")
                .contains("=] 100%  " + loss(history.last()) + "  5 samples/s");
    }

    private static String loss(History.Epoch epoch) {
        return String.format(Locale.ROOT, "loss %.4g / %.4g", epoch.loss(), epoch.validationLoss());
    }

    /** On every width that terminals have, place, loss and validation loss stand in the line, and it is not too long. */
    @Property
    void aLineHasTheLossesWhateverTheWidth(
            @ForAll @IntRange(min = 50, max = 300) int columns,
            @ForAll @IntRange(min = -30, max = 30) int exponent,
            @ForAll @IntRange(min = 1, max = 9999) int epochs,
            @ForAll @IntRange(max = 100) int percent,
            @ForAll @IntRange(max = 5) int others) {
        double loss = 1.2345 * Math.pow(10, exponent);
        String losses = String.format(Locale.ROOT, "loss %.4g / %.4g", loss, loss / 3);
        List<String> more = Collections.nCopies(others, "anotherMetric 0.1234 / 0.1234");
        String line = new ProgressLine("epoch " + epochs + "/" + epochs, percent / 100.0, losses, more).fitted(columns);
        assertThat(line)
                .startsWith("epoch " + epochs + "/" + epochs)
                .contains(losses)
                .hasSizeLessThanOrEqualTo(columns);
    }

    @Test
    void whatFitsIsShown() {
        List<String> others = List.of("1:05 left", "accuracy 0.9123 / 0.8877", "12345 samples/s");
        ProgressLine line = new ProgressLine("epoch 12/50", 0.235, "loss 0.1234 / 0.5678", others);
        assertThat(line.fitted(57)).isEqualTo("epoch 12/50 [===>            ]  23%  loss 0.1234 / 0.5678");
        assertThat(line.fitted(58)).isEqualTo("epoch 12/50 [=>    ]  23%  loss 0.1234 / 0.5678  1:05 left");
        assertThat(line.fitted(78))
                .isEqualTo("epoch 12/50 [==>      ]  23%  loss 0.1234 / 0.5678  1:05 left  12345 samples/s");
        assertThat(line.fitted(158))
                .isEqualTo("epoch 12/50 [=======>                      ]  23%  loss 0.1234 / 0.5678  1:05 left"
                        + "  accuracy 0.9123 / 0.8877  12345 samples/s");
        assertThat(line.fitted(33)).isEqualTo("epoch 12/50  loss 0.1234 / 0.5678");
        assertThat(line.fitted(20)).hasSize(20);
        assertThat(line.filled(158)).hasSize(158).startsWith(line.fitted(158) + " ");
        assertThat(new ProgressLine("epoch 1/2", Double.NaN, "", List.of("5 samples/s")).fitted(80))
                .isEqualTo("epoch 1/2  5 samples/s");
    }

    /** Before the first epoch has ended there is the loss of the batch. */
    @Test
    void theFirstEpochShowsTheLossOfItsBatches() {
        List<String> seen = new ArrayList<>();
        Progress progress = progress(false);
        Training.of(model)
                .epochs(1)
                .batchSize(5)
                .on(progress)
                .on(new TrainingListener() {
                    @Override
                    public void batchDone(TrainingRun run) {
                        seen.add(progress.line().loss() + " "
                                + progress.line()
                                        .loss()
                                        .equals(String.format(Locale.ROOT, "batch loss %.4g", run.loss())));
                    }
                })
                .fit(data);
        assertThat(seen).hasSize(2).allMatch(text -> text.endsWith(" true"));
    }

    /** Runs with whatever console there is; a bar that was never started ends silently. */
    @Test
    void theOneForUsersRuns() {
        Training.of(model).epochs(1).on(Listeners.progressBar()).fit(data);
        Listeners.progressBar().ended();
        progress(true).ended();
    }
}
