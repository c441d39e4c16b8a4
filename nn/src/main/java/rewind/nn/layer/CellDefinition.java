package rewind.nn.layer;

import rewind.autograd.program.Program;

/**
 * Defines a cell: declares its parameters in a scope and returns the step.
 *
 * @param <S> the state of the cell
 */
@FunctionalInterface
public interface CellDefinition<S> {
    /**
     * Returns the cell.
     *
     * @param scope where the parameters are
     * @param inputs the number of features of an input
     * @param units the width of the state
     */
    Cell<S> define(Scope scope, int inputs, int units);

    /**
     * Returns a step of the cell as a computation of its own: from the input x, (batch, inputs), the state before it and the parameters to
     * the state after it. That is h, from h⁻; of a record of several tensors each is called as its component.
     *
     * @param before a state, (batch, units), for its shapes and types
     * @throws IllegalArgumentException if the cell reads numbers, so that what it does may depend on them
     */
    default Program program(int inputs, int units, S before) {
        return ParametricProgram.of(this, inputs, units, before);
    }
}
