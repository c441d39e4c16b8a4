package rewind.nn.recurrent;

import rewind.autograd.Tensor;
import rewind.nn.layer.Cell;

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
        implements Cell<Tensor> {
    @Override
    public Tensor project(Tensor x) {
        return x.expandDims(-3).matmul(U).add(b); // (…, 3, m, u)
    }

    @Override
    public Tensor advance(Tensor xU, Tensor h) {
        return advance(xU, h, h);
    }

    @Override
    public Tensor advance(Tensor xU, Tensor h, Tensor seen) {
        Tensor zr_ = xU.slice(0, 0, 2).add(seen.matmul(Vzr));
        Tensor z = gates.open("z", zr_);
        Tensor r = gates.open("r", zr_);
        Tensor hh_ = xU.select(0, 2).add(r.mul(seen.matmul(Vhh).add(chh))).named("hh_");
        Tensor hh = gates.activate("hh", hh_);
        return z.mul(h).add(z.oneMinus().mul(hh)).named("h");
    }

    @Override
    public Tensor step(Tensor x, Tensor h) {
        return advance(project(x), h);
    }
}
