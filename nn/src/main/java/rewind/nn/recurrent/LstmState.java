package rewind.nn.recurrent;

import java.util.function.UnaryOperator;
import rewind.autograd.Tensor;
import rewind.nn.layer.State;

/**
 * The state of an LSTM.
 *
 * @param h the hidden state, (batch, units)
 * @param C_ the cell state before its activation, (batch, units)
 */
public record LstmState(Tensor h, Tensor C_) implements State<LstmState> {
    @Override
    public Tensor output() {
        return h;
    }

    @Override
    public LstmState map(UnaryOperator<Tensor> f) {
        return new LstmState(f.apply(h), f.apply(C_));
    }
}
