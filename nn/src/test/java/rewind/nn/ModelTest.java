package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.rnn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.nn.fixture.Flat;
import rewind.nn.fixture.Near;
import rewind.nn.hand.HandActivation;
import rewind.nn.hand.HandRnn;
import rewind.nn.layer.Initializers;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Parameters;
import rewind.nn.layer.Pass;
import rewind.nn.layer.Scope;
import rewind.nn.recurrent.RnnFormulasTest;

/** A model and its layers in sequence: names, shapes, seeds, and what may change. */
public class ModelTest {
    private static final Near NEAR = Near.within(1e-13, 1e-15);
    private final RandomGenerator rng = new Well19937c(4);

    @Test
    void namesAndShapesAreInferred() {
        Model model = Sequential.of(rnn(4).sequences(true), rnn(3), dense(5), dense(2))
                .build(Shape.of(6, 2), 1);

        Map<String, Shape> shapes = new LinkedHashMap<>();
        model.parameters()
                .names()
                .forEach(name -> shapes.put(name, model.parameters().get(name).shape()));
        assertThat(shapes)
                .containsExactly(
                        Map.entry("rnn/U", Shape.of(2, 4)),
                        Map.entry("rnn/V", Shape.of(4, 4)),
                        Map.entry("rnn/b", Shape.of(1, 4)),
                        Map.entry("rnn2/U", Shape.of(4, 3)),
                        Map.entry("rnn2/V", Shape.of(3, 3)),
                        Map.entry("rnn2/b", Shape.of(1, 3)),
                        Map.entry("dense/U", Shape.of(3, 5)),
                        Map.entry("dense/b", Shape.of(1, 5)),
                        Map.entry("dense2/U", Shape.of(5, 2)),
                        Map.entry("dense2/b", Shape.of(1, 2)));
        assertThat(model.parameters().count()).isEqualTo(8 + 16 + 4 + 12 + 9 + 3 + 15 + 5 + 10 + 2);
        assertThat(model.input()).isEqualTo(Shape.of(6, 2));
        assertThat(model.output()).isEqualTo(Shape.of(2));
        assertThat(model.seed()).isEqualTo(1);
    }

    @Test
    void nestedSequencesHaveNamesOfTheirOwn() {
        Sequential inner = Sequential.of(dense(3), dense(3));
        Model nested = Sequential.of(inner, dense(2), inner).build(Shape.of(3), 1);

        assertThat(nested.parameters().names())
                .containsExactly(
                        "sequential/dense/U",
                        "sequential/dense/b",
                        "sequential/dense2/U",
                        "sequential/dense2/b",
                        "dense/U",
                        "dense/b",
                        "sequential2/dense/U",
                        "sequential2/dense/b",
                        "sequential2/dense2/U",
                        "sequential2/dense2/b");
        assertThat(nested.parameters().get("sequential2/dense/U").shape()).isEqualTo(Shape.of(2, 3));
    }

    /** A layer whose own name looks like a numbered one does not share parameters with another. */
    @Test
    void namesNeverCoincide() {
        Layer first = named("a", 1);
        Layer second = named("a2", 2);

        Model model = Sequential.of(first, first, second, second, first).build(Shape.of(1), 1);

        assertThat(model.parameters().names()).hasSize(5);
        assertThat(model.predict(Tensor.zeros(1, 1)).toDouble()).isEqualTo(1 + 1 + 2 + 2 + 1);
    }

    private static Layer named(String name, double start) {
        return new Layer() {
            @Override
            public java.util.function.UnaryOperator<Tensor> bind(Scope scope, Shape input) {
                Tensor shift = scope.parameter("shift", Initializers.constant(start), 1);
                return x -> x.add(shift);
            }

            @Override
            public String name() {
                return name;
            }
        };
    }

    @Test
    void layersApplyInOrder() {
        Layer scale = (scope, input) -> {
            Tensor gain = scope.parameter("gain", Initializers.constant(3), input.size(-1));
            return x -> x.mul(gain);
        };
        Model model =
                Sequential.of(scale, (scope, input) -> x -> x.add(1), scale).build(Shape.of(2), 1);

        assertThat(model.parameters().names()).containsExactly("layer/gain", "layer3/gain");
        assertThat(model.predict(Tensor.of(new double[][] {{1, 2}})).toArray()).containsExactly(12, 21);
        assertThat(Sequential.of()
                        .build(Shape.of(2), 1)
                        .predict(Tensor.of(new double[][] {{1, 2}}))
                        .toArray())
                .containsExactly(1, 2);
    }

