package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.gru;
import static rewind.nn.Losses.categoricalCrossEntropy;
import static rewind.nn.Metrics.accuracy;

import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/** Sequences of outputs of different lengths: targets of padded steps count for nothing. */
class PaddedTargetsTest {
    private static final Lengths LENGTHS = Lengths.of(5, 2, 0, 3);

    private final RandomGenerator rng = new Well19937c(9);
    private final Tensor x = Tensor.randn(rng, 4, 5, 2);
    private final Tensor y = Tensor.uniform(rng, 0, 3, 4, 5).map(Math::floor).oneHot(3);
    private final Tensor otherPadding = Tensor.where(LENGTHS.mask(5), y, y.flip(2));

    private static Model model() {
        return Sequential.of(gru(3).sequences(true), dense(3, "softmax")).build(Shape.of(5, 2), 1);
    }

    @Test
    void lossAndMetricsAreThoseOfTheRealSteps() {
        Model model = model();
        Training training = Training.of(model).loss(categoricalCrossEntropy()).batchSize(3);
        double expected = 0;
        double right = 0;
        for (int i = 0; i < 4; i++) {
            for (int t = 0; t < LENGTHS.get(i); t++) {
                Tensor output = model.predict(x.slice(0, i, i + 1)).select(0, 0).select(0, t);
                Tensor target = y.select(0, i).select(0, t);
                expected -= target.mul(output.log()).sum().toDouble() / LENGTHS.get(i) / 4;
                right += output.argMax(0).toDouble() == target.argMax(0).toDouble() ? 0.1 : 0; // of 10 steps
            }
        }
        Dataset data = new Dataset(x, y).lengths(LENGTHS);
        assertThat(training.evaluate(data)).isCloseTo(expected, offset(1e-12));
        History history = training.metrics(accuracy())
                .epochs(1)
                .batchSize(4)
                .validation(data)
                .fit(data);
        assertThat(history.last().loss()).isCloseTo(expected, offset(1e-12));
        assertThat(history.last().metrics().get("accuracy")).isCloseTo(right, offset(1e-12));
    }

    @Test
    void trainingDoesNotSeeTargetsOfPadding() {
        assertThat(otherPadding.isClose(y, 0, 0)).isFalse();
        Model one = model();
        Model two = model();
        Training.of(one).loss(categoricalCrossEntropy()).epochs(3).fit(new Dataset(x, y).lengths(LENGTHS));
        Training.of(two).loss(categoricalCrossEntropy()).epochs(3).fit(new Dataset(x, otherPadding).lengths(LENGTHS));
        for (String name : one.parameters().names()) {
            assertThat(one.parameters().get(name).toArray())
                    .containsExactly(two.parameters().get(name).toArray());
        }
    }
}
