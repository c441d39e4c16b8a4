package rewind.autograd.check;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.autograd.check.Failures.assertFails;

import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.DType;
import rewind.autograd.Tensor;

/** What differences cannot tell is no error, but what they can tell is one; and numbers that are not finite. */
class PrecisionTest {
    @Test
    void theDivisorIsTheStepAfterRounding() {
        for (double x : new double[] {0.1, 1, 3.7, -1e9}) {
            Contraction identity = Contraction.of(in -> in, List.of(Tensor.of(x)), new Well19937c(1));
            assertThat(new Differences(identity, 0)
                            .element(0, Double.NaN, estimate -> true)
                            .value())
                    .isEqualTo(1);
        }
    }

    @Test
    void truncationIsAllowedFor() {
        // the difference of x³ at 0 is h², that of its derivative exact
        GradientCheck.of(x -> x.pow(3)).at(Tensor.of(0.0)).secondOrder().verify();
        GradientCheck.of(x -> x.mul(200).sin()).at(Tensor.of(0.1, 0.2, 0.3)).verify();
    }

    @Test
    void twiceTheStepMayLeaveTheDomain() {
        GradientCheck.of(x -> identityAbove(-1e-5, 1, x)).at(Tensor.of(0.0)).verify();
        assertThat(GradientCheck.of(x -> identityAbove(-1e-5, 1.1, x))
                        .at(Tensor.of(0.0))
                        .failure())
                .isPresent();
    }

    private static Tensor identityAbove(double bound, double slope, Tensor x) {
        return Tensor.op(
                "identity", in -> in[0].map(v -> v < bound ? Double.NaN : v), List.of(x), y -> dy -> dy.mul(slope));
    }

    @Test
    void roundingOfLargeValuesIsAllowedFor() {
        UnaryOperator<Tensor> small = x -> x.sin().mul(1e-3).add(1e5);
        GradientCheck.of(small).at(Tensor.linspace(-2, 2, 50)).verify();
        GradientCheck.of(small).at(Tensor.linspace(-2, 2, 500)).verify();
    }

    @Test
    void cancellationInsideTheFunctionIsAllowedFor() {
        Tensor saturated = Tensor.linspace(6, 9, 31);
        GradientCheck.of(Tensor::tanh).at(saturated).secondOrder().verify(); // 1 − y²
        GradientCheck.of(x -> x.softmaxCrossEntropy(Tensor.of(0.0, 1)))
                .at(Tensor.of(-7.0, 8))
                .secondOrder()
                .verify();
    }

    @Test
    void roundingHidesNoErrorsOfOtherElements() {
        Tensor x = Tensor.of(1e8, 1);
        assertThat(GradientCheck.of(
                                in -> WrongRules.tanhWrongAt(1, 1 + 1e-5, in).add(in))
                        .at(x)
                        .failure()
                        .orElseThrow())
                .contains("element [1]");
    }

    @Test
    void stepsGrowWithTheInput() {
        GradientCheck.of(Tensor::log).at(Tensor.of(1e-3, 1e5, 1e10, 1e200)).verify();
        assertFails(GradientCheck.of(x -> WrongRules.factorForgotten(x).sum()).at(Tensor.of(1e10)), """
                gradient check: function, input 0 [], element []
                  reverse mode 1.000000000e+10   central difference 2.000000000e+10 ± 3e+00   (h = 7.4e+06)
                  relative error 5.0e-01 exceeds 1.0e-06
                  1 of 1 elements differ
                  wrong rule: square, argument 0 [], position 1 of 3, called at …
                  this looks like a factor of 1/2
                """);
    }

    @Test
    void aKinkIsAnError() {
        GradientCheck.of(Tensor::relu).at(Tensor.of(-1e-3, 1e-3)).verify();
        assertFails(GradientCheck.of(x -> x.relu().sum()).named("relu").at(Tensor.of(1.0, 0)), """
                gradient check: relu, input 0 [2], element [1]
                  reverse mode 0.000000000   central difference 0.5000000000 ± 3e-10   (h = 7.4e-04)
                  kink: the slope is 0.000000000 below and 1.000000000 above
                  1 of 2 elements differ
                  kink of relu, argument 0 [2], position 1 of 3, called at …
                """);
    }

    /** Steps, noise and tolerance are those of floats; errors larger than they are found. */
    @Test
    void singlePrecision() {
        Tensor x = Tensor.linspace(DType.FLOAT32, -1, 1.2, 12).reshape(3, 4);
        GradientCheck.of(in -> in.tanh().mul(in.exp())).at(x).secondOrder().verify();
        GradientCheck.of(in -> in.to(DType.FLOAT64).tanh()).at(x).secondOrder().verify();
        GradientCheck.of(in -> in.to(DType.FLOAT32).tanh())
                .at(x.to(DType.FLOAT64))
                .verify();
        Tensor wide = Tensor.linspace(DType.FLOAT32, -2, 2, 500);
        GradientCheck.of(in -> in.sin().mul(in)).at(wide).verify();
        GradientCheck.of(in -> in.square().sum()).at(x).against(in -> in.mul(2)).verify();
        assertFails(GradientCheck.of(in -> WrongRules.signError(in).sum()).at(Tensor.full(DType.FLOAT32, 0.5)), """
                gradient check: function, input 0 [], element []
                  reverse mode -0.8775825500   central difference 0.8775845711 ± 2e-04   (h = 1.4e-02)
                  relative error 2.0e+00 exceeds 1.0e-03
                  1 of 1 elements differ
                  wrong rule: sin, argument 0 [], position 1 of 3, called at …
                  this looks like a sign error
                """);
        assertThat(GradientCheck.of(in -> WrongRules.factorForgotten(in).sum())
                        .at(wide)
                        .failure())
                .isPresent();
        assertThat(GradientCheck.of(in -> in.square().sum())
                        .at(x)
                        .against(in -> in.mul(2.01))
                        .failure())
                .isPresent();
    }

    @Test
    void functionWithoutFiniteValue() {
        assertFails(GradientCheck.of(Tensor::log).named("log").at(Tensor.of(1.0, 0)), """
                gradient check: log, result [2], element [1]
                  value -Infinity: there is no derivative to compare
                """);
    }

    @Test
    void gradientWithoutFiniteValue() {
        assertFails(GradientCheck.of(x -> x.sqrt().sum()).named("sqrt").at(Tensor.of(1.0, 0)), """
                gradient check: sqrt, input 0 [2], element [1]
                  reverse mode Infinity   central difference NaN
                  a derivative that is not finite must be the same on both sides
                  1 of 2 elements differ
                  not finite: sqrt, argument 0 [2], position 1 of 3, called at …
                """);
    }

    @Test
    void derivativesThatAreNotFiniteAgreeIfBothAreTheSame() {
        UnaryOperator<Tensor> edge = x -> Tensor.op(
                "edge", in -> in[0].map(v -> v == 0 ? 0 : Double.NaN), List.of(x), y -> dy -> dy.mul(Double.NaN));
        GradientCheck.of(edge).at(Tensor.of(0.0)).verify();
    }
}
