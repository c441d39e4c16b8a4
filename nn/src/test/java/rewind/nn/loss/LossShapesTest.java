package rewind.nn.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static rewind.nn.Layers.dense;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.Axes;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Layers;
import rewind.nn.Losses;
import rewind.nn.Metrics;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Dataset;
import rewind.nn.fixture.Flat;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Pass;

/** Outputs and targets must be of one shape, for every loss and metric; a loss must give one value per sample. */
class LossShapesTest {
    private static final int[][][] DIFFERENT = {
        {{3, 1}, {3}},
        {{3}, {3, 1}},
        {{3, 2}, {3, 1}},
        {{3, 1}, {3, 2}},
        {{3, 2}, {2}},
        {{3, 2}, {1, 2}},
        {{1, 2}, {3, 2}},
        {{3, 2}, {3, 2, 2}},
        {{3, 1, 2}, {3, 4, 2}},
        {{3, 2}, {}},
        {{}, {3, 2}},
        {{2, 3}, {3, 2}}
    };

    /** What all factories of a class make, with 1 for every number. */
    private static <T> List<T> all(Class<?> factories, Class<T> type) throws ReflectiveOperationException {
        List<T> made = new ArrayList<>();
        for (Method factory : factories.getDeclaredMethods()) {
            if (Modifier.isPublic(factory.getModifiers()) && factory.getReturnType() == type) {
                Object[] ones = Arrays.stream(factory.getParameterTypes())
                        .map(parameter -> parameter == int.class ? (Object) 1 : (Object) 1.0)
                        .toArray();
                made.add(type.cast(factory.invoke(null, ones)));
            }
        }
        return made;
    }

    private static Tensor half(int... sizes) {
        return Tensor.full(0.5, sizes);
    }

    @Test
    void everyLossComparesShapes() throws ReflectiveOperationException {
        List<Loss> losses = new ArrayList<>();
        for (Loss loss : all(Losses.class, Loss.class)) {
            losses.addAll(
                    List.of(loss, loss.summed(), loss.times(2), loss.smoothed(0.1), (o, t) -> loss.perSample(o, t)));
        }
        assertThat(losses).hasSizeGreaterThanOrEqualTo(8 * 5);
        for (Loss loss : losses) {
            for (int[][] shapes : DIFFERENT) {
                Tensor output = half(shapes[0]);
                Tensor target = half(shapes[1]);
                refusesShapes(() -> loss.perSample(output, target), loss + " " + Arrays.deepToString(shapes));
                refusesShapes(() -> loss.of(output, target), loss + " of " + Arrays.deepToString(shapes));
                for (Activation last : List.of(Activation.IDENTITY, Activation.SIGMOID, Activation.TANH)) {
                    refusesShapes(() -> loss.perSample(last, output, target), loss + " " + last);
                }
            }
        }
    }

    @Test
    void everyMetricComparesShapes() throws ReflectiveOperationException {
        List<Metric> metrics = all(Metrics.class, Metric.class);
        assertThat(metrics).hasSizeGreaterThanOrEqualTo(12);
        for (Metric metric : metrics) {
            for (int[][] shapes : DIFFERENT) {
                refusesShapes(
                        () -> metric.of(half(shapes[0]), half(shapes[1])),
                        metric.name() + " " + Arrays.deepToString(shapes));
            }
        }
    }

    private static void refusesShapes(Runnable call, String what) {
        assertThatThrownBy(call::run)
                .as(what)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("(?s).*(must have the shape of the output|must have a batch axis).*");
    }

    /** Training and evaluation see it, too, instead of broadcasting. */
    @Test
    void trainingComparesShapes() throws ReflectiveOperationException {
        for (Loss loss : all(Losses.class, Loss.class)) {
            Model model = Sequential.of(dense(1, "sigmoid")).build(Shape.of(2), 1);
            Dataset data = new Dataset(Tensor.ones(3, 2), half(3));
            Loss twice = loss.times(2);
            for (Loss each : List.of(loss, twice)) {
                if (each.objection(0.5).isEmpty()) {
                    refusesShapes(() -> Training.of(model).loss(each).fit(data), each.toString());
                    refusesShapes(() -> model.evaluate(data, each), each.toString());
                }
            }
        }
    }

