package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.function;
import static rewind.nn.Layers.gru;
import static rewind.nn.Losses.categoricalCrossEntropy;
import static rewind.nn.Metrics.accuracy;

import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.data.DataSource;
import rewind.nn.data.Dataset;
import rewind.nn.fixture.Flat;
import rewind.nn.layer.Lengths;
import rewind.nn.layer.Pass;
import rewind.nn.loss.Loss;
import rewind.nn.train.History;

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

    // ---- padding ----

    private static Tensor real(Tensor values, double padding) {
        return Tensor.where(LENGTHS.mask(5), values, Tensor.full(DType.FLOAT64, padding));
    }

    @Test
    void paddingMayHoldAnything() {
        Sequential layers = Sequential.of(dense(2, "tanh"), gru(3).sequences(true), dense(3, "softmax"));
        Model one = layers.build(Shape.of(5, 2), 1);
        Model two = layers.build(Shape.of(5, 2), 1);
        Training.of(one).loss(categoricalCrossEntropy()).epochs(2).fit(new Dataset(x, y).lengths(LENGTHS));
        Dataset rubbish = new Dataset(real(x, Double.NaN), real(y, Double.POSITIVE_INFINITY)).lengths(LENGTHS);
        Training training = Training.of(two).loss(categoricalCrossEntropy()).epochs(2);
        training.fit(rubbish);
        assertThat(Flat.of(two)).containsExactly(Flat.of(one));
        assertThat(training.evaluate(rubbish)).isFinite();
    }

    /** Its value and derivative are NaN where the target is 0. */
    @Test
    void lossesNeverSeePadding() {
        Loss ofPositive =
                (output, target) -> target.log().sub(output.log()).square().mean(1);
        Model model = model();
        Dataset data = new Dataset(x, y.add(1)).lengths(LENGTHS);
        History history = Training.of(model).loss(ofPositive).epochs(1).fit(data);
        assertThat(history.last().loss()).isFinite().isNotZero();
    }

    @Test
    void idsMayBePaddedWithAnything() {
        Model model = Sequential.of(Layers.embedding(4, 2), gru(2), dense(1)).build(Shape.of(3), 1);
        Tensor ids = Tensor.of(new double[][] {{0, 3, Double.NaN}, {1, Double.NaN, Double.NaN}});
        Dataset data = new Dataset(ids, Tensor.ones(2, 1)).lengths(Lengths.of(2, 1));
        assertThat(Training.of(model).epochs(1).fit(data).last().loss()).isFinite();
    }

    // ---- whether targets are per step ----

    /** Two days of three quantities each, from sequences of up to five steps. */
    private static Model days(int days) {
        return Sequential.of(gru(3), dense(days * 3), function("days", out -> out.reshape(out.size(0), days, 3)))
                .build(Shape.of(5, 2), 1);
    }

    private static double meanSquaredErrorOfAll(Model model, Tensor x, Tensor y) {
        Tensor output = model.forward(model.parameters(), x, Pass.inference().lengths(LENGTHS));
        return y.sub(output).square().mean().toDouble();
    }

    @Test
    void targetsOfAnotherNumberThanStepsAreNotMasked() {
        Model model = days(2);
        Tensor two = Tensor.randn(rng, 4, 2, 3);
        Dataset data = new Dataset(x, two).lengths(LENGTHS);
        assertThat(data.targetsPerStep()).isFalse();
        assertThat(Training.of(model).evaluate(data)).isCloseTo(meanSquaredErrorOfAll(model, x, two), offset(1e-12));
        DataSource buckets = data.bucketedByLength(); // of two steps, one of them
        assertThat(Training.of(model).batchSize(2).evaluate(buckets))
                .isCloseTo(meanSquaredErrorOfAll(model, x, two), offset(1e-12));
    }

    @Test
    void whatShapesCannotTellTheUserCan() {
        Model model = days(5);
        Tensor five = Tensor.randn(rng, 4, 5, 3);
        Dataset guessed = new Dataset(x, five).lengths(LENGTHS);
        assertThat(guessed.targetsPerStep()).isTrue();
        Dataset told = guessed.targetsPerStep(false);
        double all = meanSquaredErrorOfAll(model, x, five);
        assertThat(Training.of(model).evaluate(told)).isCloseTo(all, offset(1e-12));
        assertThat(Training.of(model).evaluate(guessed)).isNotCloseTo(all, offset(1e-3));
        assertThat(told.concat(told)
                        .shuffled(1)
                        .mapX(in -> in)
                        .mapY(in -> in)
                        .to(DType.FLOAT32)
                        .targetsPerStep())
                .isFalse();
        assertThat(told.bucketedByLength().batches(1).map(batch -> batch.y().size(1)))
                .containsOnly(5);
    }

    /** One number for every step, without an axis of features. */
    @Test
    void targetsOfTwoAxesArePerStepIfTheUserSaysSo() {
        Model model = Sequential.of(gru(3).sequences(true), dense(1), function("flat", out -> out.squeeze(2)))
                .build(Shape.of(5, 2), 1);
        Tensor flat = Tensor.randn(rng, 4, 5);
        Dataset data = new Dataset(x, flat).lengths(LENGTHS);
        assertThat(data.targetsPerStep()).isFalse();
        double expected = 0;
        Tensor errors = flat.sub(model.predict(x)).square();
        for (int i = 0; i < 4; i++) {
            for (int t = 0; t < LENGTHS.get(i); t++) {
                expected += errors.get(i, t) / LENGTHS.get(i) / 4;
            }
        }
        assertThat(Training.of(model).evaluate(data.targetsPerStep(true))).isCloseTo(expected, offset(1e-12));
        assertThatThrownBy(() -> new Dataset(x, Tensor.ones(4)).targetsPerStep(true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("dataset: where there is a target for every step both must have steps, got the shapes"
                        + " [4, 5, 2] and [4]");
    }

    @Test
    void withoutAnyRealStepTheLossIsZero() {
        Model model = model();
        Dataset none = new Dataset(x, y).lengths(Lengths.of(0, 0, 0, 0));
        Training training = Training.of(model)
                .loss(categoricalCrossEntropy())
                .metrics(accuracy())
                .epochs(1);
        assertThat(training.fit(none).last().loss()).isZero();
        assertThat(training.fit(none).last().metrics().get("accuracy")).isNaN();
    }
}
