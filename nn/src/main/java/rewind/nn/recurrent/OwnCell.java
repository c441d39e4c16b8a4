package rewind.nn.recurrent;

import static rewind.nn.layer.OptionType.INTEGER;
import static rewind.nn.recurrent.RecurrentOptions.CELL;

import java.util.Optional;
import rewind.autograd.Tensor;
import rewind.nn.layer.CellDefinition;
import rewind.nn.layer.Form;

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

    /** Makes the layer of a cell with its usual options, see {@link rewind.nn.Layers#recurrent(String, CellDefinition, int)}. */
    public OwnCell(NamedCell<S> cell, int units) {
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
    public Form<OwnCell<Object>> form() {
        return FORM;
    }

    @Override
    @SuppressWarnings("unchecked") // a form reads options, whatever the state
    public String toString() {
        OwnCell<Object> plain = new OwnCell<>(of(cell), units());
        return FORM.text((OwnCell<Object>) this, Optional.of(plain));
    }
}
