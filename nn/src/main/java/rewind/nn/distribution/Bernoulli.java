package rewind.nn.distribution;

import rewind.autograd.Tensor;

/**
 * The distribution of 1 with probability p, else 0, for each element of its parameter.
 *
 * @param logits ln(p/(1 − p))
 */
public record Bernoulli(Tensor logits) implements Distribution {
    /** Returns x ln p + (1 − x) ln(1 − p). */
    @Override
    public Tensor logDensity(Tensor x) {
        return logits.binaryCrossEntropy(x).neg();
    }

    /** Draws 0 or 1, a constant. */
    @Override
    public Tensor sample(Source source) {
        return Uniform.unit(source, logits).less(logits.sigmoid());
    }

    /** Returns −p ln p − (1 − p) ln(1 − p). */
    public Tensor entropy() {
        return logits.binaryCrossEntropy(logits.sigmoid());
    }
}
