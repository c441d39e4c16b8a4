package rewind.nn.recurrent;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Initializer;
import rewind.nn.layer.Initializers;
import rewind.nn.layer.Scope;

/**
 * The gates of a cell: all that is said of each, in one line, from which parameters, options, files and the weights of other systems
 * follow. Immutable.
 *
 * <pre>{@code
 * static final Gates GATES = Gates.of(Initializers.orthogonal())
 *         .gate("z", "updateActivation", Activation.SIGMOID)
 *         .gate("r", "resetActivation", Activation.SIGMOID)
 *         .gate("hh", "activation", Activation.TANH);
 * }</pre>
 *
 * @param all the gates in the order of their stack, then the states that have an activation
 * @param initializer how every gate's block of U and V starts
 * @param biased whether the gates have biases
 */
public record Gates(List<Gate> all, Initializer initializer, boolean biased) {
    /**
     * A gate, or a state with an activation.
     *
     * @param name its symbol in the equations, which ends the names of its parameters
     * @param sum the symbol of what its activation gets
     * @param option the name of the option for its activation
     * @param stacked whether it has a block of U, V and b; a state has none
     * @param bias where its bias starts
     */
    public record Gate(String name, String sum, String option, Activation activation, boolean stacked, double bias) {
        Gate activation(Activation changed) {
            return new Gate(name, sum, option, changed, stacked, bias);
        }

        Gate bias(double start) {
            return new Gate(name, sum, option, activation, stacked, start);
        }
    }

    /** Returns no gates yet, with biases that start at 0. */
    public static Gates of(Initializer initializer) {
        return new Gates(List.of(), initializer, true);
    }

    /**
     * Adds a gate at the end of the stack.
     *
     * @throws IllegalArgumentException if there is a state already
     */
    public Gates gate(String name, String option, Activation activation) {
        for (Gate before : all) {
            Check.that(before.stacked(), "gates: %s must be added before the state %s", name, before.name());
        }
        return plus(new Gate(name, name + "_", option, activation, true, 0));
    }

    /** Adds the activation of a state. */
    public Gates state(String name, String option, Activation activation) {
        return plus(new Gate(name, name + "_", option, activation, false, 0));
    }

    private Gates plus(Gate gate) {
        List<Gate> more = new ArrayList<>(all);
        more.add(gate);
        return new Gates(List.copyOf(more), initializer, biased);
    }

    // ---- options ----

    /** Sets an activation by the name of its gate or state. */
    public Gates activation(String name, Activation activation) {
        return changed(name, gate -> gate.activation(activation));
    }

    /** Sets where the bias of a gate starts. */
    public Gates bias(String name, double start) {
        return changed(name, gate -> gate.bias(start));
    }

    /** Sets how every block of U and V starts. */
    public Gates initializer(Initializer changed) {
        return new Gates(all, changed, biased);
    }

    /** Sets whether there are biases. */
    public Gates biased(boolean on) {
        return new Gates(all, initializer, on);
    }

    private Gates changed(String name, UnaryOperator<Gate> change) {
        List<Gate> changed = new ArrayList<>(all);
        changed.set(place(name), change.apply(get(name)));
        return new Gates(List.copyOf(changed), initializer, biased);
    }

    // ---- what they are ----

    /**
     * Returns a gate or state.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public Gate get(String name) {
        return all.get(place(name));
    }

    private int place(String name) {
        for (int i = 0; i < all.size(); i++) { // in every step: no stream
            if (all.get(i).name().equals(name)) {
                return i;
            }
        }
        throw Check.failure(
                "gates: %s must be one of %s",
                name, all.stream().map(Gate::name).toList());
    }

    /** Returns the names of the gates in the order of their stack; the one without a name where U, V and b are no stacks. */
    public List<String> names() {
        return stacked() ? all.stream().filter(Gate::stacked).map(Gate::name).toList() : List.of("");
    }

    /** Whether U, V and b have an axis of gates. */
    public boolean stacked() {
        return all.stream().anyMatch(Gate::stacked);
    }

    // ---- parameters ----

    /** Returns the parameter of every gate, (gates, rows, units), or (rows, units) where there is no stack. */
    public Tensor weights(Scope scope, String name, int rows, int units) {
        return stacked()
                ? scope.gates(name, names(), gate -> initializer, rows, units)
                : scope.parameter(name, initializer, rows, units);
    }

    /** Returns the biases b, (gates, 1, units) or (1, units); zeros where there are none. */
    public Tensor biases(Scope scope, int units) {
        if (!stacked()) {
            return biased ? scope.bias("b", units) : Tensor.zeros(scope.dtype(), 1, units);
        }
        List<String> names = names();
        return biased
                ? scope.gates(
                        "b", names, gate -> Initializers.constant(get(gate).bias()), 1, units)
                : Tensor.zeros(scope.dtype(), names.size(), 1, units);
    }

    // ---- in a step ----

    /**
     * Opens a gate: f = act_f(f_).
     *
     * @param sums the sums f_, … of the gates as they are stacked, (gates, batch, units)
     */
    public Tensor open(String name, Tensor sums) {
        int place = place(name);
        Gate gate = all.get(place);
        Tensor sum = sums.select(0, place).named(gate.sum());
        return gate.activation().apply(sum).named(name);
    }

    /** Applies the activation of a gate or state to its sum. */
    public Tensor activate(String name, Tensor sum) {
        return get(name).activation().apply(sum).named(name);
    }

    /**
     * What must be known of a built-in recurrent layer to store it as other systems do.
     *
     * @param kind rnn, gru or lstm
     * @param resetAfter whether it is the GRU with a second bias chh of the candidate hh
     */
    public record CellForm(String kind, Gates gates, boolean resetAfter) {}
}
