package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.nn.Layers.activation;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.embedding;
import static rewind.nn.Layers.flatten;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.layerNormalization;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.oneHot;
import static rewind.nn.Layers.rnn;
import static rewind.nn.Layers.timeDistributed;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.check.GradientCheck;
import rewind.nn.fixture.Near;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Lengths;
import rewind.nn.layer.Parameters;
import rewind.nn.layer.Pass;
import rewind.nn.recurrent.Recurrent;

/** The layers without a recurrence, and layers made of others: values and gradients. */
@ParameterizedClass
@EnumSource
class LayersTest {
    private static final int BATCH = 2;
    private static final int STEPS = 3;
    private static final int FEATURES = 4;

    private final RandomGenerator rng = new Well19937c(8);
    private final DType dtype;
    private final Near near;
    private final Tensor x;

    LayersTest(DType dtype) {
        this.dtype = dtype;
        near = Near.within(100 * dtype.epsilon(), 100 * dtype.epsilon());
        x = Tensor.randn(dtype, rng, BATCH, STEPS, FEATURES);
    }

    // ---- ids ----

    @Test
    void embeddingTakesRows() {
        Model model = random(Sequential.of(embedding(6, 2)).build(Shape.of(STEPS), 1, dtype));
        Tensor ids = Tensor.of(new double[][] {{0, 5, 5}, {1, 2, 0}});
        double[][] E = model.parameters().get("embedding/E").toRows();

        Tensor y = model.predict(ids);

        near.verify("rows", y, new double[][][] {{E[0], E[5], E[5]}, {E[1], E[2], E[0]}});
        Model column = Sequential.of(embedding(6, 2)).build(Shape.of(STEPS, 1), 1, dtype);
        column.set(model.parameters());
        near.verify("ids with an axis of their own", column.predict(ids.expandDims(2)), y);
        checkParameters(model, ids);
    }

    @Test
    void oneHotIsOneAtTheId() {
        Model model = Sequential.of(oneHot(3)).build(Shape.of(2, 1), 1, dtype);

        Tensor y = model.predict(Tensor.of(new double[][][] {{{2}, {0}}}));

        assertThat(model.output()).isEqualTo(Shape.of(2, 3));
        assertThat(y.dtype()).isEqualTo(dtype);
        near.verify("y", y, new double[][][] {{{0, 0, 1}, {1, 0, 0}}});
    }

    @Test
    void paddingNeedNotBeIds() {
        Tensor padded = Tensor.of(new double[][] {{1, 2, Double.NaN}, {3, 0, 1}, {99, 0.5, -7}});
        Tensor zeros = Tensor.of(new double[][] {{1, 2, 0}, {3, 0, 1}, {0, 0, 0}});
        for (Layer first : List.of(embedding(4, 2), oneHot(4))) {
            Model model = Sequential.of(first, gru(3)).build(Shape.of(STEPS), 1, dtype);
            Pass pass = Pass.inference().lengths(Lengths.of(2, 3, 0));
            near.verify(
                    first.name(),
                    model.forward(model.parameters(), padded, pass),
                    model.forward(model.parameters(), zeros, pass));
        }
    }

    // ---- normalisation ----

    @Test
    void layerNormalizationHasMeanZeroAndVarianceOne() {
        Layer layer = layerNormalization().epsilon(0.1);
        Model model = random(Sequential.of(layer).build(Shape.of(STEPS, FEATURES), 1, dtype));
        double[] gain = model.parameters().get("layerNormalization/gain").toRows()[0];
        double[] shift = model.parameters().get("layerNormalization/shift").toRows()[0];
        double[][][] expected = new double[BATCH][STEPS][FEATURES];
        for (int i = 0; i < BATCH; i++) {
            for (int t = 0; t < STEPS; t++) {
                double[] row = x.select(0, i).select(0, t).toArray();
                double mean = Arrays.stream(row).average().orElseThrow();
                double variance = Arrays.stream(row)
                        .map(v -> (v - mean) * (v - mean))
                        .average()
                        .orElseThrow();
                for (int k = 0; k < FEATURES; k++) {
                    expected[i][t][k] = (row[k] - mean) / Math.sqrt(variance + 0.1) * gain[k] + shift[k];
                }
            }
        }

        near.verify("y", model.predict(x), expected);
        check(model, x);
    }

