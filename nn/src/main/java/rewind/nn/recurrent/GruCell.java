package rewind.nn.recurrent;

import rewind.autograd.Tensor;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Initializers;

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
