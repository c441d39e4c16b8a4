package rewind.nn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static rewind.nn.Layers.activation;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.dropout;
import static rewind.nn.Layers.embedding;
import static rewind.nn.Layers.flatten;
import static rewind.nn.Layers.function;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.layerNormalization;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.recurrent;
import static rewind.nn.Layers.rnn;
import static rewind.nn.Layers.timeDistributed;

import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.fixture.MinimalGatedUnit;
import rewind.nn.layer.Cell;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Pass;
import rewind.nn.layer.Scope;
import rewind.nn.layer.State;

/** Predictions by a stream have the bits of steps one by one, and where products round as those of more rows of whole sequences. */
class PredictionStreamTest {
    private static final int STEPS = 7;
    private static final int FEATURES = 3;

    /** The last two outputs. */
    record Delayed(Tensor output, Tensor before) implements State<Delayed> {
        @Override
        public Delayed map(UnaryOperator<Tensor> f) {
            return new Delayed(f.apply(output), f.apply(before));
        }
    }

    private static Cell<Delayed> delays(Scope scope, int inputs, int units) {
        Tensor U = scope.parameter("U", inputs, units);
        Tensor V = scope.parameter("V", units, units);
        return (x, state) ->
                new Delayed(x.matmul(U).add(state.before().matmul(V)).tanh(), state.output());
    }

    private static List<List<Layer>> networks() {
        return List.of(
                List.of(rnn(5)),
                List.of(gru(4), dense(2)),
                List.of(gru(4).resetAfter(true).sequences(true), timeDistributed(dense(2))),
                List.of(lstm(4).sequences(true), dropout(0.3), gru(5).sequences(true), rnn(3), dense(2, "softmax")),
                List.of(lstm(6).recurrentDropout(0.2).truncateChunks(2).layerNormalization(true)),
                List.of(timeDistributed(dense(4, "relu")), layerNormalization(), lstm(3).sequences(true), lstm(3)),
                List.of(recurrent(MinimalGatedUnit::define, 4).sequences(true), function("twice", x -> x.mul(2))),
                List.of(
                        recurrent(PredictionStreamTest::delays, h -> new Delayed(h, h), 4)
                                .sequences(true),
                        rnn(2)),
                List.of(function("read", x -> x.mul(1 + x.mean().toDouble())), gru(3), dense(2)),
                List.of(lstm(40).sequences(true), gru(33), dense(17)));
    }

    private static Model model(List<Layer> layers, DType dtype) {
        return Sequential.of(layers.toArray(Layer[]::new)).build(Shape.of(STEPS, FEATURES), 5, dtype);
    }

    /** What a model gives after so many steps. */
    private static double[] after(Model model, Tensor x, int steps) {
        Tensor y = model.forward(model.parameters(), x.slice(1, 0, steps), Pass.inference());
        boolean sequences = y.rank() == 3;
        return (sequences ? y.slice(1, steps - 1, steps) : y).toArray();
    }

    @ParameterizedTest
    @EnumSource
    void theBitsAreThoseOfWholeSequences(DType dtype) {
        for (List<Layer> layers : networks()) {
            Model model = model(layers, dtype);
            if (layers.toString().contains("read")) {
                continue; // its factor is that of all steps, so that it gives something else
            }
            for (int samples : new int[] {1, 3}) {
                Tensor x = Tensor.randn(dtype, new Well19937c(2), samples, STEPS, FEATURES);
                PredictionStream stream = model.stream(samples);
                for (int sequence = 0; sequence < 2; sequence++) {
                    for (int t = 0; t < STEPS; t++) {
                        Tensor y = stream.step(x.slice(1, t, t + 1));
                        assertThat(y.toArray()).as("%s, step %s", layers, t).isEqualTo(after(model, x, t + 1));
                        assertThat(y.dtype()).isEqualTo(dtype);
                        assertThat(y.shape()).isEqualTo(stream.output());
                    }
                    stream.reset();
                }
            }
        }
    }

