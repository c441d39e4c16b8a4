package rewind.nn.layer;

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
}
