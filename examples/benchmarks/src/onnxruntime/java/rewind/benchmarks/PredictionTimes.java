package rewind.benchmarks;

import static rewind.nn.Layers.lstm;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.apache.commons.math3.random.Well19937c;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.program.Program;
import rewind.autograd.replay.CompiledProgram;
import rewind.benchmarks.measure.Alternation;
import rewind.benchmarks.measure.Machine;
import rewind.benchmarks.systems.OnnxRuntime;
import rewind.benchmarks.systems.Sizes;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.layer.Pass;
import rewind.nn.recurrent.LstmState;

/**
 * Predictions of an LSTM in FLOAT32 on one thread, by {@code predict} and by ONNX Runtime, which gets the same model as a file, in turns in
 * one JVM: from an array of numbers to one. Outputs of all steps count. Arguments: sizes, by default those of the README.
 *
 * <pre>
 * mvn -q -Pbenchmark,onnxruntime -pl :rewind-benchmarks -am compile exec:exec -Dbenchmark.main=rewind.benchmarks.PredictionTimes
 * </pre>
 *
 * <p>One step of one sample is also measured as a compiled program that carries its state from each to the next; ONNX Runtime always gets
 * the first one again.
 */
public final class PredictionTimes {
    private static final List<Sizes> USUAL = List.of(
            new Sizes(1, 1, 32, 64),
            new Sizes(1, 100, 32, 64),
            new Sizes(32, 50, 64, 128),
            new Sizes(64, 50, 128, 256));

    private static final double TOLERANCE = 1e-5;

    private final Sizes sizes;
    private final Model model;
    private final Tensor x;
    private Tensor h;
    private Tensor C_;
    private float sum;

    private PredictionTimes(Sizes sizes) {
        this.sizes = sizes;
        model = Sequential.of(lstm(sizes.u()).sequences(true)).build(Shape.of(sizes.T(), sizes.e()), 1, DType.FLOAT32);
        h = zeros();
        C_ = zeros();
        x = Tensor.randn(DType.FLOAT32, new Well19937c(1), sizes.m(), sizes.T(), sizes.e());
    }

    /** Measures, and prints a table: microseconds of a prediction. */
    public static void main(String... args) throws IOException, OrtException {
        System.setProperty("rewind.threads", "1"); // read when the first kernel is used
        System.out.println(Machine.describe().values());
        System.out.println("| m x T x e x u | Rewind, quartile | median | ONNX Runtime, quartile | median | ratio |");
        System.out.println("| ---: | ---: | ---: | ---: | ---: | ---: |");
        for (Sizes sizes :
                args.length == 0 ? USUAL : Arrays.stream(args).map(Sizes::parse).toList()) {
            new PredictionTimes(sizes).measure();
        }
    }

    private void measure() throws IOException, OrtException {
        boolean carries = sizes.m() == 1 && sizes.T() == 1;
        try (OnnxRuntime other = new OnnxRuntime(model, sizes, carries)) {
            double difference =
                    model.predict(x).sub(other.predict(x)).abs().max().toDouble();
            if (difference > TOLERANCE) {
                throw new IllegalStateException(sizes + ": the outputs of ONNX Runtime differ by " + difference);
            }
            print("", () -> model.predict(x), other);
            if (carries) {
                CompiledProgram step = step();
                print(", with its state", () -> advance(step), other);
            }
        }
    }

    /** A step of the model alone, whose state is an input and a result. */
    private CompiledProgram step() {
        return Program.ofSeveral(
                        in -> {
                            LstmState before = new LstmState(in.get(1), in.get(2));
                            Pass pass = Pass.inference().from("lstm", before);
                            Tensor y = model.forward(model.parameters(), in.get(0), pass);
                            LstmState last = (LstmState) pass.lastStates().get("lstm");
                            return List.of(y, last.h(), last.C_());
                        },
                        x,
                        zeros(),
                        zeros())
                .compile();
    }

    private Tensor zeros() {
        return Tensor.zeros(DType.FLOAT32, sizes.m(), sizes.u());
    }

    private Tensor advance(CompiledProgram step) {
        List<Tensor> results = step.runAll(List.of(x, h, C_));
        h = results.get(1);
        C_ = results.get(2);
        return results.get(0);
    }

    private void print(String how, Supplier<Tensor> own, OnnxRuntime other) {
        List<Alternation.Timing> times = new Alternation(Alternation.Plan.ofTwo(false))
                .time(List.of(() -> consume(own.get()), () -> consume(other.predict(x))))
                .systems();
        Alternation.Timing mine = times.get(0);
        Alternation.Timing its = times.get(1);
        System.out.printf(
                Locale.ROOT,
                "| %s%s | %.1f | %.1f | %.1f | %.1f | %.2f |%n",
                sizes,
                how,
                1e6 * mine.lowerQuartile(),
                1e6 * mine.median(),
                1e6 * its.lowerQuartile(),
                1e6 * its.median(),
                its.lowerQuartile() / mine.lowerQuartile());
    }

    private void consume(Tensor y) {
        sum += y.toFloatArray()[0];
    }

    @Override
    public String toString() {
        return "Predictions of " + sizes + ", a sum of outputs: " + sum;
    }
}
