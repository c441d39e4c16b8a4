package rewind.onnx;

import static rewind.nn.Layers.activation;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.dropout;
import static rewind.nn.Layers.embedding;
import static rewind.nn.Layers.flatten;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.layerNormalization;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.oneHot;
import static rewind.nn.Layers.recurrent;
import static rewind.nn.Layers.rnn;
import static rewind.nn.Layers.timeDistributed;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.apache.commons.math3.random.Well19937c;
import rewind.autograd.Axes;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Layers;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Cell;
import rewind.nn.layer.Initializers;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Scope;
import rewind.nn.layer.State;
import rewind.nn.recurrent.Merge;

/** Models of every layer, for tests of what is written. */
final class ExportedModels {
    static final int STEPS = 4;
    static final int FEATURES = 3;

    private ExportedModels() {}

    /** A cell of one's own. */
    static Cell<Tensor> minimalGatedUnit(Scope scope, int inputs, int units) {
        Tensor Uf = scope.parameter("Uf", inputs, units);
        Tensor Vf = scope.parameter("Vf", units, units);
        Tensor bf = scope.bias("bf", units);
        Tensor Uh = scope.parameter("Uh", inputs, units);
        Tensor Vh = scope.parameter("Vh", units, units);
        Tensor bh = scope.bias("bh", units);
        return (x, h) -> {
            Tensor f = x.matmul(Uf).add(h.matmul(Vf)).add(bf).sigmoid().named("f");
            Tensor candidate = x.matmul(Uh).add(f.mul(h).matmul(Vh)).add(bh).tanh();
            return f.mul(h).add(f.oneMinus().mul(candidate));
        };
    }

    /** A state whose output comes last. */
    record Pair(Tensor c, Tensor h) implements State<Pair> {
        @Override
        public Tensor output() {
            return h;
        }

        @Override
        public Pair map(UnaryOperator<Tensor> f) {
            return new Pair(f.apply(c), f.apply(h));
        }
    }

    /** A cell with such a state, which begins at ones and 0.5. */
    static Cell<Pair> leaky(Scope scope, int inputs, int units) {
        Tensor u = scope.parameter("U", inputs, units);
        return (x, before) -> {
            Tensor c = before.c().mul(0.75).add(x.matmul(u));
            return new Pair(c, c.tanh().add(before.h().mul(0.25)));
        };
    }

    static final Layer SCALED = (scope, input) -> {
        Tensor gain = scope.parameter("gain", Initializers.constant(2), input.size(-1));
        return x -> x.mul(gain).sub(x.mean(Axes.keep(-1))).reshape(x.size(0), -1);
    };

