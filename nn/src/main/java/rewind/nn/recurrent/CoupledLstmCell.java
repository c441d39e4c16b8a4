package rewind.nn.recurrent;

import rewind.autograd.Tensor;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Cell;
import rewind.nn.layer.Initializers;
import rewind.nn.layer.Scope;

/**
 * Long short-term memory whose input gate is what the forget gate leaves, 1 − f (Greff et al., IEEE Transactions on Neural Networks and Learning
 * Systems 28, 2017), for m samples, e features, u units; the gates' parameters are stacked in the order f (forget), g (candidate), o (output):
 *
 * <pre>
 * f_ = x·Uf + h⁻·Vf + bf            f = σ(f_)       x (m, e)   U (3, e, u)   V (3, u, u)   b (3, 1, u)
 * g_ = x·Ug + h⁻·Vg + bg            g = tanh(g_)
 * o_ = x·Uo + h⁻·Vo + bo            o = σ(o_)
 * C_ = f ⊙ C_⁻ + (1 − f) ⊙ g        C = tanh(C_)    C_ (m, u)
 * h = o ⊙ C                                         h (m, u)
 *
 * D = dA + dh⁺
 * dC_ = D ⊙ o ⊙ (1 − C²) + dC⁺
 * do_ = D ⊙ C ⊙ o ⊙ (1 − o)
 * dg_ = dC_ ⊙ (1 − f) ⊙ (1 − g²)
 * df_ = dC_ ⊙ (C_⁻ − g) ⊙ f ⊙ (1 − f)
 * dC = dC_ ⊙ f
 * dh = df_·Vfᵀ + dg_·Vgᵀ + do_·Voᵀ
 * dx = df_·Ufᵀ + dg_·Ugᵀ + do_·Uoᵀ
 * dUf = Σ xᵀ·df_    dVf = Σ h⁻ᵀ·df_    dbf = Σ Σ_m df_    and so on
 * </pre>
 */
public record CoupledLstmCell(Tensor U, Tensor V, Tensor b) implements Cell<LstmState> {
    private static final Gates GATES = Gates.of(Initializers.orthogonal())
            .gate("f", "forgetActivation", Activation.SIGMOID)
            .gate("g", "candidateActivation", Activation.TANH)
            .gate("o", "outputActivation", Activation.SIGMOID);

    static CoupledLstmCell define(Scope scope, int inputs, int units) {
        return new CoupledLstmCell(
                GATES.weights(scope, "U", inputs, units),
                GATES.weights(scope, "V", units, units),
                GATES.biases(scope, units));
    }

    @Override
    public Tensor project(Tensor x) {
        return x.expandDims(-3).matmul(U).add(b); // (…, 3, m, u)
    }

    @Override
    public LstmState advance(Tensor xU, LstmState previous) {
        Tensor sums = xU.add(previous.h().matmul(V));
        Tensor f = GATES.open("f", sums);
        Tensor g = GATES.open("g", sums);
        Tensor o = GATES.open("o", sums);
        Tensor C_ = f.mul(previous.C_()).add(f.oneMinus().mul(g)).named("C_");
        Tensor C = C_.tanh().named("C");
        return new LstmState(o.mul(C).named("h"), C_);
    }

    @Override
    public LstmState step(Tensor x, LstmState previous) {
        return advance(project(x), previous);
    }
}
