package rewind.nn.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.rnn;
import static rewind.nn.Losses.meanSquaredError;
import static rewind.nn.Optimizers.adam;
import static rewind.nn.Optimizers.sgd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.UnaryOperator;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.nn.Layers;
import rewind.nn.Losses;
import rewind.nn.Metrics;
import rewind.nn.Model;
import rewind.nn.Optimizers;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Dataset;
import rewind.nn.fixture.Flat;
import rewind.nn.fixture.Near;
import rewind.nn.hand.HandRnn;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Lengths;
import rewind.nn.layer.Parameters;
import rewind.nn.loss.Loss;
import rewind.nn.optimize.Clipping;
import rewind.nn.optimize.Optimizer;
import rewind.nn.recurrent.RnnFormulasTest;
import rewind.nn.train.History;
import rewind.nn.train.loop.TrainingListenerTest.Recorder;

/**
 * The training loop: batches, order, reproducibility, losses. Its listeners are in {@link TrainingListenerTest}, what it learns in
 * {@link rewind.nn.LearningTest}.
 */
class TrainingTest {
    private final RandomGenerator rng = new Well19937c(9);
    private final Dataset data = new Dataset(Tensor.randn(rng, 10, 4, 2), Tensor.randn(rng, 10, 1));

    private static Model model() {
        return Sequential.of(rnn(3), dense(1)).build(Shape.of(4, 2), 5);
    }

    /** The target of sample i is i, so that a loss sees which samples a batch has. */
    private static Dataset numbered(int samples) {
        return new Dataset(Tensor.zeros(samples, 1), Tensor.arange(samples).expandDims(1));
    }

    @Test
    void everyEpochSeesEverySampleOnceInNewBatches() {
        List<double[]> batches = new ArrayList<>();
        Loss spy = (output, target) -> {
            batches.add(target.toArray());
            return meanSquaredError().perSample(output, target);
        };

        Training.of(Sequential.of(dense(1)).build(Shape.of(1), 1))
                .loss(spy)
                .epochs(3)
                .batchSize(4)
                .fit(numbered(10));

        assertThat(batches.stream().map(batch -> batch.length)).containsExactly(4, 4, 2, 4, 4, 2, 4, 4, 2);
        List<double[]> epochs = new ArrayList<>();
        for (int epoch = 0; epoch < 3; epoch++) {
            double[] order = batches.subList(3 * epoch, 3 * epoch + 3).stream()
                    .flatMapToDouble(Arrays::stream)
                    .toArray();
            assertThat(Arrays.stream(order).sorted()).containsExactly(0., 1., 2., 3., 4., 5., 6., 7., 8., 9.);
            epochs.add(order);
        }
        assertThat(epochs.get(0)).isNotEqualTo(epochs.get(1)).isNotEqualTo(epochs.get(2));
    }

    @Test
    void sameSeedSameBits() {
        Model first = model();
        Model second = model();
        Training training = Training.of(first).epochs(4).batchSize(3).validation(data);

        History history = training.fit(data);
        History again =
                Training.of(second).epochs(4).batchSize(3).validation(data).fit(data);

        assertThat(Flat.of(second)).isEqualTo(Flat.of(first));
        assertThat(again).isEqualTo(history);
        assertThat(history.epochs()).hasSize(4);
    }

    @Test
    void seedOfTheOrderCounts() {
        Model first = model();
        Model second = model();
        Model third = model();

        Training.of(first).epochs(2).batchSize(3).shuffle(1).fit(data);
        Training.of(second).epochs(2).batchSize(3).shuffle(2).fit(data);
        Training.of(third).epochs(2).batchSize(3).shuffle(1).fit(data);

        assertThat(Tensor.of(Flat.of(second)).isClose(Tensor.of(Flat.of(first)), 1e-9, 0))
                .isFalse();
        assertThat(Flat.of(third)).isEqualTo(Flat.of(first));
    }

