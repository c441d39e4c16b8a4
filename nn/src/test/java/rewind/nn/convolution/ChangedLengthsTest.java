package rewind.nn.convolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static rewind.nn.Layers.conv1d;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.globalMaxPool;
import static rewind.nn.Layers.globalMeanPool;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.maxPool1d;
import static rewind.nn.Layers.meanPool1d;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Losses;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Dataset;
import rewind.nn.fixture.Near;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Lengths;
import rewind.nn.layer.Parameters;
import rewind.nn.layer.Pass;

/** Layers that change how many steps there are: what a padded batch gives is what its sequences give one by one. */
class ChangedLengthsTest {
    private static final int STEPS = 11;
    private static final Lengths LENGTHS = Lengths.of(11, 4, 7, 5);

    private final RandomGenerator rng = new Well19937c(1);
    private final Tensor x = Tensor.randn(rng, 4, STEPS, 2);
    private final Tensor real = LENGTHS.mask(STEPS);

    static List<Layer> stacks() {
        Layer branches = (scope, input) -> x -> {
            Tensor fine = scope.apply("fine", Sequential.of(conv1d(3, 2), gru(2)), x);
            Tensor coarse = scope.apply("coarse", Sequential.of(maxPool1d(3), lstm(2)), x.mul(2));
            return Tensor.concat(1, fine, coarse);
        };
        return List.of(
                Sequential.of(conv1d(3, 3), gru(2)),
                Sequential.of(conv1d(3, 3).same().activation("tanh"), maxPool1d(2), lstm(2).bidirectional()),
                Sequential.of(
                        conv1d(2, 3).causal().dilation(2).stride(2),
                        conv1d(4, 2).same().groups(2),
                        globalMeanPool()),
                Sequential.of(meanPool1d(2).stride(1), conv1d(2, 2).padding(1), globalMaxPool()),
                Sequential.of(meanPool1d(1).stride(3), gru(2).sequences(true).reversed(true), gru(3)),
                branches);
    }

    private Tensor padded(double padding) {
        return Tensor.where(real, x, Tensor.full(padding));
    }

    @ParameterizedTest
    @MethodSource("stacks")
    void paddedBatchesGiveWhatTheirSequencesGive(Layer layer) {
        Model model = Model.build(layer, Shape.of(STEPS, 2), 1);
        List<Tensor> alone = new ArrayList<>();
        for (int i = 0; i < LENGTHS.size(); i++) {
            alone.add(model.predict(x.slice(0, i, i + 1).slice(1, 0, LENGTHS.get(i))));
        }
        for (double padding : new double[] {0, 7, Double.NaN}) {
            Tensor y = model.forward(
                    model.parameters(), padded(padding), Pass.inference().lengths(LENGTHS));
            Near.within(1e-12, 1e-13).verify("y, padding " + padding, y, Tensor.concat(0, alone));
        }
    }

    /** Gradients too, and by replay, where lengths are data. */
    @ParameterizedTest
    @MethodSource("stacks")
    void whatPaddingHoldsDoesNotMatterToTraining(Layer layer) {
        List<Parameters> trained = new ArrayList<>();
        for (boolean compiled : new boolean[] {true, false}) {
            for (double padding : new double[] {0, Double.NaN}) {
                Model model = Model.build(layer, Shape.of(STEPS, 2), 1);
                Tensor y = Tensor.ones(Shape.of(4, model.output().size()).toArray());
                Training.of(model)
                        .epochs(4)
                        .batchSize(2)
                        .compiled(compiled)
                        .fit(new Dataset(padded(padding), y).lengths(LENGTHS));
                trained.add(model.parameters());
            }
        }
        for (String name : trained.get(0).stored()) {
            for (Parameters other : trained) {
                assertThat(other.get(name).toArray())
                        .containsExactly(trained.get(0).get(name).toArray());
            }
        }
    }

    /** A target for every step that is left: losses count those of real ones. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void lossesSeeTheNewLengths(boolean bucketed) {
        Model model = Sequential.of(conv1d(3, 3), maxPool1d(2), gru(2).sequences(true), dense(1))
                .build(Shape.of(STEPS, 2), 1);
        assertThat(model.output()).isEqualTo(Shape.of(4, 1));
        Tensor y = Tensor.randn(rng, 4, 4, 1);
        double expected = 0;
        for (int i = 0; i < 4; i++) {
            Tensor output = model.predict(x.slice(0, i, i + 1).slice(1, 0, LENGTHS.get(i)));
            int left = (LENGTHS.get(i) - 2) / 2;
            assertThat(output.size(1)).isEqualTo(left);
            expected += output.sub(y.slice(0, i, i + 1).slice(1, 0, left))
                            .square()
                            .mean()
                            .toDouble()
                    / 4;
        }
        Dataset data = new Dataset(padded(Double.NaN), y).lengths(LENGTHS).targetsPerStep(true);
        Training training = Training.of(model).loss(Losses.meanSquaredError()).batchSize(2);
        assertThat(training.evaluate(bucketed ? data.bucketedByLength() : data)).isCloseTo(expected, within(1e-12));
        assertThat(training.epochs(2).fit(data).epochs()).hasSize(2);
    }

    @Test
    void sequencesWithoutStepsGiveZeros() {
        for (Layer pool : List.of(globalMeanPool(), globalMaxPool())) {
            Model model = Sequential.of(conv1d(2, 3).same(), pool).build(Shape.of(3, 2), 1);
            Tensor y = model.forward(
                    model.parameters(), x.slice(1, 0, 3), Pass.inference().lengths(Lengths.of(0, 3, 1, 0)));
            assertThat(y.select(0, 0).toArray()).containsExactly(0, 0);
            assertThat(y.select(0, 1).toArray()).doesNotContain(0);
        }
    }

    /** Known and recorded ones. */
    @Test
    void lengthsOfWindows() {
        int[] all = {0, 1, 2, 3, 4, 5, 6, 7};
        for (int reach = 1; reach <= 4; reach++) {
            for (int stride = 1; stride <= 3; stride++) {
                for (int padding = 0; padding <= 5; padding++) {
                    int windows = (7 + padding - reach) / stride + 1;
                    Lengths known = Lengths.of(all).ofWindows(reach, stride, padding, windows);
                    Tensor recorded = Lengths.recorded(Tensor.of(0, 1, 2, 3, 4, 5, 6, 7))
                            .ofWindows(reach, stride, padding, windows)
                            .tensor(DType.FLOAT64);
                    assertThat(recorded.toArray())
                            .containsExactly(known.tensor(DType.FLOAT64).toArray());
                    assertThat(known.get(7)).isEqualTo(windows);
                    assertThat(known.get(0)).isZero();
                }
            }
        }
    }
}
