package rewind.onnx;

import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.format.FormatException;
import rewind.nn.layer.Description;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Parameters;
import rewind.nn.layer.Scope;
import rewind.onnx.operator.Evaluation;
import rewind.onnx.operator.Value;
import rewind.onnx.proto.ElementType;
import rewind.onnx.proto.FileWriter;
import rewind.onnx.proto.Graph;
import rewind.onnx.proto.NamedTensor;
import rewind.onnx.proto.OnnxFile;
import rewind.onnx.proto.ValueInfo;

/**
 * The graph of a file as a layer: from its one input to one of its outputs. Parameters are its {@link LearntTensors}.
 */
final class OnnxLayer implements Layer {
    static final String NAME = "onnx";

    private final OnnxFile file;
    private final ValueInfo input;
    private final int output;
    private final int inputAxis;
    private final int outputAxis;
    private final Map<String, ValueInfo> parameters;
    private final GivenInputs given;

    /**
     * Makes the layer.
     *
     * @param parameters what a file that was stripped of their values says of the parameters
     * @param output which output
     * @param inputAxis the axis of the input along which there are the samples
     * @param outputAxis the same of the output
     * @param given the inputs that the layer gives itself
     */
    private OnnxLayer(
            OnnxFile file,
            Map<String, ValueInfo> parameters,
            int output,
            int inputAxis,
            int outputAxis,
            GivenInputs given) {
        this.file = file;
        this.parameters = parameters;
        this.output = output;
        this.inputAxis = inputAxis;
        this.outputAxis = outputAxis;
        this.given = given;
        List<ValueInfo> required = new ArrayList<>(file.graph().required());
        required.removeIf(each -> parameters.containsKey(each.name()) || given.has(each.name()));
        Check.that(
                required.size() == 1,
                "onnx: a model has one input, but the graph needs %s; give the others by zeros(name), lengths(name) or with(name, tensor), or use run",
                required.stream().map(ValueInfo::name).toList());
        input = required.get(0);
        Check.that(input.type() != null, "onnx: input %s is %s, which is not taken", input.name(), input.described());
    }

    static OnnxLayer of(OnnxFile file, int output, int inputAxis, int outputAxis, GivenInputs given) {
        Map<String, ValueInfo> parameters = new LinkedHashMap<>();
        for (String name : LearntTensors.of(file)) {
            NamedTensor tensor = file.graph().initializers().get(name);
            List<ValueInfo.Size> sizes = IntStream.of(tensor.value().shape().toArray())
                    .mapToObj(ValueInfo.Size::of)
                    .toList();
            parameters.put(name, new ValueInfo(name, tensor.type(), sizes));
        }
        return new OnnxLayer(file, parameters, output, inputAxis, outputAxis, given);
    }

    /** The layer that {@link #description} tells of. */
    static OnnxLayer of(Description description) {
        try {
            byte[] bytes = Base64.getDecoder().decode(description.text("graph"));
            OnnxFile file = Reading.graph("onnx: the graph of the model", bytes).file();
            List<String> names = description.list("parameters", String.class);
            Map<String, ValueInfo> parameters = new LinkedHashMap<>();
            file.graph().inputs().stream()
                    .filter(each -> names.contains(each.name()))
                    .forEach(each -> parameters.put(each.name(), each));
            return new OnnxLayer(
                    file,
                    parameters,
                    description.integer("output"),
                    description.integer("inputAxis"),
                    description.integer("outputAxis"),
                    GivenInputs.of(description));
        } catch (FormatException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** The graph without the values of the parameters, which are inputs then. */
    @Override
    public Description description() {
        Graph graph = file.graph();
        Map<String, NamedTensor> kept = new LinkedHashMap<>(graph.initializers());
        kept.keySet().removeAll(parameters.keySet());
        List<ValueInfo> inputs = new ArrayList<>(graph.inputs());
        inputs.removeIf(each -> parameters.containsKey(each.name()));
        inputs.addAll(parameters.values());
        Graph bare = new Graph(graph.name(), graph.nodes(), kept, inputs, graph.outputs());
        Description described = Description.own(NAME)
                .with("graph", Base64.getEncoder().encodeToString(FileWriter.bytes(file.with(bare))))
                .with("parameters", List.copyOf(parameters.keySet()))
                .with("output", output)
                .with("inputAxis", inputAxis)
                .with("outputAxis", outputAxis);
        return given.in(described);
    }

    @Override
    public UnaryOperator<Tensor> bind(Scope scope, Shape sample) {
        Map<String, Value> weights = new HashMap<>();
        parameters.forEach((name, info) -> {
            int[] sizes =
                    info.sizes().stream().mapToInt(size -> (int) size.value()).toArray();
            Tensor value = scope.parameter(
                    name, (rng, shape) -> file.graph().initializers().get(name).value(), sizes);
            weights.put(name, new Value(info.type(), value));
        });
        return x -> {
            Map<String, Value> values = new HashMap<>(weights);
            values.putAll(given.values(file.graph(), scope, x));
            Tensor turned = x.permute(moved(x.rank(), 0, inputAxis));
            ElementType type = input.type();
            values.put(input.name(), new Value(type, type.isReal() ? turned : turned.to(type.dtype())));
            Tensor y = Evaluation.of(file, scope.dtype())
                    .run(file.graph(), values)
                    .get(output)
                    .tensor();
            int axis = outputAxis;
            Check.that(
                    y.rank() > axis,
                    "onnx: output %s must have an axis %s of samples, got the shape %s",
                    file.graph().outputs().get(output).name(),
                    axis,
                    y.shape());
            return y.permute(moved(y.rank(), axis, 0)).to(scope.dtype());
        };
    }

    /** The axes in their order, with one moved to another place. */
    private static int[] moved(int rank, int axis, int to) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
        order.add(to, order.remove(axis));
        return order.stream().mapToInt(Integer::intValue).toArray();
    }

    /** The file with the values that parameters have now. */
    OnnxFile file(Parameters now, String prefix) {
        Map<String, NamedTensor> tensors = new LinkedHashMap<>(file.graph().initializers());
        parameters.forEach(
                (name, info) -> tensors.put(name, new NamedTensor(name, info.type(), now.get(prefix + name))));
        return file.with(file.graph().with(tensors));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String toString() {
        return "onnx(" + file.graph().nodes().size() + " nodes)";
    }
}
