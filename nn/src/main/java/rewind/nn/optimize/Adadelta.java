package rewind.nn.optimize;

import java.util.List;
import rewind.autograd.Tensor;

/**
 * Adadelta: g ← ρg + (1 − ρ)dp², Δ = dp·√(d + ε)/√(g + ε), d ← ρd + (1 − ρ)Δ², p ← p − lr·Δ. A step has the size of earlier steps,
 * so that no learning rate is needed: its default is 1.
 *
 * <p>Source: Zeiler, arXiv:1212.5701, 2012, algorithm 1, where g and d are E[g²] and E[Δx²], and lr is 1.
 *
 * @param learningRate lr, more than 0
 * @param rho ρ, 0 to less than 1
 * @param epsilon ε, more than 0; the first step has about √(ε/(1 − ρ))
 */
public record Adadelta(double learningRate, double rho, double epsilon) implements Optimizer {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public Adadelta {
        Ranges.requirePositive("adadelta", "learning rate", learningRate);
        Ranges.requireFraction("adadelta", "rho", rho);
        Ranges.requirePositive("adadelta", "epsilon", epsilon);
    }

    /** Sets ρ; the default is 0.95. */
    public Adadelta rho(double rho) {
        return new Adadelta(learningRate, rho, epsilon);
    }

    /** Sets ε; the default is 1e-6. */
    public Adadelta epsilon(double epsilon) {
        return new Adadelta(learningRate, rho, epsilon);
    }

    @Override
    public int slots() {
        return 2;
    }

    @Override
    public boolean squares(int slot) {
        return true;
    }

    @Override
    public Updated update(double lr, long t, Tensor p, Tensor dp, List<Tensor> slots) {
        Tensor g = slots.get(0).mul(rho).add(dp.square().mul(1 - rho));
        Tensor step = dp.mul(root(slots.get(1))).div(root(g));
        Tensor d = slots.get(1).mul(rho).add(step.square().mul(1 - rho));
        return new Updated(p.sub(step.mul(lr)), List.of(g, d));
    }

    private Tensor root(Tensor meanSquare) {
        return meanSquare
                .add(Ranges.epsilon("adadelta", epsilon, meanSquare.dtype()))
                .sqrt();
    }
}
