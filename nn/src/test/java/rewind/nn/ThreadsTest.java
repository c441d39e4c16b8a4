package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Losses.meanSquaredError;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.autograd.Workspace;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Parameters;

/** Training steps large enough to be divided: the number of threads, which a JVM has for good, must not change a bit. */
class ThreadsTest {
    private static final int SAMPLES = 128;
    private static final int STEPS = 3;
    private static final int FEATURES = 16;

    @Test
    void gradientsDoNotDependOnTheNumberOfThreads() throws Exception {
        List<String> alone = run(1);
        // of two steps in both dtypes the loss, U, V and b of every gate, and two of the dense layer
        assertThat(alone)
                .hasSize(2 * 2 * ((1 + 4 * 3 + 2) + (1 + 3 * 3 + 2)) + 1)
                .endsWith("others = 0");
        List<String> divided = run(3);
        assertThat(divided).endsWith("others = 2");
        assertThat(divided.subList(0, divided.size() - 1))
                .containsExactlyElementsOf(alone.subList(0, alone.size() - 1));
    }

    private static List<String> run(int threads) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
            command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
        }
        command.addAll(List.of("-Drewind.threads=" + threads, "-cp", System.getProperty("java.class.path")));
        command.add(TwoSteps.class.getName());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.lines().filter(line -> line.contains(" = ")).toList();
    }

    /** Prints what two training steps of each cell give, the second in the memory of the first, and the threads that took part. */
    static final class TwoSteps {
        private TwoSteps() {}

        public static void main(String[] args) {
            for (DType dtype : DType.values()) {
                print(lstm(64), dtype);
                print(gru(64), dtype);
            }
            long others = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals("rewind-worker"))
                    .count();
            System.out.println("others = " + others);
        }

        private static void print(Layer layer, DType dtype) {
            Model model = Sequential.of(layer, dense(1)).build(Shape.of(STEPS, FEATURES), 1, dtype);
            RandomGenerator rng = new Well19937c(2);
            Tensor x = Tensor.randn(dtype, rng, SAMPLES, STEPS, FEATURES);
            Tensor y = Tensor.randn(dtype, rng, SAMPLES, 1);
            Workspace workspace = new Workspace();
            for (int step = 1; step <= 2; step++) {
                try (Tape tape = new Tape(workspace)) {
                    Parameters watched = model.parameters().watchedBy(tape);
                    Tensor loss = meanSquaredError().of(model.forward(watched, x), y);
                    Parameters gradients = watched.in(tape.backward(loss));
                    String name = dtype + " step " + step + " ";
                    System.out.println(name + "loss = " + loss.toDouble());
                    gradients
                            .names()
                            .forEach(each -> System.out.println(name + each + " = "
                                    + Arrays.hashCode(gradients.get(each).toArray())));
                    model.set(model.parameters()
                            .map((p, value) -> value.sub(gradients.get(p).mul(0.1))));
                }
            }
        }
    }
}
