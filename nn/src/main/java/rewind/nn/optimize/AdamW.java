package rewind.nn.optimize;

import java.util.List;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/**
 * Adam with decoupled weight decay λ: p ← (1 − lr·λ)p, then the step of {@link Adam}. Decay does not pass through the running averages,
 * as it would if λp were added to the gradient. All parameters decay, biases too.
 *
 * <p>Source: Loshchilov and Hutter, ICLR 2019, algorithm 2; as in PyTorch, λ is theirs divided by lr, so that decay follows the
 * schedule of the learning rate.
 *
 * @param learningRate lr, more than 0
 * @param beta1 β₁, 0 to less than 1
 * @param beta2 β₂, 0 to less than 1
 * @param epsilon ε, as for {@link Adam}
 * @param weightDecay λ, 0 or more
 */
public record AdamW(double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
        implements Optimizer {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public AdamW {
        Ranges.requirePositive("adamw", "learning rate", learningRate);
        Ranges.requireFraction("adamw", "beta1", beta1);
        Ranges.requireFraction("adamw", "beta2", beta2);
        Ranges.requirePositive("adamw", "epsilon", epsilon);
        Check.that(
                weightDecay >= 0 && Double.isFinite(weightDecay),
                "adamw: the weight decay must be finite and not negative, got %s",
                weightDecay);
    }

    /** Sets β₁ and β₂; the defaults are 0.9 and 0.999. */
    public AdamW betas(double beta1, double beta2) {
        return new AdamW(learningRate, beta1, beta2, epsilon, weightDecay);
    }

    /** Sets ε; the default is 1e-8. */
    public AdamW epsilon(double epsilon) {
        return new AdamW(learningRate, beta1, beta2, epsilon, weightDecay);
    }

    /** Sets λ; the default is 0.01. */
    @Override
    public AdamW weightDecay(double weightDecay) {
        return new AdamW(learningRate, beta1, beta2, epsilon, weightDecay);
    }

    @Override
    public int slots() {
        return 2;
    }

    @Override
    public boolean squares(int slot) {
        return slot == 1;
    }

    @Override
    public Updated update(double lr, long t, Tensor p, Tensor dp, List<Tensor> slots) {
        Tensor decayed = p.mul(1 - lr * weightDecay);
        return new Adam(learningRate, beta1, beta2, epsilon).update(lr, t, decayed, dp, slots);
    }
}
