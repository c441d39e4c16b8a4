package rewind.autograd.check;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.autograd.check.Failures.assertFails;
import static rewind.autograd.check.Failures.assertRefused;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import rewind.autograd.Grad;
import rewind.autograd.Tensor;
import rewind.autograd.Trace;

/** Comparing with derivations by hand. */
class DerivationTest {
    private static final Tensor VECTOR = Tensor.of(0.5, 1, -2);
    private static final Tensor MATRIX = Tensor.of(new double[][] {{0.5, 0.25}, {-1.5, 0.75}});

    @Test
    void derivationOfAScalar() {
        GradientCheck check =
                GradientCheck.of(x -> x.pow(3).sum()).named("cubes").at(VECTOR);
        check.against(x -> x.square().mul(3)).tolerance(1e-15).verify();
        assertFails(check.against(x -> x.square().mul(2)), """
                gradient check: cubes, input 0 [3], element [2]
                  reverse mode 12.00000000   derivation 8.000000000
                  relative error 3.3e-01 exceeds 1.0e-06
                  3 of 3 elements differ
                  central difference 12.00000000 ± 7e-09   (h = 1.3e-04): the derivation is wrong
                  this looks like a factor of 0.6666667
                  derivation | reverse mode | differ
                    +++ | +++ | xxx
                  reverse mode: dx0 = 3·dy ⊙ x0²
                  derivation:   dx0 = 2·x0²
                """);
    }

    @Test
    void derivationOfAnyResult() {
        GradientCheck check = GradientCheck.of(Tensor::exp).at(VECTOR);
        check.against((x, dy) -> dy.mul(x.exp())).tolerance(1e-15).secondOrder().verify();
        assertThat(check.against((x, dy) -> x.exp()).failure()).isPresent();
    }

    @Test
    void derivationOfAScalarByItsPullback() {
        GradientCheck check = GradientCheck.of(x -> x.square().sum()).at(VECTOR);
        check.against((x, dy) -> dy.mul(x).mul(2)).verify();
        assertThat(check.against((x, dy) -> x.mul(2)).failure()).isPresent();
    }

    @Test
    void derivationOfSeveralInputs() {
        GradientCheck scalar = GradientCheck.of((x, y) -> x.dot(y)).at(VECTOR, Tensor.of(2.0, 1, 4));
        scalar.againstAll(in -> List.of(in.get(1), in.get(0))).verify();
        assertThat(scalar.againstAll(in -> in).failure()).isPresent();

        GradientCheck matrix = GradientCheck.of((x, y) -> x.matmul(y)).at(MATRIX, MATRIX);
        matrix.againstAll((in, dz) -> List.of(
                        dz.matmul(in.get(1).transpose()), in.get(0).transpose().matmul(dz)))
                .verify();
    }

    @Test
    void derivationThatCancelsToNearlyZero() {
        // both terms are equal; the gradient is rounding noise on one side and 0 on the other
        Tensor x = Tensor.linspace(-3, 3, 50);
        UnaryOperator<Tensor> f = in -> in.exp().sum().log().sub(in.logSumExp());
        assertThat(Grad.gradient(f, x).abs().max().toDouble()).isPositive();
        GradientCheck.of(f).at(x).against(in -> in.mul(0)).verify();
    }

    @Test
    void anInfiniteDerivativeHidesNoOther() {
        assertFails(GradientCheck.of(x -> x.sqrt().sum()).at(Tensor.of(0.0, 1)).against(x -> x.pow(-0.5)), """
                gradient check: function, input 0 [2], element [1]
                  reverse mode 0.5000000000   derivation 1.000000000
                  relative error 5.0e-01 exceeds 1.0e-06
                  1 of 2 elements differ
                  central difference 0.5000000000 ± 6e-10   (h = 6.7e-05): the derivation is wrong
                  derivation | reverse mode | differ
                    ++ | ++ | xx
                  reverse mode: dx0 = dy / (2·sqrt(x0))
                  derivation:   dx0 = pow(x0, −0.5)
                """);
    }