    @Test
    void randomLayersAreReproducibleToo() {
        List<Boolean> passes = new ArrayList<>();
        Layer noise = (scope, input) -> {
            passes.add(scope.pass().training());
            return x -> scope.pass().training()
                    ? x.add(Tensor.randn(scope.pass().rng(), x.shape().toArray()))
                    : x;
        };
        List<double[]> results = new ArrayList<>();
        for (int seed : new int[] {1, 1, 2}) {
            Model model = Sequential.of(noise, rnn(3), dense(1)).build(Shape.of(4, 2), 5);
            passes.clear();
            Training.of(model)
                    .epochs(2)
                    .batchSize(5)
                    .validation(data)
                    .shuffle(seed)
                    .fit(data);
            assertThat(passes).containsExactly(true, true, false, false, true, true, false, false);
            results.add(Flat.of(model));
        }

        assertThat(results.get(1)).isEqualTo(results.get(0));
        assertThat(Tensor.of(results.get(2)).isClose(Tensor.of(results.get(0)), 1e-9, 0))
                .isFalse();
    }

    /** The parameters after every epoch and the losses before, with one batch per epoch, by the formulas. */
    @ParameterizedTest
    @EnumSource
    void gradientDescentByHand(DType dtype) {
        Model model = Sequential.of(rnn(3).clipGradients(false)).build(Shape.of(4, 2), 5, dtype);
        Dataset data = this.data.to(dtype).to(DType.FLOAT64);
        Tensor target = Tensor.randn(dtype, rng, 10, 3).to(DType.FLOAT64);
        double rounding = 4500 * dtype.epsilon(); // 5 epochs of some 900 roundings
        HandRnn hand = RnnFormulasTest.byHand(model);

        History history =
                Training.of(model).optimizer(sgd(0.5)).epochs(5).batchSize(10).fit(new Dataset(data.x(), target));

        for (int epoch = 0; epoch < 5; epoch++) {
            HandRnn.Forward forward = hand.forward(RnnFormulasTest.cube(data.x()), new double[10][3]);
            Tensor difference = Tensor.of(forward.last()).sub(target);
            double loss = difference.square().mean().toDouble();
            assertThat(history.epochs().get(epoch).loss()).isCloseTo(loss, within(rounding));
            double[][] dA = difference.mul(2.0 / 30).toRows(); // mean over 10 samples and 3 outputs
            HandRnn.Backward d = hand.backward(forward, HandRnn.atLastStep(dA, 4));
            hand = new HandRnn(
                    descend(hand.U(), d.dU()), descend(hand.V(), d.dV()), descend(hand.b(), d.db()), hand.act());
        }
        Near near = Near.within(rounding, 0);
        near.verify("U", model.parameters().get("rnn/U"), hand.U());
        near.verify("V", model.parameters().get("rnn/V"), hand.V());
        near.verify("b", model.parameters().get("rnn/b"), hand.b());
    }

    private static double[][] descend(double[][] p, double[][] dp) {
        return Tensor.of(p).sub(Tensor.of(dp).mul(0.5)).toRows();
    }

    // ---- FLOAT32 ----

    private static List<Optimizer> optimizers() {
        return List.of(
                sgd(0.1),
                adam(0.01),
                Optimizers.adamw(0.01),
                Optimizers.adagrad(0.01),
                Optimizers.adadelta(),
                Optimizers.rmsprop(0.01));
    }

