package rewind.nn.optimize;

import java.util.List;
import rewind.autograd.Tensor;

/**
 * RMSprop: v ← ρv + (1 − ρ)dp², p ← p − lr·dp/(√v + ε).
 *
 * <p>Source: Tieleman and Hinton, "Neural Networks for Machine Learning", lecture 6.5, 2012, without ε; its place is PyTorch's.
 *
 * @param learningRate lr, more than 0
 * @param rho ρ, 0 to less than 1
 * @param epsilon ε, more than 0; for the parameters at least the root of the smallest normal number of their type, 1.1e-19 or 1.5e-154
 */
public record Rmsprop(double learningRate, double rho, double epsilon) implements Optimizer {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public Rmsprop {
        Ranges.requirePositive("rmsprop", "learning rate", learningRate);
        Ranges.requireFraction("rmsprop", "rho", rho);
        Ranges.requirePositive("rmsprop", "epsilon", epsilon);
    }

    /** Sets ρ; the default is 0.9. */
    public Rmsprop rho(double rho) {
        return new Rmsprop(learningRate, rho, epsilon);
    }

    /** Sets ε; the default is 1e-8. */
    public Rmsprop epsilon(double epsilon) {
        return new Rmsprop(learningRate, rho, epsilon);
    }

    @Override
    public int slots() {
        return 1;
    }

    @Override
    public boolean squares(int slot) {
        return true;
    }

    @Override
    public Updated update(double lr, long t, Tensor p, Tensor dp, List<Tensor> slots) {
        Tensor v = slots.get(0).mul(rho).add(dp.square().mul(1 - rho));
        Tensor step = dp.mul(lr).div(v.sqrt().add(Ranges.epsilonBesideRoot("rmsprop", epsilon, p.dtype())));
        return new Updated(p.sub(step), List.of(v));
    }
}