    /** Steps too many, or too few, are the usual cause of three axes beside two. */
    @Test
    void whatIsWrongWithStepsIsTold() {
        Tensor perStep = Tensor.ones(2, 5, 3);
        Tensor last = Tensor.ones(2, 3);
        assertThatThrownBy(() -> Losses.meanSquaredError().of(perStep, last))
                .hasMessageEndingWith(
                        "got [2, 3]; there is an output for every step, where sequences(false) of the last recurrent"
                                + " layer gives the last one alone");
        assertThatThrownBy(() -> Losses.meanAbsoluteError().of(last, perStep))
                .hasMessageEndingWith(
                        "got [2, 5, 3]; there is a target for every step, to which sequences(true) of the last"
                                + " recurrent layer gives an output each");
        assertThatThrownBy(() -> Losses.meanSquaredError().of(perStep, Tensor.ones(2, 4, 3)))
                .hasMessageEndingWith("got [2, 4, 3]");
    }

    // ---- one value per sample ----

    private static final Map<String, Loss> WRONG = Map.of(
            "scalar", (output, target) -> output.sub(target).square().mean(),
            "sum", (output, target) -> output.sub(target).square().sum(),
            "columns", (output, target) -> output.sub(target).square(),
            "kept axis", (output, target) -> output.sub(target).square().mean(Axes.keep(1)),
            "over the batch", (output, target) -> output.sub(target).square().mean(0),
            "over the batch, then more",
                    (output, target) -> output.sub(target).abs().mean(0).square());

    /** Whatever the sizes of batches are, also where there are as many columns. */
    @Property(tries = 100)
    void aLossOfAnotherShapeIsRefusedBeforeAnythingIsTrained(
            @ForAll @IntRange(min = 1, max = 5) int samples,
            @ForAll @IntRange(min = 1, max = 4) int batchSize,
            @ForAll @IntRange(min = 2, max = 3) int columns) {
        Dataset data = new Dataset(Tensor.ones(samples, 2), Tensor.zeros(samples, columns));
        WRONG.forEach((name, loss) -> {
            Model model = Sequential.of(dense(columns)).build(Shape.of(2), 1);
            double[] before = Flat.of(model);
            for (Loss each : List.of(loss, loss.summed(), loss.times(2))) {
                Training training = Training.of(model).loss(each).batchSize(batchSize);
                assertThatThrownBy(() -> training.fit(data))
                        .as(name)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageStartingWith("loss: there must be one value per sample, [")
                        .hasMessageContaining("as in output.sub(target).square().mean(1)");
                assertThatThrownBy(() -> training.evaluate(data))
                        .as(name)
                        .hasMessageStartingWith("loss: there must be");
            }
            assertThat(Flat.of(model)).isEqualTo(before);
        });
    }

    /** Losses that look at all samples of a batch have one value per sample, too. */
    @Property(tries = 60)
    void aLossMayDependOnOtherSamples(
            @ForAll @IntRange(min = 1, max = 5) int samples,
            @ForAll @IntRange(min = 1, max = 5) int batchSize,
            @ForAll @IntRange(min = 1, max = 3) int columns) {
        Loss contrastive = (output, target) -> output.matmul(target.transpose())
                .logSoftmax(1)
                .mul(Tensor.eye(output.size(0)))
                .sum(1)
                .neg();
        Loss centred = (output, target) ->
                output.sub(output.mean(0)).sub(target).square().mean(1);
        Dataset data = new Dataset(Tensor.ones(samples, 2), Tensor.ones(samples, columns));
        for (Loss each : List.of(contrastive, centred)) {
            Model model = Sequential.of(dense(columns)).build(Shape.of(2), 1);
            Training training =
                    Training.of(model).loss(each).batchSize(batchSize).epochs(2).validation(data);
            assertThat(training.fit(data).epochs()).hasSize(2);
            assertThat(each.of(model.predict(data.x()), data.y()).rank()).isZero();
        }
    }

    /** What ranks samples against each other looks like broadcasting where ranks differ, and the message says how to write it. */
    @Test
    void aLossMayRankSamples() {
        Loss ranking = (output, target) -> {
            Tensor score = output.reshape(-1);
            Tensor wanted = target.reshape(-1);
            Tensor wrong = score.expandDims(1).sub(score).neg().add(1).relu();
            return wrong.mul(wanted.expandDims(1).greater(wanted)).sum(1);
        };
        Dataset data = new Dataset(Tensor.randn(new Well19937c(1), 6, 2), Tensor.arange(6));
        Model model = Sequential.of(dense(1)).build(Shape.of(2), 1);
        Training training = Training.of(model).loss(ranking).epochs(3);
        assertThatThrownBy(() -> training.fit(data))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(
                        "a loss that ranks samples against each other on purpose takes data whose targets have as")
                .hasMessageContaining("dataset.mapY(y -> y.expandDims(1))");
        assertThat(training.fit(data.mapY(y -> y.expandDims(1))).epochs()).hasSize(3);
    }