    /** The same batches, masks and steps in both types, for everything that takes part in training. */
    @ParameterizedTest
    @MethodSource("optimizers")
    void floatsAreTrainedAsDoublesAre(Optimizer optimizer) {
        Layer layer = gru(4).sequences(true)
                .recurrentDropout(0.2)
                .layerNormalization(true)
                .clipGradients(0.5)
                .bidirectional();
        Sequential layers = Sequential.of(layer, Layers.dropout(0.1), lstm(3), dense(2).activation("softmax"));
        Tensor classes = Tensor.of(0.0, 1, 0, 1, 1, 0, 0, 1, 0, 1).oneHot(2);
        Dataset padded = new Dataset(data.x(), classes).lengths(Lengths.of(4, 3, 0, 1, 4, 2, 4, 4, 3, 1));
        List<History> histories = new ArrayList<>();
        List<Tensor> predictions = new ArrayList<>();
        for (DType dtype : DType.values()) {
            Model model = layers.build(Shape.of(4, 2), 5, dtype);
            histories.add(Training.of(model)
                    .loss(Losses.categoricalCrossEntropy())
                    .optimizer(optimizer)
                    .metrics(Metrics.accuracy(), Metrics.rootMeanSquaredError())
                    .epochs(2)
                    .batchSize(4)
                    .validation(padded.slice(0, 5))
                    .fit(padded));
            assertThat(model.parameters().values()).allMatch(p -> p.dtype() == dtype);
            predictions.add(model.predict(padded.x()));
        }
        // 6 steps of the optimizer, each of some 4,000 roundings
        double rounding = 6 * 4000 * DType.FLOAT32.epsilon();
        for (int epoch = 0; epoch < 2; epoch++) {
            History.Epoch doubles = histories.get(0).epochs().get(epoch);
            History.Epoch floats = histories.get(1).epochs().get(epoch);
            assertThat(floats.loss()).isCloseTo(doubles.loss(), within(rounding));
            assertThat(floats.validationLoss()).isCloseTo(doubles.validationLoss(), within(rounding));
            doubles.metrics()
                    .forEach((name, value) ->
                            assertThat(floats.metrics().get(name)).as(name).isCloseTo(value, within(rounding)));
        }
        assertThat(predictions.get(1).dtype()).isEqualTo(DType.FLOAT32);
        assertThat(predictions.get(1).isClose(predictions.get(0), 0, rounding)).isTrue();
    }

