package rewind.examples;

import static rewind.nn.Layers.*;
import static rewind.nn.Listeners.*;
import static rewind.nn.Losses.*;
import static rewind.nn.Optimizers.*;

import java.io.IOException;
import java.nio.file.Path;
import rewind.autograd.*;
import rewind.nn.*;
import rewind.nn.data.*;

/** From a table to a saved model to a forecast of the next year. */
public final class Tutorial {
    static final int WINDOW = 48; // months that the model reads
    static final int HORIZON = 12; // months that it forecasts

    public static void main(String... args) throws IOException {
        Path table = Path.of(args[0]);
        Path file = Path.of(args[1]);
        Tensor series = Csv.of(table).columns("sunspots").read().numbers(); // (months, 1)
        train(series, file);
        System.out.println(forecast(series, file));
    }

    /** Trains on the first 80 % of the months, stops when the others are forecast no better, and saves the best model. */
    static void train(Tensor series, Path file) throws IOException {
        int months = series.size(0);
        Tensor past = series.slice(0, 0, months * 4 / 5);
        Tensor recent = series.slice(0, months * 4 / 5, months);
        Scaling scaling = Scaling.standard(past);
        Windows windows = Windows.of(WINDOW).horizon(HORIZON);
        Dataset train = windows.over(scaling.apply(past)); // x (samples, 48, 1), y (samples, 12)
        Dataset valid = windows.over(scaling.apply(recent));

        Model model = Sequential.of(gru(16), dense(HORIZON)).build(Shape.of(WINDOW, 1), 1);
        Training.of(model)
                .loss(meanSquaredError())
                .optimizer(adam(0.005))
                .epochs(20)
                .batchSize(32)
                .validation(valid)
                .on(progressBar(), earlyStopping(4))
                .fit(train);
        scaling.noteIn(model, "sunspots"); // saved with the model
        model.save(file);
    }

    /** Returns the next 12 months, (12, 1), in the unit of the series. */
    static Tensor forecast(Tensor series, Path file) throws IOException {
        Model model = Model.load(file);
        Scaling scaling = Scaling.of(model, "sunspots");
        Tensor window = Windows.of(WINDOW).last(scaling.apply(series)); // (1, 48, 1)
        return scaling.invert(model.predict(window).reshape(HORIZON, 1));
    }
}