    // ---- shapes ----

    @Test
    void flattenKeepsTheOrder() {
        Model model = Sequential.of(flatten(), dense(2)).build(Shape.of(STEPS, FEATURES), 1, dtype);

        assertThat(model.parameters().get("dense/U").shape()).isEqualTo(Shape.of(STEPS * FEATURES, 2));
        near.verify(
                "y",
                model.predict(x),
                x.reshape(BATCH, STEPS * FEATURES).matmul(model.parameters().get("dense/U")));
        check(model, x);
    }

    @Test
    void timeDistributedIsTheLayerAtEveryStep() {
        Tensor frames = Tensor.randn(dtype, rng, BATCH, 2, STEPS, FEATURES);
        Model whole = Sequential.of(timeDistributed(lstm(3))).build(Shape.of(2, STEPS, FEATURES), 1, dtype);
        Model step = Sequential.of(lstm(3)).build(Shape.of(STEPS, FEATURES), 1, dtype);

        Pass pass = Pass.inference().lengths(Lengths.of(1, 2)); // of frames, which the steps of one have no part in
        Tensor y = whole.forward(whole.parameters(), frames, pass);

        assertThat(whole.output()).isEqualTo(Shape.of(2, 3));
        assertThat(whole.parameters().names()).isEqualTo(step.parameters().names());
        assertThat(pass.lastStates()).containsOnlyKeys("lstm");
        for (int t = 0; t < 2; t++) {
            near.verify("step " + t, y.select(1, t), step.predict(frames.select(1, t)));
        }
        check(whole, frames);
    }

    @Test
    void timeDistributedHandsOnTheLastActivation() {
        Model model = Sequential.of(timeDistributed(Sequential.of(dense(3), dense(2, "softmax"))))
                .build(Shape.of(STEPS, FEATURES), 1, dtype);

        Tensor scores = model.scores(model.parameters(), x, Pass.inference());

        near.verify("softmax of the scores", Activation.SOFTMAX.apply(scores), model.predict(x));
        assertThat(model.lastActivation()).isSameAs(Activation.SOFTMAX);
    }

    @Test
    void activationAsALayer() {
        Model one = Sequential.of(dense(2, "softmax")).build(Shape.of(FEATURES), 1, dtype);
        Model two = Sequential.of(dense(2), activation("softmax")).build(Shape.of(FEATURES), 1, dtype);
        Tensor row = x.select(1, 0);

        near.verify("output", two.predict(row), one.predict(row));
        near.verify(
                "scores",
                two.scores(two.parameters(), row, Pass.inference()),
                one.scores(one.parameters(), row, Pass.inference()));
        assertThat(two.lastActivation()).isSameAs(Activation.SOFTMAX);
        check(two, row);
    }

    // ---- layers of layers ----

    /** A branch, a gate and a shortcut. */
    private static final Layer GATED = (scope, input) -> x -> {
        Tensor gate = scope.apply("gate", dense(FEATURES, "sigmoid"), x);
        Tensor value = scope.apply("value", dense(FEATURES, "tanh"), x);
        return x.add(gate.mul(value));
    };

    /** Two inputs in one tensor: a sequence of FEATURES − 2 numbers, and what holds for all of it. */
    private static final Layer TWO_INPUTS = (scope, input) -> x -> {
        Tensor sequence = scope.apply("sequence", gru(3), x.slice(-1, 0, FEATURES - 2));
        Tensor constant =
                scope.apply("constant", dense(2, "tanh"), x.select(1, 0).slice(-1, FEATURES - 2, FEATURES));
        return Tensor.concat(-1, sequence, constant);
    };

