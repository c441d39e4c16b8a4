package rewind.onnx;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import rewind.onnx.proto.Attribute;
import rewind.onnx.proto.Graph;
import rewind.onnx.proto.NamedTensor;
import rewind.onnx.proto.Node;
import rewind.onnx.proto.OnnxFile;
import rewind.onnx.write.ModelWriter;

/**
 * Which tensors of a graph are learnt: numbers with a point that have axes. A file of this library says which of these were no parameters when
 * it was written. In those of others the means and variances of batch normalisation are none, nor the two values of one-hot codes, nor zeros in
 * which recurrent layers and loops start, which exporters write out, nor what has elements that are not finite, as masks do.
 */
final class LearntTensors {
    private static final Set<String> RECURRENT = Set.of("RNN", "GRU", "LSTM");
    private static final Set<String> LOOPS = Set.of("Scan", "Loop");
    private static final Set<String> REARRANGING = Set.of(
            "Slice", "Expand", "Tile", "Unsqueeze", "Squeeze", "Reshape", "Transpose", "Identity", "Cast", "Gather");
    private static final int FIRST_STATE = 5; // its place among the inputs
    private static final int FIRST_STATISTIC = 3;
    private static final int CODES = 2;

    private final Set<String> not = new HashSet<>();
    private final Set<String> starts = new HashSet<>();
    private final Map<String, Node> makers = new HashMap<>();

    private LearntTensors() {}

    /** The names of the tensors, in their order. */
    static Set<String> of(OnnxFile file) {
        LearntTensors found = new LearntTensors();
        found.not.addAll(names(file, ModelWriter.FIXED));
        found.look(file.graph());
        Set<String> learnt = new LinkedHashSet<>();
        file.graph().initializers().forEach((name, tensor) -> {
            if (isWeight(tensor) && !found.not.contains(name) && !(found.starts.contains(name) && isZero(tensor))) {
                learnt.add(name);
            }
        });
        return learnt;
    }

    /** The names of tensors that a text of the file has, a line each. */
    static List<String> names(OnnxFile file, String key) {
        return file.metadata().getOrDefault(key, "").lines().toList();
    }

    private void look(Graph graph) {
        for (Node node : graph.nodes()) {
            List<String> inputs = node.inputs();
            node.outputs().forEach(output -> makers.put(output, node));
            switch (node.op()) {
                case "BatchNormalization" ->
                    inputs.stream().skip(FIRST_STATISTIC).forEach(name -> not.add(source(name)));
                case "OneHot" -> inputs.stream().skip(CODES).forEach(name -> not.add(source(name)));
                default -> {}
            }
            if (RECURRENT.contains(node.op())) {
                inputs.stream().skip(FIRST_STATE).limit(2).forEach(name -> starts.add(source(name)));
            }
            if (LOOPS.contains(node.op())) {
                inputs.forEach(name -> starts.add(source(name)));
            }
            for (Attribute attribute : node.attributes().values()) {
                if (attribute.value() instanceof Graph body) {
                    look(body);
                }
            }
        }
    }

    private static boolean isWeight(NamedTensor tensor) {
        return tensor.type().isReal()
                && tensor.value().rank() > 0
                && Arrays.stream(tensor.value().toArray()).allMatch(Double::isFinite);
    }

    /** What a value is a rearrangement of; nodes stand after those that they need. */
    private String source(String name) {
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

    private static boolean isZero(NamedTensor tensor) {
        return Arrays.stream(tensor.value().toArray()).allMatch(each -> each == 0);
    }
}
