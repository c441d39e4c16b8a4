package rewind.nn.recurrent;

import rewind.autograd.Tensor;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Initializers;

/**
 * The gated recurrent unit with its reset gate before the recurrent product (Cho et al., EMNLP 2014), for m samples, e features, u
 * units; the gates' parameters are stacked in the order z (update), r (reset), hh (candidate):
 *
 * <pre>
 * z_ = x·Uz + h⁻·Vz + bz                z = σ(z_)        x (m, e)   U (3, e, u)   V (3, u, u)   b (3, 1, u)
 * r_ = x·Ur + h⁻·Vr + br                r = σ(r_)        σ, tanh: or other activations
 * hh_ = x·Uhh + (r ⊙ h⁻)·Vhh + bhh      hh = tanh(hh_)
 * h = z ⊙ h⁻ + (1 − z) ⊙ hh                              h (m, u)
 *
 * D = dA + dh⁺
 * dhh_ = D ⊙ (1 − z) ⊙ (1 − hh²)
 * w1 = dhh_·Vhhᵀ
 * dr_ = w1 ⊙ h⁻ ⊙ r ⊙ (1 − r)
 * dz_ = D ⊙ (h⁻ − hh) ⊙ z ⊙ (1 − z)
 * dh = D ⊙ z + w1 ⊙ r + dz_·Vzᵀ + dr_·Vrᵀ
 * dx = dz_·Uzᵀ + dr_·Urᵀ + dhh_·Uhhᵀ
 * dUz = Σ xᵀ·dz_    dVz = Σ h⁻ᵀ·dz_    dbz = Σ Σ_m dz_    and so on, but
 * dVhh = Σ (r ⊙ h⁻)ᵀ·dhh_
 * </pre>
 *
 * <p>The second block is the backward pass that reverse mode derives: dA is the gradient of the step's output, dh⁺ what the next step
 * hands back, dh what is handed to the one before; sums go over the steps.
 */
public record GruCell(Tensor U, Tensor Vzr, Tensor Vhh, Tensor b, Gates gates) implements GruEquations {
    /** The gates as they usually are. */
    public static final Gates GATES = Gates.of(Initializers.orthogonal())
            .gate("z", "updateActivation", Activation.SIGMOID)
            .gate("r", "resetActivation", Activation.SIGMOID)
            .gate("hh", "activation", Activation.TANH);

    @Override
    public Tensor recalled(Tensor r, Tensor h) {
        return r.mul(h).matmul(Vhh);
    }
}
