package rewind.nn.recurrent;

import rewind.autograd.Tensor;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Cell;
import rewind.nn.layer.Initializers;
import rewind.nn.layer.Scope;

/**
 * The minimal gated unit, whose one gate both forgets and resets (Zhou, Wu, Zhang and Zhou, International Journal of Automation and Computing 13,
 * 2016; theirs has f and 1 − f exchanged in the last line), for m samples, e features, u units; the gates' parameters are stacked in the order f
 * (forget), hh (candidate):
 *
 * <pre>
 * f_ = x·Uf + h⁻·Vf + bf                f = σ(f_)        x (m, e)   U (2, e, u)   V (2, u, u)   b (2, 1, u)
 * hh_ = x·Uhh + (f ⊙ h⁻)·Vhh + bhh      hh = tanh(hh_)
 * h = f ⊙ h⁻ + (1 − f) ⊙ hh                              h (m, u)
 *
 * D = dA + dh⁺
 * dhh_ = D ⊙ (1 − f) ⊙ (1 − hh²)
 * w1 = dhh_·Vhhᵀ
 * df_ = (D ⊙ (h⁻ − hh) + w1 ⊙ h⁻) ⊙ f ⊙ (1 − f)
 * dh = D ⊙ f + w1 ⊙ f + df_·Vfᵀ
 * dx = df_·Ufᵀ + dhh_·Uhhᵀ
 * dUf = Σ xᵀ·df_    dVf = Σ h⁻ᵀ·df_    dbf = Σ Σ_m df_    and so on, but
 * dVhh = Σ (f ⊙ h⁻)ᵀ·dhh_
 * </pre>
 */
public record MinimalGatedCell(Tensor U, Tensor V, Tensor b) implements Cell<Tensor> {
    private static final Gates GATES = Gates.of(Initializers.orthogonal())
            .gate("f", "forgetActivation", Activation.SIGMOID)
            .gate("hh", "activation", Activation.TANH);

    static MinimalGatedCell define(Scope scope, int inputs, int units) {
        return new MinimalGatedCell(
                GATES.weights(scope, "U", inputs, units),
                GATES.weights(scope, "V", units, units),
                GATES.biases(scope, units));
    }

    @Override
    public Tensor project(Tensor x) {
        return x.expandDims(-3).matmul(U).add(b); // (…, 2, m, u)
    }

    @Override
    public Tensor advance(Tensor xU, Tensor h) {
        Tensor f = xU.select(0, 0)
                .add(h.matmul(V.select(0, 0)))
                .named("f_")
                .sigmoid()
                .named("f");
        Tensor hh_ = xU.select(0, 1).add(f.mul(h).matmul(V.select(0, 1))).named("hh_");
        Tensor hh = hh_.tanh().named("hh");
        return f.mul(h).add(f.oneMinus().mul(hh)).named("h");
    }

    @Override
    public Tensor step(Tensor x, Tensor h) {
        return advance(project(x), h);
    }
}
