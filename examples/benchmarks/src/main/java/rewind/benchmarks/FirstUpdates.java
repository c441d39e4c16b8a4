package rewind.benchmarks;

import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Losses.meanSquaredError;
import static rewind.nn.Optimizers.adam;

import java.lang.management.ManagementFactory;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Dataset;

/** A prototype's first training: 100 updates of a small LSTM, of which {@link ColdStart} measures how long they take in a new JVM. */
final class FirstUpdates {
    private static final int UPDATES = 100;
    private static final int BATCH = 32;

    private FirstUpdates() {}

    /** Trains, and prints how many classes were loaded, and the milliseconds that compilers worked. */
    public static void main(String... args) {
        RandomGenerator rng = new Well19937c(1);
        Tensor x = Tensor.randn(rng, UPDATES * BATCH, 20, 4);
        Tensor y = x.sum(1, 2).tanh().expandDims(1);
        Model model = Sequential.of(lstm(32), dense(1)).build(Shape.of(20, 4), 1);
        Training.of(model)
                .loss(meanSquaredError())
                .optimizer(adam(1e-3))
                .epochs(1)
                .batchSize(BATCH)
                .fit(new Dataset(x, y));
        System.out.println(ManagementFactory.getClassLoadingMXBean().getTotalLoadedClassCount() + " "
                + ManagementFactory.getCompilationMXBean().getTotalCompilationTime());
    }
}
