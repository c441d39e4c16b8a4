package rewind.examples;

import rewind.autograd.Tensor;
import rewind.nn.layer.Cell;
import rewind.nn.layer.Scope;

/**
 * A cell of one's own, the minimal gated unit: a GRU whose one gate both forgets and resets. For m samples, e features, u units:
 *
 * <pre>
 * f  = σ(x·Uf + h⁻·Vf + bf)                      x (m, e)   Uf, Uh (e, u)   Vf, Vh (u, u)   bf, bh (1, u)
 * hh = tanh(x·Uh + (f ⊙ h⁻)·Vh + bh)
 * h  = f ⊙ h⁻ + (1 − f) ⊙ hh                     h (m, u)
 * </pre>
 *
 * Source: Zhou, Wu, Zhang and Zhou, International Journal of Automation and Computing 13, 2016, doi:10.1007/s11633-016-1006-2; theirs has
 * f and 1 − f exchanged in the last line.
 */
final class MinimalGatedUnit {
    private MinimalGatedUnit() {}

    /** Declares the parameters and returns the step. */
    static Cell<Tensor> cell(Scope scope, int inputs, int units) {
        Tensor Uf = scope.parameter("Uf", inputs, units);
        Tensor Vf = scope.parameter("Vf", units, units);
        Tensor bf = scope.bias("bf", units);
        Tensor Uh = scope.parameter("Uh", inputs, units);
        Tensor Vh = scope.parameter("Vh", units, units);
        Tensor bh = scope.bias("bh", units);
        return (x, h) -> {
            Tensor f = x.matmul(Uf).add(h.matmul(Vf)).add(bf).sigmoid();
            Tensor hh = x.matmul(Uh).add(f.mul(h).matmul(Vh)).add(bh).tanh();
            return f.mul(h).add(f.oneMinus().mul(hh));
        };
    }
}
