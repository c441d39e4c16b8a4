package rewind.nn.exchange;

import static rewind.nn.exchange.ForeignLayout.biasOfGates;
import static rewind.nn.exchange.ForeignLayout.gatesOfBias;
import static rewind.nn.exchange.ForeignLayout.gatesOfRows;
import static rewind.nn.exchange.ForeignLayout.rowsOfGates;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import rewind.autograd.Tensor;
import rewind.nn.recurrent.Gates.CellForm;

/** ONNX: rows of gates, both biases one after the other, directions along the first axis. */
record OnnxLayout() implements ForeignLayout {
    /** Those of our activations that an operator of ONNX can be given; the identity is Affine with α = 1. */
    private static final String[] ACTIVATIONS = {"identity", "tanh", "sigmoid", "relu", "leakyRelu", "elu", "softplus"};

    @Override
    public String system() {
        return "onnx";
    }

    @Override
    public List<String> gates(CellForm form) {
        return switch (form.kind()) {
            case "gru" -> List.of("z", "r", "hh");
            case "lstm" -> List.of("i", "o", "f", "g");
            default -> form.gates().names();
        };
    }

    @Override
    public void requireCell(CellForm form) {
        form.gates().all().forEach(gate -> requireActivation(form, gate.name(), ACTIVATIONS));
        switch (form.kind()) {
            case "gru" -> requireSameActivation(form, "z", "r");
            case "lstm" -> requireSameActivation(form, "i", "o", "f");
            default -> {}
        }
    }

    @Override
    public List<GateWeights> read(ForeignTensors tensors, CellForm form, Extent extent) {
        int gates = extent.gates();
        int rows = gates * extent.units();
        Tensor input = tensors.take("W", extent.directions(), rows, extent.features());
        Tensor recurrent = tensors.take("R", extent.directions(), rows, extent.units());
        Tensor biases = tensors.has("B") ? tensors.take("B", extent.directions(), 2 * rows) : null;
        tensors.requireAllTaken(name -> true);
        List<GateWeights> directions = new ArrayList<>();
        for (int direction = 0; direction < extent.directions(); direction++) {
            Tensor both = biases == null ? null : biases.select(0, direction);
            directions.add(new GateWeights(
                    gatesOfRows(input.select(0, direction), gates),
                    gatesOfRows(recurrent.select(0, direction), gates),
                    both == null ? null : gatesOfBias(both.slice(0, 0, rows), gates),
                    both == null ? null : gatesOfBias(both.slice(0, rows, 2 * rows), gates)));
        }
        return directions;
    }

    @Override
    public Map<String, Tensor> write(List<GateWeights> directions, CellForm form) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("W", stack(directions, weights -> rowsOfGates(weights.input())));
        tensors.put("R", stack(directions, weights -> rowsOfGates(weights.recurrent())));
        if (form.gates().biased()) {
            tensors.put(
                    "B",
                    stack(
                            directions,
                            weights -> Tensor.concat(
                                    0, biasOfGates(weights.inputBias()), biasOfGates(weights.recurrentBias()))));
        }
        return tensors;
    }

    private static Tensor stack(List<GateWeights> directions, Function<GateWeights, Tensor> of) {
        return Tensor.stack(0, directions.stream().map(of).toList());
    }
}