    /** Layers for samples (steps, features), by what they are. */
    static Map<String, Layer> all() {
        Map<String, Layer> all = new LinkedHashMap<>();
        all.put("dense", Sequential.of(dense(5, "tanh"), dense(2).bias(false)));
        for (String name : new String[] {
            "identity",
            "relu",
            "leakyRelu",
            "elu",
            "selu",
            "silu",
            "gelu",
            "mish",
            "hardSigmoid",
            "sigmoid",
            "softplus",
            "tanh",
            "softmax"
        }) {
            all.put("activation " + name, Sequential.of(dense(4, name), activation(name)));
            if (!name.equals("softmax")) {
                all.put("rnn " + name, rnn(3).activation(name).sequences(true));
                all.put("lstm " + name, lstm(3).candidateActivation(name).activation(name));
                all.put("gru " + name, gru(3).activation(name));
            }
        }
        all.put("own activation", dense(3).activation(x -> x.sin().mul(0.5)));
        all.put("temperature", dense(3).activation(Activation.softmax(2.5)));
        all.put("normalised", Sequential.of(layerNormalization().epsilon(1e-3), dense(2)));
        all.put("dropout", Sequential.of(dropout(0.5), dense(2), dropout(0.1)));
        all.put("flatten", Sequential.of(flatten(), dense(4, "relu"), dense(2)));
        all.put("own layer", Sequential.of(dense(4), SCALED, dense(2)));
        all.put("named", Sequential.of(dense(4).named("first"), dense(2).named("second")));
        all.put("nested", Sequential.of(Sequential.of(dense(4), dense(3)), Sequential.of(dense(2))));
        all.put("time distributed", timeDistributed(Sequential.of(dense(4, "relu"), layerNormalization(), dense(2))));
        all.put("rnn", Sequential.of(rnn(5).sequences(true), rnn(3), dense(1)));
        all.put("gru", Sequential.of(gru(5).sequences(true), gru(3), dense(1)));
        all.put("gru after", Sequential.of(gru(5).resetAfter(true).sequences(true), gru(3).resetAfter(true)));
        all.put("lstm", Sequential.of(lstm(5).sequences(true).forgetBias(1), lstm(3), dense(1)));
        all.put("without bias", Sequential.of(lstm(5).bias(false).sequences(true), gru(3).bias(false)));
        all.put("reversed", Sequential.of(lstm(5).reversed(true).sequences(true), gru(3).reversed(true)));
        for (Merge merge : Merge.values()) {
            all.put("both " + merge, Sequential.of(lstm(4).sequences(true).bidirectional(merge), dense(2)));
            all.put("both last " + merge, gru(3).bidirectional(merge));
        }
        all.put("normalised state", lstm(4).layerNormalization(true).sequences(true));
        all.put(
                "gates that differ",
                lstm(4).forgetActivation("tanh").recurrentDropout(0.5).clipGradients(0.25));
        all.put(
                "convolution",
                Sequential.of(
                        Layers.conv1d(4, 3).same().activation("relu"),
                        Layers.batchNormalization(),
                        Layers.maxPool1d(2),
                        Layers.conv1d(2, 2).groups(2).causal().dilation(2),
                        Layers.globalMeanPool()));
        all.put(
                "convolution of images",
                (scope, input) -> x -> scope.apply(
                        "conv",
                        Sequential.of(
                                Layers.conv2d(3, 2, 3).stride(2, 1).padding(1),
                                Layers.meanPool2d(2, 2).stride(1)),
                        x.expandDims(-1)));
        all.put(
                "attention",
                Sequential.of(
                        Layers.positionalEncoding(),
                        Layers.residual(
                                Layers.rmsNormalization(),
                                Layers.multiHeadAttention(3).causal(true)),
                        Layers.additiveAttention(2)));
        all.put("zoneout", Layers.lstm(3).zoneout(0.25));
        all.put("variants", Sequential.of(Layers.peepholeLstm(3).sequences(true), Layers.indRnn(2)));
        all.put("differential equation", Layers.odeRnn(3).sequences(true));
        all.put("truncated", gru(4).truncateChunks(2).sequences(true));
        all.put(
                "own cell",
                Sequential.of(recurrent(ExportedModels::minimalGatedUnit, 4).sequences(true), dense(2)));
        all.put("own cell, last", recurrent(ExportedModels::minimalGatedUnit, 4).reversed(true));
        all.put(
                "own cell, both",
                recurrent(ExportedModels::minimalGatedUnit, 4).sequences(true).bidirectional());
        all.put(
                "own state",
                recurrent(ExportedModels::leaky, zeros -> new Pair(zeros.add(1), zeros.add(0.5)), 4)
                        .sequences(true));
        return all;
    }

    /** Layers for samples of ids (steps). */
    static Map<String, Layer> ofIds() {
        return Map.of(
                "embedding", Sequential.of(embedding(7, 3), lstm(4), dense(7, "softmax")),
                "tied", Sequential.of(embedding(7, 3), rnn(3), Layers.tiedDense("embedding/E")),
                "one-hot", Sequential.of(oneHot(7), dropout(0.2), gru(4).sequences(true), dense(7)));
    }

    static Model model(Layer layer, DType dtype) {
        return moved(Model.build(layer, Shape.of(STEPS, FEATURES), 1, dtype));
    }

    static Model modelOfIds(Layer layer, DType dtype) {
        return moved(Model.build(layer, Shape.of(STEPS), 1, dtype));
    }

    /** With no parameter at zero. */
    private static Model moved(Model model) {
        Well19937c rng = new Well19937c(2);
        model.set(model.parameters()
                .map((name, value) ->
                        value.add(Tensor.randn(value.dtype(), rng, value.shape().toArray())
                                .mul(0.2))));
        return model;
    }

    static Tensor batch(DType dtype, int samples, int steps) {
        return Tensor.randn(dtype, new Well19937c(samples), samples, steps, FEATURES);
    }

    static Tensor ids(DType dtype, int samples, int steps) {
        Random random = new Random(samples);
        double[] ids =
                random.ints((long) samples * steps, 0, 7).asDoubleStream().toArray();
        return Tensor.of(Shape.of(samples, steps), ids).to(dtype);
    }
}
