package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.dropout;
import static rewind.nn.Layers.rnn;
import static rewind.nn.Listeners.checkpoint;
import static rewind.nn.Listeners.csvLog;
import static rewind.nn.Listeners.earlyStopping;
import static rewind.nn.Listeners.reduceOnPlateau;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/** A training program that is killed again and again, also while it writes, and started again, ends as if nothing had happened. */
class KilledRunTest {
    /** Without the vector module, whose instructions the child's compiler would not use, there is time for all. */
    private static final int KILLS = Boolean.getBoolean("rewind.plain") ? 50 : 5;

    @Test
    void endsAsIfNeverKilled(@TempDir Path folder) throws Exception {
        Path whole = folder.resolve("whole");
        Path killed = folder.resolve("killed");
        start(whole).waitFor();
        Random random = new Random(5);
        for (int kill = 1; kill <= KILLS; kill++) {
            Process child = start(killed);
            try (BufferedReader lines = child.inputReader()) {
                for (int batches = 1 + random.nextInt(Program.BATCHES); batches > 0; batches--) {
                    assertThat(lines.readLine()).as("kill %s", kill).startsWith("batch");
                }
                LockSupport.parkNanos(random.nextInt(3_000_000)); // somewhere in the next batches and checkpoints
            } finally {
                child.destroyForcibly().waitFor();
            }
            assertThat(killed.resolve("result.txt")).as("kill %s", kill).doesNotExist();
        }
        Process last = start(killed);
        List<String> output = last.inputReader().lines().toList();
        assertThat(last.waitFor()).as("%s", output).isZero();

        assertThat(killed.resolve("result.txt")).hasSameTextualContentAs(whole.resolve("result.txt"));
        assertThat(killed.resolve("log.csv")).hasSameTextualContentAs(whole.resolve("log.csv"));
        try (Stream<Path> files = Files.list(killed.resolve("checkpoints"))) {
            assertThat(files).as("two checkpoints, and nothing half-written").hasSize(2);
        }
    }

    private static Process start(Path folder) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName(),
                folder.toString()));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .redirectOutput(
                        folder.endsWith("whole") ? ProcessBuilder.Redirect.DISCARD : ProcessBuilder.Redirect.PIPE)
                .start();
    }

    /** Trains from wherever it was, and writes the end in all bits. */
    static final class Program {
        private static final int BATCHES = 16;
        /** More than kills · batches between them. */
        private static final int EPOCHS = 20 + KILLS;

        private Program() {}

        public static void main(String[] args) throws Exception {
            Path folder = Files.createDirectories(Path.of(args[0]));
            RandomGenerator rng = new Well19937c(3);
            Dataset data = new Dataset(Tensor.randn(rng, 2 * BATCHES - 1, 3, 1), Tensor.randn(rng, 2 * BATCHES - 1, 1));
            Model model = Sequential.of(rnn(3), dropout(0.2), dense(1)).build(Shape.of(3, 1), System.nanoTime());
            if (Files.notExists(folder.resolve("checkpoints"))) {
                model.set(Sequential.of(rnn(3), dropout(0.2), dense(1))
                        .build(Shape.of(3, 1), 1)
                        .parameters());
            }
            History history = Training.of(model)
                    .shuffle(2)
                    .epochs(EPOCHS)
                    .batchSize(2)
                    .metrics(Metrics.rootMeanSquaredError())
                    .validation(data.slice(0, 5))
                    .on(new Lines(), csvLog(folder.resolve("log.csv")))
                    .on(earlyStopping(EPOCHS), reduceOnPlateau(0.9, 3))
                    .on(checkpoint(folder.resolve("checkpoints")).everyUpdates(1))
                    .resume(folder.resolve("checkpoints"))
                    .fit(data);
            StringBuilder result = new StringBuilder();
            Arrays.stream(ModelTest.flat(model))
                    .forEach(p -> result.append(Double.toHexString(p)).append('\n'));
            history.epochs().forEach(epoch -> result.append(epoch).append('\n'));
            Files.writeString(folder.resolve("result.txt"), result);
        }
    }

    private static final class Lines implements TrainingListener {
        @Override
        public void batchDone(TrainingRun run) {
            System.out.println("batch " + run.batch());
            System.out.flush();
        }
    }
}
