package rewind.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.nn.Layers.activation;
import static rewind.nn.Layers.additiveAttention;
import static rewind.nn.Layers.batchNormalization;
import static rewind.nn.Layers.conv1d;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.dropout;
import static rewind.nn.Layers.embedding;
import static rewind.nn.Layers.globalMaxPool;
import static rewind.nn.Layers.globalMeanPool;
import static rewind.nn.Layers.globalMinPool;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.layerNormalization;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.multiHeadAttention;
import static rewind.nn.Layers.oneHot;
import static rewind.nn.Layers.positionalEncoding;
import static rewind.nn.Layers.recurrent;
import static rewind.nn.Layers.residual;
import static rewind.nn.Layers.rmsNormalization;
import static rewind.nn.Layers.rnn;
import static rewind.nn.Layers.timeDistributed;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import net.jqwik.api.arbitraries.ListArbitrary;
import org.apache.commons.math3.random.Well19937c;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Lengths;
import rewind.nn.layer.Pass;
import rewind.nn.recurrent.Merge;
import rewind.nn.recurrent.Recurrent;

/**
 * A random model over sequences, and a padded batch for it.
 *
 * @param layer what it is
 * @param ids whether its inputs are ids below 7
 * @param lengths of the sequences of a batch of 4 steps
 * @param seed of its parameters and of the batch
 */
record RandomStack(Layer layer, boolean ids, DType dtype, List<Integer> lengths, long seed) {
    private static final int STEPS = 4;
    private static final int FEATURES = 3;
    private static final List<String> ACTIVATIONS =
            List.of("tanh", "sigmoid", "relu", "identity", "leakyRelu", "elu", "softplus", "selu", "silu", "gelu");

    private static final Layer ATTENTION = multiHeadAttention(2).headFeatures(2);

    /** Layers in which steps see others. */
    private static final List<Layer> LOOKING_AROUND = List.of(
            conv1d(3, 2).same(),
            conv1d(2, 3).causal().dilation(2).activation("relu"),
            ATTENTION,
            multiHeadAttention(1).headFeatures(3).causal(true).bias(false),
            residual(layerNormalization(), ATTENTION),
            positionalEncoding());

    /** Any stack. */
    static Arbitrary<RandomStack> any() {
        ListArbitrary<Layer> within = overSteps(true).list().ofMaxSize(2);
        Arbitrary<Layer> ends = Arbitraries.oneOf(
                overSteps(false),
                overSteps(true),
                Arbitraries.of(PassExportTest.MEAN, PassExportTest.ATTENTION),
                Arbitraries.of(globalMaxPool(), globalMinPool(), globalMeanPool(), additiveAttention(3)));
        Arbitrary<Layer> starts = Arbitraries.of(embedding(7, 3), oneHot(7), dense(3, "tanh"), layerNormalization());
        return Combinators.combine(
                        starts,
                        within,
                        ends,
                        feedforward().list().ofMaxSize(2),
                        Arbitraries.of(DType.values()),
                        Arbitraries.integers()
                                .between(0, STEPS)
                                .list()
                                .ofMinSize(1)
                                .ofMaxSize(4),
                        Arbitraries.longs())
                .as((start, middle, end, head, dtype, lengths, seed) -> {
                    List<Layer> layers = new ArrayList<>(List.of(start));
                    layers.addAll(middle);
                    layers.add(end);
                    layers.addAll(head);
                    boolean ids =
                            start.name().equals("embedding") || start.name().equals("oneHot");
                    return new RandomStack(
                            Sequential.of(layers.toArray(Layer[]::new)), ids, dtype, positive(lengths, layers), seed);
                });
    }

    /** A mean over no steps is none. */
    private static List<Integer> positive(List<Integer> lengths, List<Layer> layers) {
        boolean mean = layers.contains(PassExportTest.MEAN) || layers.contains(PassExportTest.ATTENTION);
        return mean ? lengths.stream().map(length -> Math.max(1, length)).toList() : lengths;
    }

