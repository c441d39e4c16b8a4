package rewind.nn.optimize;

import java.util.List;
import rewind.autograd.Tensor;

/**
 * Adagrad: G ← G + dp², p ← p − lr·dp/(√G + ε). An element that has seen large gradients takes small steps.
 *
 * <p>Source: Duchi, Hazan and Singer, JMLR 12, 2011, figure 1 with the diagonal matrix, where ε is δ.
 *
 * @param learningRate lr, more than 0
 * @param epsilon ε, more than 0; for the parameters at least the root of the smallest normal number of their type, 1.1e-19 or 1.5e-154
 */
public record Adagrad(double learningRate, double epsilon) implements Optimizer {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public Adagrad {
        Ranges.requirePositive("adagrad", "learning rate", learningRate);
        Ranges.requirePositive("adagrad", "epsilon", epsilon);
    }

    /** Sets ε; the default is 1e-10. */
    public Adagrad epsilon(double epsilon) {
        return new Adagrad(learningRate, epsilon);
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
        Tensor G = slots.get(0).add(dp.square());
        Tensor step = dp.mul(lr).div(G.sqrt().add(Ranges.epsilonBesideRoot("adagrad", epsilon, p.dtype())));
        return new Updated(p.sub(step), List.of(G));
    }
}
