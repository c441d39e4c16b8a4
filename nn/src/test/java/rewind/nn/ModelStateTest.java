package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.rnn;

import java.util.Map;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.data.Dataset;
import rewind.nn.fixture.Flat;
import rewind.nn.fixture.Near;
import rewind.nn.layer.Layer;
import rewind.nn.loss.Metric;

/** What a model has beside its function: single parameters, frozen ones, notes, its element type; and prediction in batches. */
class ModelStateTest {
    private final RandomGenerator rng = new Well19937c(2);
    private final Model model = Sequential.of(lstm(3), dense(2)).build(Shape.of(4, 2), 1);

    @Test
    void oneParameterByName() {
        Tensor b = Tensor.of(new double[][] {{1, 2}});
        Tensor Vf = Tensor.randn(rng, 3, 3);
        Tensor Vi = model.parameters().get("lstm/Vi");

        model.set("dense/b", b);
        model.set("lstm/Vf", Vf.to(DType.FLOAT32));

        assertThat(model.parameters().get("dense/b").toArray()).containsExactly(1, 2);
        assertThat(model.parameters().get("lstm/Vf").toArray())
                .containsExactly(Vf.to(DType.FLOAT32).toArray());
        assertThat(model.parameters().get("lstm/Vi").toArray()).containsExactly(Vi.toArray());
        assertThat(model.parameters().values()).allMatch(p -> p.dtype() == DType.FLOAT64);
    }

    @Test
    void frozenByLayerStackOrParameter() {
        assertThat(model.frozen()).isEmpty();
        model.freeze("lstm");
        assertThat(model.frozen()).containsExactly("lstm/U", "lstm/V", "lstm/b");
        assertThat(model.frozen("lstm/Uf")).isTrue();
        assertThat(model.frozen("dense/U")).isFalse();
        model.unfreeze("lstm/V");
        model.freeze("dense/b");
        assertThat(model.frozen()).containsExactly("dense/b", "lstm/U", "lstm/b");
        model.unfreeze("lstm");
        assertThat(model.frozen()).containsExactly("dense/b");
    }

    @Test
    void notesByName() {
        assertThat(model.note("scaling")).isEmpty();
        model.note("scaling", "a").note("vocabulary", "b").note("scaling", "c");
        assertThat(model.note("scaling")).contains("c");
        assertThat(model.notes()).containsExactly(Map.entry("scaling", "c"), Map.entry("vocabulary", "b"));
    }

    @Test
    void anotherElementType() {
        model.freeze("lstm/V");
        model.note("a", "b");
        Model clipped = Sequential.of(rnn(2)).build(Shape.of(4, 2), 3);

        Model floats = model.to(DType.FLOAT32);

        assertThat(floats.dtype()).isEqualTo(DType.FLOAT32);
        assertThat(Flat.of(floats))
                .containsExactly(Flat.of(Sequential.of(lstm(3), dense(2)).build(Shape.of(4, 2), 1, DType.FLOAT32)));
        assertThat(floats.frozen()).isEqualTo(model.frozen());
        assertThat(floats.notes()).isEqualTo(model.notes());
        assertThat(floats.seed()).isEqualTo(1);
        assertThat(clipped.to(DType.FLOAT32).clipping())
                .isEqualTo(clipped.clipping())
                .isNotEmpty();
        floats.set("dense/b", Tensor.ones(1, 2));
        floats.unfreeze("lstm");
        assertThat(model.parameters().get("dense/b").toArray()).containsExactly(0, 0);
        assertThat(model.frozen()).containsExactly("lstm/V");
    }

    /** Samples do not mix, so that batches make no difference beyond the rounding of products of another size. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 8, 100})
    void predictionInBatches(int batchSize) {
        Tensor x = Tensor.randn(rng, 7, 4, 2);
        Near.within(1e-14, 1e-15).verify("y", model.predictInBatches(x, batchSize), model.predict(x));
        assertThat(model.predictInBatches(Tensor.zeros(0, 4, 2), batchSize).shape())
                .isEqualTo(Shape.of(0, 2));
    }

    @Test
    void lossAndMetricsOfData() {
        Dataset data = new Dataset(Tensor.randn(rng, 70, 4, 2), Tensor.randn(rng, 70, 2));
        Tensor error = model.predict(data.x()).sub(data.y());

        Metric absolute = Metric.named(
                "absolute", (output, target) -> output.sub(target).abs().mean().toDouble());

        Map<String, Double> values = model.evaluate(data, Losses.meanSquaredError(), absolute);

        assertThat(values).containsOnlyKeys("loss", "absolute");
        assertThat(values.get("loss")).isCloseTo(error.square().mean().toDouble(), within(1e-12));
        assertThat(values.get("absolute")).isCloseTo(error.abs().mean().toDouble(), within(1e-12));
    }

    @Test
    void noMoreThanOneBatchIsComputedAtATime() {
        int[] most = new int[1];
        Layer watching = (scope, input) -> x -> {
            most[0] = Math.max(most[0], x.size(0));
            return x;
        };
        Tensor x = Tensor.randn(rng, 10, 2);
        assertThat(Sequential.of(watching)
                        .build(Shape.of(2), 1)
                        .predictInBatches(x, 4)
                        .toArray())
                .containsExactly(x.toArray());
        assertThat(most[0]).isEqualTo(4);
    }
}
