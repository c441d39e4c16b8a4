package rewind.nn.optimize;

import java.util.List;
import rewind.autograd.Tensor;

/**
 * Gradient descent with momentum μ: v ← μv + dp, p ← p − lr·v; Nesterov's form steps by dp + μv in place of v. As v holds gradients
 * and not steps, a new learning rate acts at once.
 *
 * <p>Sources: Polyak, USSR Computational Mathematics and Mathematical Physics 4(5), 1964, for momentum; Sutskever, Martens, Dahl and
 * Hinton, ICML 2013, equations 3 and 4, for Nesterov's form: p here is their point θ + μv, at which they take the gradient.
 *
 * @param learningRate lr, more than 0
 * @param momentum μ, 0 (nothing is remembered) to less than 1
 * @param nesterov whether the step is Nesterov's
 */
public record Sgd(double learningRate, double momentum, boolean nesterov) implements Optimizer {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public Sgd {
        Ranges.requirePositive("sgd", "learning rate", learningRate);
        Ranges.requireFraction("sgd", "momentum", momentum);
    }

    /** Sets μ; the default is 0. */
    public Sgd momentum(double momentum) {
        return new Sgd(learningRate, momentum, nesterov);
    }

    /** Sets whether the step is Nesterov's; it differs only if there is momentum. The default is false. */
    public Sgd nesterov(boolean on) {
        return new Sgd(learningRate, momentum, on);
    }

    @Override
    public int slots() {
        return momentum == 0 ? 0 : 1;
    }

    @Override
    public Updated update(double lr, long t, Tensor p, Tensor dp, List<Tensor> slots) {
        if (momentum == 0) {
            return new Updated(p.sub(dp.mul(lr)), List.of());
        }
        Tensor v = slots.get(0).mul(momentum).add(dp);
        Tensor step = nesterov ? v.mul(momentum).add(dp) : v;
        return new Updated(p.sub(step.mul(lr)), List.of(v));
    }
}
