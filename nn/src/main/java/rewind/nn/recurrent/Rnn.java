package rewind.nn.recurrent;

import java.util.function.UnaryOperator;
import rewind.autograd.Tensor;
import rewind.nn.layer.Activation;
import rewind.nn.layer.CellDefinition;
import rewind.nn.layer.Form;

/** The simple recurrent layer, see {@link RnnCell}. Immutable; every option returns a new layer. */
public final class Rnn extends Gated<Tensor, Rnn> {
    static final Form<Rnn> FORM = form(Rnn.class, "rnn", Rnn::new, RnnCell.GATES);

    /** Makes the layer with its usual options but for the clipping of gradients, see {@link rewind.nn.Layers#rnn}. */
    public Rnn(int units) {
        super("rnn", units, RnnCell.GATES);
    }

    /** Sets the activation of the state; the default is tanh. */
    public Rnn activation(UnaryOperator<Tensor> function) {
        return gate("h", function);
    }

    /** Sets the activation of the state by name, see {@link Activation#named}. */
    public Rnn activation(String name) {
        return gate("h", name);
    }

    @Override
    CellDefinition<Tensor> definition() {
        return (scope, inputs, units) -> new RnnCell(
                gates.weights(scope, "U", inputs, units),
                gates.weights(scope, "V", units, units),
                gates.biases(scope, units),
                gates.get("h").activation());
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
