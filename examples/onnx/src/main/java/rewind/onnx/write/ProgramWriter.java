package rewind.onnx.write;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.program.Program;
import rewind.onnx.proto.ElementType;
import rewind.onnx.proto.OnnxFile;
import rewind.onnx.proto.ValueInfo;

/** Writes programs, which are functions of fixed shapes. */
public final class ProgramWriter {
    private ProgramWriter() {}

    /**
     * Returns the file of a program.
     *
     * @throws IllegalArgumentException if it has operations without counterpart
     */
    public static OnnxFile file(Program program) {
        GraphBuilder graph = new GraphBuilder();
        List<Shape> shapes = program.examples().stream().map(Tensor::shape).toList();
        List<ValueInfo> inputs = new ArrayList<>();
        for (int i = 0; i < shapes.size(); i++) {
            Tensor example = program.examples().get(i);
            inputs.add(info(graph.name(program.inputNames().get(i)), example));
        }
        List<String> names = inputs.stream().map(ValueInfo::name).toList();
        List<String> wanted = program.resultNames().stream().map(graph::name).toList();
        List<String> results = RecordingWriter.write(graph, program.trace(), names, shapes);
        List<ValueInfo> outputs = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            graph.named(wanted.get(i), "Identity", results.get(i));
            outputs.add(info(wanted.get(i), program.trace().results().get(i)));
        }
        return OnnxFile.of(graph.graph("program", inputs, outputs, false), Map.of());
    }

    private static ValueInfo info(String name, Tensor like) {
        List<ValueInfo.Size> sizes = Arrays.stream(like.shape().toArray())
                .mapToObj(ValueInfo.Size::of)
                .toList();
        return new ValueInfo(name, ElementType.of(like.dtype()), sizes);
    }
}
