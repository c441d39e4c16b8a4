package rewind.nn;

import java.util.Map;
import java.util.function.UnaryOperator;
import rewind.autograd.Tensor;

/**
 * A layer of gated recurrent units: by default the original form {@link GruCell}, on request the form of PyTorch, cuDNN and Keras
 * {@link ResetAfterGruCell}. Immutable; every option returns a new layer.
 */
public final class Gru extends Recurrent<Tensor, Gru> {
    private Activation activation = Activation.TANH;
    private Activation update = Activation.SIGMOID;
    private Activation reset = Activation.SIGMOID;
    private Initializer initializer = Initializers.orthogonal();
    private boolean resetAfter;

    Gru(int units) {
        super("gru", units);
    }

    /** Sets the activation of the candidate; the default is tanh. */
    public Gru activation(UnaryOperator<Tensor> function) {
        Gru changed = copy();
        changed.activation = Activation.of(function);
        return changed;
    }

    /** Sets the activation of the candidate by name, see {@link Activation#named}. */
    public Gru activation(String name) {
        return activation(Activation.named(name));
    }

    /** Sets the activation of the update gate; the default is sigmoid. */
    public Gru updateActivation(UnaryOperator<Tensor> function) {
        Gru changed = copy();
        changed.update = Activation.of(function);
        return changed;
    }

    /** Sets the activation of the update gate by name, see {@link Activation#named}. */
    public Gru updateActivation(String name) {
        return updateActivation(Activation.named(name));
    }

    /** Sets the activation of the reset gate; the default is sigmoid. */
    public Gru resetActivation(UnaryOperator<Tensor> function) {
        Gru changed = copy();
        changed.reset = Activation.of(function);
        return changed;
    }

    /** Sets the activation of the reset gate by name, see {@link Activation#named}. */
    public Gru resetActivation(String name) {
        return resetActivation(Activation.named(name));
    }

    /** Sets how every gate's block of U and V starts; the default is orthogonal. */
    public Gru initializer(Initializer initializer) {
        Gru changed = copy();
        changed.initializer = initializer;
        return changed;
    }

    /** Sets whether the reset gate acts after the recurrent product, with a second bias {@code chh}; the default is before. */
    public Gru resetAfter(boolean after) {
        Gru changed = copy();
        changed.resetAfter = after;
        return changed;
    }

    @Override
    CellDefinition<Tensor> definition() {
        return (scope, inputs, units) -> {
            Tensor U = scope.gates("U", GruCell.GATES, gate -> initializer, inputs, units);
            Tensor V = scope.gates("V", GruCell.GATES, gate -> initializer, units, units);
            Tensor b = scope.gates("b", GruCell.GATES, gate -> Initializers.zeros(), 1, units);
            Tensor Vzr = V.slice(0, 0, 2);
            Tensor Vhh = V.select(0, 2);
            return resetAfter
                    ? new ResetAfterGruCell(U, Vzr, Vhh, b, scope.bias("chh", units), update, reset, activation)
                    : new GruCell(U, Vzr, Vhh, b, update, reset, activation);
        };
    }

    @Override
    CellForm form() {
        return new CellForm("gru", GruCell.GATES, true, resetAfter, Map.of("z", update, "r", reset, "hh", activation));
    }

    @Override
    Tensor zero(Tensor zeros) {
        return zeros;
    }
}
