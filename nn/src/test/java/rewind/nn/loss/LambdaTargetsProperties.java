package rewind.nn.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static rewind.nn.Layers.dense;
import static rewind.nn.Losses.binaryCrossEntropy;
import static rewind.nn.Losses.binaryFocalCrossEntropy;
import static rewind.nn.Losses.categoricalCrossEntropy;
import static rewind.nn.Losses.categoricalFocalCrossEntropy;
import static rewind.nn.Losses.meanSquaredLogarithmicError;

import java.util.List;
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
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Dataset;
import rewind.nn.fixture.Flat;

/** Losses that a user's function calls object to its targets as they do to those of training. */
class LambdaTargetsProperties {
    private static final List<Loss> LOSSES = List.of(
            binaryCrossEntropy(),
            binaryFocalCrossEntropy(2),
            meanSquaredLogarithmicError(),
            categoricalCrossEntropy(),
            categoricalFocalCrossEntropy(2),
            categoricalCrossEntropy().weighted(1, 1),
            categoricalCrossEntropy().times(1).summed());

    /** Functions that hand outputs, or scores, and targets on. */
    private static List<Loss> around(Loss loss) {
        Loss lambda = (o, t) -> loss.perSample(o, t).mul(1);
        return List.of(
                lambda,
                lambda.times(1),
                (o, t) -> lambda.perSample(o, t),
                (o, t) -> loss.times(1).perSample(o, t),
                (o, t) -> loss.perSample(o.add(0), t.mul(1)),
                Loss.ofScores(
                        (last, scores, t) -> loss.perSample(last, scores, t).mul(1)));
    }

    private static Model model(String activation, int units, long seed, DType dtype) {
        return Sequential.of(dense(units, activation)).build(Shape.of(2), seed, dtype);
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void theLossWithinObjects(
            @ForAll long seed,
            @ForAll @IntRange(min = 0, max = 6) int which,
            @ForAll @IntRange(min = 1, max = 5) int samples,
            @ForAll boolean spoiled,
            @ForAll DType dtype) {
        RandomGenerator rng = new Well19937c(seed);
        Loss loss = LOSSES.get(which);
        double[] bad = {-1, -1};
        double[] flat =
                Tensor.uniform(rng, 0, 2, samples).map(Math::floor).oneHot(2).toArray();
        if (spoiled) {
            System.arraycopy(bad, 0, flat, 2 * rng.nextInt(samples), 2);
        }
        Dataset data =
                new Dataset(Tensor.randn(rng, samples, 2), Tensor.of(flat).reshape(samples, 2));
        Model model = model(which < 3 ? "sigmoid" : "softmax", 2, seed, dtype);
        double[] before = Flat.of(model);
        for (Loss each : around(loss)) {
            if (spoiled) {
                String message = loss.objection(bad).orElseThrow() + ", got [-1.0, -1.0]";
                assertThatThrownBy(() -> Training.of(model).loss(each).fit(data))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage(message);
                assertThatThrownBy(() -> model.evaluate(data, each)).hasMessage(message);
            } else {
                assertThat(model.evaluate(data, each).get("loss"))
                        .isCloseTo(model.evaluate(data, loss).get("loss"), within(64 * dtype.epsilon()));
            }
        }
        assertThat(Flat.of(model)).isEqualTo(before);
    }

    /** Not one-hot, and a batch that comes later. */
    @Test
    void classIdsAreNoProbabilities() {
        Dataset ids = new Dataset(Tensor.ones(3, 2), Tensor.of(new double[][] {{1}, {1}, {2}}));
        Loss categorical = (o, t) -> categoricalCrossEntropy().perSample(o, t).mul(2);
        assertThatThrownBy(() -> Training.of(model("sigmoid", 1, 1, DType.FLOAT64))
                        .loss(categorical)
                        .fit(ids))
                .hasMessage(categoricalCrossEntropy().objection(1).orElseThrow() + ", got [1.0]");
        Loss binary = (o, t) -> binaryCrossEntropy().perSample(o, t).mul(2);
        assertThatThrownBy(() -> Training.of(model("sigmoid", 1, 1, DType.FLOAT64))
                        .loss(binary)
                        .batchSize(2)
                        .shuffle(false)
                        .fit(ids))
                .hasMessage("binaryCrossEntropy: targets must be from 0 to 1, got [2.0]");
    }
}
