package rewind.onnx.example;

import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Losses.meanSquaredError;
import static rewind.nn.Optimizers.adam;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Dataset;
import rewind.nn.data.Windows;
import rewind.onnx.Onnx;

/**
 * An LSTM in a file of ONNX, which forecasts a slow wave from 16 of its values, is trained on to forecast a fast one, and written back.
 *
 * <p>Arguments: the file, which is made if it is not there, and the file to be written.
 */
public final class Adopt {
    private static final int WINDOW = 16;
    private static final int STEPS = 400;
    private static final double SLOW = 40;
    private static final double FAST = 13;

    private Adopt() {}

    public static void main(String... args) throws IOException {
        Path file = Path.of(args.length > 0 ? args[0] : "waves.onnx");
        Path adopted = Path.of(args.length > 1 ? args[1] : "adopted.onnx");
        if (Files.notExists(file)) {
            Model model = Sequential.of(lstm(12), dense(1)).build(Shape.of(WINDOW, 1), 1, DType.FLOAT32);
            fit(model, wave(SLOW), 30);
            Onnx.write(model, file);
        }
        Model model = Onnx.read(file).model();
        System.out.println(model.summary());
        Dataset data = wave(FAST);
        System.out.printf("error before  %.6f%n", error(model, data));
        fit(model, data, 15);
        System.out.printf("error after   %.6f%n", error(model, data));
        Onnx.write(model, adopted);
        System.out.printf(
                "error of %s  %.6f%n", adopted, error(Onnx.read(adopted).model(), data));
    }

    /** Windows of a wave of a period, and the value after each. */
    private static Dataset wave(double period) {
        Tensor steps = Tensor.arange(DType.FLOAT32, STEPS);
        return Windows.of(WINDOW).over(steps.mul(2 * Math.PI / period).sin().reshape(STEPS, 1));
    }

    private static void fit(Model model, Dataset data, int epochs) {
        Training.of(model)
                .loss(meanSquaredError())
                .optimizer(adam(0.01))
                .epochs(epochs)
                .batchSize(32)
                .fit(data);
    }

    private static double error(Model model, Dataset data) {
        return model.evaluate(data, meanSquaredError()).get("loss");
    }
}
