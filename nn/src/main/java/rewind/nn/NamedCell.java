package rewind.nn;

import java.util.function.Function;
import rewind.autograd.Tensor;

/**
 * A cell of a user's own.
 *
 * @param name what files call it, or null
 * @param definition its definition
 * @param zero makes the first state from zeros (batch, units)
 */
record NamedCell<S>(String name, CellDefinition<S> definition, Function<Tensor, S> zero) {
    /** What files call it. */
    String described() {
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
