package rewind.nn.recurrent;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.CellDefinition;

/** The cells that have no options of their own, by the names under which files know them: variants of the others. */
public final class BuiltInCells {
    /** See {@link PeepholeLstmCell}. */
    public static final NamedCell<LstmState> PEEPHOLE_LSTM =
            new NamedCell<>("peepholeLstm", PeepholeLstmCell::define, BuiltInCells::zero);
    /** See {@link CoupledLstmCell}. */
    public static final NamedCell<LstmState> COUPLED_LSTM =
            new NamedCell<>("coupledLstm", CoupledLstmCell::define, BuiltInCells::zero);
    /** See {@link NormalizedLstmCell}. */
    public static final NamedCell<LstmState> NORMALIZED_LSTM =
            new NamedCell<>("normalizedLstm", NormalizedLstmCell::define, BuiltInCells::zero);
    /** See {@link IndRnnCell}. */
    public static final NamedCell<Tensor> IND_RNN = of("indRnn", IndRnnCell::define);
    /** See {@link MinimalGatedCell}. */
    public static final NamedCell<Tensor> MINIMAL_GATED = of("minimalGated", MinimalGatedCell::define);
    /** See {@link GruDCell}. */
    public static final NamedCell<Tensor> GRU_D = of("gruD", GruDCell::define);
    /** See {@link OdeRnnCell}. */
    public static final NamedCell<Tensor> ODE_RNN = of("odeRnn", OdeRnnCell.WITH_GRU);

    private static final Map<String, NamedCell<?>> ALL = new LinkedHashMap<>();

    static {
        for (NamedCell<?> cell :
                new NamedCell<?>[] {PEEPHOLE_LSTM, COUPLED_LSTM, NORMALIZED_LSTM, IND_RNN, MINIMAL_GATED, GRU_D, ODE_RNN
                }) {
            ALL.put(cell.name(), cell);
        }
    }

    private BuiltInCells() {}

    private static NamedCell<Tensor> of(String name, CellDefinition<Tensor> definition) {
        return new NamedCell<>(name, definition, Function.identity());
    }

    private static LstmState zero(Tensor zeros) {
        return new LstmState(zeros, zeros);
    }

    /** Whether a cell is one of these. */
    public static boolean has(NamedCell<?> cell) {
        return cell.name() != null && cell.equals(ALL.get(cell.name()));
    }

    static NamedCell<?> get(String name) {
        NamedCell<?> cell = ALL.get(name);
        Check.that(cell != null, "recurrent: the cell %s must be one of %s", name, ALL.keySet());
        return cell;
    }
}
