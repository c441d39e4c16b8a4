package rewind.nn.recurrent;

import static rewind.nn.layer.OptionType.INTEGER;
import static rewind.nn.recurrent.RecurrentOptions.CELL;

import java.util.Optional;
import rewind.autograd.Tensor;
import rewind.nn.layer.Cell;
import rewind.nn.layer.CellDefinition;
import rewind.nn.layer.Form;
import rewind.nn.layer.States;

/**
 * A recurrent layer of a user's own cell, or of one of {@link BuiltInCells}; it can do all that the others can.
 *
 * @param <S> the state of the cell
 */
public final class OwnCell<S> extends Recurrent<S, OwnCell<S>> {
    static final Form<OwnCell<Object>> FORM = RecurrentOptions.<OwnCell<Object>>form(
                    OwnCell.class, "recurrent", in -> new OwnCell<>(of(in.get("cell", CELL)), in.get("units", INTEGER)))
            .option("cell", CELL, layer -> layer.cell);

    private final NamedCell<S> cell;

    /** Makes the layer of a cell with its usual options, see {@link rewind.nn.Layers#recurrent(String, CellDefinition, int)}. */
    public OwnCell(NamedCell<S> cell, int units) {
        super(BuiltInCells.has(cell) ? cell.name() : "recurrent", units);
        this.cell = cell;
    }

    @SuppressWarnings("unchecked") // a state is only ever handed back to the cell that made it
    private static NamedCell<Object> of(NamedCell<?> cell) {
        return (NamedCell<Object>) cell;
    }

    @Override
    CellDefinition<S> definition() {
        return (scope, inputs, units) -> new WithName<>(cell.definition().define(scope, inputs, units));
    }

    /** A cell whose output carries the name h, beside one that the cell gave it, for equations and checks. */
    private record WithName<S>(Cell<S> cell) implements Cell<S> {
        @Override
        public S step(Tensor x, S previous) {
            return named(cell.step(x, previous));
        }

        @Override
        public Tensor project(Tensor x) {
            return cell.project(x);
        }

        @Override
        public S advance(Tensor projected, S previous) {
            return named(cell.advance(projected, previous));
        }

        @Override
        public S advance(Tensor projected, S previous, S seen) {
            return named(cell.advance(projected, previous, seen));
        }

        private S named(S state) {
            return States.mapOutput(state, output -> output.named("h"));
        }
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
