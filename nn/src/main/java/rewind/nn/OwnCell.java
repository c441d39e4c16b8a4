package rewind.nn;

import java.util.function.Function;
import rewind.autograd.Tensor;

/**
 * A recurrent layer of a user's own cell; it can do all that the built-in ones can.
 *
 * @param <S> the state of the cell
 */
public final class OwnCell<S> extends Recurrent<S, OwnCell<S>> {
    private final CellDefinition<S> cell;
    private final Function<Tensor, S> zero;

    OwnCell(CellDefinition<S> cell, Function<Tensor, S> zero, int units) {
        super("recurrent", units);
        this.cell = cell;
        this.zero = zero;
    }

    @Override
    CellDefinition<S> definition() {
        return cell;
    }

    @Override
    S zero(Tensor zeros) {
        return zero.apply(zeros);
    }
}
