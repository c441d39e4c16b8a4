package rewind.nn.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.dropout;
import static rewind.nn.Layers.rnn;
import static rewind.nn.Listeners.checkpoint;
import static rewind.nn.Listeners.csvLog;
import static rewind.nn.Listeners.earlyStopping;
import static rewind.nn.Listeners.reduceOnPlateau;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Metrics;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Dataset;
import rewind.nn.fixture.Flat;
import rewind.nn.train.History;
import rewind.nn.train.TrainingListener;
import rewind.nn.train.TrainingRun;

/** A training program that is killed again and again, also while it writes, and started again, ends as if nothing had happened. */
class KilledRunTest {
    private static final int CHAINS = 2;
    private static final int MOST_KILLS = 25;
    /** 50 in all in the run of the tests without the vector module, which has no part in this; a few in the other. */
    private static final int KILLS = Boolean.getBoolean("rewind.plain") ? MOST_KILLS : 3;

    @Test
    void endsAsIfNeverKilled(@TempDir Path folder) throws Exception {
        Path whole = folder.resolve("whole");
        Process program = start(whole, Integer.MAX_VALUE, 10);
        assertThat(program.inputReader().lines()).hasSize(Program.EPOCHS * Program.BATCHES);
        assertThat(program.waitFor()).isZero();
        CompletableFuture<?>[] chains = new CompletableFuture<?>[CHAINS];
        for (int i = 0; i < CHAINS; i++) {
            int seed = i;
            chains[i] = CompletableFuture.runAsync(() -> verify(folder.resolve("killed" + seed), whole, seed));
        }
        CompletableFuture.allOf(chains).join();
    }

    private static void verify(Path killed, Path whole, int seed) {
        try {
            Random random = new Random(seed);
            for (int kill = 1; kill <= KILLS; kill++) {
                kill(killed, 1 + random.nextInt(8), random.nextInt(40_000_000));
                assertThat(killed.resolve("result.txt")).doesNotExist();
            }
            Process last = start(killed, Integer.MAX_VALUE, 1);
            List<String> output = last.inputReader().lines().toList();
            assertThat(last.waitFor()).as("%s", output).isZero();

            assertThat(killed.resolve("result.txt")).hasSameTextualContentAs(whole.resolve("result.txt"));
            assertThat(killed.resolve("log.csv")).hasSameTextualContentAs(whole.resolve("log.csv"));
            try (Stream<Path> files = Files.list(killed.resolve("checkpoints"))) {
                assertThat(files)
                        .as("two checkpoints, and nothing half-written")
                        .hasSize(2);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Starts the program, and kills it some time after it has told of a number of batches. */
    private static void kill(Path folder, int batches, long nanos) throws IOException, InterruptedException {
        Process program = start(folder, batches + 3, 1);
        try (BufferedReader lines = program.inputReader()) {
            for (int i = 0; i < batches; i++) {
                assertThat(lines.readLine()).startsWith("batch");
            }
            LockSupport.parkNanos(nanos); // somewhere in the next batches and checkpoints
        } finally {
            program.destroyForcibly().waitFor();
        }
    }

    private static Process start(Path folder, int batches, int every) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName(),
                        folder.toString(),
                        String.valueOf(batches),
                        String.valueOf(every))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Trains from wherever it was, and writes the end in all bits. */
    static final class Program {
        private static final int BATCHES = 16;
        /** More than the kills leave: each lets at most 11 batches pass. */
        private static final int EPOCHS = 1 + 11 * MOST_KILLS / BATCHES;

        private Program() {}

        /** In a folder; after a number of batches it waits; a checkpoint after every so many updates. */
        public static void main(String[] args) throws IOException {
            Path folder = Files.createDirectories(Path.of(args[0]));
            RandomGenerator rng = new Well19937c(3);
            Dataset data = new Dataset(Tensor.randn(rng, 2 * BATCHES - 1, 3, 1), Tensor.randn(rng, 2 * BATCHES - 1, 1));
            Model model = Sequential.of(rnn(3), dropout(0.2), dense(1)).build(Shape.of(3, 1), 1);
            Path checkpoints = folder.resolve("checkpoints");
            History history = Training.of(model)
                    .shuffle(2)
                    .epochs(EPOCHS)
                    .batchSize(2)
                    .metrics(Metrics.rootMeanSquaredError())
                    .validation(data.slice(0, 5))
                    .on(new Lines(Integer.parseInt(args[1])), csvLog(folder.resolve("log.csv")))
                    .on(earlyStopping(EPOCHS), reduceOnPlateau(0.9, 3))
                    .on(checkpoint(checkpoints).everyUpdates(Integer.parseInt(args[2])))
                    .resume(checkpoints)
                    .fit(data);
            StringBuilder result = new StringBuilder();
            Arrays.stream(Flat.of(model))
                    .forEach(p -> result.append(Double.toHexString(p)).append('\n'));
            history.epochs().forEach(epoch -> result.append(epoch).append('\n'));
            Files.writeString(folder.resolve("result.txt"), result);
        }
    }

    /** Tells of every batch, and stands still after a number of them. */
    private static final class Lines implements TrainingListener {
        private int left;

        Lines(int batches) {
            left = batches;
        }

        @Override
        public void batchDone(TrainingRun run) {
            System.out.println("batch " + run.batch());
            System.out.flush();
            if (--left == 0) {
                LockSupport.parkNanos(60_000_000_000L);
            }
        }
    }
}
