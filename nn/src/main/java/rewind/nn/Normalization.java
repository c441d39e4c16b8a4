package rewind.nn;

import static rewind.autograd.Axes.keep;

import rewind.autograd.Tensor;

/** Layer normalisation, (x − mean)/√(variance + ε) ⊙ gain + shift over the last axis. */
final class Normalization {
    private static final double EPSILON = 1e-5;

    private Normalization() {}

    static Tensor apply(Tensor x, Tensor gain, Tensor shift) {
        Tensor centred = x.sub(x.mean(keep(-1)));
        Tensor deviation = centred.square().mean(keep(-1)).add(EPSILON).sqrt();
        return centred.div(deviation).mul(gain).add(shift);
    }
}
