package rewind.nn.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static rewind.nn.Layers.additiveAttention;
import static rewind.nn.Layers.conv1d;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.embedding;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.layerNormalization;
import static rewind.nn.Layers.multiHeadAttention;
import static rewind.nn.Layers.positionalEmbedding;
import static rewind.nn.Layers.positionalEncoding;
import static rewind.nn.Layers.residual;
import static rewind.nn.Layers.tiedDense;

import java.io.IOException;
import java.util.List;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import rewind.autograd.DType;
import rewind.autograd.Gradients;
import rewind.autograd.Shape;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.nn.GradientChecks;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Dataset;
import rewind.nn.fixture.Near;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Lengths;
import rewind.nn.layer.Pass;

/** Attention beside loops over queries and keys, with masks of all kinds. */
class AttentionTest {
    private static final int STEPS = 5;

    private final RandomGenerator rng = new Well19937c(1);

    static List<Layer> layers() {
        Layer decoder = (scope, input) -> x -> {
            var attention = new AdditiveAttention(3).of(scope, input.size(1), 2, null);
            return attention.apply(x.slice(2, 0, 2), x);
        };
        return List.of(
                multiHeadAttention(2),
                multiHeadAttention(3).causal(true).headFeatures(2).bias(false),
                additiveAttention(3),
                positionalEncoding(),
                positionalEmbedding(7),
                decoder,
                residual(layerNormalization(), multiHeadAttention(2).causal(true)),
                residual(conv1d(4, 3).same(), dense(4, "tanh")));
    }

    @ParameterizedTest
    @MethodSource("layers")
    void gradientsAreRight(Layer layer) {
        GradientChecks.of(layer, Shape.of(3, 4)).verifyAll();
    }

