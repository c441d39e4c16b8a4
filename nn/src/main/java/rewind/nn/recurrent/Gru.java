package rewind.nn.recurrent;

import static rewind.nn.layer.OptionType.FLAG;

import java.util.function.UnaryOperator;
import rewind.autograd.Tensor;
import rewind.nn.layer.Activation;
import rewind.nn.layer.CellDefinition;
import rewind.nn.layer.Form;

/**
 * A layer of gated recurrent units: by default the original form {@link GruCell}, on request the form of PyTorch, cuDNN and Keras
 * {@link ResetAfterGruCell}. Immutable; every option returns a new layer.
 */
public final class Gru extends Gated<Tensor, Gru> {
    static final Form<Gru> FORM = form(Gru.class, "gru", Gru::new, GruCell.GATES)
            .option("resetAfter", FLAG, layer -> layer.resetAfter, Gru::resetAfter);

    private boolean resetAfter;

    /** Makes the layer with its usual options, see {@link rewind.nn.Layers#gru}. */
    public Gru(int units) {
        super("gru", units, GruCell.GATES);
    }

    /** Sets the activation of the candidate; the default is tanh. */
    public Gru activation(UnaryOperator<Tensor> function) {
        return gate("hh", function);
    }

    /** Sets the activation of the candidate by name, see {@link Activation#named}. */
    public Gru activation(String name) {
        return gate("hh", name);
    }

    /** Sets the activation of the update gate; the default is sigmoid. */
    public Gru updateActivation(UnaryOperator<Tensor> function) {
        return gate("z", function);
    }

    /** Sets the activation of the update gate by name, see {@link Activation#named}. */
    public Gru updateActivation(String name) {
        return gate("z", name);
    }

    /** Sets the activation of the reset gate; the default is sigmoid. */
    public Gru resetActivation(UnaryOperator<Tensor> function) {
        return gate("r", function);
    }

    /** Sets the activation of the reset gate by name, see {@link Activation#named}. */
    public Gru resetActivation(String name) {
        return gate("r", name);
    }

    /** Sets whether the reset gate acts after the recurrent product, with a second bias {@code chh}; the default is before. */
    public Gru resetAfter(boolean after) {
        return with(layer -> layer.resetAfter = after);
    }

    @Override
    CellDefinition<Tensor> definition() {
        return (scope, inputs, units) -> {
            Tensor U = gates.weights(scope, "U", inputs, units);
            Tensor V = gates.weights(scope, "V", units, units);
            Tensor b = gates.biases(scope, units);
            Tensor Vzr = V.slice(0, 0, 2);
            Tensor Vhh = V.select(0, 2);
            if (!resetAfter) {
                return new GruCell(U, Vzr, Vhh, b, gates);
            }
            Tensor chh = gates.biased() ? scope.bias("chh", units) : Tensor.zeros(scope.dtype(), 1, units);
            return new ResetAfterGruCell(U, Vzr, Vhh, b, chh, gates);
        };
    }

    @Override
    public Gates.CellForm cellForm() {
        return new Gates.CellForm(form().kind(), gates, resetAfter);
    }

    @Override
    Tensor zero(Tensor zeros) {
        return zeros;
    }

    @Override
    public Form<Gru> form() {
        return FORM;
    }

    @Override
    public String toString() {
        return FORM.text(this);
    }
}
