package rewind.onnx;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import rewind.autograd.Tensor;
import rewind.onnx.proto.Graph;
import rewind.onnx.proto.NamedTensor;
import rewind.onnx.proto.Node;

/**
 * Which tensors of a graph are learnt: numbers with a point that have axes. The means and variances of batch normalisation are not, nor
 * are zeros in which recurrent layers start, which exporters write out.
 */
final class LearntTensors {
    private static final Set<String> RECURRENT = Set.of("RNN", "GRU", "LSTM");
    private static final Set<String> REARRANGING = Set.of(
            "Slice", "Expand", "Tile", "Unsqueeze", "Squeeze", "Reshape", "Transpose", "Identity", "Cast", "Gather");
    private static final int FIRST_STATE = 5; // its place among the inputs

    private LearntTensors() {}

    /** The names of the tensors, in their order. */
    static Set<String> of(Graph graph) {
        Set<String> not = new HashSet<>();
        Set<String> starts = new HashSet<>();
        Map<String, Node> makers = new HashMap<>();
        for (Node node : graph.nodes()) {
            node.outputs().forEach(output -> makers.put(output, node));
            if (node.op().equals("BatchNormalization")) {
                node.inputs().stream().skip(3).forEach(not::add);
            }
            if (RECURRENT.contains(node.op())) {
                List<String> inputs = node.inputs();
                inputs.subList(Math.min(FIRST_STATE, inputs.size()), Math.min(FIRST_STATE + 2, inputs.size()))
                        .forEach(name -> starts.add(source(name, makers)));
            }
        }
        Set<String> learnt = new LinkedHashSet<>();
        graph.initializers().forEach((name, tensor) -> {
            boolean zeros = starts.contains(name) && isZero(tensor.value());
            if (isWeight(tensor) && !not.contains(name) && !zeros) {
                learnt.add(name);
            }
        });
        return learnt;
    }

    private static boolean isWeight(NamedTensor tensor) {
        return tensor.type().isReal() && tensor.value().rank() > 0;
    }

    /** What a value is a rearrangement of; nodes stand after those that they need. */
    private static String source(String name, Map<String, Node> makers) {
        String source = name;
        for (Node maker = makers.get(source);
                maker != null
                        && REARRANGING.contains(maker.op())
                        && !maker.inputs().isEmpty(); ) {
            source = maker.inputs().get(0);
            maker = makers.get(source);
        }
        return source;
    }

    private static boolean isZero(Tensor value) {
        return Arrays.stream(value.toArray()).allMatch(each -> each == 0);
    }
}
