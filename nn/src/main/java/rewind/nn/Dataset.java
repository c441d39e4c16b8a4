package rewind.nn;

import rewind.autograd.Tensor;

/**
 * Samples and their targets.
 *
 * @param x the samples, (samples, …)
 * @param y the targets, (samples, …)
 */
public record Dataset(Tensor x, Tensor y) {
    public Dataset {
        Check.that(
                x.rank() >= 1 && y.rank() >= 1 && x.size(0) == y.size(0),
                "dataset: there must be as many targets as samples, got the shapes %s and %s",
                x.shape(),
                y.shape());
    }

    /** Returns the number of samples. */
    public int size() {
        return x.size(0);
    }

    /** Returns the samples with these indices, in this order. */
    public Dataset select(int... indices) {
        return new Dataset(x.gather(indices), y.gather(indices));
    }

    /** Returns the samples {@code from} (inclusive) to {@code to} (exclusive). */
    public Dataset slice(int from, int to) {
        return new Dataset(x.slice(0, from, to), y.slice(0, from, to));
    }
}
