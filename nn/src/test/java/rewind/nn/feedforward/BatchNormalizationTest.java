package rewind.nn.feedforward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static rewind.nn.Layers.batchNormalization;
import static rewind.nn.Layers.conv1d;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.globalMeanPool;
import static rewind.nn.Layers.rmsNormalization;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.check.GradientCheck;
import rewind.nn.GradientChecks;
import rewind.nn.Listeners;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Dataset;
import rewind.nn.fixture.Near;
import rewind.nn.layer.Lengths;
import rewind.nn.layer.Pass;

/** What batches teach a normalisation, and what it does with it. */
class BatchNormalizationTest {
    private final RandomGenerator rng = new Well19937c(1);

    private static Sequential net() {
        return Sequential.of(conv1d(4, 3).bias(false), batchNormalization(), globalMeanPool(), dense(1));
    }

    private static Pass training() {
        return Pass.training(new Well19937c(1));
    }

    @Test
    void aBatchIsNormalisedAndRemembered() {
        Model model = Sequential.of(batchNormalization().epsilon(0.5)).build(Shape.of(3), 1);
        model.set("batchNormalization/mean", Tensor.of(new double[][] {{1, 2, 3}}));
        Tensor gain = Tensor.of(new double[][] {{2, 3, -1}});
        model.set("batchNormalization/gain", gain);
        Tensor x = Tensor.randn(rng, 5, 3).add(4);
        Pass pass = training();

        Tensor y = model.forward(model.parameters(), x, pass);

        Tensor mean = x.mean(0);
        Tensor variance = x.sub(mean).square().mean(0);
        Near near = Near.within(1e-12, 1e-13);
        near.verify("y", y, x.sub(mean).div(variance.add(0.5).sqrt()).mul(gain));
        Tensor before = model.parameters().get("batchNormalization/mean");
        Map<String, Tensor> renewed = pass.renewed();
        near.verify(
                "mean", renewed.get("batchNormalization/mean"), before.mul(0.9).add(mean.mul(0.1)));
        near.verify(
                "variance",
                renewed.get("batchNormalization/variance"),
                variance.mul(5.0 / 4 * 0.1).add(0.9).reshape(1, 3));
        renewed.forEach(model::set);
        near.verify(
                "in use",
                model.predict(x),
                x.sub(renewed.get("batchNormalization/mean"))
                        .div(renewed.get("batchNormalization/variance").add(0.5).sqrt())
                        .mul(gain));
    }

    @Test
    void gradientsGoThroughMeanAndVariance() {
        Model model = net().build(Shape.of(4, 2), 1);
        GradientCheck.of(x -> model.forward(model.parameters(), x, training()))
                .at(Tensor.randn(rng, 3, 4, 2))
                .verify();
        GradientChecks.of(rmsNormalization(), Shape.of(3)).verifyAll();
        GradientChecks.of(batchNormalization(), Shape.of(2, 3)).verifyAll();
    }

