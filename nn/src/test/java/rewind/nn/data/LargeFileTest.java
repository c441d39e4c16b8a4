package rewind.nn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.nn.Dataset;

/** A series whose numbers alone fill more than the heap is scaled and learnt from, by a JVM of its own. */
class LargeFileTest {
    private static final int ROWS = 400_000;
    private static final int HEAP = 6; // MB

    @TempDir
    private Path folder;

    @Test
    void aFileLargerThanTheHeapIsLearntFrom() throws Exception {
        Path file = folder.resolve("series.csv");
        writeSeries(file);
        assertThat(ROWS * 2L * Double.BYTES).isGreaterThan(HEAP << 20);
        List<String> output = run(file).lines().toList();
        assertThat(numbers(output, "heap ")[0]).isLessThanOrEqualTo(HEAP << 20);
        assertThat(numbers(output, "samples ")).containsExactly((ROWS - 3) / 25 + 1);
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
        command.addAll(List.of("-Xmx" + HEAP + "m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
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
            Csv csv = Csv.of(Path.of(args[0])).columns("y");
            SampleStream samples = Windows.of(2).stride(25).over(csv).buffer(1000);
            Tensor w = Tensor.zeros(2, 1);
            long seen = 0;
            try (Stream<Dataset> batches = samples.batches(16, Optional.of(new Well19937c(1)))) {
                for (Dataset batch : (Iterable<Dataset>) batches::iterator) {
                    w = descended(w, batch);
                    seen += batch.size();
                }
            }
            System.out.println("samples " + seen);
            System.out.println("weight " + w.get(0, 0));
            System.out.println("weight " + w.get(1, 0));
        }

        private static Tensor descended(Tensor w, Dataset batch) {
            Tape tape = new Tape();
            Tensor watched = tape.watch(w);
            Tensor loss =
                    batch.x().squeeze(2).matmul(watched).sub(batch.y()).square().mean();
            return w.sub(tape.backward(loss).of(watched).mul(0.1));
        }
    }
}
