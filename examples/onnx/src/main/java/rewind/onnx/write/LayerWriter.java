package rewind.onnx.write;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.Trace;
import rewind.nn.Sequential;
import rewind.nn.convolution.GlobalPooling;
import rewind.nn.feedforward.ActivationLayer;
import rewind.nn.feedforward.Dense;
import rewind.nn.feedforward.Dropout;
import rewind.nn.feedforward.Embedding;
import rewind.nn.feedforward.LayerNormalization;
import rewind.nn.feedforward.OneHot;
import rewind.nn.feedforward.Residual;
import rewind.nn.feedforward.TiedDense;
import rewind.nn.feedforward.TimeDistributed;
import rewind.nn.layer.Activation;
import rewind.nn.layer.BuiltLayer;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Parameters;
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
    private final Set<String> frozen;
    private final Map<String, String> written;
    private final String ids;

    /**
     * Makes one.
     *
     * @param frozen the names of the parameters that training leaves alone
     * @param ids the name of the graph's input if that is of whole numbers, else empty
     */
    LayerWriter(
            GraphBuilder graph,
            BuiltLayer built,
            Parameters parameters,
            Set<String> frozen,
            Extras extras,
            String ids) {
        this(graph, built, parameters, frozen, extras, ids, new HashMap<>());
    }

    private LayerWriter(
            GraphBuilder graph,
            BuiltLayer built,
            Parameters parameters,
            Set<String> frozen,
            Extras extras,
            String ids,
            Map<String, String> written) {
        this.extras = extras;
        this.graph = graph;
        this.built = built;
        this.parameters = parameters;
        this.frozen = frozen;
        this.ids = ids;
        this.written = written;
    }

    /** A writer of layers whose samples are the steps of all samples. */
    private LayerWriter ofSteps() {
        return new LayerWriter(graph, built, parameters, frozen, extras.ofSteps(), ids, written);
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

    /** Writes a layer; returns the name of its output. */
    String write(BuiltLayer.Applied applied, String x) {
        Layer layer = LayerKinds.bare(applied.layer());
        if (layer instanceof Sequential) {
            String y = x;
            for (BuiltLayer.Applied child : LayerKinds.children(built, applied)) {
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
        if (layer instanceof Residual residual) {
            return graph.node("Add", x, write(LayerKinds.within(applied, residual), x));
        }
        if (layer instanceof Dense) {
            return dense(applied, layer, x);
        }
        if (layer instanceof TiedDense tied) {
            return tied(applied, tied, x);
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
        if (layer instanceof GlobalPooling pooling) {
            return new PoolingWriter(this, applied).write(pooling.extract(), x);
        }
        // ε is a float there, and ONNX Runtime has none of a single feature
        if (layer instanceof LayerNormalization
                && dtype() == DType.FLOAT32
                && applied.input().size(-1) > 1) {
            return normalization(applied, layer, x);
        }
        return new ComposedWriter(this, applied).write(x);
    }

    /** A parameter as a tensor of the graph, once. */
    String parameter(String name) {
        return written.computeIfAbsent(name, key -> tensor(key, parameters.get(key), List.of(key)));
    }

    /**
     * Adds a tensor that parameters make; if these are all frozen, so is it, and if they are statistics it is no parameter.
     *
     * @param from the names of the parameters
     */
    String tensor(String name, Tensor value, List<String> from) {
        String own = graph.tensor(name, value);
        if (built.statistics().containsAll(from)) {
            graph.fix(own);
        } else if (frozen.containsAll(from)) {
            graph.freeze(own);
        }
        return own;
    }

    private String dense(BuiltLayer.Applied applied, Layer layer, String x) {
        String prefix = applied.prefix();
        String product = graph.node("MatMul", graph.factor(x, type()), parameter(prefix + "U"));
        boolean biased = parameters.stored().contains(prefix + "b");
        String sum = biased ? graph.node("Add", product, parameter(prefix + "b")) : product;
        return activation(layer.lastActivation(), sum, applied.output());
    }

    /** With the weights of a layer before it, whose name may be told from any layer on that this one lies in. */
    private String tied(BuiltLayer.Applied applied, TiedDense layer, String x) {
        String around = applied.prefix();
        while (!parameters.stored().contains(around + layer.parameter())) {
            around = around.substring(0, around.lastIndexOf('/', around.length() - 2) + 1);
        }
        String transposed = graph.factor(graph.transpose(parameter(around + layer.parameter()), 1, 0), type());
        String product = graph.node("MatMul", graph.factor(x, type()), transposed);
        return layer.bias() ? graph.node("Add", product, parameter(applied.prefix() + "b")) : product;
    }

    String activation(Activation activation, String x, Shape sample) {
        return ActivationWriter.write(graph, activation, x, (function, at) -> {
            List<Trace> traces = new ArrayList<>();
            List<List<Shape>> shapes = new ArrayList<>();
            for (int samples : SAMPLES) {
                Tensor batch = Tensor.zeros(dtype(), Samples.batch(samples, sample));
                traces.add(Trace.complete(in -> List.of(function.apply(in.get(0))), List.of(batch)));
                shapes.add(List.of(batch.shape()));
            }
            return RecordingWriter.write(graph, traces, SAMPLES, () -> count(at, 0, 1), List.of(at), shapes)
                    .get(0);
        });
    }

    private String normalization(BuiltLayer.Applied applied, Layer layer, String x) {
        int features = applied.input().size(-1);
        List<String> names = new ArrayList<>(List.of(x));
        for (String name : List.of("gain", "shift")) {
            String path = applied.prefix() + name;
            names.add(written.computeIfAbsent(
                    path, key -> tensor(key, parameters.get(key).reshape(features), List.of(key))));
        }
        double epsilon = layer.description().number("epsilon");
        return graph.node(
                "LayerNormalization", names, Map.of("axis", Attribute.of(-1L), "epsilon", Attribute.of(epsilon)));
    }

    /** Ids as whole numbers (batch, steps). */
    private String ids(BuiltLayer.Applied applied, String x) {
        String whole = x.equals(ids) ? x : graph.cast(x, ElementType.INT64);
        String steps = applied.input().rank() == 2 ? graph.node("Squeeze", whole, graph.integers(2)) : whole;
        return extras.lengths()
                .map(lengths -> graph.node("Where", real(steps, 1, lengths), steps, graph.integer(0)))
                .orElse(steps);
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
        String y = ofSteps().write(new BuiltLayer.Applied(applied.prefix(), layer.layer(), step, output), flat);
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
}