    /** As if the real steps of all sequences were rows. */
    @Test
    void paddingIsNotCounted() {
        Model model = Sequential.of(batchNormalization()).build(Shape.of(4, 2), 1);
        Model rows = Sequential.of(batchNormalization()).build(Shape.of(2), 1);
        Tensor x = Tensor.randn(rng, 3, 4, 2);
        Lengths lengths = Lengths.of(2, 0, 3);
        Tensor padded = Tensor.where(lengths.mask(4), x, Tensor.full(Double.NaN));
        Tensor real =
                Tensor.concat(0, x.select(0, 0).slice(0, 0, 2), x.select(0, 2).slice(0, 0, 3));
        Pass pass = training().lengths(lengths);
        Pass ofRows = training();

        Tensor y = model.forward(model.parameters(), padded, pass);
        Tensor expected = rows.forward(rows.parameters(), real, ofRows);

        Near near = Near.within(1e-12, 1e-13);
        near.verify("y", y.select(0, 2).slice(0, 0, 3), expected.slice(0, 2, 5));
        ofRows.renewed()
                .forEach((name, value) -> near.verify(name, pass.renewed().get(name), value));
        Pass empty = training().lengths(Lengths.of(0, 0, 0));
        model.forward(model.parameters(), padded, empty);
        near.verify("no row", empty.renewed().get("batchNormalization/mean"), Tensor.zeros(1, 2));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void trainingRenewsStatisticsByReplayToo(boolean padded) {
        Dataset plain = new Dataset(Tensor.randn(rng, 12, 5, 2).add(3), Tensor.randn(rng, 12, 1));
        Dataset data = padded ? plain.lengths(Lengths.of(5, 4, 3, 5, 4, 3, 5, 4, 3, 5, 4, 3)) : plain;
        Model replayed = net().build(Shape.of(5, 2), 1);
        Model taped = net().build(Shape.of(5, 2), 1);
        Training.of(replayed).epochs(20).batchSize(4).fit(data);
        Training.of(taped).epochs(20).batchSize(4).compiled(false).fit(data);
        for (String name : taped.parameters().stored()) {
            assertThat(replayed.parameters().get(name).toArray())
                    .as(name)
                    .containsExactly(taped.parameters().get(name).toArray());
        }
        assertThat(taped.parameters().get("batchNormalization/mean").toArray()).doesNotContain(0);
        assertThat(Training.of(taped).evaluate(data)).isLessThan(1.5);
    }

    @Test
    void statisticsAreSavedAndStayFrozen(@TempDir Path folder) throws IOException {
        Model model = net().build(Shape.of(5, 2), 1);
        Dataset data = new Dataset(Tensor.randn(rng, 8, 5, 2), Tensor.randn(rng, 8, 1));
        List<String> statistics = List.of("batchNormalization/mean", "batchNormalization/variance");
        assertThat(model.frozen()).containsExactlyElementsOf(statistics);
        model.freeze("batchNormalization");
        model.unfreeze("batchNormalization");
        assertThat(model.frozen()).containsExactlyElementsOf(statistics);
        assertThat(model.summary().frozen()).isEqualTo(8);
        assertThat(model.summary().trainable()).isEqualTo(3 * 2 * 4 + 8 + 5);

        Training.of(model).epochs(2).batchSize(4).fit(data);
        model.save(folder.resolve("model"));
        Model loaded = Model.load(folder.resolve("model"));

        assertThat(loaded.predict(data.x()).toArray())
                .containsExactly(model.predict(data.x()).toArray());
        assertThat(loaded.frozen()).containsExactlyElementsOf(statistics);
    }

    @Test
    void aRunThatIsContinuedEndsAlike(@TempDir Path folder) {
        Dataset data = new Dataset(Tensor.randn(rng, 8, 5, 2), Tensor.randn(rng, 8, 1));
        Model whole = net().build(Shape.of(5, 2), 1);
        Training.of(whole).epochs(4).batchSize(4).fit(data);
        Model halves = net().build(Shape.of(5, 2), 1);
        Training.of(halves)
                .epochs(2)
                .batchSize(4)
                .on(Listeners.checkpoint(folder))
                .fit(data);
        Model rest = net().build(Shape.of(5, 2), 1);
        Training.of(rest).epochs(4).batchSize(4).resume(folder).fit(data);
        for (String name : whole.parameters().stored()) {
            assertThat(rest.parameters().get(name).toArray())
                    .as(name)
                    .containsExactly(whole.parameters().get(name).toArray());
        }
    }

    @Test
    void rmsNormalizationHasMeanSquareOne() {
        Model model = Sequential.of(rmsNormalization()).build(Shape.of(7), 1);
        Tensor y = model.predict(Tensor.randn(rng, 3, 7).mul(5));
        for (double each : y.square().mean(1).toArray()) {
            assertThat(each).isCloseTo(1, within(1e-5));
        }
    }
}
