package rewind.nn.optimize;

import java.util.List;
import rewind.autograd.Tensor;

/**
 * Adam: m ← β₁m + (1 − β₁)dp, v ← β₂v + (1 − β₂)dp², p ← p − lr·m̂/(√v̂ + ε) with m̂ = m/(1 − β₁ᵗ) and v̂ = v/(1 − β₂ᵗ), which undo
 * that m and v start at 0.
 *
 * <p>Source: Kingma and Ba, ICLR 2015, algorithm 1.
 *
 * @param learningRate lr, more than 0
 * @param beta1 β₁, 0 to less than 1
 * @param beta2 β₂, 0 to less than 1
 * @param epsilon ε, more than 0; for the parameters at least the root of the smallest normal number of their type, 1.1e-19 or 1.5e-154
 */
public record Adam(double learningRate, double beta1, double beta2, double epsilon) implements Optimizer {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public Adam {
        Ranges.requirePositive("adam", "learning rate", learningRate);
        Ranges.requireFraction("adam", "beta1", beta1);
        Ranges.requireFraction("adam", "beta2", beta2);
        Ranges.requirePositive("adam", "epsilon", epsilon);
    }

    /** Sets β₁ and β₂; the defaults are 0.9 and 0.999. */
    public Adam betas(double beta1, double beta2) {
        return new Adam(learningRate, beta1, beta2, epsilon);
    }

    /** Sets ε; the default is 1e-8. */
    public Adam epsilon(double epsilon) {
        return new Adam(learningRate, beta1, beta2, epsilon);
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
        Tensor m = slots.get(0).mul(beta1).add(dp.mul(1 - beta1));
        Tensor v = slots.get(1).mul(beta2).add(dp.square().mul(1 - beta2));
        Tensor mHat = m.div(1 - StrictMath.pow(beta1, t));
        Tensor vHat = v.div(1 - StrictMath.pow(beta2, t));
        Tensor step = mHat.mul(lr).div(vHat.sqrt().add(Ranges.epsilonBesideRoot("adam", epsilon, p.dtype())));
        return new Updated(p.sub(step), List.of(m, v));
    }
}