    /** A loss may draw or count: it is called once for a batch, and once more at first only where sizes do not tell its axes apart. */
    @Property(tries = 60)
    void aLossIsCalledOnceForABatch(
            @ForAll @IntRange(min = 1, max = 9) int samples,
            @ForAll @IntRange(min = 1, max = 5) int batchSize,
            @ForAll @IntRange(min = 1, max = 3) int columns) {
        int[] calls = new int[1];
        Loss counting = (output, target) -> {
            calls[0]++;
            return output.sub(target).square().mean(1);
        };
        Dataset data = new Dataset(Tensor.ones(samples, 2), Tensor.ones(samples, columns));
        Model model = Sequential.of(dense(columns)).build(Shape.of(2), 1);
        Training.of(model)
                .loss(counting)
                .batchSize(batchSize)
                .epochs(3)
                .validation(data)
                .compiled(false)
                .fit(data);
        int batches = (samples + batchSize - 1) / batchSize;
        int first = Math.min(samples, batchSize);
        assertThat(calls[0]).isEqualTo(6 * batches + (first == columns && first > 1 ? 1 : 0));
    }

    @Test
    void whatIsNoTensorIsRefused() {
        Dataset data = new Dataset(Tensor.ones(2, 2), Tensor.ones(2, 2));
        Model model = Sequential.of(dense(2)).build(Shape.of(2), 1);
        Loss none = (output, target) -> null;
        for (Loss each : List.of(none, none.summed(), (o, t) -> none.perSample(o, t))) {
            assertThatThrownBy(() -> Training.of(model).loss(each).fit(data))
                    .hasMessageStartingWith(
                            "loss: there must be one value per sample, [2] of outputs [2, 2], got null");
            assertThatThrownBy(() -> each.of(data.x(), data.y())).hasMessageContaining("got null");
        }
        assertThatThrownBy(
                        () -> Sequential.of(Layers.function("none", x -> null)).build(Shape.of(2), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the output must be a tensor, got null");
        assertThatThrownBy(() -> Sequential.of(Layers.activation(x -> null)).build(Shape.of(2), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the output must be a tensor, got null");
    }

    @Test
    void theMessageTellsTheRemedyForTheShape() {
        Loss mean = (output, target) -> output.sub(target).square().mean();
        assertThatThrownBy(() -> mean.of(Tensor.ones(4, 3, 2), Tensor.ones(4, 3, 2)))
                .hasMessage(
                        "loss: there must be one value per sample, [4] of outputs [4, 3, 2], got one number for all of them; average over the axes of a"
                                + " sample alone, as in output.sub(target).square().mean(1, 2): the mean over the batch is taken"
                                + " afterwards");
        assertThatThrownBy(() -> mean.of(Tensor.ones(4), Tensor.ones(4)))
                .hasMessageContaining("as in output.sub(target).square(): the mean");
        Loss right = (output, target) -> output.sub(target).square().mean(1, 2);
        assertThat(right.of(Tensor.ones(4, 3, 2), Tensor.zeros(4, 3, 2)).toDouble())
                .isEqualTo(1);
    }

    /** A batch of one sample does not show whether a mean is over the batch; the next one with more does. */
    @Test
    void oneSampleShowsNothing() {
        Loss overTheBatch = (output, target) -> output.sub(target).square().mean(0);
        OnePerSample each = new OnePerSample(overTheBatch);
        assertThat(each.of(Activation.IDENTITY, half(1, 1), half(1, 1), Pass.inference())
                        .toArray())
                .containsExactly(0);
        assertThatThrownBy(() -> each.of(Activation.IDENTITY, half(2, 2), half(2, 2), Pass.inference()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("loss: there must be one value per sample, [1] of outputs [1, 2], got [2]; ");
        assertThat(each).hasToString("one value per sample of " + overTheBatch);
    }
}
