package rewind.onnx.proto;

import java.util.List;
import java.util.Map;

/**
 * What a file holds.
 *
 * @param irVersion the version of the format
 * @param producer what wrote it
 * @param opsets the versions of operators, by domain; empty is ONNX's own
 * @param graph the graph
 * @param metadata texts by name
 * @param functions operators that the file defines itself
 */
public record OnnxFile(
        long irVersion,
        String producer,
        Map<String, Long> opsets,
        Graph graph,
        Map<String, String> metadata,
        List<FunctionBody> functions) {
    /** The version of the format in which files are written. */
    private static final long IR_VERSION = 8;

    /** The version of the operators with which files are written. */
    private static final long OPSET = 17;

    /** Returns a file of this library. */
    public static OnnxFile of(Graph graph, Map<String, String> metadata) {
        return new OnnxFile(IR_VERSION, "rewind", Map.of("", OPSET), graph, metadata, List.of());
    }

    /** Returns it with another graph. */
    public OnnxFile with(Graph other) {
        return new OnnxFile(irVersion, producer, opsets, other, metadata, functions);
    }

    /** Returns it with other texts. */
    public OnnxFile with(Map<String, String> texts) {
        return new OnnxFile(irVersion, producer, opsets, graph, texts, functions);
    }
}
