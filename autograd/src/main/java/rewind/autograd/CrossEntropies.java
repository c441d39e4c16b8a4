package rewind.autograd;

import rewind.autograd.TensorOperation.Forward;
import rewind.autograd.require.Check;
import rewind.autograd.require.CheckReturnValue;

/** Cross-entropies from logits, stable for any finite logits; through probabilities they would be ln 0 for confident scores. */
@CheckReturnValue
public sealed interface CrossEntropies permits Tensor {
    /**
     * Returns −Σ_k t_k ln softmax(x)_k over the last axis, which disappears; x are logits, t the targets' probabilities, one row per
     * sample. Terms with t_k = 0 count as 0. Pullbacks: dx = dy ⊙ (softmax(x) Σt − t), dt = −dy ⊙ ln softmax(x).
     *
     * @throws IllegalArgumentException if shapes differ, or there is no axis, or no class
     */
    default Tensor softmaxCrossEntropy(Tensor targets) {
        Tensor logits = self();
        Shape shape = logits.shape();
        Check.that(
                shape.equals(targets.shape()) && shape.rank() >= 1 && shape.size(-1) >= 1,
                "softmaxCrossEntropy: targets must have the shape of the logits %s with at least one class, got %s",
                shape,
                targets.shape());
        int classes = shape.size(-1);
        Forward kernel = (k, in, out) -> k.softmaxCrossEntropy(
                in[0].data, in[0].offset, in[1].data, in[1].offset, out.data, out.offset, out.size(), classes);
        return Op.compute(
                "softmaxCrossEntropy",
                shape.without(shape.rank() - 1),
                kernel,
                new Tensor[] {logits, targets},
                y -> dy -> {
                    Tensor expected = logits.softmax(-1).mul(targets.sum(Axes.keep(-1)));
                    return dy.expandDims(-1).mul(expected.sub(targets));
                },
                y -> dy -> dy.expandDims(-1).mul(logits.logSoftmax(-1)).neg());
    }

    /**
     * Returns −t ln σ(x) − (1 − t) ln σ(−x), elementwise with broadcasting; x are logits, t the probabilities of class 1. A term whose
     * factor is 0 counts as 0, also for infinite x. The derivative is σ(x) − t, without cancellation in either tail.
     */
    default Tensor binaryCrossEntropy(Tensor targets) {
        Shape.broadcast("binaryCrossEntropy", self().shape(), targets.shape());
        Tensor positive = self().neg().softplus().maskedBy(targets);
        Tensor negative = self().softplus().maskedBy(targets.oneMinus());
        return positive.add(negative);
    }

    private Tensor self() {
        return (Tensor) this;
    }
}
