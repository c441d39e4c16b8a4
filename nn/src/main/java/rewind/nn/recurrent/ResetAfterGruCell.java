package rewind.nn.recurrent;

import rewind.autograd.Tensor;

/**
 * The gated recurrent unit with its reset gate after the recurrent product, and a second bias there, as PyTorch, cuDNN and Keras have
 * it; another function than {@link GruCell}, to which its weights do not convert. Parameters are stacked in the order z, r, hh:
 *
 * <pre>
 * z_ = x·Uz + h⁻·Vz + bz           z = σ(z_)        x (m, e)   U (3, e, u)   V (3, u, u)   b (3, 1, u)   chh (1, u)
 * r_ = x·Ur + h⁻·Vr + br           r = σ(r_)        σ, tanh: or other activations
 * v1 = h⁻·Vhh + chh
 * hh_ = x·Uhh + r ⊙ v1 + bhh       hh = tanh(hh_)
 * h = z ⊙ h⁻ + (1 − z) ⊙ hh                         h (m, u)
 *
 * D = dA + dh⁺
 * dhh_ = D ⊙ (1 − z) ⊙ (1 − hh²)
 * w1 = dhh_ ⊙ r
 * dr_ = dhh_ ⊙ v1 ⊙ r ⊙ (1 − r)
 * dz_ = D ⊙ (h⁻ − hh) ⊙ z ⊙ (1 − z)
 * dh = D ⊙ z + w1·Vhhᵀ + dz_·Vzᵀ + dr_·Vrᵀ
 * dx = dz_·Uzᵀ + dr_·Urᵀ + dhh_·Uhhᵀ
 * dUz = Σ xᵀ·dz_    dVz = Σ h⁻ᵀ·dz_    dbz = Σ Σ_m dz_    and so on, but
 * dVhh = Σ h⁻ᵀ·w1    dchh = Σ Σ_m w1
 * </pre>
 *
 * <p>The second block is the backward pass that reverse mode derives: dA is the gradient of the step's output, dh⁺ what the next step
 * hands back, dh what is handed to the one before; sums go over the steps.
 */
public record ResetAfterGruCell(Tensor U, Tensor Vzr, Tensor Vhh, Tensor b, Tensor chh, Gates gates)
        implements GruEquations {
    @Override
    public Tensor recalled(Tensor r, Tensor h) {
        return r.mul(h.matmul(Vhh).add(chh));
    }
}
