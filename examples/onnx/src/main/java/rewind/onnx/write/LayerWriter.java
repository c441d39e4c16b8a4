package rewind.onnx.write;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.Trace;
import rewind.nn.Sequential;
import rewind.nn.feedforward.ActivationLayer;
import rewind.nn.feedforward.Dense;
import rewind.nn.feedforward.Dropout;
import rewind.nn.feedforward.Embedding;
import rewind.nn.feedforward.LayerNormalization;
import rewind.nn.feedforward.OneHot;
import rewind.nn.feedforward.TimeDistributed;
import rewind.nn.layer.Activation;
import rewind.nn.layer.BuiltLayer;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Parameters;
import rewind.nn.layer.Pass;
import rewind.nn.layer.Samples;
import rewind.nn.recurrent.Bidirectional;
import rewind.nn.recurrent.Recurrent;
import rewind.onnx.proto.Attribute;
import rewind.onnx.proto.ElementType;

/** Writes the layers of a model, each by the operators that stand for it, or else by what it is made of. */
final class LayerWriter {
    /** Recordings for these numbers of samples tell what depends on it. */
    static final int[] SAMPLES = {2, 3, 5};

    private final GraphBuilder graph;
    private final BuiltLayer built;
    private final Parameters parameters;
    private final Extras extras;
    private final Map<String, String> written = new HashMap<>();

    LayerWriter(GraphBuilder graph, BuiltLayer built, Parameters parameters, Extras extras) {
        this.extras = extras;
        this.graph = graph;
        this.built = built;
        this.parameters = parameters;
    }

    GraphBuilder graph() {
        return graph;
    }

    Extras extras() {
        return extras;
    }

    Parameters parameters() {
        return parameters;
    }

    DType dtype() {
        return built.dtype();
    }

    ElementType type() {
        return ElementType.of(dtype());
    }

    /** The layers of a sequence, in their order: those whose parameters lie directly beneath. */
    List<BuiltLayer.Applied> children(BuiltLayer.Applied sequence) {
        String prefix = sequence.prefix();
        return built.applied().stream()
                .filter(each -> each.prefix().length() > prefix.length()
                        && each.prefix().startsWith(prefix)
                        && each.prefix().indexOf('/', prefix.length())
                                == each.prefix().length() - 1)
                .toList();
    }

    /** Writes a layer; returns the name of its output. */
    String write(BuiltLayer.Applied applied, String x) {
        Layer layer = LayerKinds.bare(applied.layer());
        if (layer instanceof Sequential) {
            String y = x;
            for (BuiltLayer.Applied child : children(applied)) {
                y = write(child, y);
            }
            return y;
        }
        if (layer instanceof Recurrent<?, ?> || layer instanceof Bidirectional<?>) {
            return new RecurrentWriter(this, applied, layer).write(x);
        }
        if (layer instanceof TimeDistributed every) {
            return everyStep(applied, every, x);
        }
        if (layer instanceof Dense) {
            return dense(applied, layer, x);
        }
        if (layer instanceof Dropout) {
            return x;
        }
        if (layer instanceof ActivationLayer own) {
            return activation(own.activation(), x, applied.input());
        }
        if (layer instanceof Embedding) {
            return graph.node("Gather", parameter(applied.prefix() + "E"), ids(applied, x));
        }
        if (layer instanceof OneHot codes) {
            String values = graph.constant(type(), Tensor.of(0, 1).to(dtype()));
            return graph.node("OneHot", ids(applied, x), graph.integer(codes.classes()), values);
        }
        if (layer instanceof LayerNormalization && dtype() == DType.FLOAT32) { // ε is a float
            return normalization(applied, layer, x);
        }
        return composed(applied, x);
    }

    /** A parameter as a tensor of the graph, once. */
    String parameter(String name) {
        return written.computeIfAbsent(name, key -> graph.tensor(key, parameters.get(key)));
    }

    private String dense(BuiltLayer.Applied applied, Layer layer, String x) {
        String prefix = applied.prefix();
        String product = graph.node("MatMul", x, parameter(prefix + "U"));
        boolean biased = parameters.stored().contains(prefix + "b");
        String sum = biased ? graph.node("Add", product, parameter(prefix + "b")) : product;
        return activation(layer.lastActivation(), sum, applied.output());
    }

    String activation(Activation activation, String x, Shape sample) {
        return ActivationWriter.write(graph, activation, x, (function, at) -> {
            List<Trace> traces = traces(in -> List.of(function.apply(in.get(0))), sample, List.of());
            return written(traces, at, sample, List.of()).get(0);
        });
    }

