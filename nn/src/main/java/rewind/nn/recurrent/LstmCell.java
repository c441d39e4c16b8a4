package rewind.nn.recurrent;

import java.util.List;
import java.util.function.UnaryOperator;
import rewind.autograd.Tensor;
import rewind.nn.layer.Cell;

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
public record LstmCell(
        Tensor U,
        Tensor V,
        Tensor b,
        UnaryOperator<Tensor> forget,
        UnaryOperator<Tensor> input,
        UnaryOperator<Tensor> candidate,
        UnaryOperator<Tensor> output,
        UnaryOperator<Tensor> activation)
        implements Cell<LstmState> {
    /** The names of the gates in the order of their stack. */
    public static final List<String> GATES = List.of("f", "i", "g", "o");

    @Override
    public Tensor project(Tensor x) {
        return x.expandDims(-3).matmul(U).add(b); // (…, 4, m, u)
    }

    @Override
    public LstmState advance(Tensor xU, LstmState previous) {
        Tensor gates = xU.add(previous.h().matmul(V));
        Tensor f = forget.apply(gates.select(0, 0).named("f_")).named("f");
        Tensor i = input.apply(gates.select(0, 1).named("i_")).named("i");
        Tensor g = candidate.apply(gates.select(0, 2).named("g_")).named("g");
        Tensor o = output.apply(gates.select(0, 3).named("o_")).named("o");
        Tensor C_ = f.mul(previous.C_()).add(i.mul(g)).named("C_");
        Tensor C = activation.apply(C_).named("C");
        return new LstmState(o.mul(C).named("h"), C_);
    }

    @Override
    public LstmState step(Tensor x, LstmState previous) {
        return advance(project(x), previous);
    }
}
