package rewind.nn.recurrent;

import static rewind.nn.layer.OptionType.NUMBER;

import java.util.function.UnaryOperator;
import rewind.autograd.Tensor;
import rewind.nn.layer.Activation;
import rewind.nn.layer.CellDefinition;
import rewind.nn.layer.Form;

/** A layer of long short-term memory, see {@link LstmCell}. Immutable; every option returns a new layer. */
public final class Lstm extends Gated<LstmState, Lstm> {
    static final Form<Lstm> FORM = form(Lstm.class, "lstm", Lstm::new, LstmCell.GATES)
            .option("forgetBias", NUMBER, layer -> layer.gates.get("f").bias(), Lstm::forgetBias);

    /** Makes the layer with its usual options, see {@link rewind.nn.Layers#lstm}. */
    public Lstm(int units) {
        super("lstm", units, LstmCell.GATES);
    }

    /** Sets the activation of the cell state on its way to the output; the default is tanh. */
    public Lstm activation(UnaryOperator<Tensor> function) {
        return gate("C", function);
    }

    /** Sets the activation of the cell state by name, see {@link Activation#named}. */
    public Lstm activation(String name) {
        return gate("C", name);
    }

    /** Sets the activation of the forget gate; the default is sigmoid. */
    public Lstm forgetActivation(UnaryOperator<Tensor> function) {
        return gate("f", function);
    }

    /** Sets the activation of the forget gate by name, see {@link Activation#named}. */
    public Lstm forgetActivation(String name) {
        return gate("f", name);
    }

    /** Sets the activation of the input gate; the default is sigmoid. */
    public Lstm inputActivation(UnaryOperator<Tensor> function) {
        return gate("i", function);
    }

    /** Sets the activation of the input gate by name, see {@link Activation#named}. */
    public Lstm inputActivation(String name) {
        return gate("i", name);
    }

    /** Sets the activation of the candidate; the default is tanh. */
    public Lstm candidateActivation(UnaryOperator<Tensor> function) {
        return gate("g", function);
    }

    /** Sets the activation of the candidate by name, see {@link Activation#named}. */
    public Lstm candidateActivation(String name) {
        return gate("g", name);
    }

    /** Sets the activation of the output gate; the default is sigmoid. */
    public Lstm outputActivation(UnaryOperator<Tensor> function) {
        return gate("o", function);
    }

    /** Sets the activation of the output gate by name, see {@link Activation#named}. */
    public Lstm outputActivation(String name) {
        return gate("o", name);
    }

    /**
     * Sets the value at which the forget gate's bias starts; the default is 0, as in EpyNN. 1 lets gradients through at first. Source:
     * Jozefowicz, Zaremba and Sutskever, ICML 2015. Without {@link #bias biases} there is none.
     */
    public Lstm forgetBias(double value) {
        return with(layer -> layer.gates = layer.gates.bias("f", value));
    }

    @Override
    CellDefinition<LstmState> definition() {
        return (scope, inputs, units) -> new LstmCell(
                gates.weights(scope, "U", inputs, units),
                gates.weights(scope, "V", units, units),
                gates.biases(scope, units),
                gates);
    }

    @Override
    LstmState zero(Tensor zeros) {
        return new LstmState(zeros, zeros);
    }

    @Override
    public Form<Lstm> form() {
        return FORM;
    }

    @Override
    public String toString() {
        return FORM.text(this);
    }
}