    @Test
    void denseIsAffineAlongTheLastAxis() {
        Model model = Sequential.of(dense(3).activation(Tensor::sigmoid)).build(Shape.of(4, 2), 1);
        model.set(
                model.parameters().map((name, p) -> Tensor.randn(rng, p.shape().toArray())));
        double[][] U = model.parameters().get("dense/U").toRows();
        double[] b = model.parameters().get("dense/b").toRows()[0];
        Tensor x = Tensor.randn(rng, 5, 4, 2);

        Tensor y = model.predict(x);

        double[][][] expected = new double[5][4][3];
        for (int i = 0; i < 5; i++) {
            for (int t = 0; t < 4; t++) {
                for (int j = 0; j < 3; j++) {
                    double sum = b[j] + x.get(i, t, 0) * U[0][j] + x.get(i, t, 1) * U[1][j];
                    expected[i][t][j] = HandActivation.SIGMOID.value(sum);
                }
            }
        }
        NEAR.verify("y", y, expected);
    }

    @Test
    void seedDecidesTheParameters() {
        Sequential layers = Sequential.of(rnn(4), dense(2));

        assertThat(Flat.of(layers.build(Shape.of(5, 3), 7))).isEqualTo(Flat.of(layers.build(Shape.of(5, 3), 7)));
        assertThat(Flat.of(layers.build(Shape.of(5, 3), 7))).isNotEqualTo(Flat.of(layers.build(Shape.of(5, 3), 8)));
    }

    @Test
    void sequencesMayHaveAnyLength() {
        Model model = Sequential.of(rnn(3).sequences(true)).build(Shape.of(5, 2), 7);
        Tensor x = Tensor.randn(rng, 4, 9, 2);

        HandRnn.Forward expected = RnnFormulasTest.byHand(model).forward(RnnFormulasTest.cube(x), new double[4][3]);

        NEAR.verify("A", model.predict(x), expected.h());
    }

    @Test
    void samplesDoNotMix() {
        Model model = Sequential.of(rnn(3).sequences(true), rnn(2), dense(2)).build(Shape.of(5, 2), 7);
        Tensor x = Tensor.randn(rng, 6, 5, 2);

        Tensor whole = model.predict(x);

        for (int i = 0; i < 6; i++) {
            NEAR.verify(
                    "sample " + i,
                    whole.select(0, i),
                    model.predict(x.slice(0, i, i + 1)).select(0, 0));
        }
        assertThat(model.predict(Tensor.zeros(0, 5, 2)).shape()).isEqualTo(Shape.of(0, 2));
    }

    @Test
    void predictionRecordsNothingAndForwardOnlyWhatIsWatched() {
        Model model = Sequential.of(rnn(3), dense(1)).build(Shape.of(4, 2), 7);
        Tensor x = Tensor.randn(rng, 2, 4, 2);
        Tape tape = new Tape();

        assertThat(model.predict(x).isRecorded()).isFalse();
        assertThat(model.forward(model.parameters().watchedBy(tape), x).isRecorded())
                .isTrue();
        assertThat(model.parameters().values()).noneMatch(Tensor::isRecorded);
    }

    @Test
    void passTellsTheLayersApart() {
        List<String> seen = new ArrayList<>();
        Layer noisy = (scope, input) -> {
            seen.add(scope.pass().training() ? "training" : "inference");
            return x -> scope.pass().training() ? x.add(scope.pass().rng().nextDouble()) : x;
        };
        Model model = Sequential.of(noisy).build(Shape.of(1), 1);
        Tensor x = Tensor.zeros(1, 1);

        assertThat(model.predict(x).toDouble()).isZero();
        assertThat(model.forward(model.parameters(), x, Pass.training(new Well19937c(3)))
                        .toDouble())
                .isEqualTo(new Well19937c(3).nextDouble());
        assertThat(seen).containsExactly("inference", "inference", "training");
    }

    @Test
    void setTakesParametersByName() {
        Model model = Sequential.of(dense(2)).build(Shape.of(1), 1);
        Tape tape = new Tape();
        Tensor U = Tensor.of(new double[][] {{1, 2}});
        Tensor b = Tensor.of(new double[][] {{3, 4}});
        Map<String, Tensor> reversed = new LinkedHashMap<>();
        reversed.put("dense/b", tape.watch(b));
        reversed.put("dense/U", U);

        model.set(Parameters.of(reversed));

        assertThat(model.parameters().names()).containsExactly("dense/U", "dense/b");
        assertThat(model.parameters().get("dense/U").toArray()).containsExactly(1, 2);
        assertThat(model.parameters().get("dense/b").toArray()).containsExactly(3, 4);
        assertThat(model.parameters().values()).noneMatch(Tensor::isRecorded);
        assertThat(model.predict(Tensor.of(new double[][] {{10}})).toArray()).containsExactly(13, 24);
    }

    @Test
    void failedSetChangesNothing() {
        Model model = Sequential.of(dense(2)).build(Shape.of(1), 1);
        double[] before = Flat.of(model);
        Parameters wrong = Parameters.of(Map.of(
                "dense/U", Tensor.of(new double[][] {{1, 2}}), "dense/b", Tensor.of(new double[][] {{1, 2, 3}})));

        assertThatThrownBy(() -> model.set(wrong))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("parameter dense/b must have the shape [1, 2], got [1, 3]");
        assertThat(Flat.of(model)).isEqualTo(before);
    }

