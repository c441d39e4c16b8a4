package rewind.nn.exchange;

import static rewind.nn.exchange.ForeignLayout.biasOfGates;
import static rewind.nn.exchange.ForeignLayout.gatesOfBias;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.recurrent.Gates.CellForm;

/** Keras: columns of gates, one bias, or two for the GRU that resets after the recurrent product. */
record KerasLayout() implements ForeignLayout {
    @Override
    public String system() {
        return "keras";
    }

    @Override
    public List<String> gates(CellForm form) {
        return switch (form.kind()) {
            case "gru" -> List.of("z", "r", "hh");
            case "lstm" -> List.of("i", "f", "g", "o");
            default -> form.gates().names();
        };
    }

    @Override
    public void requireCell(CellForm form) {
        switch (form.kind()) {
            case "gru" -> requireSameActivation(form, "z", "r");
            case "lstm" -> {
                requireSameActivation(form, "f", "i", "o");
                requireSameActivation(form, "g", "C");
            }
            default -> {}
        }
    }

    @Override
    public List<GateWeights> read(ForeignTensors tensors, CellForm form, Extent extent) {
        List<GateWeights> directions = new ArrayList<>();
        for (int direction = 0; direction < extent.directions(); direction++) {
            directions.add(read(tensors, prefix(direction, extent.directions()), form, extent));
        }
        tensors.requireAllTaken(name -> true);
        return directions;
    }

    private static GateWeights read(ForeignTensors tensors, String prefix, CellForm form, Extent extent) {
        int gates = extent.gates();
        int columns = gates * extent.units();
        Tensor input = gatesOfColumns(tensors.take(prefix + "kernel", extent.features(), columns), gates);
        Tensor recurrent = gatesOfColumns(tensors.take(prefix + "recurrent_kernel", extent.units(), columns), gates);
        if (!tensors.has(prefix + "bias")) {
            return new GateWeights(input, recurrent, null, null);
        }
        Check.that(
                !form.kind().equals("gru") || tensors.rank(prefix + "bias") == (form.resetAfter() ? 2 : 1),
                "keras: %sbias must have %s, as the layer has resetAfter(%s) and reset_after must be the same; otherwise it is another"
                        + " function",
                prefix,
                form.resetAfter() ? "two rows" : "one axis",
                form.resetAfter());
        if (!form.resetAfter()) {
            Tensor bias = tensors.take(prefix + "bias", columns);
            return new GateWeights(input, recurrent, gatesOfBias(bias, gates), null);
        }
        Tensor both = tensors.take(prefix + "bias", 2, columns);
        return new GateWeights(
                input, recurrent, gatesOfBias(both.select(0, 0), gates), gatesOfBias(both.select(0, 1), gates));
    }

    @Override
    public Map<String, Tensor> write(List<GateWeights> directions, CellForm form) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (int direction = 0; direction < directions.size(); direction++) {
            GateWeights weights = directions.get(direction);
            String prefix = prefix(direction, directions.size());
            tensors.put(prefix + "kernel", columnsOfGates(weights.input()));
            tensors.put(prefix + "recurrent_kernel", columnsOfGates(weights.recurrent()));
            if (form.gates().biased()) {
                Tensor bias = biasOfGates(weights.inputBias());
                tensors.put(
                        prefix + "bias",
                        form.resetAfter() ? Tensor.stack(0, bias, biasOfGates(weights.recurrentBias())) : bias);
            }
        }
        return tensors;
    }

    private static String prefix(int direction, int directions) {
        return directions == 1 ? "" : direction == 0 ? "forward_layer/" : "backward_layer/";
    }

    /** Splits the columns (rows, gates·units) into (gates, rows, units). */
    private static Tensor gatesOfColumns(Tensor columns, int gates) {
        return columns.reshape(columns.size(0), gates, columns.size(1) / gates).permute(1, 0, 2);
    }

    private static Tensor columnsOfGates(Tensor weights) {
        return weights.permute(1, 0, 2).reshape(weights.size(1), weights.size(0) * weights.size(2));
    }
}
