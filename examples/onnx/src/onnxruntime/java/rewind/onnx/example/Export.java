package rewind.onnx.example;

import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.gru;
import static rewind.nn.Losses.meanSquaredError;
import static rewind.nn.Optimizers.adam;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Csv;
import rewind.nn.data.Dataset;
import rewind.nn.data.Scaling;
import rewind.nn.data.Windows;
import rewind.onnx.Onnx;

/**
 * A forecaster of sunspots is trained, written, and run by ONNX Runtime beside the model itself: the next twelve months by both, the
 * largest difference over all windows, and the time that one takes for each.
 *
 * <p>Arguments: the table of sunspots, and the file to be written.
 */
public final class Export {
    private static final int WINDOW = 48;
    private static final int HORIZON = 12;
    private static final int WARM = 200;
    private static final int TIMED = 1_000;

    private Export() {}

    public static void main(String... args) throws IOException, OrtException {
        Path table = Path.of(args.length > 0 ? args[0] : "../src/main/resources/rewind/examples/sunspots-monthly.csv");
        Path file = Path.of(args.length > 1 ? args[1] : "sunspots.onnx");
        Tensor series = Csv.of(table).columns("sunspots").read().numbers().to(DType.FLOAT32);
        Scaling scaling = Scaling.standard(series);
        Tensor scaled = scaling.apply(series);
        Dataset data = Windows.of(WINDOW).horizon(HORIZON).over(scaled);
        Model model = Sequential.of(gru(16), dense(HORIZON)).build(Shape.of(WINDOW, 1), 1, DType.FLOAT32);
        Training.of(model)
                .loss(meanSquaredError())
                .optimizer(adam(0.005))
                .epochs(3)
                .batchSize(32)
                .fit(data);
        scaling.noteIn(model, "sunspots");
        Onnx.write(model, file);

        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session = environment.createSession(file.toString(), new OrtSession.SessionOptions())) {
            Tensor last = Windows.of(WINDOW).last(scaled);
            Tensor own = scaling.invert(model.predict(last).reshape(HORIZON, 1));
            Tensor other = scaling.invert(run(session, environment, last).reshape(HORIZON, 1));
            System.out.println("month   Rewind   ONNX Runtime");
            for (int month = 0; month < HORIZON; month++) {
                System.out.printf("%5d  %7.3f  %13.3f%n", month + 1, own.get(month, 0), other.get(month, 0));
            }
            Tensor windows = data.x();
            double difference = model.predict(windows)
                    .sub(run(session, environment, windows))
                    .abs()
                    .max()
                    .toDouble();
            System.out.printf("largest difference over %d windows: %.2e%n", windows.size(0), difference);
            System.out.printf("Rewind        %8.1f µs per window%n", micros(() -> model.predict(last)));
            System.out.printf("ONNX Runtime  %8.1f µs per window%n", micros(() -> run(session, environment, last)));
        }
    }

    private static Tensor run(OrtSession session, OrtEnvironment environment, Tensor x) throws OrtException {
        long[] sizes = {x.size(0), x.size(1), x.size(2)};
        try (OnnxTensor input = OnnxTensor.createTensor(environment, FloatBuffer.wrap(x.toFloatArray()), sizes);
                OrtSession.Result results = session.run(Map.of("x", input))) {
            float[] values = new float[x.size(0) * HORIZON];
            ((OnnxTensor) results.get(0)).getFloatBuffer().get(values);
            return Tensor.of(Shape.of(x.size(0), HORIZON), values);
        }
    }

    private interface Forecast {
        Tensor run() throws OrtException;
    }

    private static double micros(Forecast forecast) throws OrtException {
        long start = 0;
        for (int i = 0; i < WARM + TIMED; i++) {
            start = i == WARM ? System.nanoTime() : start;
            Check.that(forecast.run().isFinite(), "a forecast must be finite");
        }
        return (System.nanoTime() - start) / 1e3 / TIMED;
    }
}
