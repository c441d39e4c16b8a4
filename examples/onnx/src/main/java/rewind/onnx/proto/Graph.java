package rewind.onnx.proto;

import java.util.List;
import java.util.Map;

/**
 * A graph: nodes, tensors that it brings along, and what goes in and out.
 *
 * @param name its name
 * @param nodes in the order in which they are computed
 * @param initializers the tensors by name, in their order
 * @param inputs what is given; in old files the initializers are among them
 * @param outputs what it gives
 */
public record Graph(
        String name,
        List<Node> nodes,
        Map<String, NamedTensor> initializers,
        List<ValueInfo> inputs,
        List<ValueInfo> outputs) {
    /** Returns the inputs that must be given. */
    public List<ValueInfo> required() {
        return inputs.stream()
                .filter(input -> !initializers.containsKey(input.name()))
                .toList();
    }

    /** Returns it with other tensors. */
    public Graph with(Map<String, NamedTensor> others) {
        return new Graph(name, nodes, others, inputs, outputs);
    }
}
