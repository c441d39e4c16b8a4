package rewind.nn.recurrent;

import static rewind.nn.layer.OptionType.ACTIVATION;
import static rewind.nn.layer.OptionType.FLAG;
import static rewind.nn.layer.OptionType.INITIALIZER;
import static rewind.nn.layer.OptionType.INTEGER;

import java.util.Map;
import java.util.function.UnaryOperator;
import rewind.autograd.Tensor;
import rewind.nn.layer.Activation;
import rewind.nn.layer.CellDefinition;
import rewind.nn.layer.Form;
import rewind.nn.layer.Initializer;
import rewind.nn.layer.Initializers;

/**
 * A layer of gated recurrent units: by default the original form {@link GruCell}, on request the form of PyTorch, cuDNN and Keras
 * {@link ResetAfterGruCell}. Immutable; every option returns a new layer.
 */
public final class Gru extends Recurrent<Tensor, Gru> {
    static final Form<Gru> FORM = Recurrent.form(Gru.class, "gru", in -> new Gru(in.get("units", INTEGER)))
            .option("activation", ACTIVATION, layer -> layer.activation, Gru::activation)
            .option("updateActivation", ACTIVATION, layer -> layer.updateActivation, Gru::updateActivation)
            .option("resetActivation", ACTIVATION, layer -> layer.resetActivation, Gru::resetActivation)
            .option("initializer", INITIALIZER, layer -> layer.initializer, Gru::initializer)
            .option("bias", FLAG, layer -> layer.bias, Gru::bias)
            .option("resetAfter", FLAG, layer -> layer.resetAfter, Gru::resetAfter);

    private Activation activation = Activation.TANH;
    private Activation updateActivation = Activation.SIGMOID;
    private Activation resetActivation = Activation.SIGMOID;
    private Initializer initializer = Initializers.orthogonal();
    private boolean bias = true;
    private boolean resetAfter;

    /** Makes the layer with its usual options, see {@link rewind.nn.Layers#gru}. */
    public Gru(int units) {
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
        changed.updateActivation = Activation.of(function);
        return changed;
    }

    /** Sets the activation of the update gate by name, see {@link Activation#named}. */
    public Gru updateActivation(String name) {
        return updateActivation(Activation.named(name));
    }

    /** Sets the activation of the reset gate; the default is sigmoid. */
    public Gru resetActivation(UnaryOperator<Tensor> function) {
        Gru changed = copy();
        changed.resetActivation = Activation.of(function);
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

    /** Sets whether the gates have biases (the default). */
    public Gru bias(boolean on) {
        Gru changed = copy();
        changed.bias = on;
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
            Tensor b = bias
                    ? scope.gates("b", GruCell.GATES, gate -> Initializers.zeros(), 1, units)
                    : Tensor.zeros(scope.dtype(), GruCell.GATES.size(), 1, units);
            Tensor Vzr = V.slice(0, 0, 2);
            Tensor Vhh = V.select(0, 2);
            if (!resetAfter) {
                return new GruCell(U, Vzr, Vhh, b, updateActivation, resetActivation, activation);
            }
            Tensor chh = bias ? scope.bias("chh", units) : Tensor.zeros(scope.dtype(), 1, units);
            return new ResetAfterGruCell(U, Vzr, Vhh, b, chh, updateActivation, resetActivation, activation);
        };
    }

    @Override
    public CellForm cellForm() {
        return new CellForm(
                "gru",
                GruCell.GATES,
                bias,
                resetAfter,
                Map.of("z", updateActivation, "r", resetActivation, "hh", activation));
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
