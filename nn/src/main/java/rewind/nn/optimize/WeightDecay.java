package rewind.nn.optimize;

import java.util.List;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/**
 * Another rule, with parameters that decay.
 *
 * @param lambda λ
 * @param decoupled whether the parameters themselves decay, p ← (1 − lr·λ)p, or by their gradients, dp ← dp + λp
 */
record WeightDecay(Optimizer rule, double lambda, boolean decoupled) implements Optimizer {
    WeightDecay {
        Check.that(
                lambda >= 0 && Double.isFinite(lambda),
                "optimizer: the weight decay must be finite and not negative, got %s",
                lambda);
    }

    @Override
    public String name() {
        return rule.name(); // decay remembers nothing
    }

    @Override
    public double learningRate() {
        return rule.learningRate();
    }

    @Override
    public int slots() {
        return rule.slots();
    }

    @Override
    public boolean squares(int slot) {
        return rule.squares(slot);
    }

    @Override
    public Updated update(double lr, long step, Tensor p, Tensor dp, List<Tensor> slots) {
        return decoupled
                ? rule.update(lr, step, p.mul(1 - lr * lambda), dp, slots)
                : rule.update(lr, step, p, dp.add(p.mul(lambda)), slots);
    }
}
