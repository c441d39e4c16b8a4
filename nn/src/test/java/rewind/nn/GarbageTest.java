package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.rnn;
import static rewind.nn.Losses.meanSquaredError;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.Workspace;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Parameters;
import rewind.nn.layer.Pass;
import rewind.nn.train.PredictionStream;

/**
 * A replayed training step, and a step of a prediction, make no object: 0 bytes by the JVM's own counter, on one thread. In a JVM of
 * its own for each element type, as what else ran there decides whether HotSpot leaves vectors in objects.
 */
@Tag("once")
class GarbageTest {
    @ParameterizedTest
    @EnumSource
    void stepsMakeNone(DType dtype) throws IOException, InterruptedException {
        assumeTrue(
                ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
                        && !"plain".equals(System.getProperty("rewind.kernels"))
                        && !"plain".equals(System.getProperty("rewind.memory")),
                "sums of the plain kernels have arrays of their own");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-modules",
                        "jdk.incubator.vector",
                        "-Drewind.threads=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Steps.class.getName(),
                        dtype.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output.lines().filter(line -> line.contains(" bytes")))
                .hasSize(6)
                .allMatch(line -> line.endsWith(": 0 bytes"));
    }

    /** Prints how many bytes many steps of every kind take when they are compiled. */
    static final class Steps {
        private static final int AT_ONCE = 300;

        /** How long HotSpot may take to compile a step on a machine that is busy otherwise. */
        private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

        private Steps() {}

        public static void main(String[] args) {
            DType dtype = DType.valueOf(args[0]);
            for (Layer layer : List.of(rnn(9), gru(9), lstm(9))) {
                Model model = Sequential.of(layer, dense(2)).build(Shape.of(6, 3), 1, dtype);
                print(layer + " trained", training(model));
                print(layer + " predicting", predicting(model));
            }
        }

        private static Runnable training(Model model) {
            List<Tensor> parameters = new ArrayList<>(model.parameters().values());
            List<Tensor> data = List.of(
                    Tensor.randn(model.dtype(), new Well19937c(2), 5, 6, 3),
                    Tensor.randn(model.dtype(), new Well19937c(3), 5, 2));
            Workspace.Replay step = Workspace.replay(
                    in -> {
                        Iterator<Tensor> next = in.iterator();
                        Parameters with = model.parameters().map((name, p) -> next.next());
                        Tensor output = model.forward(with, next.next(), Pass.inference());
                        return List.of(meanSquaredError().of(output, next.next()));
                    },
                    parameters,
                    data);
            return () -> step.again(parameters, data);
        }

        private static Runnable predicting(Model model) {
            PredictionStream stream = model.stream(1);
            double[] x = {0.3, -0.2, 0.7};
            double[] y = new double[2];
            return () -> stream.step(x, y);
        }

        private static void print(String what, Runnable step) {
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long id = Thread.currentThread().getId();
            long least = Long.MAX_VALUE;
            long end = System.nanoTime() + PATIENCE;
            while (least > 0 && System.nanoTime() < end) {
                long before = threads.getThreadAllocatedBytes(id);
                for (int j = 0; j < AT_ONCE; j++) {
                    step.run();
                }
                least = Math.min(least, threads.getThreadAllocatedBytes(id) - before);
            }
            System.out.println(what + ": " + least + " bytes");
        }
    }
}