    // ---- FLOAT32 ----

    @Test
    void aModelOfFloatsIsThatOfDoublesRounded() {
        Sequential layers = Sequential.of(rnn(4).bias(false).sequences(true), Layers.lstm(3), dense(2));
        Model doubles = layers.build(Shape.of(6, 2), 1);
        Model floats = layers.build(Shape.of(6, 2), 1, DType.FLOAT32);

        assertThat(doubles.dtype()).isEqualTo(DType.FLOAT64);
        assertThat(floats.dtype()).isEqualTo(DType.FLOAT32);
        assertThat(floats.parameters().values()).allMatch(p -> p.dtype() == DType.FLOAT32);
        assertThat(Flat.of(floats)).containsExactly(Flat.of(doubles.parameters().to(DType.FLOAT32)));
    }

    @Test
    void inputsAndParametersAreTakenInTheTypeOfTheModel() {
        Model model = Sequential.of(rnn(3), dense(2)).build(Shape.of(4, 2), 1, DType.FLOAT32);
        Tensor x = Tensor.randn(rng, 5, 4, 2);
        Tensor y = model.predict(x);
        assertThat(y.dtype()).isEqualTo(DType.FLOAT32);
        assertThat(y.toArray())
                .containsExactly(model.predict(x.to(DType.FLOAT32)).toArray());
        assertThat(model.scores(model.parameters(), x, Pass.inference()).dtype())
                .isEqualTo(DType.FLOAT32);

        Parameters doubles = model.parameters().to(DType.FLOAT64);
        assertThat(model.forward(doubles, x).dtype()).isEqualTo(DType.FLOAT64);
        model.set(doubles.with("dense/b", Tensor.of(new double[][] {{0.1, 0.2}})));
        assertThat(model.parameters().values()).allMatch(p -> p.dtype() == DType.FLOAT32);
        assertThat(model.parameters().get("dense/b").toArray()).containsExactly(0.1f, 0.2f);
        Parameters changed = model.parameters().with("dense/b", Tensor.of(new double[][] {{0.3, 0.2}}));
        assertThat(changed.get("dense/b").toFloatArray()).containsExactly(0.3f, 0.2f);
        assertThat(changed.get("dense/b").dtype()).isEqualTo(DType.FLOAT32);

        Model back = Sequential.of(rnn(3), dense(2)).build(Shape.of(4, 2), 1);
        assertThat(back.predict(x.to(DType.FLOAT32)).dtype()).isEqualTo(DType.FLOAT64);
    }

    @Test
    void statesAreTakenInTheTypeOfTheModel() {
        Model model = Sequential.of(rnn(3)).build(Shape.of(4, 2), 1, DType.FLOAT32);
        Tensor x = Tensor.randn(rng, 5, 4, 2);
        Tensor h0 = Tensor.randn(rng, 5, 3);
        Tensor y = model.forward(model.parameters(), x, Pass.inference().from("rnn", h0));
        Tensor same = model.forward(model.parameters(), x, Pass.inference().from("rnn", h0.to(DType.FLOAT32)));
        assertThat(y.toArray()).containsExactly(same.toArray());
    }

    @Test
    void dropoutOfFloatsDropsWhatThatOfDoublesDrops() {
        Tensor x = Tensor.ones(20, 30);
        Layer layer = Layers.dropout(0.3);
        Tensor doubles = Model.build(layer, Shape.of(30), 1)
                .forward(Parameters.of(Map.of()), x, Pass.training(new Well19937c(1)));
        Tensor floats = Model.build(layer, Shape.of(30), 1, DType.FLOAT32)
                .forward(Parameters.of(Map.of()), x, Pass.training(new Well19937c(1)));
        assertThat(floats.dtype()).isEqualTo(DType.FLOAT32);
        assertThat(floats.toArray()).containsExactly(doubles.to(DType.FLOAT32).toArray());
    }

    /** A layer of one's own that makes FLOAT64 tensors is told what to do. */
    @Test
    void aLayerOfAnotherTypeIsRefused() {
        Layer noise = (scope, input) -> x -> x.add(Tensor.ones(input.toArray()));
        assertThatThrownBy(() -> Model.build(noise, Shape.of(3), 1, DType.FLOAT32))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "layer, given samples [3]: add: dtypes must be equal, got FLOAT32 and FLOAT64; use to(DType)");
        Layer ones = (scope, input) -> x -> x.add(Tensor.ones(scope.dtype(), input.toArray()));
        assertThat(Model.build(ones, Shape.of(3), 1, DType.FLOAT32).output()).isEqualTo(Shape.of(3));
        Layer drawn = (scope, input) ->
                x -> x.add(Tensor.ones(scope.dtype(), input.toArray())).mul(scope.bias("b", 3));
        Model model = Model.build(drawn, Shape.of(3), 1, DType.FLOAT32);
        assertThat(model.predict(Tensor.ones(1, 3)).dtype()).isEqualTo(DType.FLOAT32);
    }
}
