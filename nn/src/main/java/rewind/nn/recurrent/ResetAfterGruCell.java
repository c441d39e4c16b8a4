package rewind.nn.recurrent;

import rewind.autograd.Tensor;

/**
 * The gated recurrent unit with its reset gate after the recurrent product, and a second bias there, as PyTorch, cuDNN and Keras have
 * it; another function than {@link GruCell}, to which its weights do not convert. Parameters are stacked in the order z, r, hh:
 *
 * <pre>
 * z  = act_z(x·Uz + h⁻·Vz + bz)                   x (m, e)   U (3, e, u)   V (3, u, u)   b (3, 1, u)   chh (1, u)
 * r  = act_r(x·Ur + h⁻·Vr + br)                   act_z, act_r: sigmoid
 * hh = act(x·Uhh + bhh + r ⊙ (h⁻·Vhh + chh))      act: tanh
 * h  = z ⊙ h⁻ + (1 − z) ⊙ hh                      h (m, u)
 * </pre>
 */
public record ResetAfterGruCell(Tensor U, Tensor Vzr, Tensor Vhh, Tensor b, Tensor chh, Gates gates)
        implements GruEquations {
    @Override
    public Tensor recalled(Tensor r, Tensor h) {
        return r.mul(h.matmul(Vhh).add(chh));
    }
}
