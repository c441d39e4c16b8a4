package rewind.nn.recurrent;

import rewind.autograd.Tensor;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Cell;
import rewind.nn.layer.Initializers;

/**
 * Long short-term memory with forget gate (Hochreiter and Schmidhuber, Neural Computation 9, 1997; Gers, Schmidhuber and Cummins,
 * Neural Computation 12, 2000), for m samples, e features, u units; the gates' parameters are stacked in the order f (forget), i
 * (input), g (candidate), o (output):
 *
 * <pre>
 * f_ = x·Uf + h⁻·Vf + bf    f = σ(f_)       x (m, e)   U (4, e, u)   V (4, u, u)   b (4, 1, u)
 * i_ = x·Ui + h⁻·Vi + bi    i = σ(i_)       σ, tanh: or other activations
 * g_ = x·Ug + h⁻·Vg + bg    g = tanh(g_)
 * o_ = x·Uo + h⁻·Vo + bo    o = σ(o_)
 * C_ = f ⊙ C_⁻ + i ⊙ g      C = tanh(C_)    C_ (m, u)
 * h = o ⊙ C                                 h (m, u)
 *
 * D = dA + dh⁺
 * dC_ = D ⊙ o ⊙ (1 − C²) + dC⁺
 * do_ = D ⊙ C ⊙ o ⊙ (1 − o)
 * dg_ = dC_ ⊙ i ⊙ (1 − g²)
 * di_ = dC_ ⊙ g ⊙ i ⊙ (1 − i)
 * df_ = dC_ ⊙ C_⁻ ⊙ f ⊙ (1 − f)
 * dh = df_·Vfᵀ + di_·Viᵀ + dg_·Vgᵀ + do_·Voᵀ
 * dC = dC_ ⊙ f
 * dx = df_·Ufᵀ + di_·Uiᵀ + dg_·Ugᵀ + do_·Uoᵀ
 * dUf = Σ xᵀ·df_    dVf = Σ h⁻ᵀ·df_    dbf = Σ Σ_m df_    and so on
 * </pre>
 *
 * <p>The second block is the backward pass that reverse mode derives: dA is the gradient of the step's output, dh⁺ and dC⁺ what the next step
 * hands back, dh and dC what is handed to the one before; sums go over the steps.
 */
public record LstmCell(Tensor U, Tensor V, Tensor b, Gates gates) implements Cell<LstmState> {
    /** The gates as they usually are. */
    public static final Gates GATES = Gates.of(Initializers.orthogonal())
            .gate("f", "forgetActivation", Activation.SIGMOID)
            .gate("i", "inputActivation", Activation.SIGMOID)
            .gate("g", "candidateActivation", Activation.TANH)
            .gate("o", "outputActivation", Activation.SIGMOID)
            .state("C", "activation", Activation.TANH);

    @Override
    public Tensor project(Tensor x) {
        return x.expandDims(-3).matmul(U).add(b); // (…, 4, m, u)
    }

    @Override
    public LstmState advance(Tensor xU, LstmState previous) {
        Tensor sums = xU.add(previous.h().matmul(V));
        Tensor f = gates.open("f", sums);
        Tensor i = gates.open("i", sums);
        Tensor g = gates.open("g", sums);
        Tensor o = gates.open("o", sums);
        Tensor C_ = f.mul(previous.C_()).add(i.mul(g)).named("C_");
        Tensor C = gates.activate("C", C_);
        return new LstmState(o.mul(C).named("h"), C_);
    }

    @Override
    public LstmState step(Tensor x, LstmState previous) {
        return advance(project(x), previous);
    }
}
