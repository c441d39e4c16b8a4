package rewind.nn.recurrent;

import rewind.autograd.Tensor;
import rewind.nn.layer.Cell;
import rewind.nn.layer.Initializers;
import rewind.nn.layer.Scope;

/**
 * The independently recurrent cell, in which a unit sees of the step before itself alone (Li et al., CVPR 2018), for m samples, e features, u
 * units:
 *
 * <pre>
 * h_ = x·U + w ⊙ h⁻ + b             x (m, e)   U (e, u)   w (1, u)   b (1, u)
 * h = relu(h_)                      h (m, u)
 *
 * dh_ = (dA + dh⁺) ⊙ [h_ &gt; 0]
 * dh = dh_ ⊙ w
 * dx = dh_·Uᵀ
 * dU = Σ xᵀ·dh_    dw = Σ Σ_m dh_ ⊙ h⁻    db = Σ Σ_m dh_
 * </pre>
 *
 * <p>w starts uniform from 0 to 1, so that units remember for different times.
 */
public record IndRnnCell(Tensor U, Tensor w, Tensor b) implements Cell<Tensor> {
    static IndRnnCell define(Scope scope, int inputs, int units) {
        return new IndRnnCell(
                scope.parameter("U", inputs, units),
                scope.parameter("w", Initializers.uniform(0, 1), 1, units),
                scope.bias("b", units));
    }

    @Override
    public Tensor project(Tensor x) {
        return x.matmul(U).add(b);
    }

    @Override
    public Tensor advance(Tensor xU, Tensor h) {
        return xU.add(w.mul(h)).named("h_").relu().named("h");
    }

    @Override
    public Tensor step(Tensor x, Tensor h) {
        return advance(project(x), h);
    }
}
