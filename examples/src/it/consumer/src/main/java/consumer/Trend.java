package consumer;

import static rewind.nn.Layers.*;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import rewind.autograd.*;
import rewind.autograd.check.GradientCheck;
import rewind.nn.*;
import rewind.nn.data.*;

/** A program of a user's own: learns the mean of a series, saves the model, loads it, and checks a gradient. */
public final class Trend {
    public static void main(String... args) throws IOException {
        RandomGenerator rng = new Well19937c(1);
        Tensor series = Tensor.randn(rng, 64, 6, 1); // (samples, steps, features)
        Dataset train = new Dataset(series, series.mean(1));
        Model model = Sequential.of(gru(4), dense(1)).build(Shape.of(6, 1), 1);
        Training.of(model).optimizer(Optimizers.adam(0.02)).epochs(30).batchSize(16).fit(train);
        double error = model.predict(series).sub(series.mean(1)).square().mean().toDouble();
        require("mean squared error " + error, error < 0.05);

        Path file = Files.createTempFile("trend", ".safetensors");
        model.save(file);
        require("loaded", Model.load(file).predict(series).isClose(model.predict(series), 0, 0));
        Files.delete(file);

        GradientCheck.of(x -> x.tanh().sum()).at(Tensor.of(0.5, -2)).verify();
        System.out.println("consumer " + Trend.class.getModule() + ": ok");
    }

    private static void require(String what, boolean holds) {
        if (!holds) {
            throw new IllegalStateException(what);
        }
    }
}
