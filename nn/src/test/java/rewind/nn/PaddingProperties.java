package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static rewind.nn.Layers.conv1d;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.function;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.rnn;
import static rewind.nn.Layers.timeDistributed;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.data.Dataset;
import rewind.nn.fixture.Flat;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Lengths;
import rewind.nn.loss.Loss;
import rewind.nn.loss.Metric;
import rewind.nn.recurrent.Merge;
import rewind.nn.train.History;

/** Padded sequences give what the same sequences give without padding, one by one, whatever the padding holds and the shapes are. */
class PaddingProperties {
    private static final int STEPS = 5;

    private static final List<Layer> LAYERS = List.of(
            gru(3).sequences(true),
            rnn(3).sequences(true).reversed(true),
            lstm(3).sequences(true).bidirectional(),
            lstm(3).sequences(true).layerNormalization(true),
            timeDistributed(dense(4)),
            conv1d(3, 4).same(),
            conv1d(2, 2).causal().dilation(2).activation("tanh"),
            Sequential.of(gru(2).sequences(true), lstm(3).sequences(true).bidirectional(Merge.SUM)));

    /** Losses whose outputs, (steps, outputs), and targets, (steps, targets), need not fit. */
    private static final Map<String, Loss> LOSSES = Map.of(
            "outputs alone", (o, t) -> o.square().sum(1),
            "sums", (o, t) -> o.sum(1).sub(t.sum(1)).square(),
            "first columns",
                    (o, t) -> o.slice(1, 0, 1).sub(t.slice(1, 0, 1)).abs().sum(1),
            "targets alone", (o, t) -> t.square().sum(1).add(o.mul(0).sum(1)));

    private static Dataset padded(Tensor x, Tensor y, Lengths lengths, double padding) {
        Tensor real = lengths.mask(STEPS);
        Tensor rubbish = Tensor.full(DType.FLOAT64, padding);
        return new Dataset(Tensor.where(real, x, rubbish), Tensor.where(real, y, rubbish))
                .lengths(lengths)
                .targetsPerStep(true);
    }

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void paddedSequencesAreAsGoodAsThoseWithout(
            @ForAll long seed,
            @ForAll @IntRange(min = 0, max = 7) int layer,
            @ForAll @IntRange(min = 1, max = 3) int outputs,
            @ForAll @IntRange(min = 1, max = 3) int targets,
            @ForAll @IntRange(min = 1, max = 4) int batchSize) {
        RandomGenerator rng = new Well19937c(seed);
        Model model = Sequential.of(LAYERS.get(layer), dense(outputs)).build(Shape.of(STEPS, 2), seed);
        Tensor x = Tensor.randn(rng, 4, STEPS, 2);
        Tensor y = Tensor.randn(rng, 4, STEPS, targets);
        Lengths lengths = Lengths.of(rng.nextInt(STEPS + 1), STEPS, 1 + rng.nextInt(STEPS), rng.nextInt(STEPS + 1));
        Metric steps = Metric.ofSums(
                "steps", (output, target) -> new double[] {output.size(0), target.size(0)}, sums -> sums[0] + sums[1]);
        Metric kept = Metric.named(
                "kept",
                (output, target) -> output.sum().toDouble() - target.sum().toDouble());
        LOSSES.forEach((name, loss) -> {
            double expected = 0;
            double sum = 0;
            int all = 0;
            for (int i = 0; i < 4; i++) {
                if (lengths.get(i) > 0) {
                    Tensor output = model.predict(x.slice(0, i, i + 1).slice(1, 0, lengths.get(i)))
                            .select(0, 0);
                    Tensor target = y.select(0, i).slice(0, 0, lengths.get(i));
                    expected += loss.perSample(output, target).mean().toDouble() / 4;
                    sum += output.sum().toDouble() - target.sum().toDouble();
                    all += lengths.get(i);
                }
            }
            for (double padding : new double[] {0, 7, Double.NaN, Double.NEGATIVE_INFINITY}) {
                Dataset data = padded(x, y, lengths, padding);
                Training training = Training.of(model).loss(loss).batchSize(batchSize);
                assertThat(training.evaluate(data)).as(name).isCloseTo(expected, within(1e-10));
                assertThat(training.evaluate(data.bucketedByLength())).isCloseTo(expected, within(1e-10));
                Map<String, Double> values = model.evaluate(data, loss, steps, kept);
                assertThat(values.get("steps")).isEqualTo(2.0 * all);
                assertThat(values.get("kept")).isCloseTo(sum, within(1e-10));
            }
        });
    }

