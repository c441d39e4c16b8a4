package rewind.onnx;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import rewind.autograd.Tensor;
import rewind.onnx.proto.Attribute;
import rewind.onnx.proto.ElementType;
import rewind.onnx.proto.FileWriter;
import rewind.onnx.proto.Graph;
import rewind.onnx.proto.NamedTensor;
import rewind.onnx.proto.Node;
import rewind.onnx.proto.OnnxFile;
import rewind.onnx.proto.ValueInfo;

/** Puts graphs together for tests. */
final class Graphs {
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, NamedTensor> tensors = new LinkedHashMap<>();
    private final List<ValueInfo> inputs = new ArrayList<>();
    private final List<ValueInfo> outputs = new ArrayList<>();
    private long opset = 17;

    Graphs opset(long version) {
        opset = version;
        return this;
    }

    Graphs input(String name, ElementType type, long... sizes) {
        inputs.add(info(name, type, sizes));
        return this;
    }

    /** An output of any shape. */
    Graphs output(String name, ElementType type) {
        outputs.add(new ValueInfo(name, type, null));
        return this;
    }

    /** A negative size varies. */
    static ValueInfo info(String name, ElementType type, long... sizes) {
        List<ValueInfo.Size> all = IntStream.range(0, sizes.length)
                .mapToObj(i -> sizes[i] < 0 ? ValueInfo.Size.named("d" + i) : ValueInfo.Size.of(sizes[i]))
                .toList();
        return new ValueInfo(name, type, all);
    }

    Graphs tensor(String name, ElementType type, Tensor value) {
        tensors.put(name, new NamedTensor(name, type, value));
        return this;
    }

    Graphs node(String op, List<String> in, List<String> out, Map<String, Attribute> attributes) {
        nodes.add(new Node(op, "", "", in, out, attributes));
        return this;
    }

    Graphs node(String op, String in, String out) {
        return node(op, names(in), names(out), Map.of());
    }

    /** Names with blanks between them; a dash for one left out. */
    static List<String> names(String names) {
        return Arrays.stream(names.split(" ", -1))
                .map(name -> name.equals("-") ? "" : name)
                .toList();
    }

    OnnxFile file() {
        Graph graph = new Graph("test", nodes, tensors, inputs, outputs);
        return new OnnxFile(8, "test", Map.of("", opset), graph, Map.of(), List.of());
    }

    byte[] bytes() {
        return FileWriter.bytes(file());
    }

    OnnxGraph read() {
        try {
            return Onnx.read(bytes());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
