package rewind.nn.recurrent;

import static rewind.nn.layer.OptionType.ACTIVATION;
import static rewind.nn.layer.OptionType.FLAG;
import static rewind.nn.layer.OptionType.INITIALIZER;
import static rewind.nn.layer.OptionType.INTEGER;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import rewind.autograd.Tensor;
import rewind.nn.layer.Activation;
import rewind.nn.layer.CellDefinition;
import rewind.nn.layer.Form;
import rewind.nn.layer.Initializer;
import rewind.nn.layer.Initializers;

/** The simple recurrent layer, see {@link RnnCell}. Immutable; every option returns a new layer. */
public final class Rnn extends Recurrent<Tensor, Rnn> {
    static final Form<Rnn> FORM = Recurrent.form(Rnn.class, "rnn", in -> new Rnn(in.get("units", INTEGER)))
            .option("activation", ACTIVATION, layer -> layer.activation, Rnn::activation)
            .option("initializer", INITIALIZER, layer -> layer.initializer, Rnn::initializer)
            .option("bias", FLAG, layer -> layer.bias, Rnn::bias);

    private Activation activation = Activation.TANH;
    private Initializer initializer = Initializers.xavier();
    private boolean bias = true;

    /** Makes the layer with its usual options but for the clipping of gradients, see {@link rewind.nn.Layers#rnn}. */
    public Rnn(int units) {
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
    public CellForm cellForm() {
        return new CellForm("rnn", List.of(""), bias, false, Map.of("h", activation));
    }

    @Override
    Tensor zero(Tensor zeros) {
        return zeros;
    }

    @Override
    public Form<Rnn> form() {
        return FORM;
    }

    @Override
    public String toString() {
        return FORM.text(this);
    }
}
