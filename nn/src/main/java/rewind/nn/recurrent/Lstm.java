package rewind.nn.recurrent;

import static rewind.nn.layer.OptionType.ACTIVATION;
import static rewind.nn.layer.OptionType.FLAG;
import static rewind.nn.layer.OptionType.INITIALIZER;
import static rewind.nn.layer.OptionType.INTEGER;
import static rewind.nn.layer.OptionType.NUMBER;

import java.util.Map;
import java.util.function.UnaryOperator;
import rewind.autograd.Tensor;
import rewind.nn.layer.Activation;
import rewind.nn.layer.CellDefinition;
import rewind.nn.layer.Form;
import rewind.nn.layer.Initializer;
import rewind.nn.layer.Initializers;
import rewind.nn.layer.Scope;

/** A layer of long short-term memory, see {@link LstmCell}. Immutable; every option returns a new layer. */
public final class Lstm extends Recurrent<LstmState, Lstm> {
    static final Form<Lstm> FORM = Recurrent.form(Lstm.class, "lstm", in -> new Lstm(in.get("units", INTEGER)))
            .option("activation", ACTIVATION, layer -> layer.activation, Lstm::activation)
            .option("forgetActivation", ACTIVATION, layer -> layer.forgetActivation, Lstm::forgetActivation)
            .option("inputActivation", ACTIVATION, layer -> layer.inputActivation, Lstm::inputActivation)
            .option("candidateActivation", ACTIVATION, layer -> layer.candidateActivation, Lstm::candidateActivation)
            .option("outputActivation", ACTIVATION, layer -> layer.outputActivation, Lstm::outputActivation)
            .option("initializer", INITIALIZER, layer -> layer.initializer, Lstm::initializer)
            .option("forgetBias", NUMBER, layer -> layer.forgetBias, Lstm::forgetBias)
            .option("bias", FLAG, layer -> layer.bias, Lstm::bias);

    private Activation activation = Activation.TANH;
    private Activation forgetActivation = Activation.SIGMOID;
    private Activation inputActivation = Activation.SIGMOID;
    private Activation candidateActivation = Activation.TANH;
    private Activation outputActivation = Activation.SIGMOID;
    private Initializer initializer = Initializers.orthogonal();
    private double forgetBias;
    private boolean bias = true;

    /** Makes the layer with its usual options, see {@link rewind.nn.Layers#lstm}. */
    public Lstm(int units) {
        super("lstm", units);
    }

    /** Sets the activation of the cell state on its way to the output; the default is tanh. */
    public Lstm activation(UnaryOperator<Tensor> function) {
        Lstm changed = copy();
        changed.activation = Activation.of(function);
        return changed;
    }

    /** Sets the activation of the cell state by name, see {@link Activation#named}. */
    public Lstm activation(String name) {
        return activation(Activation.named(name));
    }

    /** Sets the activation of the forget gate; the default is sigmoid. */
    public Lstm forgetActivation(UnaryOperator<Tensor> function) {
        Lstm changed = copy();
        changed.forgetActivation = Activation.of(function);
        return changed;
    }

    /** Sets the activation of the forget gate by name, see {@link Activation#named}. */
    public Lstm forgetActivation(String name) {
        return forgetActivation(Activation.named(name));
    }

    /** Sets the activation of the input gate; the default is sigmoid. */
    public Lstm inputActivation(UnaryOperator<Tensor> function) {
        Lstm changed = copy();
        changed.inputActivation = Activation.of(function);
        return changed;
    }

    /** Sets the activation of the input gate by name, see {@link Activation#named}. */
    public Lstm inputActivation(String name) {
        return inputActivation(Activation.named(name));
    }

    /** Sets the activation of the candidate; the default is tanh. */
    public Lstm candidateActivation(UnaryOperator<Tensor> function) {
        Lstm changed = copy();
        changed.candidateActivation = Activation.of(function);
        return changed;
    }

    /** Sets the activation of the candidate by name, see {@link Activation#named}. */
    public Lstm candidateActivation(String name) {
        return candidateActivation(Activation.named(name));
    }

    /** Sets the activation of the output gate; the default is sigmoid. */
    public Lstm outputActivation(UnaryOperator<Tensor> function) {
        Lstm changed = copy();
        changed.outputActivation = Activation.of(function);
        return changed;
    }

    /** Sets the activation of the output gate by name, see {@link Activation#named}. */
    public Lstm outputActivation(String name) {
        return outputActivation(Activation.named(name));
    }

    /** Sets how every gate's block of U and V starts; the default is orthogonal. */
    public Lstm initializer(Initializer initializer) {
        Lstm changed = copy();
        changed.initializer = initializer;
        return changed;
    }

    /**
     * Sets the value at which the forget gate's bias starts; the default is 0, as in EpyNN. 1 lets gradients through at first. Source:
     * Jozefowicz, Zaremba and Sutskever, ICML 2015.
     */
    public Lstm forgetBias(double value) {
        Lstm changed = copy();
        changed.forgetBias = value;
        return changed;
    }

    /** Sets whether the gates have biases (the default); without them there is no {@link #forgetBias} either. */
    public Lstm bias(boolean on) {
        Lstm changed = copy();
        changed.bias = on;
        return changed;
    }

    @Override
    CellDefinition<LstmState> definition() {
        return (scope, inputs, units) -> new LstmCell(
                scope.gates("U", LstmCell.GATES, gate -> initializer, inputs, units),
                scope.gates("V", LstmCell.GATES, gate -> initializer, units, units),
                bias ? biases(scope, units) : Tensor.zeros(scope.dtype(), LstmCell.GATES.size(), 1, units),
                forgetActivation,
                inputActivation,
                candidateActivation,
                outputActivation,
                activation);
    }

    private Tensor biases(Scope scope, int units) {
        return scope.gates(
                "b", LstmCell.GATES, gate -> Initializers.constant(gate.equals("f") ? forgetBias : 0), 1, units);
    }

    @Override
    public CellForm cellForm() {
        return new CellForm(
                "lstm",
                LstmCell.GATES,
                bias,
                false,
                Map.of(
                        "f",
                        forgetActivation,
                        "i",
                        inputActivation,
                        "g",
                        candidateActivation,
                        "o",
                        outputActivation,
                        "C",
                        activation));
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
