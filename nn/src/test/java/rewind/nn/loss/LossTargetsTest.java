package rewind.nn.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static rewind.nn.Layers.dense;
import static rewind.nn.Losses.binaryCrossEntropy;
import static rewind.nn.Losses.categoricalCrossEntropy;
import static rewind.nn.Losses.meanSquaredLogarithmicError;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Layers;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.DataSource;
import rewind.nn.data.Dataset;
import rewind.nn.layer.Lengths;

/** Targets and outputs that a loss cannot take are refused before they do harm. */
class LossTargetsTest {
    private static final String CATEGORICAL =
            "categoricalCrossEntropy: targets must be probabilities of two classes or more that sum to 1,"
                    + " such as ids.oneHot(classes), but ";

    private static Model model(int units, String activation) {
        return Sequential.of(dense(units, activation)).build(Shape.of(2), 1);
    }

    private static Training training(Loss loss, int units, String activation) {
        return Training.of(model(units, activation)).loss(loss).epochs(1);
    }

    private static Dataset data(Tensor y) {
        return new Dataset(Tensor.ones(y.size(0), 2), y);
    }

    private static void refuses(Loss loss, Tensor y, String message) {
        Training training = training(loss, y.size(-1), "sigmoid");
        for (Training each : new Training[] {training, training.loss(loss.summed())}) {
            assertThatThrownBy(() -> each.fit(data(y)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(message);
            assertThatThrownBy(() -> each.evaluate(data(y))).hasMessage(message);
            Dataset good = data(y.mul(0).add(1.0 / y.size(-1)));
            if (y.size(-1) > 1) {
                assertThatThrownBy(() -> each.validation(data(y)).fit(good)).hasMessage(message);
            }
        }
    }

    @Test
    void classesMustHaveProbabilities() {
        refuses(categoricalCrossEntropy(), rows(0, 1, -0.5, 1.5), CATEGORICAL + "sample 1 has [-0.5, 1.5]");
        refuses(categoricalCrossEntropy(), rows(1, 1, 0, 1), CATEGORICAL + "sample 0 has [1.0, 1.0]");
        refuses(categoricalCrossEntropy(), rows(0, 1, 0, 0), CATEGORICAL + "sample 1 has [0.0, 0.0]");
        refuses(categoricalCrossEntropy(), Tensor.of(new double[][] {{2}, {0}}), CATEGORICAL + "sample 0 has [2.0]");
        refuses(
                categoricalCrossEntropy(),
                Tensor.ones(1, 12),
                CATEGORICAL + "sample 0 has [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, …]");
        assertThat(categoricalCrossEntropy().objection(1)).isPresent();
        refuses(
                binaryCrossEntropy(),
                rows(0, 1, 1, 2),
                "binaryCrossEntropy: targets must be from 0 to 1, but sample 1 has [1.0, 2.0]");
        refuses(
                binaryCrossEntropy(),
                rows(0, 1, -1, 0),
                "binaryCrossEntropy: targets must be from 0 to 1, but sample 1 has [-1.0, 0.0]");
        refuses(
                meanSquaredLogarithmicError(),
                rows(0, 1, -1, 0),
                "meanSquaredLogarithmicError: targets must be more than -1, but sample 1 has [-1.0, 0.0]");
    }

    private static Tensor rows(double... values) {
        return Tensor.of(values).reshape(values.length / 2, 2);
    }

    @Test
    void stepsAreNamedAndPaddingIsNotLookedAt() {
        Model model = Sequential.of(dense(2, "softmax")).build(Shape.of(3, 2), 1);
        Training training = Training.of(model).loss(categoricalCrossEntropy()).epochs(1);
        Tensor y = Tensor.of(new double[][][] {{{1, 0}, {0, 1}, {7, 7}}, {{0, 1}, {5, 5}, {6, 6}}});
        Dataset data = new Dataset(Tensor.ones(2, 3, 2), y);
        assertThat(training.fit(data.lengths(Lengths.of(2, 1))).last().loss()).isPositive();
        assertThatThrownBy(() -> training.fit(data.lengths(Lengths.of(2, 2))))
                .hasMessage(CATEGORICAL + "sample 1, step 1 has [5.0, 5.0]");
    }

    @Test
    void aSourceIsLookedAtBatchByBatch() {
        Dataset data = data(rows(0, 1, 1, 0, 3, 3));
        DataSource source = data.map(batch -> batch);
        assertThatThrownBy(() -> training(categoricalCrossEntropy(), 2, "softmax")
                        .shuffle(false)
                        .batchSize(2)
                        .fit(source))
                .hasMessage(CATEGORICAL + "sample 0 has [3.0, 3.0]");
    }

    @Test
    void probabilitiesOfFloatsAreWelcome() {
        double third = (float) (1 / 3.0);
        Model model = Sequential.of(dense(3, "softmax")).build(Shape.of(2), 1, DType.FLOAT32);
        Dataset data = data(Tensor.of(new double[][] {{third, third, third}}));
        assertThat(Training.of(model).loss(categoricalCrossEntropy()).evaluate(data))
                .isPositive();
    }

    @Test
    void oneOfAUsersOwnMayObjectToo() {
        Loss own = new Loss() {
            @Override
            public Tensor perSample(Tensor output, Tensor target) {
                return output.sub(target).square().mean(1);
            }

            @Override
            public Optional<String> objection(double... target) {
                return target[0] == 7 ? Optional.of("own: targets must not be 7") : Optional.empty();
            }
        };
        assertThatThrownBy(() -> training(own, 1, "tanh").fit(data(Tensor.of(new double[][] {{1}, {7}}))))
                .hasMessage("own: targets must not be 7, but sample 1 has [7.0]");
    }

    @Test
    void outputsThatAreNoProbabilitiesAreRefused() {
        Model model = model(2, "tanh");
        model.set("dense/U", Tensor.of(new double[][] {{-9, 9}, {-9, 9}}));
        Dataset data = data(rows(0, 1));
        assertThatThrownBy(
                        () -> Training.of(model).loss(categoricalCrossEntropy()).fit(data))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "categoricalCrossEntropy: outputs must be probabilities, got -0.9999999999999996; a last layer like"
                                + " dense(units, \"softmax\") makes some");
        Model linear = model(1, "identity");
        linear.set("dense/U", Tensor.of(new double[][] {{1}, {1}}));
        assertThatThrownBy(() -> Training.of(linear).loss(binaryCrossEntropy()).fit(data(Tensor.ones(1, 1))))
                .hasMessage("binaryCrossEntropy: outputs must be probabilities, got 2.0; a last layer like"
                        + " dense(units, \"sigmoid\") makes some");
        Model own = Sequential.of(dense(2), Layers.function("share", out -> out.softmax(-1)))
                .build(Shape.of(2), 1);
        assertThat(Training.of(own).loss(categoricalCrossEntropy()).evaluate(data))
                .isPositive();
    }

    /** Sums of floats may be a little more than 1, and probabilities 0. */
    @Test
    void outputsMayBeAtTheEndsOfTheirRange() {
        Tensor output = Tensor.of(new double[][] {{1 + 1e-4, 0}});
        Tensor target = Tensor.of(new double[][] {{1, 0}});
        assertThat(categoricalCrossEntropy().perSample(output, target).toArray())
                .containsExactly(-Math.log(1 + 1e-4));
        assertThatThrownBy(() -> categoricalCrossEntropy().perSample(output.add(1e-5), target))
                .hasMessageStartingWith("categoricalCrossEntropy: outputs must be probabilities, got 1.0001");
    }
}
