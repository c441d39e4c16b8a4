package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
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
import org.junit.jupiter.api.Test;
import rewind.autograd.Axes;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

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

    // ---- one value per sample ----

    private static final Map<String, Loss> WRONG = Map.of(
            "scalar", (output, target) -> output.sub(target).square().mean(),
            "sum", (output, target) -> output.sub(target).square().sum(),
            "columns", (output, target) -> output.sub(target).square(),
            "kept axis", (output, target) -> output.sub(target).square().mean(Axes.keep(1)),
            "over the batch", (output, target) -> output.sub(target).square().mean(0));

    /** Whatever the sizes of batches are; only a mean over the batch has the right shape where there are as many columns. */
    @Property(tries = 100)
    void aLossOfAnotherShapeIsRefusedBeforeAnythingIsTrained(
            @ForAll @IntRange(min = 1, max = 5) int samples,
            @ForAll @IntRange(min = 1, max = 4) int batchSize,
            @ForAll @IntRange(min = 2, max = 3) int columns) {
        Dataset data = new Dataset(Tensor.ones(samples, 2), Tensor.zeros(samples, columns));
        int first = Math.min(samples, batchSize);
        WRONG.forEach((name, loss) -> {
            if (name.equals("over the batch") && first == columns) {
                return;
            }
            Model model = Sequential.of(dense(columns)).build(Shape.of(2), 1);
            double[] before = ModelTest.flat(model);
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
            assertThat(ModelTest.flat(model)).isEqualTo(before);
        });
    }

    /** There its mean is the same number. */
    @Test
    void aMeanOverTheBatchIsNotWrongWhereItLooksRight() {
        Dataset data = new Dataset(
                Tensor.arange(8).reshape(4, 2), Tensor.arange(8).reshape(4, 2).square());
        Model model = Sequential.of(dense(2)).build(Shape.of(2), 1);
        Training training = Training.of(model).batchSize(2);
        double right = training.evaluate(data);
        assertThat(training.loss(WRONG.get("over the batch")).evaluate(data)).isCloseTo(right, within(1e-12 * right));
    }

    @Test
    void theMessageTellsTheRemedyForTheShape() {
        Loss mean = (output, target) -> output.sub(target).square().mean();
        assertThatThrownBy(() -> mean.of(Tensor.ones(4, 3, 2), Tensor.ones(4, 3, 2)))
                .hasMessage(
                        "loss: there must be one value per sample, [4] of outputs [4, 3, 2], got []; average over the axes of a"
                                + " sample alone, as in output.sub(target).square().mean(1, 2): the mean over the batch is taken"
                                + " afterwards");
        assertThatThrownBy(() -> mean.of(Tensor.ones(4), Tensor.ones(4)))
                .hasMessageContaining("as in output.sub(target).square(): the mean");
        Loss right = (output, target) -> output.sub(target).square().mean(1, 2);
        assertThat(right.of(Tensor.ones(4, 3, 2), Tensor.zeros(4, 3, 2)).toDouble())
                .isEqualTo(1);
    }
}
