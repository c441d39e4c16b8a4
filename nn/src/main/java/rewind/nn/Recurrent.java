package rewind.nn;

import java.util.function.Function;
import java.util.function.UnaryOperator;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/**
 * A cell unrolled over the steps of a sequence: from (batch, steps, features) to the last output (batch, units), or with
 * {@link #sequences} to all of them (batch, steps, units). The state before the first step is zero.
 *
 * @param <S> the state of the cell
 */
public final class Recurrent<S> implements Layer {
    private final CellDefinition<S> cell;
    private final Function<Tensor, S> initial;
    private final int units;
    private final String name;
    private boolean sequences;

    /**
     * Makes a layer of a cell.
     *
     * @param name what messages and parameters call it
     * @param cell the definition of the cell
     * @param initial makes the state before the first step from zeros of (batch, units)
     * @param units the width of the output
     * @throws IllegalArgumentException if {@code units} is not positive
     */
    public Recurrent(String name, CellDefinition<S> cell, Function<Tensor, S> initial, int units) {
        Check.that(units > 0, "%s: units must be positive, got %s", name, units);
        this.cell = cell;
        this.initial = initial;
        this.units = units;
        this.name = name;
    }

    private Recurrent<S> copy() {
        Recurrent<S> copy = new Recurrent<>(name, cell, initial, units);
        copy.sequences = sequences;
        return copy;
    }

    /** Returns this layer with all outputs (true), or the last one (false, the default). */
    public Recurrent<S> sequences(boolean all) {
        Recurrent<S> changed = copy();
        changed.sequences = all;
        return changed;
    }

    @Override
    public UnaryOperator<Tensor> bind(Scope scope, Shape input) {
        Check.that(
                input.rank() == 2 && input.size(0) > 0,
                "%s: a sample must be (steps, features) with at least one step, got the shape %s",
                name,
                input);
        Cell<S> step = cell.define(scope, input.size(1), units);
        return x -> {
            Unroll<S> unrolled = Unroll.of(step, x, initial.apply(Tensor.zeros(x.size(0), units)));
            return sequences ? unrolled.sequence() : States.output(unrolled.last());
        };
    }

    @Override
    public String name() {
        return name;
    }
}