    @Test
    void dataThatOverflowInFloatsAreRefused() {
        Model model = Sequential.of(dense(1)).build(Shape.of(2), 1, DType.FLOAT32);
        Dataset huge = new Dataset(Tensor.of(new double[][] {{1, 2}, {3, 1e300}}), Tensor.zeros(2, 1));
        String text = "dataset: x must be finite, but sample 1, element 1 is Infinity";
        assertThatThrownBy(() -> Training.of(model).fit(huge))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(text);
        assertThatThrownBy(() -> Training.of(model).evaluate(huge))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(text);
        assertThatThrownBy(() ->
                        Training.of(model).validation(huge).fit(new Dataset(Tensor.zeros(1, 2), Tensor.zeros(1, 1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(text);
    }

    @Test
    void aLossTakesItsTargetInTheTypeOfTheOutput() {
        Tensor output = Tensor.randn(DType.FLOAT32, rng, 3, 2);
        Tensor target = Tensor.randn(rng, 3, 2);
        Tensor loss = meanSquaredError().of(output, target);
        assertThat(loss.dtype()).isEqualTo(DType.FLOAT32);
        assertThat(loss.toDouble())
                .isEqualTo(
                        meanSquaredError().of(output, target.to(DType.FLOAT32)).toDouble());
    }

    /** A rule that stays where it is, and notes the steps it was asked for. */
    private record Frozen(List<Long> steps) implements Optimizer {
        @Override
        public double learningRate() {
            return 0.25;
        }

        @Override
        public int slots() {
            return 1;
        }

        @Override
        public Updated update(double learningRate, long step, Tensor p, Tensor dp, List<Tensor> slots) {
            assertThat(learningRate).isEqualTo(0.25);
            assertThat(dp.shape()).isEqualTo(p.shape());
            assertThat(slots.get(0).toArray()).containsOnly(step - 1);
            steps.add(step);
            return new Updated(p, List.of(slots.get(0).add(1)));
        }
    }

    @Test
    void lossOfAnEpochIsTheMeanOverTheSamples() {
        Frozen frozen = new Frozen(new ArrayList<>());
        Model model = model();
        Recorder recorder = new Recorder();
        Training training = Training.of(model)
                .optimizer(frozen)
                .epochs(2)
                .batchSize(4)
                .validation(data)
                .on(recorder);
        Tensor errors = model.predict(data.x()).sub(data.y()).square();

        History history = training.fit(data);

        double expected = errors.mean().toDouble();
        assertThat(training.evaluate(data)).isCloseTo(expected, within(1e-14));
        for (History.Epoch epoch : history.epochs()) {
            assertThat(epoch.loss()).isCloseTo(expected, within(1e-14));
            assertThat(epoch.validationLoss()).isEqualTo(training.evaluate(data));
        }
        for (int epoch = 0; epoch < 2; epoch++) {
            List<Double> three = recorder.losses().subList(3 * epoch, 3 * epoch + 3);
            assertThat(0.4 * three.get(0) + 0.4 * three.get(1) + 0.2 * three.get(2))
                    .isCloseTo(expected, within(1e-14));
        }
        int parameters = model.parameters().stored().size();
        assertThat(frozen.steps.stream().distinct()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(frozen.steps).hasSize(6 * parameters);
    }

    @Test
    void validationIsMeasuredAfterTheEpoch() {
        Model model = model();
        Training training = Training.of(model).optimizer(adam(0.01)).epochs(3).batchSize(4);
        Dataset valid = data.slice(0, 3);

        History history = training.validation(valid).fit(data.slice(3, 10));

        assertThat(history.last().validationLoss()).isEqualTo(training.evaluate(valid));
        assertThat(history.last().number()).isEqualTo(3);
        assertThat(training.fit(data).last().validationLoss()).isNaN();
    }

    /** Limits of nested parts act in the order of their declaration: here the outer one leaves nothing for the inner one to do. */
    @Test
    void nestedLimitsActFromTheOutside() {
        Layer inner = (scope, input) -> {
            scope.clipGradients(1e-3);
            return dense(1).bind(scope, input);
        };
        Layer outer = (scope, input) -> {
            scope.clipGradients(1e-3);
            Shape sample = Shape.of(3);
            UnaryOperator<Tensor> first = rnn(3).clipGradients(false).bind(scope.child("first"), input);
            UnaryOperator<Tensor> second = inner.bind(scope.child("second"), sample);
            return x -> second.apply(first.apply(x));
        };
        Model model = Sequential.of(outer).build(Shape.of(4, 2), 5);
        Tape tape = new Tape();
        Parameters watched = model.parameters().watchedBy(tape);
        Tensor loss = meanSquaredError().of(model.forward(watched, data.x()), data.y());
        Parameters gradients = Clipping.byNorm(watched.in(tape.backward(loss)), 1e-3);
        Parameters start = model.parameters();

        Training.of(model).optimizer(sgd(1)).epochs(1).batchSize(10).fit(data);

        for (String name : start.names()) {
            Tensor step = start.get(name).sub(model.parameters().get(name));
            Near.within(1e-9, 1e-15).verify(name, step, gradients.get(name));
        }
    }

    @Test
    void noEpochChangesNothing() {
        Model model = model();
        double[] before = Flat.of(model);
        Recorder recorder = new Recorder();

        History history = Training.of(model).epochs(0).on(recorder).fit(data);

        assertThat(history.epochs()).isEmpty();
        assertThat(Flat.of(model)).isEqualTo(before);
        assertThat(recorder.calls()).containsExactly("started 0 1", "completed", "ended");
        assertThatThrownBy(history::last)
                .isInstanceOf(NoSuchElementException.class)
                .hasMessage("the training run had no epoch");
    }

    @Test
    void optionsReturnNewTrainings() {
        Model model = model();
        Training training = Training.of(model).epochs(1);
        Recorder recorder = new Recorder();

        training.epochs(3).batchSize(1).on(recorder).validation(data).shuffle(3);

        History history = training.fit(data);
        assertThat(history.epochs()).hasSize(1);
        assertThat(history.last().validationLoss()).isNaN();
        assertThat(recorder.calls()).isEmpty();
    }
}
