package rewind.nn.feedforward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.dropout;
import static rewind.nn.Layers.function;
import static rewind.nn.Layers.gru;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.Grad;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.program.Program;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Dataset;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Pass;

/** What dropout does to numbers, and when it draws. */
class DropoutTest {
    private static final int ELEMENTS = 10_000;

    @Test
    void theRateIsZeroedAndTheOthersMakeUpForIt() {
        Model model = Sequential.of(dropout(0.2)).build(Shape.of(ELEMENTS), 1);
        Tensor ones = Tensor.ones(1, ELEMENTS);
        double[] trained = model.forward(model.parameters(), ones, Pass.training(new Well19937c(3)))
                .toArray();
        assertThat(trained).containsOnly(0, 1.25);
        double zeros = Arrays.stream(trained).filter(each -> each == 0).count();
        double deviation = Math.sqrt(ELEMENTS * 0.2 * 0.8);
        assertThat(zeros).isCloseTo(0.2 * ELEMENTS, within(5 * deviation));
        assertThat(model.predict(ones).toArray()).containsOnly(1);
    }

    /** Otherwise the same elements would be missing in every batch, or every epoch. */
    @Test
    void everyBatchOfEveryEpochHasMasksOfItsOwn() {
        List<String> masks = new ArrayList<>();
        Layer spy = function("spy", in -> {
            if (masks.size() < 6) {
                masks.add(Arrays.toString(in.toArray()));
            }
            return in;
        });
        Model model = Sequential.of(dropout(0.5), spy, dense(1)).build(Shape.of(40), 1);
        masks.clear(); // of building
        Dataset same = new Dataset(Tensor.ones(3, 40), Tensor.ones(3, 1));
        Training.of(model).epochs(2).batchSize(1).fit(same);
        assertThat(masks).hasSize(6).doesNotHaveDuplicates();
    }

    @Test
    void aProgramOfAPassDrawsMasksAnew() {
        RandomGenerator rng = new Well19937c(1);
        Model model = Sequential.of(dropout(0.5), gru(4).recurrentDropout(0.4), dropout(0.2), dense(1))
                .build(Shape.of(3, 2), 1);
        Tensor x = Tensor.randn(rng, 5, 3, 2);
        Tensor dy = Tensor.ones(5, 1);
        UnaryOperator<Tensor> train = in -> model.forward(model.parameters(), in, Pass.training(rng));
        Program program = Program.of(in -> train.apply(in.get(0)), x).sequence("x", 1);
        assertThat(program.trace().operations())
                .filteredOn(each -> each.op().equals("draw"))
                .extracting(each -> each.layer() + " " + each.name() + " " + each.shape())
                .containsExactly("dropout mask [5, 3, 2]", "gru mask [5, 4]", "dropout2 mask [5, 4]");
        Program withAdjoint = program.withAdjoint();
        rng.setSeed(7);
        List<Tensor> both = withAdjoint.runAll(List.of(x, dy));
        Tensor next = program.run(x);
        rng.setSeed(7);
        assertThat(train.apply(x).toArray()).isEqualTo(both.get(0).toArray());
        assertThat(train.apply(x).toArray()).isEqualTo(next.toArray());
        rng.setSeed(7);
        Tensor dx = Grad.vjp(in -> List.of(train.apply(in.get(0))), List.of(x), List.of(dy))
                .get(0);
        assertThat(both.get(1).isClose(dx, 1e-12, 1e-14)).isTrue();
        assertThat(program.equations().text())
                .contains("~ Bernoulli(1 − 0.5)/(1 − 0.5)", "~ Bernoulli(1 − 0.4)/(1 − 0.4)");
    }
}
