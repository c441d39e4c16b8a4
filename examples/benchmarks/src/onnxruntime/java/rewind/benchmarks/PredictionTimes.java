package rewind.benchmarks;

import static rewind.nn.Layers.lstm;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.commons.math3.random.Well19937c;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.benchmarks.measure.Alternation;
import rewind.benchmarks.measure.Machine;
import rewind.benchmarks.systems.OnnxRuntime;
import rewind.benchmarks.systems.Peak;
import rewind.benchmarks.systems.Precision;
import rewind.benchmarks.systems.Sizes;
import rewind.benchmarks.systems.Stepping;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.train.PredictionStream;

/**
 * Predictions of an LSTM in FLOAT32 on one thread, by {@code predict} and by ONNX Runtime, which gets the same model as a file, in turns in
 * one JVM: from an array of numbers to one. Outputs of all steps count. The last column is how long the products of the four gates alone
 * would take at the peak of the machine, measured right after: what bounds every system. Arguments: sizes, by default those of the README.
 *
 * <pre>
 * mvn -q -Pbenchmark,onnxruntime -pl :rewind-benchmarks -am compile exec:exec -Dbenchmark.main=rewind.benchmarks.PredictionTimes
 * </pre>
 *
 * <p>One step of one sample is also measured as a step of a stream, which carries its state on; ONNX Runtime always gets the first one
 * again.
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
    private double sum;

    private PredictionTimes(Sizes sizes) {
        this.sizes = sizes;
        model = Sequential.of(lstm(sizes.u()).sequences(true)).build(Shape.of(sizes.T(), sizes.e()), 1, DType.FLOAT32);
        x = Tensor.randn(DType.FLOAT32, new Well19937c(1), sizes.m(), sizes.T(), sizes.e());
    }

    /** Measures, and prints a table: microseconds of a prediction. */
    public static void main(String... args) throws IOException, OrtException {
        System.setProperty("rewind.threads", "1"); // read when the first kernel is used
        System.out.println(Machine.describe().values());
        System.out.println(
                "| m x T x e x u | Rewind, quartile | median | ONNX Runtime, quartile | median | ratio | peak |");
        System.out.println("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
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
            print("", () -> consume(model.predict(x).toFloatArray()[0]), other);
            if (carries) {
                PredictionStream stream = model.stream(1);
                double[] step = x.toArray();
                double[] y = new double[stream.output().size()];
                print(
                        ", with its state",
                        () -> {
                            stream.step(step, y);
                            consume(y[0]);
                        },
                        other);
            }
        }
    }

    private void print(String how, Stepping own, OnnxRuntime other) {
        List<Alternation.Timing> times = new Alternation(Alternation.Plan.ofTwo(false))
                .time(List.of(own, () -> consume(other.predict(x).toFloatArray()[0])))
                .systems();
        Alternation.Timing mine = times.get(0);
        Alternation.Timing its = times.get(1);
        double atPeak = 2.0
                * sizes.m()
                * sizes.T()
                * 4
                * sizes.u()
                * (sizes.e() + sizes.u())
                / Peak.flopsPerSecond(Precision.FLOAT32, 1);
        System.out.printf(
                Locale.ROOT,
                "| %s%s | %.1f | %.1f | %.1f | %.1f | %.2f | %.1f |%n",
                sizes,
                how,
                1e6 * mine.lowerQuartile(),
                1e6 * mine.median(),
                1e6 * its.lowerQuartile(),
                1e6 * its.median(),
                its.lowerQuartile() / mine.lowerQuartile(),
                1e6 * atPeak);
    }

    private void consume(double output) {
        sum += output;
    }

    @Override
    public String toString() {
        return "Predictions of " + sizes + ", a sum of outputs: " + sum;
    }
}
