package rewind.examples;

import org.apache.commons.math3.random.RandomGenerator;
import rewind.autograd.Tensor;
import rewind.nn.data.Dataset;

/**
 * The adding problem: at every step a number from [0, 1) and a mark; two numbers are marked, one in each half of the sequence; what is
 * their sum? Always answering 1 has the mean squared error {@link #BASELINE}.
 *
 * <p>Source: Hochreiter and Schmidhuber, Neural Computation 9, 1997, doi:10.1162/neco.1997.9.8.1735, experiment 4, whose numbers are from
 * [−1, 1] and whose sums are scaled; in this form Le, Jaitly and Hinton, arXiv:1504.00941.
 *
 * @param steps the length of the sequences, at least 2
 */
record AddingProblem(int steps) {
    /** The variance of the sum of two uniform numbers. */
    static final double BASELINE = 1 / 6.0;

    /** Returns sequences (samples, steps, 2), number and mark at every step, and their sums (samples, 1). */
    Dataset draw(RandomGenerator rng, int samples) {
        double[][][] x = new double[samples][steps][2];
        double[][] y = new double[samples][1];
        for (int i = 0; i < samples; i++) {
            int first = rng.nextInt(steps / 2);
            int second = steps / 2 + rng.nextInt(steps - steps / 2);
            for (int t = 0; t < steps; t++) {
                x[i][t][0] = rng.nextDouble();
                x[i][t][1] = t == first || t == second ? 1 : 0;
            }
            y[i][0] = x[i][first][0] + x[i][second][0];
        }
        return new Dataset(Tensor.of(x), Tensor.of(y));
    }
}