    /** Plain loops: scores, their softmax over what is seen, and the mean. */
    private static double[][] byHand(Tensor q, Tensor k, Tensor v, Tensor mask) {
        double[][] y = new double[q.size(0)][v.size(1)];
        for (int i = 0; i < y.length; i++) {
            double sum = 0;
            for (int j = 0; j < k.size(0); j++) {
                double score = 0;
                for (int d = 0; d < q.size(1); d++) {
                    score += q.get(i, d) * k.get(j, d) / Math.sqrt(q.size(1));
                }
                double weight = mask.get(i, j) * Math.exp(score);
                sum += weight;
                for (int n = 0; n < y[i].length; n++) {
                    y[i][n] += weight * v.get(j, n);
                }
            }
            for (int n = 0; n < y[i].length; n++) {
                y[i][n] = sum == 0 ? 0 : y[i][n] / sum;
            }
        }
        return y;
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void dotProductsAreThoseOfLoops(DType dtype) {
        Tensor q = Tensor.randn(dtype, rng, 4, 3);
        Tensor k = Tensor.randn(dtype, rng, 6, 3);
        Tensor v = Tensor.randn(dtype, rng, 6, 2);
        for (int kind = 0; kind < 3; kind++) {
            Tensor mask = Tensor.uniform(dtype, rng, 0, 1, 4, 6).less(kind * 0.5);
            near(dtype).verify("y", Attention.dot(q, k, v, mask), Tensor.of(byHand(q, k, v, mask)));
        }
        near(dtype).verify("y", Attention.dot(q, k, v, null), Tensor.of(byHand(q, k, v, Tensor.ones(4, 6))));
    }

    private static Near near(DType dtype) {
        return dtype == DType.FLOAT32 ? Near.within(1e-5, 1e-6) : Near.within(1e-12, 1e-13);
    }

    @Test
    void whatSeesNothingGivesZerosAndZeroGradients() {
        Tensor mask = Tensor.of(new double[][] {{0, 0, 0}, {1, 0, 1}});
        try (Tape tape = new Tape()) {
            Tensor q = tape.watch(Tensor.randn(rng, 2, 2, 4));
            Tensor k = tape.watch(Tensor.randn(rng, 2, 3, 4));
            Tensor v = tape.watch(Tensor.randn(rng, 2, 3, 5));
            Tensor y = Attention.dot(q, k, v, mask);
            Gradients gradients = tape.backward(y.square().sum().add(y.sum()));
            assertThat(y.select(1, 0).toArray()).containsOnly(0);
            assertThat(gradients.of(q).select(1, 0).toArray()).containsOnly(0);
            assertThat(gradients.of(v).select(1, 1).toArray()).containsOnly(0);
            assertThat(gradients.of(k).select(1, 1).toArray()).containsOnly(0);
            assertThat(gradients.of(k).isFinite()).isTrue();
        }
    }

    @Test
    void headsAreAttentionsSideBySide() {
        Model model = Sequential.of(multiHeadAttention(2).causal(true)).build(Shape.of(STEPS, 6), 1);
        Tensor x = Tensor.randn(rng, 1, STEPS, 6);
        Tensor U = model.parameters().get("attention/U");
        Tensor[] roles = new Tensor[3];
        for (int i = 0; i < 3; i++) {
            roles[i] = x.select(0, 0).matmul(U.select(0, i));
        }
        Tensor mask = Attention.causal(DType.FLOAT64, STEPS);
        Tensor[] heads = new Tensor[2];
        for (int h = 0; h < 2; h++) {
            heads[h] = Tensor.of(byHand(
                    roles[0].slice(1, 3 * h, 3 * h + 3),
                    roles[1].slice(1, 3 * h, 3 * h + 3),
                    roles[2].slice(1, 3 * h, 3 * h + 3),
                    mask));
        }
        Tensor expected = Tensor.concat(1, heads).matmul(model.parameters().get("attention/W"));
        near(DType.FLOAT64).verify("y", model.predict(x).select(0, 0), expected);
    }

    /** Padding is not seen, whatever it holds, and a causal layer does not see what comes. */
    @ParameterizedTest
    @MethodSource("layers")
    void paddedBatchesGiveWhatTheirSequencesGive(Layer layer) {
        Model model = Model.build(Sequential.of(layer), Shape.of(STEPS, 4), 1);
        Lengths lengths = Lengths.of(5, 2, 3, 0);
        Tensor x = Tensor.randn(rng, 4, STEPS, 4);
        Tensor padded = Tensor.where(lengths.mask(STEPS), x, Tensor.full(Double.NaN));
        if (!layer.name().equals("layer")) {
            Tensor y =
                    model.forward(model.parameters(), padded, Pass.inference().lengths(lengths));
            for (int i = 0; i < 3; i++) {
                Tensor alone = model.predict(x.slice(0, i, i + 1).slice(1, 0, lengths.get(i)));
                Tensor own = y.slice(0, i, i + 1);
                near(DType.FLOAT64).verify("sample " + i, y.rank() == 3 ? own.slice(1, 0, lengths.get(i)) : own, alone);
            }
        }
    }

    @Test
    void sequencesWithoutStepsGiveZeros() {
        Model model = Sequential.of(additiveAttention(3)).build(Shape.of(2, 4), 1);
        Tensor x = Tensor.full(Double.NaN, 1, 2, 4);
        assertThat(model.forward(model.parameters(), x, Pass.inference().lengths(Lengths.of(0)))
                        .toArray())
                .containsOnly(0);
    }

    @Test
    void waves() {
        Tensor waves = PositionalEncoding.waves(50, 6);
        assertThat(waves.get(7, 0)).isCloseTo(Math.sin(7), within(1e-15));
        assertThat(waves.get(7, 3)).isCloseTo(Math.cos(7 / Math.pow(10_000, 2.0 / 6)), within(1e-15));
        assertThat(waves.get(0, 1)).isEqualTo(1);
    }

    @Test
    void tiedLayersLearnOneTable() throws IOException {
        Layer net = Sequential.of(embedding(5, 3), gru(3).sequences(true), tiedDense("embedding/E"));
        Model model = Model.build(net, Shape.of(4), 1);
        assertThat(model.output()).isEqualTo(Shape.of(4, 5));
        assertThat(model.parameters().names())
                .contains("embedding/E", "tiedDense/b")
                .hasSize(11);
        Tensor ids = Tensor.of(new double[][] {{0, 1, 2, 3}, {4, 4, 0, 1}});
        GradientChecks.ofIds(model, ids).verifyAll();
        Training.of(model).epochs(2).fit(new Dataset(ids, Tensor.zeros(2, 4, 5)));
        Model loaded = Model.load(model.content().toBytes());
        assertThat(loaded.predict(ids).toArray())
                .containsExactly(model.predict(ids).toArray());
        Model inner = Sequential.of(Sequential.of(embedding(5, 3), tiedDense("embedding/E")))
                .build(Shape.of(4), 1);
        assertThat(inner.parameters().names()).contains("sequential/embedding/E");
    }

    /** A model without parameters knows its type by what it is given. */
    @Test
    void wavesInFloats() {
        Model alone = Model.build(positionalEncoding(), Shape.of(3, 2), 1, DType.FLOAT32);
        assertThat(alone.predict(Tensor.zeros(DType.FLOAT32, 1, 3, 2)).dtype()).isEqualTo(DType.FLOAT32);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        refuses(
                "attention: the features of a sample must be divisible by the 3 heads, got the shape [2, 4]; or set headFeatures",
                () -> Sequential.of(multiHeadAttention(3)).build(Shape.of(2, 4), 1));
        refuses(
                "residual: the output of dense must have the shape of its input, got [0, 2, 3] for [0, 2, 4]",
                () -> Sequential.of(residual(dense(3))).build(Shape.of(2, 4), 1));
        refuses(
                "tiedDense: there must be a parameter embedding/E of a layer before it, there are []",
                () -> Sequential.of(tiedDense("embedding/E")).build(Shape.of(2, 4), 1));
        refuses(
                "positionalEmbedding: a sample must be (steps, features) with at most 3 steps, got the shape [4, 2]",
                () -> Sequential.of(positionalEmbedding(3)).build(Shape.of(4, 2), 1));
        refuses(
                "attention: there must be a value for every key, got the shapes [3, 2] and [2, 2]",
                () -> Attention.dot(Tensor.ones(1, 2), Tensor.ones(3, 2), Tensor.ones(2, 2), null));
    }

    private static void refuses(String message, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
    }
}
