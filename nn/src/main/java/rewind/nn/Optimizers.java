package rewind.nn;

import java.util.List;
import rewind.autograd.Tensor;

/** The usual optimizers, for static import. p is a parameter, dp its gradient, t the number of the step from 1. */
public final class Optimizers {
    private Optimizers() {}

    /**
     * Gradient descent, p ← p − lr·dp.
     *
     * @throws IllegalArgumentException if the learning rate is not positive
     */
    public static Optimizer sgd(double learningRate) {
        return new Sgd(learningRate);
    }

    /**
     * Adam with β₁ = 0.9, β₂ = 0.999, ε = 1e-8.
     *
     * @throws IllegalArgumentException if the learning rate is not positive
     */
    public static Optimizer adam(double learningRate) {
        return new Adam(learningRate, 0.9, 0.999, 1e-8);
    }

    private record Sgd(double learningRate) implements Optimizer {
        Sgd {
            requirePositive("sgd", learningRate);
        }

        @Override
        public int slots() {
            return 0;
        }

        @Override
        public Updated update(double lr, long t, Tensor p, Tensor dp, List<Tensor> slots) {
            return new Updated(p.sub(dp.mul(lr)), slots);
        }
    }

    /**
     * m ← β₁m + (1 − β₁)dp, v ← β₂v + (1 − β₂)dp², p ← p − lr·m̂/(√v̂ + ε) with m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ). Source: Kingma
     * and Ba, ICLR 2015, algorithm 1.
     */
    private record Adam(double learningRate, double beta1, double beta2, double epsilon) implements Optimizer {
        Adam {
            requirePositive("adam", learningRate);
        }

        @Override
        public int slots() {
            return 2;
        }

        @Override
        public Updated update(double lr, long t, Tensor p, Tensor dp, List<Tensor> slots) {
            Tensor m = slots.get(0).mul(beta1).add(dp.mul(1 - beta1));
            Tensor v = slots.get(1).mul(beta2).add(dp.square().mul(1 - beta2));
            Tensor mHat = m.div(1 - Math.pow(beta1, t));
            Tensor vHat = v.div(1 - Math.pow(beta2, t));
            return new Updated(p.sub(mHat.mul(lr).div(vHat.sqrt().add(epsilon))), List.of(m, v));
        }
    }

    private static void requirePositive(String name, double learningRate) {
        Check.that(
                learningRate > 0 && Double.isFinite(learningRate),
                "%s: the learning rate must be positive, got %s",
                name,
                learningRate);
    }
}