    /** Products of few columns round otherwise if they have more rows: of narrow layers whole sequences may have other last digits. */
    @ParameterizedTest
    @EnumSource
    void theBitsAreThoseOfStepsOneByOne(DType dtype) {
        for (int units : new int[] {1, 3, 7, 20}) {
            Model model = model(List.of(rnn(units).sequences(true), gru(5).sequences(true), dense(units)), dtype);
            Tensor x = Tensor.randn(dtype, new Well19937c(2), 2, STEPS, FEATURES);
            Tensor whole = model.predict(x);
            PredictionStream stream = model.stream(2);
            Pass pass = Pass.inference();
            for (int t = 0; t < STEPS; t++) {
                pass = Pass.inference().continuing(pass);
                Tensor at = x.slice(1, t, t + 1);
                Tensor y = stream.step(at);
                assertThat(y.toArray())
                        .isEqualTo(model.forward(model.parameters(), at, pass).toArray());
                assertThat(y.isClose(whole.slice(1, t, t + 1), 1e-5, 1e-6)).isTrue();
            }
        }
    }

    /** Whatever the steps before were, computed or replayed. */
    @ParameterizedTest
    @EnumSource
    void sequencesAreExchanged(DType dtype) {
        for (List<Layer> layers : networks().subList(0, 8)) {
            Model model = model(layers, dtype);
            Tensor x = Tensor.randn(dtype, new Well19937c(2), 3, STEPS, FEATURES);
            PredictionStream stream = model.stream(3);
            PredictionStream other = model.stream(3);
            int[] rows = {2, 0, 2};
            for (int steps = 0; steps < 4; steps++) {
                for (int t = 0; t < steps; t++) {
                    stream.step(x.slice(1, t, t + 1));
                    other.step(x.gather(rows).slice(1, t, t + 1));
                }
                stream.select(rows);
                for (int t = steps; t < STEPS; t++) {
                    assertThat(stream.step(x.slice(1, t, t + 1)).toArray())
                            .as("%s, step %s", layers, t)
                            .isEqualTo(other.step(x.slice(1, t, t + 1)).toArray());
                }
                stream.reset();
                other.reset();
            }
            assertThatThrownBy(() -> stream.select(0, 1)).hasMessageContaining("there must be 3 rows, got 2");
            assertThatThrownBy(() -> stream.select(0, 1, 3)).hasMessageContaining("one of 0 to 2, got 3");
        }
    }

    @ParameterizedTest
    @EnumSource
    void ids(DType dtype) {
        Model model = Sequential.of(embedding(6, 3), lstm(4).sequences(true), dense(6, "softmax"))
                .build(Shape.of(STEPS), 5, dtype);
        Tensor x = Tensor.uniform(new Well19937c(2), 0, 6, 2, STEPS)
                .map(Math::floor)
                .to(dtype);
        PredictionStream stream = model.stream(2);
        assertThat(stream.input()).isEqualTo(Shape.of(2, 1));
        for (int t = 0; t < STEPS; t++) {
            for (double none : new double[] {-1, 6, 0.5}) {
                assertThatThrownBy(() -> stream.step(new double[] {0, none}, new double[12]))
                        .isInstanceOf(IllegalArgumentException.class);
            }
            assertThat(stream.step(x.slice(1, t, t + 1)).toArray()).isEqualTo(after(model, x, t + 1));
        }
    }

