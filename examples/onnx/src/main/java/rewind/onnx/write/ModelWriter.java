package rewind.onnx.write;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.Model;
import rewind.nn.layer.BuiltLayer;
import rewind.nn.layer.Pass;
import rewind.onnx.proto.ElementType;
import rewind.onnx.proto.OnnxFile;
import rewind.onnx.proto.ValueInfo;

/**
 * Writes models: from x (batch, …) to y (batch, …), for any number of samples, and where no layer needs a certain number of steps, for any
 * number of these.
 */
public final class ModelWriter {
    /** The text that tells the shape of the samples that the model was built for. */
    public static final String SAMPLE = "rewind.sample";

    /** The text with the names of tensors that are no parameters, though they could be, a line each. */
    public static final String FIXED = "rewind.fixed";

    /** The text with the names of parameters that training leaves alone, a line each. */
    public static final String FROZEN = "rewind.frozen";

    private static final ValueInfo.Size BATCH = ValueInfo.Size.named("batch");
    private static final ValueInfo.Size STEPS = ValueInfo.Size.named("steps");

    private ModelWriter() {}

    /**
     * Returns the file of a model.
     *
     * @param lengths whether there are lengths of sequences
     * @param states whether recurrent layers get and give states
     * @throws IllegalArgumentException if something of it has no counterpart
     */
    public static OnnxFile file(Model model, boolean lengths, boolean states) {
        requireOneOutput(model);
        Map<String, Tensor> stored = new LinkedHashMap<>();
        model.parameters().map((name, value) -> stored.put(name, value));
        BuiltLayer built = BuiltLayer.reading(model.layer(), model.input(), stored, model.dtype());
        GraphBuilder graph = new GraphBuilder();
        String x = graph.name("x");
        String y = graph.name("y");
        Extras extras = new Extras(graph, lengths, states);
        BuiltLayer.Applied whole = built.applied().get(built.applied().size() - 1);
        boolean ids = LayerKinds.takesIds(built, whole);
        LayerWriter writer = new LayerWriter(graph, built, model.parameters(), model.frozen(), extras, ids ? x : "");
        boolean anySteps = model.input().rank() == (ids ? 1 : 2) && LayerKinds.takesAnySteps(built, whole);
        graph.named(y, "Identity", writer.write(whole, x));
        ElementType type = ElementType.of(model.dtype());
        ValueInfo input = new ValueInfo(x, ids ? ElementType.INT64 : type, sizes(model.input(), anySteps));
        boolean sequences = anySteps && LayerKinds.givesSteps(built, whole);
        ValueInfo output = new ValueInfo(y, type, sizes(model.output(), sequences));
        Map<String, String> metadata = new LinkedHashMap<>(model.notes());
        metadata.put(SAMPLE, Arrays.toString(model.input().toArray()));
        note(metadata, FIXED, graph.fixed());
        note(metadata, FROZEN, graph.frozen());
        return OnnxFile.of(
                graph.graph("model", with(input, extras.inputs()), with(output, extras.outputs()), false), metadata);
    }

    /** Notes names of tensors, a line each, or that there are none. */
    public static void note(Map<String, String> metadata, String key, Set<String> names) {
        if (names.isEmpty()) {
            metadata.remove(key);
        } else {
            metadata.put(key, names.stream().sorted().collect(Collectors.joining("\n")));
        }
    }

    private static void requireOneOutput(Model model) {
        Pass pass = Pass.inference();
        Tensor sample = Tensor.zeros(model.dtype(), model.input()).expandDims(0);
        try {
            Check.that(
                    model.forward(model.parameters(), sample, pass).rank() >= 0, "there must be an output per sample");
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "onnx: a graph gives a model a batch and nothing besides, which must be enough; " + e.getMessage(),
                    e);
        }
        Check.that(
                pass.outputs().named().isEmpty(),
                "onnx: a graph of a model has one output, but layers give others by name: %s; write a model without them",
                pass.outputs().named().keySet());
    }

    private static List<ValueInfo> with(ValueInfo first, List<ValueInfo> others) {
        return Stream.concat(Stream.of(first), others.stream()).toList();
    }

    private static List<ValueInfo.Size> sizes(Shape sample, boolean anySteps) {
        List<ValueInfo.Size> sizes = new ArrayList<>(List.of(BATCH));
        IntStream.of(sample.toArray()).mapToObj(ValueInfo.Size::of).forEach(sizes::add);
        if (anySteps) {
            sizes.set(1, STEPS);
        }
        return sizes;
    }
}