    /** A term that is missing stands beside the right one, as do values that both sides call differently. */
    @Test
    void reportsShowBothEquations() {
        GradientCheck layer = GradientCheck.of((x, U) -> x.matmul(U).tanh())
                .inputNames("x", "U")
                .at(MATRIX, MATRIX);
        assertThat(layer.againstAll((in, dy) -> {
                            Tensor h = in.get(0).matmul(in.get(1)).tanh();
                            Tensor back = dy.mul(h.oneMinus()); // should be 1 − h²
                            return List.of(
                                    back.matmul(in.get(1).transpose()),
                                    in.get(0).transpose().matmul(back));
                        })
                        .failure()
                        .orElseThrow())
                .endsWith("""
                        :
                          reverse mode: w1 = dy ⊙ (1 − tanh(x·U)²)
                                        dx = w1·Uᵀ
                          derivation:   w1 = dy ⊙ (1 − tanh(x·U))
                                        dx = w1·Uᵀ""".substring(1));
    }

    private static Tensor unrolled(List<Tensor> in) {
        Tensor h = in.get(1);
        for (Tensor x : in.get(0).unstack(0)) {
            h = x.add(h.matmul(in.get(2))).named("h_").tanh().named("h");
        }
        return h;
    }

    private static Map<Trace.Name, Tensor> adjoints(List<Tensor> in, Tensor dy) {
        Map<Trace.Name, Tensor> value = Trace.of(DerivationTest::unrolled, in).named();
        Map<Trace.Name, Tensor> adjoints = new HashMap<>();
        Tensor dh = dy;
        for (int t = in.get(0).size(0) - 1; t >= 0; t--) {
            Tensor slope = value.get(new Trace.Name("h", t)).square().oneMinus();
            Tensor before = dh.mul(slope);
            adjoints.put(new Trace.Name("h_", t), before);
            dh = before.matmul(in.get(2)); // should be Vᵀ
        }
        return adjoints;
    }

    /** Values of a loop whose steps nobody marked stand at steps; those of the derivation are the ones that it asked a trace for. */
    @Test
    void reportsOnAdjointsShowTheEquationsOfTheStep() {
        GradientCheck loop = GradientCheck.ofAll(DerivationTest::unrolled)
                .inputNames("x", "h0", "V")
                .at(
                        Tensor.of(new double[][] {{0.5, 1}, {-1, 2}, {0.25, 0.75}})
                                .reshape(3, 1, 2),
                        MATRIX.slice(0, 0, 1),
                        MATRIX);
        assertThat(loop.againstAdjoints(DerivationTest::adjoints).failure().orElseThrow())
                .startsWith("gradient check: function, adjoint of h_ at step 1")
                .endsWith("""
                        :
                          reverse mode: dh_⟨t⟩ = dh⟨t⟩ ⊙ (1 − h⟨t⟩²)    t = 2 … 1
                                        dh⟨t−1⟩ = dh_⟨t⟩·Vᵀ    t = 3 … 2
                          derivation:   dh_⟨t⟩ = dh⟨t⟩    t = 2 … 1
                                        dh⟨t−1⟩ = (dh_⟨t⟩·V) ⊙ (1 − h⟨t−1⟩²)    t = 3 … 2""".substring(1));
    }

    /** What cannot be written down is left out: here numbers are read. */
    @Test
    void reportsShowNoEquationOfWhatReadsNumbers() {
        assertThat(GradientCheck.of(x -> x.square().sum())
                        .at(VECTOR)
                        .against(x -> x.mul(x.get(0)))
                        .failure()
                        .orElseThrow())
                .contains("reverse mode: dx0 = 2·dy ⊙ x0")
                .doesNotContain("derivation: ");
    }

    @Test
    void errorsOfDerivations() {
        GradientCheck tanh = GradientCheck.of(Tensor::tanh).named("tanh").at(VECTOR);
        assertRefused(
                tanh.against(x -> x),
                "the derivation of tanh needs the cotangent of its result [3]: against((x, dy) -> …)");
        assertRefused(
                tanh.against((x, dy) -> dy.sum()), "the derivation of tanh must have the shape of input 0 [3], got []");
        assertRefused(
                tanh.againstAll((in, dy) -> List.of(dy, dy)),
                "the derivation of tanh must give as many gradients as there are inputs, 1, got 2");
        assertRefused(tanh.against((x, dy) -> null), "the derivation of tanh must not return null");
        assertRefused(tanh.againstAll((in, dy) -> null), "the derivation of tanh must not return null");
    }
}
