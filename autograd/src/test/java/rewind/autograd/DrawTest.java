package rewind.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.program.Program;

/** What is drawn at random is an operation where a reader asks for it: drawn anew in every run, and the same in value and gradients of one. */
class DrawTest {
    private static final String NOISE = "N(0, 0.1²)";

    private final RandomGenerator rng = new Well19937c(3);
    private final Tensor x = Tensor.randn(new Well19937c(1), 2, 3);
    private final Program program = Program.of(in -> noisy(in.get(0)), x);

    /** tanh(x ⊙ m) ⊙ m + e. */
    private Tensor noisy(Tensor in) {
        Tensor m = mask(in).named("m");
        Tensor y = in.mul(m).tanh().mul(m);
        return y.add(y.draw(NOISE, rng, r -> Tensor.randn(r, 2, 3).mul(0.1)));
    }

    private Tensor mask(Tensor in) {
        return in.draw("Bernoulli(0.5)", rng, r -> Tensor.uniform(r, 0, 1, 2, 3).less(0.5));
    }

    @Test
    void withoutAReaderItIsAConstant() {
        rng.setSeed(5);
        Tensor expected = Tensor.uniform(rng, 0, 1, 2, 3).less(0.5);
        rng.setSeed(5);
        Tape tape = new Tape();
        Tensor m = mask(tape.watch(x));
        assertThat(m.toArray()).isEqualTo(expected.toArray());
        assertThat(m.isRecorded()).isFalse();
        assertThat(tape.size()).isEqualTo(1);
        rng.setSeed(5);
        assertThat(mask(x).toArray()).isEqualTo(expected.toArray());
    }

    @Test
    void aProgramDrawsAnewAsTheFunctionDoes() {
        rng.setSeed(5);
        double[] first = program.run(x).toArray();
        double[] second = program.run(x).toArray();
        assertThat(second).isNotEqualTo(first);
        rng.setSeed(5);
        assertThat(noisy(x).toArray()).isEqualTo(first);
        assertThat(noisy(x).toArray()).isEqualTo(second);
    }

    @Test
    void valueAndGradientsOfOneRunSeeTheSameDraw() {
        Tensor dy = Tensor.ones(2, 3);
        Program withAdjoint = program.withAdjoint();
        Program adjoint = program.adjoint();
        Program tangent = program.tangent();
        rng.setSeed(5);
        List<Tensor> both = withAdjoint.runAll(List.of(x, dy));
        rng.setSeed(5);
        Grad.ValuesAndGradients expected = Grad.valuesAndVjp(in -> List.of(noisy(in.get(0))), List.of(x), List.of(dy));
        assertThat(both.get(0).toArray()).isEqualTo(expected.values().get(0).toArray());
        assertThat(both.get(1).toArray()).isEqualTo(expected.gradients().get(0).toArray());
        rng.setSeed(5);
        Tensor dx = adjoint.run(x, dy);
        assertThat(dx.toArray()).isEqualTo(both.get(1).toArray());
        rng.setSeed(5);
        Tensor tangents = tangent.run(x, dy); // the Jacobian is diagonal
        assertThat(tangents.isClose(dx, 1e-14, 1e-14)).isTrue();
    }

    @Test
    void anEntrySaysWhatIsDrawn() {
        Trace.Recorded draw = program.trace().operations().get(0);
        assertThat(draw.op()).isEqualTo("draw");
        assertThat(draw.name()).isEqualTo("m");
        assertThat(draw.attributes()).containsEntry("distribution", "Bernoulli(0.5)");
        assertThat(draw.from()).isEmpty();
        assertThat(draw.shape()).isEqualTo(Shape.of(2, 3));
        assertThat(program.cost().byOperation().get("draw").operations()).isEqualTo(2);
        assertThat(program.picture().svg()).contains(">draw");
    }

    @Test
    void equationsWriteItAsADistribution() {
        assertThat(program.withAdjoint().equations().text().replaceAll(" {2,}.*", ""))
                .isEqualTo("""
                m ~ Bernoulli(0.5)
                v1 = tanh(x ⊙ m)
                v2 ~ N(0, 0.1²)
                y = v1 ⊙ m + v2

                dx = dy ⊙ m ⊙ (1 − v1²) ⊙ m""");
        assertThat(program.equations().latex()).contains("\\mathit{m} &\\sim \\text{Bernoulli(0.5)}");
        assertThat(program.equations().html("A draw")).contains("<mo>~</mo>", "<mtext>N(0, 0.1²)</mtext>");
        assertThatThrownBy(() -> program.equations().java("Drawn"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Bernoulli(0.5)");
    }

    @Test
    void aReplayDrawsAnewAsATapeDoes() {
        rng.setSeed(5);
        Workspace.Replay replay =
                Workspace.replay(in -> List.of(noisy(in.get(0)).square().sum()), List.of(x), List.of());
        for (int i = 0; i < 3; i++) {
            rng.setSeed(i);
            List<Tensor> replayed = replay.run(List.of(x), List.of());
            rng.setSeed(i);
            Tape tape = new Tape();
            Tensor at = tape.watch(x);
            Tensor loss = noisy(at).square().sum();
            assertThat(replayed.get(0).toDouble()).isEqualTo(loss.toDouble());
            assertThat(replayed.get(1).toArray())
                    .isEqualTo(tape.backward(loss).of(at).toArray());
        }
    }

    @Test
    void nothingMayBeMissing() {
        assertThatThrownBy(() -> x.draw("U", null, r -> x))
                .hasMessageStartingWith("draw: there must be a distribution, a generator");
        assertThatThrownBy(() -> x.draw("U", rng, r -> null))
                .hasMessage("draw: the function for U must not return null");
    }

    @Test
    void theShapeMustStay() {
        int[] rows = {2};
        Program growing = Program.of(
                in -> in.get(0).add(in.get(0).draw("U", rng, r -> Tensor.uniform(r, 0, 1, rows[0]++, 3))), x);
        assertThatThrownBy(() -> growing.run(x))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "draw: the shape and type must be FLOAT64 [2, 3] as when it was recorded, got FLOAT64 [3, 3]");
    }
}
