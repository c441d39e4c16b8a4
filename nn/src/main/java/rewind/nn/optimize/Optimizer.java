package rewind.nn.optimize;

import java.util.List;
import rewind.autograd.Tensor;

/**
 * A rule by which a parameter follows its gradient. Standard ones are in {@link rewind.nn.Optimizers}. What a rule remembers from step to step
 * is given to it and returned by it, so it has no state of its own.
 */
public interface Optimizer {
    /** Returns what checkpoints call the rule: another rule cannot go on with what this one remembers. */
    default String name() {
        return getClass().getSimpleName();
    }

    /** Returns the learning rate. */
    double learningRate();

    /** Returns how many tensors of the parameter's shape the rule remembers; they start as zeros. */
    int slots();

    /** Whether a slot, from 0, has squares, their sums or means: a checkpoint in which one is negative is refused. */
    default boolean squares(int slot) {
        return false;
    }

    /**
     * Returns the parameter after one step.
     *
     * @param learningRate the rate of this step
     * @param step the number of this step, from 1
     * @param p the parameter
     * @param dp its gradient
     * @param slots what is remembered of it
     * @throws ArithmeticException if the parameter, or what is remembered of it, would not be finite any more
     */
    Updated update(double learningRate, long step, Tensor p, Tensor dp, List<Tensor> slots);

    /**
     * Returns so many updates by this rule, of the parameters of any loss: for training loops of one's own.
     *
     * @throws IllegalArgumentException if negative
     */
    default Descent updates(int updates) {
        return new Descent(this, updates);
    }

    /**
     * Returns this rule with decoupled weight decay λ: p ← (1 − lr·λ)p, then the step, whose averages of gradients do not see the decay.
     * All parameters decay, biases too; frozen ones do not. Source: Loshchilov and Hutter, ICLR 2019, with their λ divided by lr, as in
     * PyTorch.
     *
     * @throws IllegalArgumentException if λ is negative or not finite
     */
    default Optimizer weightDecay(double lambda) {
        return new WeightDecay(this, lambda, true);
    }

    /**
     * Returns this rule for the loss plus λ/2·Σp²: dp ← dp + λp, then the step. This is what PyTorch calls weight decay in SGD and Adam;
     * for gradient descent without momentum it is the same as {@link #weightDecay}.
     *
     * @throws IllegalArgumentException if λ is negative or not finite
     */
    default Optimizer l2(double lambda) {
        return new WeightDecay(this, lambda, false);
    }

    /**
     * A parameter after a step, and what is remembered of it.
     *
     * @param slots as many as {@link Optimizer#slots}
     */
    record Updated(Tensor parameter, List<Tensor> slots) {
        /**
         * Checks what is remembered, as an infinite mean square, say, would make every later step 0; and the parameter.
         *
         * @throws ArithmeticException if one is not finite, because a gradient was not, or it, its square or the step overflowed
         */
        public Updated {
            if (!slots.stream().allMatch(Tensor::isFinite)) {
                throw new ArithmeticException(
                        "what the optimizer remembers is not finite: the gradient, or its square, is too large for "
                                + parameter.dtype());
            }
            if (!parameter.isFinite()) {
                throw new ArithmeticException(
                        "the parameter would not be finite after the step: the gradient, or the step, is too large for "
                                + parameter.dtype());
            }
        }
    }
}
