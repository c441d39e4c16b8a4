package rewind.nn.recurrent;

import static rewind.autograd.Axes.keep;

import rewind.autograd.Tensor;
import rewind.nn.feedforward.LayerNormalization;
import rewind.nn.layer.Cell;
import rewind.nn.layer.Initializers;
import rewind.nn.layer.Scope;

/**
 * Long short-term memory with layer normalisation inside (Ba, Kiros and Hinton, arXiv:1607.06450, equations 20 to 22), for m samples, e
 * features, u units; N(z) = (z − mean)/√(variance + 1e-5) over the units, of each gate by itself, and the gates' parameters are stacked in the order
 * f (forget), i (input), g (candidate), o (output):
 *
 * <pre>
 * f_ = αf ⊙ N(x·Uf) + βf ⊙ N(h⁻·Vf) + bf    f = σ(f_)                       x (m, e)   U (4, e, u)   V (4, u, u)   b (4, 1, u)
 * i_ = αi ⊙ N(x·Ui) + βi ⊙ N(h⁻·Vi) + bi    i = σ(i_)                       α (4, 1, u)   β (4, 1, u)
 * g_ = αg ⊙ N(x·Ug) + βg ⊙ N(h⁻·Vg) + bg    g = tanh(g_)
 * o_ = αo ⊙ N(x·Uo) + βo ⊙ N(h⁻·Vo) + bo    o = σ(o_)
 * C_ = f ⊙ C_⁻ + i ⊙ g                      C = tanh(γ ⊙ N(C_) + δ)         C_ (m, u)   γ, δ (1, u)
 * h = o ⊙ C                                                                 h (m, u)
 *
 * D = dA + dh⁺
 * dC_ = N'(C_)ᵀ(D ⊙ o ⊙ (1 − C²) ⊙ γ) + dC⁺           N'(z)ᵀ(w) = (w − mean w − N(z) ⊙ mean(w ⊙ N(z)))/√(variance z + 1e-5)
 * do_, dg_, di_, df_, dC as in {@link LstmCell}
 * dh = Σ_gates N'(h⁻·V)ᵀ(β ⊙ d_)·Vᵀ                   dx = Σ_gates N'(x·U)ᵀ(α ⊙ d_)·Uᵀ        d_ that of the gate
 * </pre>
 */
public record NormalizedLstmCell(Tensor U, Tensor V, Tensor b, Tensor alpha, Tensor beta, Tensor gamma, Tensor delta)
        implements Cell<LstmState> {
    private static final Gates GATES = LstmCell.GATES;

    static NormalizedLstmCell define(Scope scope, int inputs, int units) {
        return new NormalizedLstmCell(
                GATES.weights(scope, "U", inputs, units),
                GATES.weights(scope, "V", units, units),
                GATES.biases(scope, units),
                scope.gates("α", GATES.names(), gate -> Initializers.constant(1), 1, units),
                scope.gates("β", GATES.names(), gate -> Initializers.constant(1), 1, units),
                scope.parameter("γ", Initializers.constant(1), 1, units),
                scope.bias("δ", units));
    }

    private static Tensor normalized(Tensor z) {
        Tensor centred = z.sub(z.mean(keep(-1)));
        return centred.div(
                centred.square().mean(keep(-1)).add(LayerNormalization.EPSILON).sqrt());
    }

    @Override
    public Tensor project(Tensor x) {
        return alpha.mul(normalized(x.expandDims(-3).matmul(U))).add(b); // (…, 4, m, u)
    }

    @Override
    public LstmState advance(Tensor xU, LstmState previous) {
        Tensor sums = xU.add(beta.mul(normalized(previous.h().matmul(V))));
        Tensor f = GATES.open("f", sums);
        Tensor i = GATES.open("i", sums);
        Tensor g = GATES.open("g", sums);
        Tensor o = GATES.open("o", sums);
        Tensor C_ = f.mul(previous.C_()).add(i.mul(g)).named("C_");
        Tensor C = gamma.mul(normalized(C_)).add(delta).tanh().named("C");
        return new LstmState(o.mul(C).named("h"), C_);
    }

    @Override
    public LstmState step(Tensor x, LstmState previous) {
        return advance(project(x), previous);
    }
}
