package rewind.nn.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.function;
import static rewind.nn.Layers.rnn;

import java.util.List;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Dataset;
import rewind.nn.fixture.Flat;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Lengths;

/** A loss that compares every sample of a batch with all others, as broadcasting (batch, 1) with (batch) does, is refused. */
class LossBroadcastProperties {
    private static final Layer COLUMN = dense(1);
    private static final Layer SCALAR = Sequential.of(dense(1), function("scalar", out -> out.reshape(out.size(0))));
    private static final List<Loss> BROADCASTING = List.of(
            (o, t) -> o.sub(t).square().mean(1),
            (o, t) -> t.sub(o).abs().sum(1),
            (o, t) -> o.sub(t).square().mean(0),
            (o, t) -> o.mul(t).neg().exp().log1p().mean(1));

    private static void refuses(ThrowingCallable call, String outputs, String targets) {
        assertThatThrownBy(call)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("loss: a sample must have the same value alone as in its batch where outputs "
                        + outputs + " and targets " + targets + " have different ranks, got ")
                .hasMessageContaining("as target.expandDims(1) or target.reshape(…) do; ")
                .hasMessageEndingWith("dataset.mapY(y -> y.expandDims(1))");
    }

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void samplesAreNotComparedWithOthers(
            @ForAll long seed,
            @ForAll @IntRange(min = 2, max = 6) int samples,
            @ForAll boolean column,
            @ForAll DType dtype) {
        RandomGenerator rng = new Well19937c(seed);
        Tensor x = Tensor.randn(rng, samples, 2);
        Tensor y = column ? Tensor.randn(rng, samples) : Tensor.randn(rng, samples, 1);
        Dataset data = new Dataset(x, y);
        Model model = Model.build(column ? COLUMN : SCALAR, Shape.of(2), seed, dtype);
        String rows = "[" + samples + "]";
        String columns = "[" + samples + ", 1]";
        double[] before = Flat.of(model);
        for (Loss broadcasting : BROADCASTING) {
            for (Loss loss : List.of(broadcasting, broadcasting.times(2).summed())) {
                String outputs = column ? columns : rows;
                String targets = column ? rows : columns;
                refuses(() -> Training.of(model).loss(loss).fit(data), outputs, targets);
                refuses(() -> model.evaluate(data, loss), outputs, targets);
                refuses(() -> loss.of(model.predict(x), y), outputs, targets);
            }
        }
        assertThat(Flat.of(model)).isEqualTo(before);
    }

    /** Of other ranks, but each sample by itself. */
    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void otherRanksAreWelcome(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 6) int samples,
            @ForAll @IntRange(min = 1, max = 4) int batchSize,
            @ForAll DType dtype) {
        RandomGenerator rng = new Well19937c(seed);
        Dataset data = new Dataset(Tensor.randn(rng, samples, 2), Tensor.randn(rng, samples));
        Model model = Model.build(dense(1), Shape.of(2), seed, dtype);
        List<Loss> apart = List.of(
                (o, t) -> o.select(1, 0).sub(t).square(),
                (o, t) -> o.sub(t.expandDims(1)).square().mean(1));
        for (Loss loss : apart) {
            Training training =
                    Training.of(model).loss(loss).batchSize(batchSize).epochs(1);
            assertThat(training.fit(data).last().loss()).isNotNegative();
        }
    }

    /** Targets that are all the same do not tell; the first batch with others does. */
    @Test
    void batchesOfEqualTargetsDoNotSettleIt() {
        Tensor x = Tensor.randn(new Well19937c(1), 6, 2);
        Dataset data = new Dataset(x, Tensor.of(new double[] {0, 0, 0, 0, 0, 1}));
        Model model = Model.build(dense(1), Shape.of(2), 1);
        Training training =
                Training.of(model).loss(BROADCASTING.get(0)).batchSize(2).shuffle(false);
        refuses(() -> training.fit(data), "[2, 1]", "[2]");
    }

    /** Steps are samples there. */
    @Test
    void stepsAreNotComparedWithOthers() {
        RandomGenerator rng = new Well19937c(1);
        Dataset data = new Dataset(Tensor.randn(rng, 2, 3, 2), Tensor.randn(rng, 2, 3))
                .lengths(Lengths.of(3, 2))
                .targetsPerStep(true);
        Model model = Sequential.of(rnn(1).sequences(true)).build(Shape.of(3, 2), 1);
        refuses(() -> Training.of(model).loss(BROADCASTING.get(0)).fit(data), "[5, 1]", "[5]");
    }
}