    private String normalization(BuiltLayer.Applied applied, Layer layer, String x) {
        int features = applied.input().size(-1);
        List<String> names = new ArrayList<>(List.of(x));
        for (String name : List.of("gain", "shift")) {
            String path = applied.prefix() + name;
            names.add(written.computeIfAbsent(
                    path, key -> graph.tensor(key, parameters.get(key).reshape(features))));
        }
        double epsilon = layer.description().number("epsilon");
        return graph.node(
                "LayerNormalization", names, Map.of("axis", Attribute.of(-1L), "epsilon", Attribute.of(epsilon)));
    }

    /** Ids as whole numbers (batch, steps). */
    private String ids(BuiltLayer.Applied applied, String x) {
        String whole = x.equals("x") ? x : graph.cast(x, ElementType.INT64);
        String ids = applied.input().rank() == 2 ? graph.node("Squeeze", whole, graph.integers(2)) : whole;
        return extras.lengths()
                .map(lengths -> graph.node("Where", real(ids, 1, lengths), ids, graph.integer(0)))
                .orElse(ids);
    }

    /**
     * Where steps are real, (samples, steps).
     *
     * @param x a value with the steps along an axis
     */
    String real(String x, int axis, String lengths) {
        String steps = steps(x, axis);
        return graph.node("Less", steps, graph.node("Unsqueeze", lengths, graph.integers(1)));
    }

    /** The numbers of the steps from 0. */
    String steps(String x, int axis) {
        String count = graph.node("Squeeze", count(x, axis, axis + 1));
        return graph.node("Range", graph.integer(0), count, graph.integer(1));
    }

    /** All steps of all samples as samples. */
    private String everyStep(BuiltLayer.Applied applied, TimeDistributed layer, String x) {
        Shape step = Samples.shape(applied.input());
        Shape output = Samples.shape(applied.output());
        String flat = graph.reshape(x, longs(IntStream.concat(IntStream.of(-1), IntStream.of(step.toArray()))));
        String y = write(new BuiltLayer.Applied(applied.prefix(), layer.layer(), step, output), flat);
        List<String> sizes = new ArrayList<>(List.of(count(x, 0, 2)));
        if (output.rank() > 0) {
            sizes.add(graph.integers(longs(IntStream.of(output.toArray()))));
        }
        return graph.node("Reshape", y, graph.node("Concat", sizes, Map.of("axis", Attribute.of(0L))));
    }

    private static long[] longs(IntStream sizes) {
        return sizes.asLongStream().toArray();
    }

    /** Sizes of a value as a vector. */
    String count(String x, int from, int to) {
        Map<String, Attribute> axes = Map.of("start", Attribute.of((long) from), "end", Attribute.of((long) to));
        return graph.node("Shape", List.of(x), axes);
    }

    // ---- by what it is made of ----

    private String composed(BuiltLayer.Applied applied, String x) {
        List<String> names = parametersOf(applied.prefix());
        List<Trace> traces = traces(
                in -> List.of(applied.output(with(names, in.subList(1, in.size())), in.get(0), Pass.inference())),
                applied.input(),
                names);
        return written(traces, x, applied.input(), names).get(0);
    }

    List<String> parametersOf(String prefix) {
        return parameters.stored().stream()
                .filter(name -> name.startsWith(prefix))
                .toList();
    }

    Parameters with(List<String> names, List<Tensor> values) {
        Parameters given = parameters;
        for (int i = 0; i < names.size(); i++) {
            given = given.with(names.get(i), values.get(i));
        }
        return given;
    }

    /** Recordings of a function of a batch and parameters. */
    private List<Trace> traces(Function<List<Tensor>, List<Tensor>> function, Shape sample, List<String> names) {
        return Arrays.stream(SAMPLES)
                .mapToObj(samples -> Trace.complete(
                        function,
                        Stream.concat(
                                        Stream.of(Tensor.zeros(dtype(), Samples.batch(samples, sample))),
                                        names.stream().map(parameters::get))
                                .toList()))
                .toList();
    }

    private List<String> written(List<Trace> traces, String x, Shape sample, List<String> names) {
        List<String> inputs = new ArrayList<>(List.of(x));
        names.forEach(name -> inputs.add(parameter(name)));
        List<List<Shape>> shapes = Arrays.stream(SAMPLES)
                .mapToObj(samples -> Stream.concat(
                                Stream.of(Shape.of(Samples.batch(samples, sample))),
                                names.stream().map(name -> parameters.get(name).shape()))
                        .toList())
                .toList();
        return RecordingWriter.write(graph, traces, SAMPLES, () -> count(x, 0, 1), inputs, shapes);
    }
}
