package rewind.nn;

import rewind.autograd.Tensor;

/** How far an output is from its target. Standard ones are in {@link Losses}; a user's own is a lambda. */
@FunctionalInterface
public interface Loss {
    /**
     * Returns one value per sample.
     *
     * @param output what the model gave, (batch, …)
     * @param target what it should have given, of the same shape
     * @return (batch)
     */
    Tensor perSample(Tensor output, Tensor target);

    /** Returns the mean over the batch, a scalar. */
    default Tensor of(Tensor output, Tensor target) {
        return perSample(output, target).mean();
    }
}
