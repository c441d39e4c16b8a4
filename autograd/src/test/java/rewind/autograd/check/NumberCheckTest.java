package rewind.autograd.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.commons.math3.analysis.MultivariateFunction;
import org.apache.commons.math3.analysis.MultivariateVectorFunction;
import org.apache.commons.math3.complex.Complex;
import org.junit.jupiter.api.Test;

/** Gradients of functions of numbers, as optimizers of Commons Math take them. */
class NumberCheckTest {
    private static final MultivariateFunction ROSENBROCK =
            x -> 100 * Math.pow(x[1] - x[0] * x[0], 2) + Math.pow(1 - x[0], 2);
    private static final MultivariateVectorFunction GRADIENT = x -> {
        double v = x[1] - x[0] * x[0];
        return new double[] {-400 * x[0] * v - 2 * (1 - x[0]), 200 * v};
    };
    private static final MultivariateVectorFunction WRONG =
            x -> new double[] {400 * x[0] * (x[1] - x[0] * x[0]) + 2 * (1 - x[0]), 200 * (x[1] - x[0] * x[0])};

    private final NumberCheck check =
            GradientCheck.ofNumbers(ROSENBROCK).named("rosenbrock").at(-1.2, 1);

    @Test
    void aRightGradientPasses() {
        check.against(GRADIENT).verify();
        assertThat(check.against(GRADIENT).outcome()).isEqualTo(new Outcome(Verdict.PASS, ""));
        check.against(GRADIENT)
                .tolerance(1e-13)
                .forwardMode(x -> x[1].subtract(x[0].pow(2))
                        .pow(2)
                        .multiply(100)
                        .add(x[0].negate().add(1).pow(2)))
                .verify();
        check.against(GRADIENT)
                .tolerance(1e-13)
                .complexStep(x -> {
                    Complex v = x[1].subtract(x[0].multiply(x[0]));
                    Complex w = x[0].negate().add(1);
                    return v.multiply(v).multiply(100).add(w.multiply(w));
                })
                .verify();
        check.against(GRADIENT)
                .tolerance(1e-13)
                .digits(x -> x[1].subtract(x[0].multiply(x[0]))
                        .pow(2)
                        .multiply(100)
                        .add(x[0].negate().add(x[0].getOne()).pow(2)))
                .verify();
    }

    @Test
    void aWrongGradientIsReported() {
        String report = """
                gradient check: rosenbrock, input 0 [2], element [0]
                  derivation 215.6000000   central difference -215.6000000 ± 2e-07   (h = 7.3e-06)
                  relative error 2.0e+00 exceeds 1.0e-06
                  1 of 2 elements differ
                  this looks like a sign error, in the entries that differ
                  derivation | central difference | differ
                    +- | -- | x.
                """.stripTrailing();
        assertThat(check.against(WRONG).failure()).hasValue(report);
        assertThatThrownBy(() -> check.against(WRONG).verify())
                .isInstanceOf(AssertionError.class)
                .hasMessage(report);
    }

    @Test
    void whatMustBeGiven() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GradientCheck.ofNumbers(ROSENBROCK).verify())
                .withMessage("gradient check: a function of numbers needs a point: at(…)");
        assertThatIllegalArgumentException()
                .isThrownBy(check::verify)
                .withMessage("gradient check: a function of numbers needs a derivation: against(x -> …)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> check.against(x -> new double[1]).verify())
                .withMessage(
                        "gradient check: the derivation must give as many derivatives as there are numbers, 2, got 1");
    }
}
