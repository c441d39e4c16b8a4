package rewind.nn.exchange;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Activation;
import rewind.nn.recurrent.Gates.CellForm;
import rewind.nn.recurrent.Merge;

/** How another system names and arranges the weights of a recurrent layer, and which layers it has at all. */
interface ForeignLayout {
    /**
     * How large a layer is.
     *
     * @param directions 1 or 2
     */
    record Extent(int directions, int gates, int features, int units) {}

    /** The name of the system, for messages. */
    String system();

    /** The gates of a cell in the system's order, by our names. */
    List<String> gates(CellForm form);

    /** Refuses a cell that the system does not have. */
    void requireCell(CellForm form);

    /** Refuses a single direction that the system does not have. */
    default void requireDirection(boolean reversed) {}

    /** Refuses a way of merging two directions that the system does not have. */
    default void requireMerge(Merge merge) {}

    /** Returns the weights of every direction, forward first. */
    List<GateWeights> read(ForeignTensors tensors, CellForm form, Extent extent);

    /** Returns the system's tensors for the weights of every direction. */
    Map<String, Tensor> write(List<GateWeights> directions, CellForm form);

    /** Refuses an activation unless it is one of those given by name. */
    default void requireActivation(CellForm form, String gate, String... allowed) {
        Activation activation = form.gates().get(gate).activation();
        Check.that(
                Arrays.stream(allowed).map(Activation::named).anyMatch(activation::equals),
                "%s: the activation of %s in %s must be one of %s, set by its name, got %s",
                system(),
                gate,
                form.kind(),
                Arrays.toString(allowed),
                activation.name());
    }

    /** Refuses gates that do not all have the same activation. */
    default void requireSameActivation(CellForm form, String... gates) {
        Activation first = form.gates().get(gates[0]).activation();
        for (String gate : gates) {
            Check.that(
                    form.gates().get(gate).activation().equals(first),
                    "%s: %s has one activation for %s, got %s and %s",
                    system(),
                    form.kind(),
                    Arrays.toString(gates),
                    first.name(),
                    form.gates().get(gate).activation().name());
        }
    }

    /** Splits the rows (gates·units, columns) into (gates, columns, units). */
    static Tensor gatesOfRows(Tensor rows, int gates) {
        return rows.reshape(gates, rows.size(0) / gates, rows.size(1)).permute(0, 2, 1);
    }

    /** The inverse of {@link #gatesOfRows}. */
    static Tensor rowsOfGates(Tensor weights) {
        return weights.permute(0, 2, 1).reshape(weights.size(0) * weights.size(2), weights.size(1));
    }

    /** Splits a bias (gates·units) into (gates, 1, units). */
    static Tensor gatesOfBias(Tensor bias, int gates) {
        return bias.reshape(gates, 1, bias.size() / gates);
    }

    /** The inverse of {@link #gatesOfBias}. */
    static Tensor biasOfGates(Tensor bias) {
        return bias.reshape(bias.size());
    }
}