    private static Arbitrary<Layer> overSteps(boolean sequences) {
        Arbitrary<Layer> recurrent = Combinators.combine(
                        Arbitraries.integers().between(0, 7),
                        Arbitraries.integers().between(1, 4),
                        Arbitraries.of(ACTIVATIONS),
                        Arbitraries.integers().between(0, 7),
                        Arbitraries.of(true, false, false))
                .as((kind, units, activation, direction, plain) -> {
                    Recurrent<?, ?> one = cell(kind, units, activation, plain).sequences(sequences);
                    return direction < 4
                            ? one.bidirectional(Merge.values()[direction])
                            : direction == 4 ? one.reversed(true) : one;
                });
        return sequences
                ? Arbitraries.frequencyOf(
                        Tuple.of(4, recurrent),
                        Tuple.of(1, Arbitraries.of(Sequential.of(dense(3), PassExportTest.RESIDUAL))),
                        Tuple.of(2, feedforward()),
                        Tuple.of(2, Arbitraries.of(LOOKING_AROUND)),
                        Tuple.of(1, feedforward().map(layer -> timeDistributed(Sequential.of(layer, dense(3))))))
                : recurrent;
    }

    private static Recurrent<?, ?> cell(int kind, int units, String activation, boolean plain) {
        return switch (kind) {
            case 0 -> rnn(units).activation(activation).bias(!plain);
            case 1 -> gru(units).activation(activation).bias(!plain);
            case 2 -> gru(units).resetAfter(true).activation(activation).bias(!plain);
            case 3 -> lstm(units).activation(activation).bias(!plain);
            case 4 -> lstm(units).candidateActivation(activation).layerNormalization(plain);
            case 5 -> lstm(units).forgetActivation(activation);
            case 6 -> recurrent(ExportedModels::minimalGatedUnit, units);
            default ->
                recurrent(ExportedModels::leaky, zeros -> new ExportedModels.Pair(zeros.add(1), zeros.add(0.5)), units);
        };
    }

    private static Arbitrary<Layer> feedforward() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 7),
                        Arbitraries.integers().between(1, 4),
                        Arbitraries.of(ACTIVATIONS))
                .as((kind, units, name) -> switch (kind) {
                    case 0, 1 -> dense(3, name);
                    case 2 -> dense(3).bias(false).named("last");
                    case 3 -> layerNormalization();
                    case 4 -> dropout(0.3);
                    case 5 -> rmsNormalization();
                    case 6 -> batchNormalization();
                    default -> activation(name);
                });
    }

    Model model() {
        Model model = Model.build(layer, ids ? Shape.of(STEPS) : Shape.of(STEPS, FEATURES), 1, dtype);
        Well19937c rng = new Well19937c(seed);
        model.set(model.parameters()
                .map((name, value) -> value.add(
                        Tensor.randn(dtype, rng, value.shape().toArray()).mul(0.2))));
        return model;
    }

    Tensor batch() {
        Random random = new Random(seed);
        Shape shape = ids ? Shape.of(lengths.size(), STEPS) : Shape.of(lengths.size(), STEPS, FEATURES);
        double[] numbers = IntStream.range(0, shape.size())
                .mapToDouble(i -> ids ? random.nextInt(7) : random.nextGaussian())
                .toArray();
        return Tensor.of(shape, numbers).to(dtype);
    }

    Lengths ragged() {
        return Lengths.of(lengths.stream().mapToInt(Integer::intValue).toArray());
    }

    double tolerance() {
        return dtype == DType.FLOAT64 ? 1e-10 : 2e-4;
    }

    /** What a file of a model is given, and what it gives, by name. */
    record Expected(byte[] file, Map<String, Tensor> inputs, Map<String, Tensor> outputs) {}

    /** Without lengths and states. */
    Expected plain() {
        Model model = model();
        Tensor x = batch();
        return new Expected(
                RoundTrips.bytes(file -> Onnx.write(model, file)), Map.of("x", x), Map.of("y", model.predict(x)));
    }

    /** With lengths, the second of two parts of sequences. */
    Expected padded() {
        Model model = model();
        Tensor x = batch();
        byte[] bytes = RoundTrips.bytes(
                file -> Onnx.export(model).lengths(true).states(true).write(file));
        OnnxGraph graph = RoundTrips.read(bytes);
        Pass first = Pass.inference().lengths(ragged());
        assertThat(model.forward(model.parameters(), x, first)).isNotNull();
        Pass second = Pass.inference().lengths(ragged()).continuing(first);
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("y", model.forward(model.parameters(), x, second));
        outputs.putAll(SequenceExportTest.states(graph.outputs(), second, "/last"));
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        inputs.put("x", x);
        inputs.put(
                "lengths",
                Tensor.of(lengths.stream().mapToDouble(Integer::doubleValue).toArray()));
        inputs.putAll(SequenceExportTest.states(graph.inputs(), first, ""));
        return new Expected(bytes, inputs, outputs);
    }
}
