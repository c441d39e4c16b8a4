package rewind.nn;

import static rewind.nn.Layers.dropout;
import static rewind.nn.Layers.embedding;
import static rewind.nn.Layers.flatten;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.layerNormalization;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.oneHot;
import static rewind.nn.Layers.rnn;
import static rewind.nn.Layers.timeDistributed;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/** Random models of all built-in layers with random options, and data for them. */
final class Architectures {
    static final int STEPS = 3;
    private static final int IDS = 4;

    private final RandomGenerator rng;

    Architectures(long seed) {
        rng = new Well19937c(seed);
    }

    /** What models of {@link #model} have of a user's own. */
    static Registry own() {
        return Registry.of()
                .cell("minimal", MinimalGatedUnit::define)
                .activation("cubed", Architectures::cubed)
                .initializer("small", Architectures::small)
                .function("halve", Architectures::halve);
    }

    private static Tensor cubed(Tensor x) {
        return x.pow(3);
    }

    private static Tensor small(RandomGenerator rng, Shape shape) {
        return Tensor.randn(rng, shape.toArray()).mul(0.01);
    }

    private static Tensor halve(Tensor x) {
        return x.mul(0.5);
    }

    Model model() {
        boolean ids = flag();
        List<Layer> layers = new ArrayList<>();
        if (ids) {
            layers.add(flag() ? embedding(IDS, units()).initializer(initializer()) : oneHot(IDS));
        }
        for (int i = rng.nextInt(4); i >= 0; i--) {
            layers.add(alongSteps());
        }
        layers.add(flag() ? flatten() : recurrent(false));
        layers.add(dense());
        Shape input = ids ? Shape.of(STEPS) : Shape.of(STEPS, units());
        Model model = Sequential.of(layers.toArray(new Layer[0]))
                .build(input, rng.nextLong(), flag() ? DType.FLOAT32 : DType.FLOAT64);
        if (flag()) {
            model.freeze(model.parameters().stored().iterator().next());
        }
        if (flag()) {
            model.note("kind", "a \"text\" of\nlines").note("größe", "π\u0000{}");
        }
        return model;
    }

    /** Samples for a model, with targets. */
    Dataset data(Model model, int samples) {
        int[] sizes = Model.batch(samples, model.input());
        Tensor x = Tensor.randn(rng, sizes);
        boolean ids = model.input().rank() == 1;
        return new Dataset(
                ids ? x.map(v -> rng.nextInt(IDS)) : x, Tensor.randn(rng, Model.batch(samples, model.output())));
    }

    /** A layer from (steps, …) to (steps, …). */
    private Layer alongSteps() {
        return switch (rng.nextInt(10)) {
            case 0 -> dense();
            case 1 -> dropout(rng.nextDouble());
            case 2 -> layerNormalization().epsilon(0.01 + rng.nextDouble());
            case 3 -> Layers.activation(activation());
            case 4 -> timeDistributed(flag() ? dense() : Sequential.of(dense(), flatten()));
            case 5 -> alongSteps().named("renamed");
            case 6 -> Sequential.of(alongSteps(), alongSteps());
            case 7 -> Layers.function("halve", Architectures::halve);
            default -> recurrent(true);
        };
    }

    private Layer dense() {
        return Layers.dense(units())
                .activation(activation())
                .initializer(initializer())
                .bias(flag());
    }

    private Layer recurrent(boolean sequences) {
        Recurrent<?, ?> cell = common(
                switch (rng.nextInt(4)) {
                    case 0 ->
                        rnn(units())
                                .activation(activation())
                                .initializer(initializer())
                                .bias(flag());
                    case 1 ->
                        gru(units())
                                .activation(activation())
                                .updateActivation(activation())
                                .resetActivation(activation())
                                .initializer(initializer())
                                .bias(flag())
                                .resetAfter(flag());
                    case 2 ->
                        lstm(units())
                                .activation(activation())
                                .forgetActivation(activation())
                                .inputActivation(activation())
                                .candidateActivation(activation())
                                .outputActivation(activation())
                                .initializer(initializer())
                                .forgetBias(rng.nextGaussian())
                                .bias(flag());
                    default -> Layers.recurrent("minimal", MinimalGatedUnit::define, units());
                },
                sequences);
        return flag() ? cell : cell.bidirectional(any(Merge.values()));
    }

    /** What every recurrent layer can have. */
    private Recurrent<?, ?> common(Recurrent<?, ?> cell, boolean sequences) {
        Recurrent<?, ?> layer = cell.sequences(sequences)
                .reversed(flag())
                .layerNormalization(flag())
                .recurrentDropout(flag() ? 0 : rng.nextDouble());
        layer = flag() ? layer : layer.clipGradients(0.01 + rng.nextDouble());
        layer = flag() ? layer : layer.named(flag() ? "a" : "b");
        return switch (rng.nextInt(3)) {
            case 0 -> layer.truncateChunks(1 + rng.nextInt(3));
            case 1 -> layer.truncateWindow(rng.nextInt(3));
            default -> layer;
        };
    }

    private Activation activation() {
        List<Supplier<Activation>> all = List.of(
                () -> any(
                        Activation.IDENTITY,
                        Activation.TANH,
                        Activation.SIGMOID,
                        Activation.SOFTMAX,
                        Activation.named("leakyRelu"),
                        Activation.named("gelu")),
                () -> Activation.softmax(0.1 + rng.nextDouble()),
                () -> Activation.of("cubed", Architectures::cubed));
        return all.get(rng.nextInt(all.size())).get();
    }

    private Initializer initializer() {
        return any(
                Initializers.xavier(),
                Initializers.glorotUniform(),
                Initializers.uniformByInputs(),
                Initializers.orthogonal(),
                Initializers.zeros(),
                Initializers.constant(rng.nextGaussian()),
                Initializers.normal(rng.nextDouble()),
                Initializers.uniform(-rng.nextDouble(), rng.nextDouble()),
                Initializers.named("small", Architectures::small));
    }

    private int units() {
        return 1 + rng.nextInt(3);
    }

    private boolean flag() {
        return rng.nextBoolean();
    }

    @SafeVarargs
    private <T> T any(T... values) {
        return values[rng.nextInt(values.length)];
    }
}
