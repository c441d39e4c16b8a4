package rewind.nn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static rewind.nn.Layers.dense;
import static rewind.nn.Optimizers.sgd;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rewind.autograd.Shape;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;

/** A series whose numbers alone fill twice the heap is learnt from, by a JVM of its own. */
class LargeFileTest {
    private static final int ROWS = 1_600_000;
    private static final int HEAP = 6; // MB

    @TempDir
    private Path folder;

    @Test
    void aFileLargerThanTheHeapIsLearntFrom() throws Exception {
        Path file = folder.resolve("series.csv");
        writeSeries(file);
        assertThat(Files.size(file)).isGreaterThan((2 * HEAP) << 20);
        assertThat((long) ROWS * Double.BYTES)
                .as("the column that is read, alone")
                .isGreaterThan((2 * HEAP) << 20);
        List<String> output = run(file).lines().toList();
        assertThat(numbers(output, "heap ")[0]).isLessThanOrEqualTo(HEAP << 20);
        assertThat(numbers(output, "samples ")).containsExactly((ROWS - 3) / 100 + 1);
        assertThat(numbers(output, "weight ")).containsExactly(new double[] {-1, 1.75}, offset(1e-3));
    }

    private static double[] numbers(List<String> output, String what) {
        return output.stream()
                .filter(line -> line.startsWith(what))
                .mapToDouble(line -> Double.parseDouble(line.substring(what.length())))
                .toArray();
    }

    /** y(t) = 1.75 y(t − 1) − y(t − 2), an oscillation for ever, to four decimals; beside it, numbers that tell nothing. */
    private static void writeSeries(Path file) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write("noise,y\n");
            double before = 0;
            double y = 1;
            for (int t = 0; t < ROWS; t++) {
                out.write(t % 97 + "," + Math.rint(1e4 * y) / 1e4 + "\n");
                double next = 1.75 * y - before;
                before = y;
                y = next;
            }
        }
    }

    private static String run(Path file) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-Xmx" + HEAP + "m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(List.of(Learner.class.getName(), file.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    /** Finds the two weights by gradient descent in one random pass over the file. */
    static final class Learner {
        private Learner() {}

        public static void main(String[] args) {
            System.out.println("heap " + Runtime.getRuntime().maxMemory());
            AtomicLong samples = new AtomicLong();
            DataSource train = Windows.of(2)
                    .stride(100)
                    .over(Csv.of(Path.of(args[0])).columns("y"))
                    .buffer(1000)
                    .map(batch -> {
                        samples.addAndGet(batch.size());
                        return batch.mapX(x -> x.squeeze(2));
                    });
            Model model = Sequential.of(dense(1)).build(Shape.of(2), 1);
            Training.of(model).optimizer(sgd(0.1)).epochs(1).batchSize(16).fit(train);
            System.out.println("samples " + samples);
            for (double weight : model.parameters().get("dense/U").toArray()) {
                System.out.println("weight " + weight);
            }
        }
    }
}