    /** Bit for bit, in both types; the states of stateful training are those after the last real step. */
    @Property(tries = 30, edgeCases = EdgeCasesMode.NONE)
    void whatPaddingHoldsDoesNotMatterToTraining(
            @ForAll long seed,
            @ForAll @IntRange(min = 0, max = 7) int layer,
            @ForAll boolean stateful,
            @ForAll boolean single) {
        RandomGenerator rng = new Well19937c(seed);
        Tensor x = Tensor.randn(rng, 4, STEPS, 2);
        Tensor y = Tensor.randn(rng, 4, STEPS, 2);
        Lengths lengths = Lengths.of(rng.nextInt(STEPS + 1), STEPS, 1 + rng.nextInt(STEPS), rng.nextInt(STEPS + 1));
        DType dtype = single ? DType.FLOAT32 : DType.FLOAT64;
        List<double[]> trained = new ArrayList<>();
        List<History> histories = new ArrayList<>();
        for (double padding : new double[] {0, 3, Double.NaN, Double.POSITIVE_INFINITY}) {
            Model model = Sequential.of(LAYERS.get(layer), dense(3)).build(Shape.of(STEPS, 2), seed, dtype);
            Dataset data = padded(x, y, lengths, padding);
            histories.add(Training.of(model)
                    .loss((o, t) -> o.sum(1).sub(t.sum(1)).square())
                    .epochs(2)
                    .batchSize(2)
                    .shuffle(!stateful)
                    .stateful(stateful)
                    .validation(data)
                    .fit(data));
            trained.add(Flat.of(model));
        }
        for (int i = 1; i < trained.size(); i++) {
            assertThat(trained.get(i)).isEqualTo(trained.get(0));
            assertThat(histories.get(i)).isEqualTo(histories.get(0));
        }
    }

    /** Outputs of which nobody knows which are real. */
    @Test
    void outputsThatAreNotPerStepAreRefused() {
        Dataset data = new Dataset(Tensor.ones(2, STEPS, 2), Tensor.ones(2, STEPS, 1)).lengths(Lengths.of(STEPS, 2));
        Loss any = (o, t) -> o.reshape(o.size(0), o.size() / o.size(0)).sum(1);
        String message =
                "evaluation: where there is a target for every step there must be an output for every step, got outputs %s for"
                        + " targets [2, 5, 1]; give the last recurrent layer sequences(true), or say targetsPerStep(false) if the targets are not";
        Map.of(
                        "[2, 3]", gru(3),
                        "[2, 15]", Sequential.of(gru(3).sequences(true), Layers.flatten()),
                        "[2]", Sequential.of(gru(1), function("scalar", out -> out.reshape(out.size(0)))))
                .forEach((shape, layer) -> {
                    Model model = Model.build(layer, Shape.of(STEPS, 2), 1);
                    for (Dataset each : List.of(data, data.targetsPerStep(true))) {
                        assertThatThrownBy(() -> Training.of(model).loss(any).fit(each))
                                .isInstanceOf(IllegalArgumentException.class)
                                .hasMessage(message, shape);
                        assertThatThrownBy(() -> model.evaluate(each, any)).hasMessage(message, shape);
                    }
                    assertThat(model.evaluate(data.targetsPerStep(false), any)).containsKey("loss");
                });
    }
}
