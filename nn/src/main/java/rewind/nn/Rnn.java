package rewind.nn;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import rewind.autograd.Tensor;

/** The simple recurrent layer, see {@link RnnCell}. Immutable; every option returns a new layer. */
public final class Rnn extends Recurrent<Tensor, Rnn> {
    private Activation activation = Activation.TANH;
    private Initializer initializer = Initializers.xavier();
    private boolean bias = true;

    Rnn(int units) {
        super("rnn", units);
    }

    /** Sets the activation; the default is tanh. */
    public Rnn activation(UnaryOperator<Tensor> function) {
        Rnn changed = copy();
        changed.activation = Activation.of(function);
        return changed;
    }

    /** Sets the activation by name, see {@link Activation#named}. */
    public Rnn activation(String name) {
        return activation(Activation.named(name));
    }

    /** Sets how U and V start; the default is Xavier. */
    public Rnn initializer(Initializer initializer) {
        Rnn changed = copy();
        changed.initializer = initializer;
        return changed;
    }

    /** Sets whether there is a bias (the default). */
    public Rnn bias(boolean on) {
        Rnn changed = copy();
        changed.bias = on;
        return changed;
    }

    @Override
    CellDefinition<Tensor> definition() {
        return (scope, inputs, units) -> new RnnCell(
                scope.parameter("U", initializer, inputs, units),
                scope.parameter("V", initializer, units, units),
                bias ? scope.bias("b", units) : Tensor.zeros(scope.dtype(), 1, units),
                activation);
    }

    @Override
    CellForm form() {
        return new CellForm("rnn", List.of(""), bias, false, Map.of("h", activation));
    }

    @Override
    Tensor zero(Tensor zeros) {
        return zeros;
    }
}