    /** A layer makes ids of other numbers. */
    @Test
    void idsThatAreComputed() {
        Layer shifted = (scope, input) -> x -> scope.apply("ids", embedding(6, 3), x.add(1));
        Model model = Sequential.of(shifted, gru(4)).build(Shape.of(STEPS), 5);
        Tensor x = Tensor.uniform(new Well19937c(2), -1, 5, 1, STEPS).map(Math::floor);
        PredictionStream stream = model.stream(1);
        for (int t = 0; t < STEPS; t++) {
            assertThat(stream.step(x.slice(1, t, t + 1)).toArray()).isEqualTo(after(model, x, t + 1));
            assertThatThrownBy(() -> stream.step(new double[] {-2}, new double[4]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("is -1.0");
        }
    }

    /** Several streams of a model, and parameters that change in between. */
    @Test
    void streamsAreApartAndParametersAreTaken() {
        Model model = model(List.of(lstm(4).sequences(true), gru(3), dense(2)), DType.FLOAT64);
        PredictionStream[] streams = {model.stream(1), model.stream(1), model.stream(1)};
        Pass[] passes = {Pass.inference(), Pass.inference(), Pass.inference()};
        Well19937c rng = new Well19937c(3);
        for (int step = 0; step < 60; step++) {
            int i = step * step % 3 + (step % 5 == 0 ? 1 : 0);
            Tensor x = Tensor.randn(rng, 1, 1, FEATURES);
            passes[i] = Pass.inference().continuing(passes[i]);
            double[] expected = model.forward(model.parameters(), x, passes[i]).toArray();
            assertThat(streams[i].step(x).toArray()).isEqualTo(expected);
            if (step % 11 == 10) {
                model.set(model.parameters().map((name, p) -> p.mul(0.9)));
            }
            if (step == 40) {
                streams[i].reset();
                passes[i] = Pass.inference();
            }
        }
    }

    @Test
    void whatNeedsTheWholeSequenceIsRefused() {
        List<List<Layer>> whole = List.of(
                List.of(gru(3).bidirectional()),
                List.of(lstm(3).reversed(true)),
                List.of(lstm(3).reversed(true).sequences(true)),
                List.of(function("mean", x -> x.sub(x.mean(1).expandDims(1))), rnn(2)),
                networks().get(8));
        for (List<Layer> each : whole) {
            Model model = model(each, DType.FLOAT64);
            assertThatThrownBy(() -> model.stream(1))
                    .as(each.toString())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(
                            "stream: the model does not give step by step what it gives for whole sequences");
        }
        Model flat = model(List.of(flatten(), dense(2)), DType.FLOAT64);
        assertThatThrownBy(() -> flat.stream(1)).isInstanceOf(IllegalArgumentException.class);
        Model model = model(List.of(rnn(2)), DType.FLOAT64);
        assertThatThrownBy(() -> model.stream(0)).hasMessage("stream: the number of sequences must be positive, got 0");
        PredictionStream stream = model.stream(2);
        assertThatThrownBy(() -> stream.step(new double[3], new double[4]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "stream: a step takes the elements of [2, 1, 3] and gives those of [2, 2], got arrays of 3 and 4");
        assertThatThrownBy(() -> stream.step(Tensor.ones(2, 3)))
                .hasMessage("stream: a step must have the shape [2, 1, 3], got [2, 3]");
        assertThat(stream.toString()).startsWith("Stream [2, 1, 3] -> [2, 2] of Model");
    }

    /** A step that fails half way leaves the states as they were, also for parameters that have changed. */
    @Test
    void aStepThatFails() {
        Layer mixed = (scope, input) -> x -> {
            Tensor h = scope.apply("gru", gru(4).sequences(true), x);
            Tensor ids = x.slice(2, 0, 1).squeeze(2);
            return scope.apply("lstm", lstm(4).sequences(true), h).add(scope.apply("ids", embedding(5, 4), ids));
        };
        Model model = Model.build(mixed, Shape.of(STEPS, 2), 1);
        PredictionStream stream = model.stream(1);
        Tensor x = Tensor.uniform(new Well19937c(2), 0, 5, 1, STEPS, 2).map(Math::floor);
        for (int t = 0; t < STEPS; t++) {
            assertThat(stream.step(x.slice(1, t, t + 1)).toArray()).isEqualTo(after(model, x, t + 1));
            for (double none : new double[] {7, 0.5, -1, Double.NaN}) {
                assertThatThrownBy(() -> stream.step(new double[] {none, 100}, new double[4]))
                        .isInstanceOf(IllegalArgumentException.class);
            }
            if (t > 3) {
                model.set(model.parameters());
            }
        }
    }

    /** Operations of a user's own are not replayed, but right. */
    @Test
    void whatCannotBeReplayed() {
        Layer cube = activation(v -> Tensor.op(
                "cube",
                in -> in[0].pow(3),
                List.of(v),
                y -> dy -> dy.mul(v.square().mul(3))));
        Model model = model(List.of(cube, gru(3)), DType.FLOAT64);
        PredictionStream stream = model.stream(1);
        Tensor x = Tensor.randn(new Well19937c(2), 1, STEPS, FEATURES);
        for (int t = 0; t < STEPS; t++) {
            assertThat(stream.step(x.slice(1, t, t + 1)).toArray()).isEqualTo(after(model, x, t + 1));
        }
    }
}
