package rewind.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.Model;
import rewind.onnx.operator.Evaluation;
import rewind.onnx.operator.Value;
import rewind.onnx.proto.ElementType;
import rewind.onnx.proto.NamedTensor;
import rewind.onnx.proto.OnnxFile;
import rewind.onnx.proto.ValueInfo;
import rewind.onnx.write.ModelWriter;

/**
 * The graph of a file, as a function of named tensors. Immutable; every option returns a new one.
 *
 * <pre>{@code
 * OnnxGraph graph = Onnx.read(path);
 * Tensor y = graph.run(Map.of("x", x)).get("y");
 * Model model = graph.output("y").model(Shape.of(steps, features));        // to be trained on
 * }</pre>
 */
public final class OnnxGraph {
    private final OnnxFile file;
    private final int output;
    private final int inputAxis;
    private final int outputAxis;
    private final GivenInputs given;

    OnnxGraph(OnnxFile file) {
        this(file, 0, 0, 0, GivenInputs.NONE);
    }

    private OnnxGraph(OnnxFile file, int output, int inputAxis, int outputAxis, GivenInputs given) {
        this.given = given;
        this.file = file;
        this.output = output;
        this.inputAxis = inputAxis;
        this.outputAxis = outputAxis;
    }

    OnnxFile file() {
        return file;
    }

    /** Returns the names of the inputs that must be given, in their order. */
    public List<String> inputs() {
        return file.graph().required().stream().map(ValueInfo::name).toList();
    }

    /** Returns the names of the outputs, in their order. */
    public List<String> outputs() {
        return file.graph().outputs().stream().map(ValueInfo::name).toList();
    }

    /** Returns the texts that the file has besides the graph, by name. */
    public Map<String, String> metadata() {
        return Collections.unmodifiableMap(file.metadata());
    }

    /**
     * Computes the outputs, in the element types that the file has. Whole numbers and truth values are FLOAT64.
     *
     * @param inputs by name; those that the file has tensors for may be missing
     * @return the outputs by name, in their order
     * @throws IllegalArgumentException if an input is missing, or is none of the graph's, or a node cannot take what it gets
     */
    public Map<String, Tensor> run(Map<String, Tensor> inputs) {
        Map<String, Value> values = new HashMap<>();
        List<String> missing = new ArrayList<>(inputs());
        missing.removeAll(inputs.keySet());
        Check.that(missing.isEmpty(), "onnx: there must be inputs %s, missing are %s", inputs(), missing);
        inputs.forEach((name, tensor) -> values.put(name, input(name, tensor)));
        List<Value> results = Evaluation.of(file, null).run(file.graph(), values);
        Map<String, Tensor> byName = new LinkedHashMap<>();
        for (int i = 0; i < results.size(); i++) {
            byName.put(outputs().get(i), results.get(i).tensor());
        }
        return byName;
    }

    private Value input(String name, Tensor tensor) {
        for (ValueInfo input : file.graph().inputs()) {
            if (input.name().equals(name)) {
                Check.that(input.type() != null, "onnx: input %s is %s, which is not taken", name, input.described());
                return new Value(input.type(), tensor.to(input.type().dtype()));
            }
        }
        throw Check.failure("onnx: there must be an input %s, got %s", name, inputs());
    }

    // ---- a model ----

    /**
     * Sets which output a model gives; the first one if nothing is said.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public OnnxGraph output(String name) {
        Check.that(outputs().contains(name), "onnx: output %s must be one of %s", name, outputs());
        return new OnnxGraph(file, outputs().indexOf(name), inputAxis, outputAxis, given);
    }

    /**
     * Sets along which axes there are samples, the first ones if nothing is said: recurrent operators often have them along axis 1 of the
     * input (steps, samples, features), and along axis 2 of all outputs (steps, directions, samples, units) or 1 of the last one
     * (directions, samples, units). Samples of a model always come first.
     *
     * @throws IllegalArgumentException if one is negative
     */
    public OnnxGraph samplesAlong(int axisOfInput, int axisOfOutput) {
        Check.that(
                axisOfInput >= 0 && axisOfOutput >= 0,
                "onnx: axes must not be negative, got %s and %s",
                axisOfInput,
                axisOfOutput);
        return new OnnxGraph(file, output, axisOfInput, axisOfOutput, given);
    }

