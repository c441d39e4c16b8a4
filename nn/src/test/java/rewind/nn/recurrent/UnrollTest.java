package rewind.nn.recurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.nn.Layers.recurrent;

import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.function.UnaryOperator;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rewind.autograd.Gradients;
import rewind.autograd.Shape;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.fixture.MinimalGatedUnit;
import rewind.nn.fixture.Near;
import rewind.nn.hand.HandActivation;
import rewind.nn.hand.HandRnn;
import rewind.nn.layer.Cell;
import rewind.nn.layer.CellDefinition;
import rewind.nn.layer.Scope;
import rewind.nn.layer.State;
import rewind.nn.layer.States;

/** What unrolling promises for every cell: the library's and a user's. */
class UnrollTest {
    private static final Near NEAR = Near.within(1e-13, 1e-15);

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void projectionOfAllStepsThenAdvanceIsTheStep(
            @ForAll @IntRange(min = 1, max = 5) int steps, @ForAll boolean own, @ForAll long seed) {
        RandomGenerator rng = new Well19937c(seed);
        Cell<Tensor> cell = cell(own, rng);
        Tensor x = Tensor.randn(rng, 4, steps, 3);
        Tensor h = Tensor.randn(rng, 4, 2);

        Tensor projected = cell.project(x.permute(1, 0, 2));
        for (int t = 0; t < steps; t++) {
            Tensor expected = cell.step(x.select(1, t), h);
            NEAR.verify("step " + t, cell.advance(projected.select(0, t), h), expected);
            h = expected;
        }
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void outputsAreTheStepsOneAfterAnother(
            @ForAll @IntRange(min = 1, max = 6) int steps, @ForAll boolean own, @ForAll long seed) {
        RandomGenerator rng = new Well19937c(seed);
        Cell<Tensor> cell = cell(own, rng);
        Tensor x = Tensor.randn(rng, 4, steps, 3);
        Tensor h = Tensor.randn(rng, 4, 2);

        Unroll.Result<Tensor> unrolled = Unroll.of(cell).over(x, h);

        assertThat(unrolled.outputs()).hasSize(steps);
        for (int t = 0; t < steps; t++) {
            h = cell.step(x.select(1, t), h);
            NEAR.verify("output " + t, unrolled.outputs().get(t), h);
            NEAR.verify("sequence at " + t, unrolled.sequence().select(1, t), h);
        }
        NEAR.verify("last", unrolled.last(), h);
    }

    /** Values and gradients of a sequence do not depend on where it is cut, if the state is handed on. */
    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void goesOnFromTheLastState(
            @ForAll @IntRange(min = 0, max = 4) int before,
            @ForAll @IntRange(min = 1, max = 4) int after,
            @ForAll boolean own,
            @ForAll long seed) {
        RandomGenerator rng = new Well19937c(seed);
        Cell<Tensor> cell = cell(own, rng);
        Tape tape = new Tape();
        Tensor x = tape.watch(Tensor.randn(rng, 4, before + after, 3));
        Tensor h0 = tape.watch(Tensor.randn(rng, 4, 2));
        Tensor dA = Tensor.randn(rng, 4, after, 2);

        Unroll.Result<Tensor> whole = Unroll.of(cell).over(x, h0);
        Unroll.Result<Tensor> first = Unroll.of(cell).over(x.slice(1, 0, before), h0);
        Unroll.Result<Tensor> second = Unroll.of(cell).over(x.slice(1, before, before + after), first.last());
        Tensor end = whole.sequence().slice(1, before, before + after);

        NEAR.verify("outputs", second.sequence(), end);
        NEAR.verify("last", second.last(), whole.last());
        Gradients inOne = tape.backward(end, dA);
        Gradients inTwo = tape.backward(second.sequence(), dA);
        NEAR.verify("dX", inTwo.of(x), inOne.of(x));
        NEAR.verify("dh0", inTwo.of(h0), inOne.of(h0));
    }

    @Test
    void noStepLeavesTheState() {
        Tensor h = Tensor.of(new double[][] {{1, 2}});

        Unroll.Result<Tensor> unrolled =
                Unroll.of(cell(false, new Well19937c(1))).over(Tensor.zeros(1, 0, 3), h);

        assertThat(unrolled.outputs()).isEmpty();
        assertThat(unrolled.last()).isSameAs(h);
    }

    /** 100,000 steps forward and backward, on a stack that recursion over the steps would overflow. */
    @Test
    @DisabledIfSystemProperty(
            named = "rewind.memory",
            matches = "plain",
            disabledReason = "T parts cost T² without sums in place")
    void longSequenceFollowsTheFormulas() throws Exception {
        RandomGenerator rng = new Well19937c(5);
        int steps = 100_000;
        HandRnn hand = new HandRnn(
                Tensor.randn(rng, 2, 3).mul(0.5).toRows(),
                Tensor.randn(rng, 3, 3).mul(0.8).toRows(),
                Tensor.randn(rng, 1, 3).mul(0.5).toRows(),
                HandActivation.TANH);
        Tensor x = Tensor.randn(rng, 1, steps, 2);
        Tensor dA = Tensor.randn(rng, 1, steps, 3);

        FutureTask<List<Tensor>> task = new FutureTask<>(() -> gradients(hand, x, dA));
        new Thread(null, task, "small stack", 256 * 1024).start();
        List<Tensor> gradients = task.get();

        HandRnn.Backward expected = hand.backward(
                hand.forward((double[][][]) x.toNestedArray(), new double[1][3]), (double[][][]) dA.toNestedArray());
        Near near = Near.within(1e-9, 0);
        near.verify("dX", gradients.get(0), expected.dX());
        near.verify("dU", gradients.get(1), expected.dU());
        near.verify("dV", gradients.get(2), expected.dV());
        near.verify("db", gradients.get(3), expected.db());
    }

    private static List<Tensor> gradients(HandRnn hand, Tensor constant, Tensor dA) {
        Tape tape = new Tape();
        Tensor x = tape.watch(constant);
        RnnCell cell = new RnnCell(
                tape.watch(Tensor.of(hand.U())),
                tape.watch(Tensor.of(hand.V())),
                tape.watch(Tensor.of(hand.b())),
                Tensor::tanh);
        Tensor A = Unroll.of(cell).over(x, Tensor.zeros(1, 3)).sequence();
        Gradients gradients = tape.backward(A, dA);
        return List.of(gradients.of(x), gradients.of(cell.U()), gradients.of(cell.V()), gradients.of(cell.b()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void recordIsLinearInTheSteps(boolean own) {
        assertThat(recorded(20, own, false) - recorded(10, own, false)).isBetween(10, 300);
        for (boolean sweep : new boolean[] {false, true}) {
            assertThat(recorded(250, own, sweep) - recorded(130, own, sweep))
                    .isEqualTo(12 * (recorded(20, own, sweep) - recorded(10, own, sweep)));
            // of more steps the inputs are projected in blocks
            int more = recorded(1280, own, sweep) - recorded(640, own, sweep);
            assertThat(recorded(1920, own, sweep) - recorded(1280, own, sweep)).isEqualTo(more);
            assertThat(recorded(2560, own, sweep) - recorded(1280, own, sweep)).isEqualTo(2 * more);
        }
    }

    /** How many values an unrolling, and if so its recorded reverse sweep, puts on the tape. */
    private static int recorded(int steps, boolean own, boolean sweep) {
        RandomGenerator rng = new Well19937c(3);
        Tape tape = new Tape();
        Tensor x = tape.watch(Tensor.randn(rng, 2, steps, 3));
        Tensor h0 = tape.watch(Tensor.randn(rng, 2, 2));
        Tensor result = Unroll.of(cell(own, rng)).over(x, h0).sequence().sum();
        if (sweep) {
            tape.backwardRecorded(result);
        }
        return tape.size();
    }

    /** A state of two tensors: the output, and the sum of all outputs so far. */
    private record Summed(Tensor output, Tensor sum) implements State<Summed> {
        @Override
        public Summed map(UnaryOperator<Tensor> f) {
            return new Summed(f.apply(output), f.apply(sum));
        }
    }

    @Property(tries = 50, edgeCases = EdgeCasesMode.NONE)
    void stateOfSeveralTensors(
            @ForAll @IntRange(min = 1, max = 5) int steps, @ForAll boolean sequences, @ForAll long seed) {
        CellDefinition<Summed> definition = (scope, inputs, units) -> {
            Tensor U = scope.parameter("U", inputs, units);
            return (x, state) -> {
                Tensor output = x.matmul(U).add(state.sum()).tanh();
                return new Summed(output, state.sum().add(output));
            };
        };
        OwnCell<Summed> layer = recurrent(definition, zeros -> new Summed(zeros, zeros), 2);
        Model model = Sequential.of(layer.sequences(sequences)).build(Shape.of(steps, 3), seed);
        Tensor x = Tensor.randn(new Well19937c(seed), 4, steps, 3);

        Tensor output = model.predict(x);

        Tensor sum = Tensor.zeros(4, 2);
        for (int t = 0; t < steps; t++) {
            Tensor expected = x.select(1, t)
                    .matmul(model.parameters().get("recurrent/U"))
                    .add(sum)
                    .tanh();
            sum = sum.add(expected);
            if (sequences) {
                NEAR.verify("output " + t, output.select(1, t), expected);
            } else if (t == steps - 1) {
                NEAR.verify("last output", output, expected);
            }
        }
    }

    @Test
    void statesOfSeveralTensorsCombineInOrder() {
        Summed left = new Summed(Tensor.of(1.0), Tensor.of(2.0));
        Summed right = new Summed(Tensor.of(10.0), Tensor.of(200.0));

        Summed difference = States.zip(left, right, Tensor::sub);

        assertThat(difference.output().toDouble()).isEqualTo(-9);
        assertThat(difference.sum().toDouble()).isEqualTo(-198);
        assertThat(States.zip(Tensor.of(1.0), Tensor.of(3.0), Tensor::sub).toDouble())
                .isEqualTo(-2);
        assertThat(States.output(left)).isSameAs(left.output());
    }

    private static Cell<Tensor> cell(boolean own, RandomGenerator rng) {
        return own
                ? MinimalGatedUnit.define(Scope.drawing(rng), 3, 2)
                : new RnnCell(Tensor.randn(rng, 3, 2), Tensor.randn(rng, 2, 2), Tensor.randn(rng, 1, 2), Tensor::tanh);
    }
}
