package rewind.nn;

import java.util.List;
import rewind.autograd.Tensor;

/**
 * A rule by which a parameter follows its gradient. Standard ones are in {@link Optimizers}. What a rule remembers from step to step
 * is given to it and returned by it, so it has no state of its own.
 */
public interface Optimizer {
    /** Returns the learning rate. */
    double learningRate();

    /** Returns how many tensors of the parameter's shape the rule remembers; they start as zeros. */
    int slots();

    /**
     * Returns the parameter after one step.
     *
     * @param learningRate the rate of this step
     * @param step the number of this step, from 1
     * @param p the parameter
     * @param dp its gradient
     * @param slots what is remembered of it
     */
    Updated update(double learningRate, long step, Tensor p, Tensor dp, List<Tensor> slots);

    /** A parameter after a step, and what is remembered of it. */
    record Updated(Tensor parameter, List<Tensor> slots) {}
}
