package rewind.nn.recurrent;

import java.util.List;
import rewind.autograd.Tensor;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Cell;
import rewind.nn.layer.Initializers;
import rewind.nn.layer.Scope;

/**
 * Long short-term memory whose gates see the cell state through peepholes p (Gers, Schraudolph and Schmidhuber, Journal of Machine Learning
 * Research 3, 2002), for m samples, e features, u units; U, V, b are stacked in the order f (forget), i (input), g (candidate), o (output), the
 * peepholes in the order f, i, o:
 *
 * <pre>
 * f_ = x·Uf + h⁻·Vf + pf ⊙ C_⁻ + bf    f = σ(f_)       x (m, e)   U (4, e, u)   V (4, u, u)   b (4, 1, u)
 * i_ = x·Ui + h⁻·Vi + pi ⊙ C_⁻ + bi    i = σ(i_)       p (3, 1, u)
 * g_ = x·Ug + h⁻·Vg + bg               g = tanh(g_)
 * C_ = f ⊙ C_⁻ + i ⊙ g                 C = tanh(C_)    C_ (m, u)
 * o_ = x·Uo + h⁻·Vo + po ⊙ C_ + bo     o = σ(o_)
 * h = o ⊙ C                                            h (m, u)
 *
 * D = dA + dh⁺
 * do_ = D ⊙ C ⊙ o ⊙ (1 − o)
 * dC_ = D ⊙ o ⊙ (1 − C²) + do_ ⊙ po + dC⁺
 * dg_ = dC_ ⊙ i ⊙ (1 − g²)
 * di_ = dC_ ⊙ g ⊙ i ⊙ (1 − i)
 * df_ = dC_ ⊙ C_⁻ ⊙ f ⊙ (1 − f)
 * dC = dC_ ⊙ f + df_ ⊙ pf + di_ ⊙ pi
 * dh = df_·Vfᵀ + di_·Viᵀ + dg_·Vgᵀ + do_·Voᵀ
 * dx = df_·Ufᵀ + di_·Uiᵀ + dg_·Ugᵀ + do_·Uoᵀ
 * dpf = Σ Σ_m df_ ⊙ C_⁻    dpi = Σ Σ_m di_ ⊙ C_⁻    dpo = Σ Σ_m do_ ⊙ C_    dU, dV, db as in {@link LstmCell}
 * </pre>
 */
public record PeepholeLstmCell(Tensor U, Tensor V, Tensor b, Tensor p) implements Cell<LstmState> {
    private static final Gates GATES = LstmCell.GATES;
    private static final List<String> PEEPING = List.of("f", "i", "o");

    static PeepholeLstmCell define(Scope scope, int inputs, int units) {
        return new PeepholeLstmCell(
                GATES.weights(scope, "U", inputs, units),
                GATES.weights(scope, "V", units, units),
                GATES.biases(scope, units),
                scope.gates("p", PEEPING, gate -> Initializers.xavier(), 1, units));
    }

    @Override
    public Tensor project(Tensor x) {
        return x.expandDims(-3).matmul(U).add(b); // (…, 4, m, u)
    }

    @Override
    public LstmState advance(Tensor xU, LstmState previous) {
        Tensor sums = xU.add(previous.h().matmul(V));
        Tensor before = previous.C_();
        Tensor f = opened("f", sums.select(0, 0).add(p.select(0, 0).mul(before)));
        Tensor i = opened("i", sums.select(0, 1).add(p.select(0, 1).mul(before)));
        Tensor g = GATES.open("g", sums);
        Tensor C_ = f.mul(before).add(i.mul(g)).named("C_");
        Tensor o = opened("o", sums.select(0, 3).add(p.select(0, 2).mul(C_)));
        Tensor C = Activation.TANH.apply(C_).named("C");
        return new LstmState(o.mul(C).named("h"), C_);
    }

    private static Tensor opened(String gate, Tensor sum) {
        return GATES.activate(gate, sum.named(gate + "_"));
    }

    @Override
    public LstmState step(Tensor x, LstmState previous) {
        return advance(project(x), previous);
    }
}
