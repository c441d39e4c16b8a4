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
 * f = act_f(x·Uf + h⁻·Vf + bf)        x (m, e)   U (4, e, u)   V (4, u, u)   b (4, 1, u)
 * i = act_i(x·Ui + h⁻·Vi + bi)        act_f, act_i, act_o: sigmoid
 * g = act_g(x·Ug + h⁻·Vg + bg)        act_g: tanh
 * o = act_o(x·Uo + h⁻·Vo + bo)
 * C_ = f ⊙ C_⁻ + i ⊙ g                C_ (m, u)
 * h  = o ⊙ act(C_)                    h (m, u)   act: tanh
 * </pre>
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
