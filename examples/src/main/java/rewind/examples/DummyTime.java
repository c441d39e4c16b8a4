package rewind.examples;

import org.apache.commons.math3.random.RandomGenerator;
import rewind.autograd.Tensor;
import rewind.nn.data.Dataset;

/**
 * The task {@code dummy_time} of EpyNN: series of 128 samples at 128 Hz, all of noise from N(0, 0.5²), half of them plus a sine of random
 * frequency below 32 Hz; which ones?
 */
final class DummyTime {
    private static final int RATE = 128;

    private DummyTime() {}

    /** Returns series (samples, 128, 1) and their classes (samples, 2): noise alone is class 0. */
    static Dataset series(RandomGenerator rng, int samples) {
        double[][][] x = new double[samples][RATE][1];
        double[][] y = new double[samples][2];
        for (int i = 0; i < samples; i++) {
            int sine = rng.nextBoolean() ? 1 : 0;
            double frequency = rng.nextDouble() * RATE / 4;
            for (int t = 0; t < RATE; t++) {
                x[i][t][0] = 0.5 * rng.nextGaussian() + sine * Math.sin(2 * Math.PI * frequency * t / RATE);
            }
            y[i][sine] = 1;
        }
        return new Dataset(Tensor.of(x), Tensor.of(y));
    }
}
