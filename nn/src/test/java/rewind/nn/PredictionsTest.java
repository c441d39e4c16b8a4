package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.dropout;
import static rewind.nn.Layers.embedding;
import static rewind.nn.Layers.function;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.recurrent;
import static rewind.nn.Layers.rnn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import rewind.autograd.DType;
import rewind.autograd.Grad;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.fixture.MinimalGatedUnit;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Parameters;
import rewind.nn.layer.Pass;

/** Predictions of batch after batch are replayed, and have the bits of a single one. */
class PredictionsTest {
    private static final int STEPS = 5;

    @ParameterizedTest
    @EnumSource
    void theBitsAreThoseOfForward(DType dtype) {
        Model[] models = {
            Sequential.of(lstm(4), dense(2)).build(Shape.of(STEPS, 3), 1, dtype),
            Sequential.of(gru(4).sequences(true).bidirectional(), dropout(0.5), rnn(3))
                    .build(Shape.of(STEPS, 3), 1, dtype),
            Sequential.of(recurrent(MinimalGatedUnit::define, 4), dense(2, "softmax"))
                    .build(Shape.of(STEPS, 3), 1, dtype)
        };
        RandomGenerator rng = new Well19937c(5);
        for (Model model : models) {
            for (int i = 0; i < 40; i++) {
                Tensor x = Tensor.randn(dtype, rng, 1 + i % 2, STEPS, 3);
                if (i % 7 == 6) { // as in training
                    model.set(model.parameters().map((name, p) -> p.mul(0.9)));
                }
                Tensor expected = model.forward(model.parameters(), x, Pass.inference());
                assertThat(model.predict(x).toArray()).containsExactly(expected.toArray());
                assertThat(model.predictInBatches(x, 1).toArray()).containsExactly(expected.toArray());
            }
        }
    }

    /** Those of models of which nobody but this library decides what they do. */
    @Test
    void whatIsBuiltInIsReplayed() {
        Layer own = function("own", x -> x.mul(2));
        Layer cell = recurrent(MinimalGatedUnit::define, 3);
        assertThat(afterManyCalls(Tensor.ones(2, STEPS, 2), lstm(3).sequences(true), dropout(0.5), dense(2, "tanh")))
                .isEqualTo("Compiled for 1 shapes of inputs, of which 1 are replayed");
        for (Layer each : List.of(own, cell, gru(3).activation(Tensor::tanh), dense(2).activation(x -> x.mul(2)))) {
            assertThat(afterManyCalls(Tensor.ones(2, STEPS, 2), each))
                    .as(each.toString())
                    .isEqualTo("Compiled for 0 shapes of inputs, of which 0 are replayed");
        }
        assertThat(afterManyCalls(Tensor.ones(2, STEPS), embedding(5, 3)))
                .isEqualTo("Compiled for 0 shapes of inputs, of which 0 are replayed");
    }

    private static String afterManyCalls(Tensor x, Layer... layers) {
        Model model = Sequential.of(layers)
                .build(Shape.of(Arrays.copyOfRange(x.shape().toArray(), 1, x.rank())), 1);
        Predictions predictions = new Predictions(model, model.layer());
        for (int i = 0; i < 10; i++) {
            predictions.of(model.parameters(), x);
        }
        return predictions.toString();
    }

    /** Parameters are found by their names, whatever their order. */
    @Test
    void parametersInAnotherOrder() {
        Model model = Sequential.of(dense(3), dense(3)).build(Shape.of(3), 1);
        Map<String, Tensor> reversed = new LinkedHashMap<>();
        List<String> names = new ArrayList<>(model.parameters().stored());
        Collections.reverse(names);
        names.forEach(name -> reversed.put(name, model.parameters().get(name)));
        Tensor x = Tensor.randn(new Well19937c(1), 2, 3);
        for (int i = 0; i < 10; i++) {
            assertThat(model.predict(Parameters.of(reversed), x).toArray())
                    .containsExactly(model.predict(x).toArray());
        }
    }

    /** What is recorded stays so. */
    @Test
    void gradientsGoThrough() {
        Model model = Sequential.of(gru(3), dense(1)).build(Shape.of(STEPS, 2), 1);
        Tensor x = Tensor.randn(new Well19937c(1), 2, STEPS, 2);
        for (int i = 0; i < 10; i++) {
            assertThat(Grad.gradient(in -> model.predict(in).sum(), x).toArray())
                    .containsExactly(Grad.gradient(
                                    in -> model.forward(model.parameters(), in, Pass.inference())
                                            .sum(),
                                    x)
                            .toArray());
        }
    }
}
