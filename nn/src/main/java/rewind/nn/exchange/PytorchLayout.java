package rewind.nn.exchange;

import static rewind.nn.exchange.ForeignLayout.biasOfGates;
import static rewind.nn.exchange.ForeignLayout.gatesOfBias;
import static rewind.nn.exchange.ForeignLayout.gatesOfRows;
import static rewind.nn.exchange.ForeignLayout.rowsOfGates;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.recurrent.Gates.CellForm;
import rewind.nn.recurrent.Merge;

/**
 * PyTorch: rows of gates, two biases, a name per layer of a stack and direction.
 *
 * @param index which layer of a stack
 */
record PytorchLayout(int index) implements ForeignLayout {
    PytorchLayout {
        Check.that(index >= 0, "pytorch: the index of a layer must not be negative, got %s", index);
    }

    @Override
    public String system() {
        return "pytorch";
    }

    @Override
    public List<String> gates(CellForm form) {
        return switch (form.kind()) {
            case "gru" -> List.of("r", "z", "hh");
            case "lstm" -> List.of("i", "f", "g", "o");
            default -> form.gates().names();
        };
    }

    @Override
    public void requireCell(CellForm form) {
        switch (form.kind()) {
            case "gru" -> {
                Check.that(
                        form.resetAfter(),
                        "pytorch: gru must reset after the recurrent product as PyTorch does, see resetAfter(true); reset before it"
                                + " is another function");
                requireActivation(form, "z", "sigmoid");
                requireActivation(form, "r", "sigmoid");
                requireActivation(form, "hh", "tanh");
            }
            case "lstm" -> {
                List.of("f", "i", "o").forEach(gate -> requireActivation(form, gate, "sigmoid"));
                List.of("g", "C").forEach(gate -> requireActivation(form, gate, "tanh"));
            }
            default -> requireActivation(form, "h", "tanh", "relu");
        }
    }

    @Override
    public void requireDirection(boolean reversed) {
        Check.that(
                !reversed,
                "pytorch: a layer of one direction must not be reversed, PyTorch has none that runs backwards alone");
    }

    @Override
    public void requireMerge(Merge merge) {
        Check.that(merge == Merge.CONCAT, "pytorch: both directions must be concatenated, got %s", merge);
    }

    @Override
    public List<GateWeights> read(ForeignTensors tensors, CellForm form, Extent extent) {
        int rows = extent.gates() * extent.units();
        List<GateWeights> directions = new ArrayList<>();
        for (int direction = 0; direction < extent.directions(); direction++) {
            String suffix = suffix(direction);
            boolean bias = tensors.has("bias_ih" + suffix) || tensors.has("bias_hh" + suffix);
            directions.add(new GateWeights(
                    gatesOfRows(tensors.take("weight_ih" + suffix, rows, extent.features()), extent.gates()),
                    gatesOfRows(tensors.take("weight_hh" + suffix, rows, extent.units()), extent.gates()),
                    bias ? gatesOfBias(tensors.take("bias_ih" + suffix, rows), extent.gates()) : null,
                    bias ? gatesOfBias(tensors.take("bias_hh" + suffix, rows), extent.gates()) : null));
        }
        tensors.requireAllTaken(name -> name.endsWith(suffix(0)) || name.endsWith(suffix(1)));
        return directions;
    }

    @Override
    public Map<String, Tensor> write(List<GateWeights> directions, CellForm form) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (int direction = 0; direction < directions.size(); direction++) {
            GateWeights weights = directions.get(direction);
            tensors.put("weight_ih" + suffix(direction), rowsOfGates(weights.input()));
            tensors.put("weight_hh" + suffix(direction), rowsOfGates(weights.recurrent()));
            if (form.gates().biased()) {
                tensors.put("bias_ih" + suffix(direction), biasOfGates(weights.inputBias()));
                tensors.put("bias_hh" + suffix(direction), biasOfGates(weights.recurrentBias()));
            }
        }
        return tensors;
    }

    private String suffix(int direction) {
        return "_l" + index + (direction == 0 ? "" : "_reverse");
    }
}