    /** The same layer at two places. */
    private static final Layer TWICE = (scope, input) -> x -> {
        Tensor once = scope.apply("shared", dense(FEATURES, "tanh"), x);
        return scope.apply("shared", dense(FEATURES, "tanh"), once);
    };

    @Test
    void branchesGatesAndShortcuts() {
        Model model = Sequential.of(GATED.named("gated")).build(Shape.of(STEPS, FEATURES), 1, dtype);
        Parameters p = model.parameters();

        assertThat(p.names()).containsExactly("gated/gate/U", "gated/gate/b", "gated/value/U", "gated/value/b");
        Tensor gate = x.matmul(p.get("gated/gate/U")).sigmoid();
        Tensor value = x.matmul(p.get("gated/value/U")).tanh();
        near.verify("y", model.predict(x), x.add(gate.mul(value)));
        check(model, x);
    }

    @Test
    void twoInputsInOne() {
        Model model = Model.build(TWO_INPUTS, Shape.of(STEPS, FEATURES), 1, dtype);
        assertThat(model.output()).isEqualTo(Shape.of(5));
        assertThat(model.parameters().stored())
                .containsExactly("sequence/U", "sequence/V", "sequence/b", "constant/U", "constant/b");
        check(model, x);
    }

    @Test
    void sharedParameters() {
        Model model = Model.build(TWICE, Shape.of(STEPS, FEATURES), 1, dtype);
        Tensor U = model.parameters().get("shared/U");
        near.verify("y", model.predict(x), x.matmul(U).tanh().matmul(U).tanh());
        check(model, x);
    }

    // ---- biases of gates ----

    static List<Recurrent<?, ?>> withoutBias() {
        return List.of(
                rnn(3).bias(false).named("r"),
                gru(3).bias(false).named("r"),
                gru(3).resetAfter(true).bias(false).named("r"),
                lstm(3).bias(false).forgetBias(1).named("r"));
    }

    static List<Recurrent<?, ?>> withBias() {
        return List.of(
                rnn(3).named("r"), gru(3).named("r"), gru(3).resetAfter(true).named("r"), lstm(3).named("r"));
    }

    /** New parameters start with biases of zero, which is as none. */
    @Test
    void withoutBiasIsWithZeros() {
        for (int i = 0; i < withBias().size(); i++) {
            Model with = Sequential.of(withBias().get(i)).build(Shape.of(STEPS, FEATURES), 1, dtype);
            Model without = Sequential.of(withoutBias().get(i)).build(Shape.of(STEPS, FEATURES), 1, dtype);
            assertThat(without.parameters().stored()).containsExactly("r/U", "r/V");
            near.verify("cell " + i, without.predict(x), with.predict(x));
        }
    }

    @ParameterizedTest
    @MethodSource
    void withoutBias(Recurrent<?, ?> layer) {
        check(Sequential.of(layer).build(Shape.of(STEPS, FEATURES), 1, dtype), x);
    }

    // ---- helpers ----

    private Model random(Model model) {
        model.set(model.parameters()
                .map((name, p) -> Tensor.randn(dtype, rng, p.shape().toArray())));
        return model;
    }

    private void check(Model model, Tensor input) {
        List<Tensor> inputs = new ArrayList<>(model.parameters().values());
        inputs.add(input);
        verify(model, inputs, in -> in.get(in.size() - 1));
    }

    /** Of a model whose input are ids, which have no derivative. */
    private void checkParameters(Model model, Tensor ids) {
        verify(model, model.parameters().values(), in -> ids);
    }

    private void verify(Model model, List<Tensor> inputs, java.util.function.Function<List<Tensor>, Tensor> input) {
        int parameters = model.parameters().stored().size();
        Tensor w = Tensor.randn(
                dtype, rng, model.predict(input.apply(inputs)).shape().toArray());
        GradientCheck.ofAll(in -> model.forward(model.parameters().with(in.subList(0, parameters)), input.apply(in))
                        .mul(w)
                        .sum())
                .at(inputs)
                .secondOrder()
                .verify();
    }
}
