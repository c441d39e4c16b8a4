package rewind.nn.recurrent;

import java.util.function.Function;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.CellDefinition;

/**
 * A cell of a user's own.
 *
 * @param name what files call it, or null
 * @param definition its definition
 * @param zero makes the first state from zeros (batch, units)
 */
public record NamedCell<S>(String name, CellDefinition<S> definition, Function<Tensor, S> zero) {
    /**
     * Returns what files call it.
     *
     * @throws IllegalArgumentException if it has no name
     */
    public String described() {
        Check.that(
                name != null,
                "a cell of one's own must have a name to be saved; use recurrent(\"name\", cell, …), and"
                        + " Registry.of().cell(\"name\", cell) to load");
        return name;
    }

    @Override
    public String toString() {
        return name == null ? "cell" : name;
    }
}
