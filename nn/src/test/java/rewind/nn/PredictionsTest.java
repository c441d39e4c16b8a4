package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.dropout;
import static rewind.nn.Layers.function;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.recurrent;
import static rewind.nn.Layers.rnn;

import java.util.concurrent.atomic.AtomicInteger;
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

    @Test
    void theyAreReplayed() {
        AtomicInteger calls = new AtomicInteger();
        Model model = Sequential.of(
                        function("counted", x -> {
                            calls.incrementAndGet();
                            return x;
                        }),
                        gru(3))
                .build(Shape.of(STEPS, 2), 1);
        Tensor x = Tensor.randn(new Well19937c(1), 2, STEPS, 2);
        for (int i = 0; i < 100; i++) {
            model.predict(x);
        }
        assertThat(calls.get()).isLessThan(20);
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
