package rewind.nn.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.function;
import static rewind.nn.Layers.gru;
import static rewind.nn.Optimizers.sgd;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Dataset;
import rewind.nn.fixture.Flat;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Layer;
import rewind.nn.train.Trainable;
import rewind.nn.train.TrainingListener;
import rewind.nn.train.TrainingRun;

/** Training ends at the first number that is not finite, tells where that came from, and leaves the parameters as they were. */
class NonFiniteTest {
    private static final String AFTER =
            "; the parameters are as they were before. A smaller learning rate or clipNorm may help";

    private final RandomGenerator rng = new Well19937c(9);

    /** The third batch of one sample each makes trouble. */
    private final Dataset data = new Dataset(Tensor.of(new double[][] {{1, 2}, {3, 4}, {0, -1}}), Tensor.ones(3, 1));

    private String failure(Training training, Dataset samples) {
        List<double[]> before = new ArrayList<>();
        TrainingListener recorder = new TrainingListener() {
            @Override
            public void started(TrainingRun run) {
                before.add(Flat.of(run.model()));
            }

            @Override
            public void batchDone(TrainingRun run) {
                before.set(0, Flat.of(run.model()));
                last = run.model();
            }
        };
        String[] message = new String[1];
        assertThatThrownBy(
                        () -> training.shuffle(false).batchSize(1).on(recorder).fit(samples))
                .isInstanceOf(ArithmeticException.class)
                .satisfies(e -> message[0] = e.getMessage());
        if (last != null) {
            assertThat(Flat.of(last)).isEqualTo(before.get(0));
        }
        return message[0];
    }

    private Trainable last;

    @Test
    void aLossIsTracedToTheOperationInItsLayer() {
        Model model =
                Sequential.of(function("log", x -> x.log()), dense(2), dense(1)).build(Shape.of(2), 1);
        assertThat(failure(Training.of(model), data))
                .startsWith(
                        "training: epoch 1, batch 3: the loss is NaN; layer log, log: value -Infinity at [0, 0] of [1, 2];"
                                + " called at " + NonFiniteTest.class.getName())
                .endsWith(AFTER);
        assertThat(last).isSameAs(model);
    }

    @Test
    void theNameIsThatUnderWhichTheParametersAreFiled() {
        Layer inner = Sequential.of(dense(2), dense(2).activation(Activation.of(Tensor::log)));
        Model model = Sequential.of(dense(1), inner).build(Shape.of(2), 1);
        Dataset zeros = new Dataset(Tensor.zeros(1, 2), Tensor.zeros(1, 2));
        assertThat(failure(Training.of(model), zeros))
                .startsWith(
                        "training: epoch 1, batch 1: the loss is Infinity; loss, log: value -Infinity at [0, 0] of [1, 2]");
        Model deeper = Sequential.of(inner, gru(2).named("top")).build(Shape.of(3, 2), 1);
        Dataset sequence = new Dataset(Tensor.zeros(1, 3, 2), Tensor.zeros(1, 2));
        assertThat(failure(Training.of(deeper), sequence))
                .startsWith(
                        "training: epoch 1, batch 1: the loss is NaN; layer sequential/dense2, log: value -Infinity at");
    }

    @Test
    void branchesHaveNamesToo() {
        Layer branches = (scope, input) -> x -> {
            Tensor left = scope.apply("left", dense(2), x);
            return left.add(scope.apply("right", function("log", Tensor::log), x));
        };
        Model model = Model.build(branches, Shape.of(2), 1);
        Dataset wide = new Dataset(data.x(), Tensor.ones(3, 2));
        assertThat(failure(Training.of(model), wide))
                .startsWith(
                        "training: epoch 1, batch 3: the loss is NaN; layer right, log: value -Infinity at [0, 0] of [1, 2];");
    }

    @Test
    void aGradientIsTracedToo() {
        Model model = Sequential.of(dense(2), function("root", Tensor::sqrt), dense(1))
                .build(Shape.of(2), 1);
        model.set(model.parameters().map((name, p) -> p.abs()));
        Dataset zero = new Dataset(Tensor.zeros(1, 2), Tensor.ones(1, 1));
        assertThat(failure(Training.of(model), zero))
                .startsWith("training: epoch 1, batch 1: a gradient is not finite; layer root, sqrt: cotangent ")
                .contains(" of input 0 at [0, 0] of [1, 2]; called at ")
                .endsWith(AFTER);
    }

    @Test
    void aParameterThatIsNotFiniteIsNamed() {
        Model model = Sequential.of(dense(2), dense(1)).build(Shape.of(2), 1);
        model.set("dense2/U", Tensor.of(new double[][] {{1}, {Double.NaN}}));
        assertThat(failure(Training.of(model), data))
                .startsWith(
                        "training: epoch 1, batch 1: the loss is NaN; parameter dense2/U, watch: value NaN at [1, 0]");
    }

    @Test
    void anUpdateThatOverflowsIsNotMade() {
        Model model = Sequential.of(dense(1)).build(Shape.of(2), 1);
        double[] before = Flat.of(model);
        assertThat(failure(Training.of(model).optimizer(sgd(1e308)), data))
                .isEqualTo("training: epoch 1, batch 1: the update of parameter dense/U by a rate of 1.0E308: the"
                        + " parameter would not be finite after the step: the gradient, or the step, is too large for FLOAT64"
                        + AFTER);
        assertThat(Flat.of(model)).isEqualTo(before);
    }

    /** The same masks are drawn again, or another operation would be found, or none. */
    @Test
    void randomPassesAreRepeated() {
        Layer rare = function("rare", Tensor::log);
        Layer noise = (scope, input) ->
                x -> scope.pass().training() ? x.mul(Tensor.uniform(scope.pass().rng(), -0.02, 0.98, 1, 2)) : x;
        Model model = Sequential.of(function("positive", Tensor::exp), noise, rare, dense(1))
                .build(Shape.of(2), 1);
        Tensor x = Tensor.randn(rng, 400, 2);
        assertThat(failure(Training.of(model), new Dataset(x, Tensor.ones(400, 1))))
                .contains("the loss is NaN; layer rare, log: value NaN at [0, ")
                .endsWith(AFTER);
    }
}
