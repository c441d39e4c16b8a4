package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.nn.Layers.conv1d;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.embedding;
import static rewind.nn.Layers.globalMeanPool;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.maxPool1d;
import static rewind.nn.Layers.rnn;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.fixture.MinimalGatedUnit;
import rewind.nn.layer.CellDefinition;
import rewind.nn.layer.Initializers;
import rewind.nn.layer.Layer;
import rewind.nn.recurrent.LstmState;

/** Cells, layers and models in one line, right ones and wrong ones. */
class GradientChecksTest {
    static List<Layer> layers() {
        return List.of(
                rnn(3),
                gru(3).sequences(true),
                gru(3).resetAfter(true).reversed(true),
                lstm(2).bidirectional(),
                dense(2).activation(Tensor::tanh),
                conv1d(4, 2).same().stride(2).groups(2).activation(Tensor::tanh),
                conv1d(2, 2).causal().dilation(2),
                maxPool1d(2).stride(1),
                Sequential.of(conv1d(2, 2), globalMeanPool()));
    }

    @ParameterizedTest
    @MethodSource("layers")
    void layersPass(Layer layer) {
        GradientChecks.of(layer, Shape.of(3, 2)).verifyAll();
    }

    @Test
    void aModelPasses() {
        GradientChecks.of(
                        Sequential.of(lstm(3).sequences(true), gru(2), dense(1)).build(Shape.of(3, 2), 7))
                .verify();
    }

    @Test
    void aModelOfIdsPasses() {
        Model model = Sequential.of(embedding(7, 3), lstm(2).bidirectional(), dense(2))
                .build(Shape.of(4), 1);
        Tensor ids = Tensor.of(new double[][] {{1, 2, 3, 4}, {0, 0, 6, 5}});
        GradientChecks.ofIds(model, ids).verifyAll();
        assertThat(GradientChecks.ofIds(model, ids)
                        .againstAll((in, dy) -> in)
                        .failure()
                        .orElseThrow())
                .startsWith("gradient check: model, input embedding/");
    }

    @Test
    void cellsPass() {
        GradientChecks.ofCell(MinimalGatedUnit::define, 3, 4, h -> h).verifyAll();
        GradientChecks.ofCell((scope, inputs, units) -> lstm(units).cell(scope, inputs), 3, 2, h -> new LstmState(h, h))
                .verifyAll();
    }

    /** Their parameters are drawn when the layers are applied for the first time. */
    @Test
    void cellsWhoseStepsApplyLayersPass() {
        CellDefinition<Tensor> layered = (scope, inputs, units) -> (x, h) -> {
            Tensor gate = scope.apply("gate", dense(units, "sigmoid"), Tensor.concat(1, x, h));
            return scope.apply("candidate", dense(units, "tanh"), x).mul(gate).add(h.mul(gate.oneMinus()));
        };
        GradientChecks.ofCell(layered, 3, 4, h -> h).verifyAll();
    }

    /** Parameters, input, and first states by name. */
    @Test
    void everythingIsAnInput() {
        Layer wrong = (scope, input) -> {
            Tensor gain = scope.parameter("gain", Initializers.constant(2), input.size(-1));
            return x -> Tensor.op(
                    "scale",
                    in -> in[0].mul(in[1]),
                    List.of(x, gain),
                    y -> dy -> dy.mul(gain),
                    y -> dy -> dy.mul(x).neg());
        };
        String report = GradientChecks.of(
                        Sequential.of(lstm(2).sequences(true), wrong).build(Shape.of(2, 1), 1))
                .failure()
                .orElseThrow();
        assertThat(report)
                .startsWith("gradient check: model, input layer/gain [2], element [")
                .contains("  wrong rule: scale, argument 1 [2], position ")
                .contains("called at rewind.nn.GradientChecksTest.everythingIsAnInput(GradientChecksTest.java:")
                .contains("  this looks like a sign error\n")
                .doesNotContain("also");
    }

    /** A cell with a wrong operation inside is found in its step. */
    @Test
    void theStepOfAWrongRuleIsNamed() {
        CellDefinition<Tensor> definition = (scope, inputs, units) -> {
            Tensor U = scope.parameter("U", inputs, units);
            int[] calls = new int[1];
            return (x, h) -> wrongAtThird(x.matmul(U).add(h), calls);
        };
        assertThat(GradientChecks.of(Layers.recurrent(definition, 2), Shape.of(4, 2))
                        .failure()
                        .orElseThrow())
                .contains("  wrong rule: tanh, argument 0 [3, 2], step 2 of recurrent, position ")
                .doesNotContain("more steps");
    }

    /** tanh; in the third call after binding, its derivative is 1 − y. */
    private static Tensor wrongAtThird(Tensor x, int[] calls) {
        boolean wrong = ++calls[0] == 3;
        return Tensor.op(
                "tanh",
                in -> in[0].tanh(),
                List.of(x),
                y -> dy -> dy.mul(wrong ? y.oneMinus() : y.square().oneMinus()));
    }
}