    /**
     * Gives an input its value for good; it is then a tensor of the file, and a parameter of a model if such tensors are, see
     * {@link #model(Shape)}.
     *
     * @throws IllegalArgumentException if there is no such input
     */
    public OnnxGraph with(String name, Tensor value) {
        Value constant = input(name, value);
        Map<String, NamedTensor> tensors = new LinkedHashMap<>(file.graph().initializers());
        tensors.put(
                name, new NamedTensor(name, constant.type(), constant.tensor().detach()));
        return new OnnxGraph(file.with(file.graph().with(tensors)), output, inputAxis, outputAxis, given);
    }

    /**
     * Gives an input of a model zeros, the states in which recurrent layers start say: of the sizes that the file tells, and as many as
     * there are samples along the axis whose size it does not tell.
     *
     * @throws IllegalArgumentException if there is no such input
     */
    public OnnxGraph zeros(String name) {
        return new OnnxGraph(file, output, inputAxis, outputAxis, given.withZeros(required(name)));
    }

    /**
     * Gives an input of a model the lengths of padded sequences, see {@link rewind.nn.layer.Pass#lengths}; the number of steps of a batch
     * without lengths.
     *
     * @throws IllegalArgumentException if there is no such input
     */
    public OnnxGraph lengths(String name) {
        return new OnnxGraph(file, output, inputAxis, outputAxis, given.withLengths(required(name)));
    }

    private String required(String name) {
        Check.that(inputs().contains(name), "onnx: there must be an input %s, got %s", name, inputs());
        return name;
    }

    /**
     * Returns a model of the graph, which has one input left, in the element type of the file. Its parameters are the tensors of the file
     * that are numbers with a point and have axes, under their names there. Of a file of this library, what were
     * no parameters when it was written, statistics and constants, are none now, and frozen ones are frozen; of others, means and variances of batch
     * normalisation, the values of one-hot codes, zeros in which recurrent layers and loops start, and what is not finite, are none.
     *
     * @param sample the shape of one sample
     * @throws IllegalArgumentException if the graph needs several inputs, or a node cannot take what it gets
     */
    public Model model(Shape sample) {
        boolean wide = Stream.concat(
                        file.graph().inputs().stream().map(ValueInfo::type),
                        file.graph().initializers().values().stream().map(NamedTensor::type))
                .anyMatch(type -> type == ElementType.DOUBLE);
        Model model = Model.build(
                OnnxLayer.of(file, output, inputAxis, outputAxis, given),
                sample,
                0,
                wide ? DType.FLOAT64 : DType.FLOAT32);
        metadata().forEach(model::note);
        LearntTensors.names(file, ModelWriter.FROZEN).stream()
                .filter(model.parameters().stored()::contains)
                .forEach(model::freeze);
        return model;
    }

    /**
     * As {@link #model(Shape)}, with the shape of a sample that the file tells; of a file of this library, that of the model.
     *
     * @throws IllegalArgumentException as there, or if the file does not tell all sizes
     */
    public Model model() {
        List<ValueInfo> required = file.graph().required().stream()
                .filter(each -> !given.has(each.name()))
                .toList();
        Check.that(!required.isEmpty(), "onnx: a model needs an input, the graph has none");
        if (metadata().containsKey(ModelWriter.SAMPLE)) {
            int[] sizes = Pattern.compile("[0-9]+")
                    .matcher(metadata().get(ModelWriter.SAMPLE))
                    .results()
                    .mapToInt(each -> Integer.parseInt(each.group()))
                    .toArray();
            return model(Shape.of(sizes));
        }
        List<ValueInfo.Size> sizes = required.get(0).sizes();
        Check.that(
                sizes != null
                        && sizes.size() > inputAxis
                        && IntStream.range(0, sizes.size())
                                .allMatch(axis ->
                                        axis == inputAxis || sizes.get(axis).isFixed()),
                "onnx: the file tells the sizes %s of input %s; use model(Shape) with all but that of the samples",
                sizes,
                required.get(0).name());
        return model(Shape.of(IntStream.range(0, sizes.size())
                .filter(axis -> axis != inputAxis)
                .map(axis -> (int) sizes.get(axis).value())
                .toArray()));
    }

    /** Returns inputs and outputs with their types and sizes. */
    @Override
    public String toString() {
        return "OnnxGraph " + words(file.graph().required()) + " → "
                + words(file.graph().outputs()) + ", " + file.graph().nodes().size() + " nodes";
    }

    private static List<String> words(List<ValueInfo> values) {
        return values.stream()
                .map(each -> each.name() + " " + each.described() + " " + each.sizes())
                .toList();
    }
}
