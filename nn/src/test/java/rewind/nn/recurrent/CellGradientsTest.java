package rewind.nn.recurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.recurrent;
import static rewind.nn.Layers.rnn;
import static rewind.nn.Losses.meanSquaredError;

import java.util.List;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.check.GradientCheck;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.fixture.MinimalGatedUnit;
import rewind.nn.hand.HandActivation;
import rewind.nn.hand.HandRnn;
import rewind.nn.layer.Cell;
import rewind.nn.layer.Parameters;
import rewind.nn.layer.Scope;

/** Cells, layers and models against finite differences, at first and second order. */
class CellGradientsTest {
    private final RandomGenerator rng = new Well19937c(11);

    @Test
    void rnnCell() {
        Cell<Tensor> cell =
                new RnnCell(Tensor.randn(rng, 4, 2), Tensor.randn(rng, 2, 2), Tensor.randn(rng, 1, 2), Tensor::tanh);

        GradientCheck.of((x, h) -> cell.step(x, h))
                .named("rnn cell")
                .inputNames("x", "h")
                .at(Tensor.randn(rng, 3, 4), Tensor.randn(rng, 3, 2))
                .secondOrder()
                .verify();
    }

    @Test
    void cellOfAUser() {
        Cell<Tensor> cell = MinimalGatedUnit.define(Scope.drawing(rng), 4, 2);

        GradientCheck.of((x, h) -> cell.step(x, h))
                .named("minimal gated unit")
                .at(Tensor.randn(rng, 3, 4), Tensor.randn(rng, 3, 2))
                .secondOrder()
                .verify();
    }

    @Test
    void rnnCellAgainstTheFormulas() {
        RnnCell cell =
                new RnnCell(Tensor.randn(rng, 4, 2), Tensor.randn(rng, 2, 2), Tensor.randn(rng, 1, 2), Tensor::sigmoid);
        HandRnn hand =
                new HandRnn(cell.U().toRows(), cell.V().toRows(), cell.b().toRows(), HandActivation.SIGMOID);

        GradientCheck.of((x, h) -> cell.step(x.select(1, 0), h))
                .at(Tensor.randn(rng, 3, 1, 4), Tensor.randn(rng, 3, 2))
                .tolerance(1e-12)
                .againstAll((in, dy) -> {
                    HandRnn.Forward forward = hand.forward(
                            (double[][][]) in.get(0).toNestedArray(), in.get(1).toRows());
                    HandRnn.Backward backward = hand.backward(forward, HandRnn.atLastStep(dy.toRows(), 1));
                    return List.of(Tensor.of(backward.dX()), Tensor.of(backward.dh0()));
                })
                .verify();
    }

    @Test
    void modelOfStackedLayers() {
        verifyParametersAndInput(
                Sequential.of(rnn(3).sequences(true), rnn(2), dense(2)).build(Shape.of(4, 2), 7));
    }

    @Test
    void denseAlongASequence() {
        verifyParametersAndInput(Sequential.of(rnn(3).sequences(true), dense(2).activation(Tensor::sigmoid))
                .build(Shape.of(4, 2), 7));
    }

    @Test
    void modelOfACellOfAUser() {
        verifyParametersAndInput(
                Sequential.of(recurrent(MinimalGatedUnit::define, 3), dense(1)).build(Shape.of(4, 2), 7));
    }

    /** The loss as a function of all parameters, and of the input. */
    private void verifyParametersAndInput(Model model) {
        Parameters start = model.parameters()
                .map((name, p) -> Tensor.randn(rng, p.shape().toArray()).mul(0.5));
        Tensor x = Tensor.randn(rng, 3, 4, 2);
        Tensor y = Tensor.randn(rng, batchOf(3, model.output()));

        GradientCheck.ofAll(p -> meanSquaredError().of(model.forward(start.with(p), x), y))
                .named("loss")
                .inputNames(List.copyOf(start.names()))
                .at(start.values())
                .secondOrder()
                .verify();
        GradientCheck.of(in -> meanSquaredError().of(model.forward(start, in), y))
                .at(x)
                .secondOrder()
                .verify();
    }

    private static int[] batchOf(int samples, Shape sample) {
        assertThat(sample.rank()).isIn(1, 2);
        return sample.rank() == 1
                ? new int[] {samples, sample.size(0)}
                : new int[] {samples, sample.size(0), sample.size(1)};
    }
}
