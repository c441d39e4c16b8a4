package rewind.nn;

import java.util.Map;
import java.util.function.UnaryOperator;
import rewind.autograd.Tensor;

/** A layer of long short-term memory, see {@link LstmCell}. Immutable; every option returns a new layer. */
public final class Lstm extends Recurrent<LstmState, Lstm> {
    private Activation activation = Activation.TANH;
    private Activation forget = Activation.SIGMOID;
    private Activation input = Activation.SIGMOID;
    private Activation candidate = Activation.TANH;
    private Activation output = Activation.SIGMOID;
    private Initializer initializer = Initializers.orthogonal();
    private double forgetBias;

    Lstm(int units) {
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
        changed.forget = Activation.of(function);
        return changed;
    }

    /** Sets the activation of the forget gate by name, see {@link Activation#named}. */
    public Lstm forgetActivation(String name) {
        return forgetActivation(Activation.named(name));
    }

    /** Sets the activation of the input gate; the default is sigmoid. */
    public Lstm inputActivation(UnaryOperator<Tensor> function) {
        Lstm changed = copy();
        changed.input = Activation.of(function);
        return changed;
    }

    /** Sets the activation of the input gate by name, see {@link Activation#named}. */
    public Lstm inputActivation(String name) {
        return inputActivation(Activation.named(name));
    }

    /** Sets the activation of the candidate; the default is tanh. */
    public Lstm candidateActivation(UnaryOperator<Tensor> function) {
        Lstm changed = copy();
        changed.candidate = Activation.of(function);
        return changed;
    }

    /** Sets the activation of the candidate by name, see {@link Activation#named}. */
    public Lstm candidateActivation(String name) {
        return candidateActivation(Activation.named(name));
    }

    /** Sets the activation of the output gate; the default is sigmoid. */
    public Lstm outputActivation(UnaryOperator<Tensor> function) {
        Lstm changed = copy();
        changed.output = Activation.of(function);
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

    @Override
    CellDefinition<LstmState> definition() {
        return (scope, inputs, units) -> new LstmCell(
                scope.gates("U", LstmCell.GATES, gate -> initializer, inputs, units),
                scope.gates("V", LstmCell.GATES, gate -> initializer, units, units),
                scope.gates(
                        "b",
                        LstmCell.GATES,
                        gate -> Initializers.constant(gate.equals("f") ? forgetBias : 0),
                        1,
                        units),
                forget,
                input,
                candidate,
                output,
                activation);
    }

    @Override
    CellForm form() {
        return new CellForm(
                "lstm",
                LstmCell.GATES,
                true,
                false,
                Map.of("f", forget, "i", input, "g", candidate, "o", output, "C", activation));
    }

    @Override
    LstmState zero(Tensor zeros) {
        return new LstmState(zeros, zeros);
    }
}
