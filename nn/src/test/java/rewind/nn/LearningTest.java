package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.recurrent;
import static rewind.nn.Layers.rnn;
import static rewind.nn.Optimizers.adam;
import static rewind.nn.Optimizers.sgd;

import java.util.List;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.data.Dataset;
import rewind.nn.fixture.MinimalGatedUnit;
import rewind.nn.fixture.Near;
import rewind.nn.recurrent.Recurrent;
import rewind.nn.train.History;

/** Whether training learns what there is to learn. */
class LearningTest {
    @Test
    void linearModelFindsALinearFunction() {
        RandomGenerator rng = new Well19937c(1);
        Tensor U = Tensor.of(new double[][] {{1, -2}, {0.5, 3}, {-1, 0}});
        Tensor b = Tensor.of(new double[][] {{0.25, -4}});
        Tensor x = Tensor.randn(rng, 100, 3);
        Model model = Sequential.of(dense(2)).build(Shape.of(3), 1);

        History history = Training.of(model)
                .optimizer(sgd(0.3))
                .epochs(40)
                .batchSize(20)
                .fit(new Dataset(x, x.matmul(U).add(b)));

        Near near = Near.within(0, 1e-6);
        near.verify("U", model.parameters().get("dense/U"), U);
        near.verify("b", model.parameters().get("dense/b"), b);
        assertThat(history.last().loss()).isLessThan(1e-12);
    }

    static List<Recurrent<Tensor, ?>> layers() {
        return List.of(rnn(8), recurrent(MinimalGatedUnit::define, 8));
    }

    /** The sign of the first of six numbers: it must be kept over five steps that do not matter. The mean as a guess costs 1. */
    @ParameterizedTest
    @MethodSource("layers")
    void firstElementIsRemembered(Recurrent<Tensor, ?> layer) {
        RandomGenerator rng = new Well19937c(2);
        Tensor x = Tensor.randn(rng, 300, 6, 1);
        Dataset all = new Dataset(x, x.select(1, 0).greater(0).mul(2).sub(1));
        Model model = Sequential.of(layer, dense(1)).build(Shape.of(6, 1), 3);

        History history = Training.of(model)
                .optimizer(adam(0.02))
                .epochs(20)
                .batchSize(20)
                .validation(all.slice(240, 300))
                .fit(all.slice(0, 240));

        assertThat(history.epochs().get(0).loss()).isGreaterThan(0.4);
        assertThat(history.last().loss()).isLessThan(0.1);
        assertThat(history.last().validationLoss()).isLessThan(0.1);
    }

    @Test
    void numbersAreSummed() {
        RandomGenerator rng = new Well19937c(3);
        Tensor x = Tensor.uniform(rng, -1, 1, 400, 6, 1);
        Dataset all = new Dataset(x, x.sum(1).mul(0.5));
        Model model = Sequential.of(rnn(8), dense(1)).build(Shape.of(6, 1), 3);

        History history = Training.of(model)
                .optimizer(adam(0.01))
                .epochs(40)
                .batchSize(20)
                .validation(all.slice(300, 400))
                .fit(all.slice(0, 300));

        double variance = all.y().variance().toDouble();
        assertThat(history.last().loss()).isLessThan(0.01 * variance);
        assertThat(history.last().validationLoss()).isLessThan(0.02 * variance);
    }
}
