package rewind.nn;

import static rewind.nn.OptionType.CELL;
import static rewind.nn.OptionType.INTEGER;

import java.util.Optional;
import rewind.autograd.Tensor;

/**
 * A recurrent layer of a user's own cell; it can do all that the built-in ones can.
 *
 * @param <S> the state of the cell
 */
public final class OwnCell<S> extends Recurrent<S, OwnCell<S>> {
    static final Form<OwnCell<Object>> FORM = Recurrent.<OwnCell<Object>>form(
                    OwnCell.class, "recurrent", in -> new OwnCell<>(of(in.get("cell", CELL)), in.get("units", INTEGER)))
            .option("cell", CELL, layer -> layer.cell);

    private final NamedCell<S> cell;

    OwnCell(NamedCell<S> cell, int units) {
        super("recurrent", units);
        this.cell = cell;
    }

    @SuppressWarnings("unchecked") // a state is only ever handed back to the cell that made it
    private static NamedCell<Object> of(NamedCell<?> cell) {
        return (NamedCell<Object>) cell;
    }

    @Override
    CellDefinition<S> definition() {
        return cell.definition();
    }

    @Override
    S zero(Tensor zeros) {
        return cell.zero().apply(zeros);
    }

    @Override
    @SuppressWarnings("unchecked") // a form reads options, whatever the state
    public Description description() {
        return FORM.describe((OwnCell<Object>) this);
    }

    @Override
    @SuppressWarnings("unchecked") // as above
    public String toString() {
        OwnCell<Object> plain = new OwnCell<>(of(cell), units());
        return FORM.text((OwnCell<Object>) this, Optional.of(plain));
    }
}
