package rewind.autograd.check;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.autograd.check.Failures.assertFails;
import static rewind.autograd.check.Failures.assertRefused;

import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import rewind.autograd.Tensor;
import rewind.autograd.Trace;
import rewind.autograd.check.HandRnn.Mistake;

/** Derivations of a whole recurrent net: the report says what the mistake is, and where. */
class DerivedNetTest {
    private final List<Tensor> inputs = HandRnn.inputs(3, 2, 2, 5);
    private final GradientCheck check = GradientCheck.ofAll(HandRnn::states)
            .named("rnn")
            .inputNames("x", "h", "U", "V")
            .at(inputs);

    private String report(Mistake mistake) {
        String report = check.againstAll((in, dA) -> HandRnn.backward(in, dA, mistake))
                .failure()
                .orElseThrow();
        assertThat(report).contains(": the derivation is wrong\n");
        return withoutEquations(report);
    }

    private static String withoutEquations(String report) {
        return report.replaceAll(", called at .*", "").replaceAll("(?s)\n  reverse mode: .*", "");
    }

    @Property(tries = 20)
    void theRightDerivationPasses(@ForAll @IntRange(min = 1, max = 3) int batch, @ForAll long seed) {
        GradientCheck.ofAll(HandRnn::states)
                .at(HandRnn.inputs(batch, 2, 3, seed))
                .againstAll((in, dA) -> HandRnn.backward(in, dA, Mistake.NONE))
                .verify();
        GradientCheck.ofAll(HandRnn::states)
                .at(HandRnn.inputs(batch, 2, 3, seed))
                .againstAdjoints((in, dA) -> HandRnn.adjoints(in, dA, -1))
                .verify();
    }

    @Test
    void missingTranspose() {
        assertThat(report(Mistake.TRANSPOSE))
                .endsWith("the derivation is what reverse mode gives with a transpose missing in the rule of matmul,"
                        + " argument 0 [3, 2], in every step");
    }

    @Test
    void signInOneRule() {
        assertThat(report(Mistake.SIGN))
                .endsWith("the derivation is what reverse mode gives with the sign turned in the rule of tanh,"
                        + " argument 0 [3, 2], in every step");
    }

    @Test
    void offByOneStep() {
        assertThat(report(Mistake.NEXT_STATE))
                .endsWith(
                        "the derivation is what reverse mode gives off by one step, with the operands of the next one,"
                                + " in the rule of matmul, argument 1 [2, 2], in every step");
        assertThat(report(Mistake.PREVIOUS_INPUT))
                .endsWith(
                        "the derivation is what reverse mode gives off by one step, with the operands of the one before,"
                                + " in the rule of matmul, argument 1 [2, 2], in every step");
    }

    @Test
    void missingSum() {
        GradientCheck layer = GradientCheck.ofAll(
                        in -> in.get(0).matmul(in.get(1)).add(in.get(2)).tanh())
                .at(inputs.get(0).select(0, 0), inputs.get(2), Tensor.of(0.5, -1));
        String report = layer.againstAll((in, dy) -> {
                    Tensor y = in.get(0).matmul(in.get(1)).add(in.get(2)).tanh();
                    Tensor dy_ = dy.mul(y.square().oneMinus());
                    return List.of(
                            dy_.matmul(in.get(1).transpose()),
                            in.get(0).transpose().matmul(dy_),
                            dy_.select(0, 0));
                })
                .failure()
                .orElseThrow();
        assertThat(report).contains("dx2 = Σ_m w1\n  derivation:   ").endsWith("dx2 = w1[1, :]");
        assertThat(withoutEquations(report))
                .startsWith("gradient check: function, input 2 [2], ")
                .endsWith(
                        "the derivation is what reverse mode gives with only index 0 of the axes that are summed over in the"
                                + " rule of add, argument 1 [2], position 4 of 6");
    }

    @Test
    void signOfOneElement() {
        assertThat(GradientCheck.ofNumbers(x -> x[0] * Math.sin(x[1]))
                        .at(1, 2)
                        .against(x -> new double[] {Math.sin(x[1]), -x[0] * Math.cos(x[1])})
                        .failure()
                        .orElseThrow())
                .contains("this looks like a sign error, in the entries that differ\n");
    }

    @Test
    void droppedStep() {
        assertThat(report(Mistake.DROPPED_STEP))
                .endsWith("the derivation is what reverse mode gives without the rule of matmul, argument 1 [2, 2],"
                        + " step 2, position 17 of 25");
        assertThat(check.againstAll((in, dA) -> HandRnn.backward(in, dA, Mistake.DROPPED_STEP))
                        .failure()
                        .orElseThrow())
                .contains("reverse mode: dV = Σ_t h'⟨t−1⟩ᵀ·dh_⟨t⟩ + hᵀ·dh_⟨1⟩ ")
                .endsWith("dV = Σ_{t=2, 4} h'⟨t−1⟩ᵀ·w1⟨t⟩ + hᵀ·w1⟨1⟩");
    }

    @Test
    void droppedRecurrence() {
        assertThat(report(Mistake.NO_RECURRENCE))
                .endsWith("the derivation is what reverse mode gives without the rule of matmul, argument 0 [3, 2],"
                        + " in every step");
    }

    @Test
    void factorOfTheBatch() {
        assertThat(report(Mistake.BATCH_MEAN))
                .contains("input U [2, 2]")
                .contains("this looks like a factor of 1/3 (axis 1 of input x [4, 3, 2] has that size)");
    }

    @Test
    void theAdjointThatIsWrongIsNamed() {
        assertFails(check.againstAdjoints((in, dA) -> HandRnn.adjoints(in, dA, 2)), """
                gradient check: rnn, adjoint of h_ at step 2 [3, 2], element [0, 0]
                  reverse mode -1.013135771   derivation 1.013135771
                  relative error 2.0e+00 exceeds 1.0e-06
                  6 of 6 elements differ; cotangent from seed 1
                  also adjoint of h at step 1 [3, 2]: 6 of 6 elements differ
                  also adjoint of h_ at step 1 [3, 2]: 6 of 6 elements differ
                  also adjoint of h at step 0 [3, 2]: 6 of 6 elements differ
                  also adjoint of h_ at step 0 [3, 2]: 6 of 6 elements differ
                  central difference -1.013135771 ± …   (h = 6.7e-05): the derivation is wrong
                  this looks like a sign error
                  derivation | reverse mode | differ
                    ++ | -- | xx
                    +- | -+ | xx
                    -+ | +- | xx
                  the derivation is what reverse mode gives with the sign turned in the rule of tanh, argument 0 [3, 2], step 2, position 19 of 27, called at …
                  reverse mode: dh_⟨t⟩ = (dy⟨t⟩ + dh'⟨t⟩) ⊙ (1 − h'⟨t⟩²)    t = 4 … 1, dh'⟨4⟩ = 0
                                dh'⟨t−1⟩ = dh_⟨t⟩·Vᵀ    t = 4 … 2
                  derivation:   dh_⟨t⟩ = −D⟨t⟩ ⊙ (1 − h'⟨t⟩²)    t = 3
                """);
    }

    @Test
    void adjointsOfUnknownValues() {
        assertRefused(
                GradientCheck.of(x -> x.square().named("s").sum())
                        .at(Tensor.of(1.0, 2))
                        .againstAdjoints((in, dy) -> Map.of(new Trace.Name("q", 0), dy)),
                "function must have a value q at step 0, has [s at step 0]");
        assertRefused(check.againstAdjoints((in, dy) -> Map.of()), "the derivation of rnn must give adjoints, got {}");
    }
}
