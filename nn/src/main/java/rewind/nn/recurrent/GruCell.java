package rewind.nn.recurrent;

import java.util.List;
import java.util.function.UnaryOperator;
import rewind.autograd.Tensor;
import rewind.nn.layer.Cell;

/**
 * The gated recurrent unit with its reset gate before the recurrent product (Cho et al., EMNLP 2014), for m samples, e features, u
 * units; the gates' parameters are stacked in the order z (update), r (reset), hh (candidate):
 *
 * <pre>
 * z  = act_z(x·Uz + h⁻·Vz + bz)                   x (m, e)   U (3, e, u)   V (3, u, u)   b (3, 1, u)
 * r  = act_r(x·Ur + h⁻·Vr + br)                   act_z, act_r: sigmoid
 * hh = act(x·Uhh + (r ⊙ h⁻)·Vhh + bhh)            act: tanh
 * h  = z ⊙ h⁻ + (1 − z) ⊙ hh                      h (m, u)
 * </pre>
 */
public record GruCell(
        Tensor U,
        Tensor Vzr,
        Tensor Vhh,
        Tensor b,
        UnaryOperator<Tensor> update,
        UnaryOperator<Tensor> reset,
        UnaryOperator<Tensor> activation)
        implements Cell<Tensor> {
    /** The names of the gates in the order of their stack. */
    public static final List<String> GATES = List.of("z", "r", "hh");

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
        Tensor z = update.apply(zr_.select(0, 0).named("z_")).named("z");
        Tensor r = reset.apply(zr_.select(0, 1).named("r_")).named("r");
        Tensor hh_ = xU.select(0, 2).add(r.mul(seen).matmul(Vhh)).named("hh_");
        Tensor hh = activation.apply(hh_).named("hh");
        return z.mul(h).add(z.oneMinus().mul(hh)).named("h");
    }

    @Override
    public Tensor step(Tensor x, Tensor h) {
        return advance(project(x), h);
    }
}
