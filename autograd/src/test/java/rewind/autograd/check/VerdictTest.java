package rewind.autograd.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static rewind.autograd.check.Failures.assertFails;
import static rewind.autograd.check.Failures.assertRefused;

import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import rewind.autograd.Tensor;

/** Pass, fail, kink, inconclusive; and oracles that decide exactly. */
class VerdictTest {
    private static Verdict verdict(GradientCheck check) {
        Outcome outcome = check.outcome();
        assertThat(check.passes()).isEqualTo(outcome.passed());
        return outcome.verdict();
    }

    @Test
    void pass() {
        Outcome outcome = GradientCheck.of(Tensor::tanh).at(Tensor.of(1.0)).outcome();
        assertThat(outcome).isEqualTo(new Outcome(Verdict.PASS, ""));
        assertThat(outcome.passed()).isTrue();
    }

    /** Between the slopes any number is a convention, outside it is an error. */
    @Test
    void kinkOrError() {
        assertThat(verdict(GradientCheck.of(Tensor::relu).at(Tensor.of(0.0)))).isEqualTo(Verdict.KINK);
        assertThat(verdict(GradientCheck.of(x -> x.abs().mul(3)).at(Tensor.of(0.0))))
                .isEqualTo(Verdict.PASS);
        assertThat(verdict(GradientCheck.of(x -> withSlope(x, 0.3)).at(Tensor.of(0.0))))
                .isEqualTo(Verdict.KINK);
        assertThat(verdict(GradientCheck.of(x -> withSlope(x, 1.2)).at(Tensor.of(0.0))))
                .isEqualTo(Verdict.FAIL);
        assertThat(verdict(GradientCheck.of(x -> withSlope(x, 1.2)).at(Tensor.of(0.5))))
                .isEqualTo(Verdict.FAIL);
    }

    private static Tensor withSlope(Tensor x, double slope) {
        return Tensor.op("relu", in -> in[0].relu(), List.of(x), y -> dy -> dy.mul(slope));
    }

    @Property(tries = 200)
    void nearAKinkIsNoKink(@ForAll long seed) {
        double x = Math.pow(10, -5 * new SplittableRandom(seed).nextDouble());
        GradientCheck.of(Tensor::relu).at(Tensor.of(x, -x)).verify();
        GradientCheck.of(Tensor::abs).at(Tensor.of(x, -x)).verify();
    }

    /** A function that is only good to a few digits, as one that iterates or rounds. */
    private static Tensor rough(Tensor x, double grain) {
        return Tensor.op(
                "rough",
                in -> in[0].map(v -> Math.sin(v) + grain * Math.sin(1e9 * v)),
                List.of(x),
                y -> dy -> dy.mul(x.cos()));
    }

    @Test
    void inconclusive() {
        assertThat(verdict(GradientCheck.of(x -> rough(x, 1e-13)).at(Tensor.of(0.5, 1))))
                .isEqualTo(Verdict.PASS);
        Outcome outcome = GradientCheck.of(x -> rough(x, 1))
                .named("rough")
                .at(Tensor.of(0.5))
                .outcome();
        assertThat(outcome.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(outcome.report())
                .startsWith(
                        "gradient check: rough, input 0 [], element []\n  reverse mode 0.8775825619   central difference ")
                .endsWith("\n  inconclusive: the difference is too uncertain to tell\n  1 of 1 elements differ");
    }

    /** Small steps of a function that rounds show no change at all, which is no proof of a slope of 0. */
    @Test
    void roundedAway() {
        for (double grain : new double[] {1e-9, 1e-7, 1e-6, 1e-5}) {
            assertThat(verdict(GradientCheck.of(x -> rounded(x, grain)).at(Tensor.of(0.5, 1, 1.7))))
                    .as("grain " + grain)
                    .isIn(Verdict.PASS, Verdict.INCONCLUSIVE);
        }
        // but where a function is constant, it is so
        assertThat(verdict(GradientCheck.of(x -> rounded(x, 0.3)).at(Tensor.of(0.5))))
                .isEqualTo(Verdict.FAIL);
        // a wrong slope next to a kink does not pass, though larger steps see the kink and smaller ones no change
        assertThat(verdict(GradientCheck.of(x -> withSlope(x, 1)).at(Tensor.of(-1e-5))))
                .isNotEqualTo(Verdict.PASS);
        assertThat(verdict(GradientCheck.of(x -> withSlope(x, 1)).at(Tensor.of(-1e-2))))
                .isEqualTo(Verdict.FAIL);
    }

    private static Tensor rounded(Tensor x, double grain) {
        return Tensor.op(
                "rounded",
                in -> in[0].map(v -> Math.rint(Math.sin(v) / grain) * grain),
                List.of(x),
                y -> dy -> dy.mul(x.cos()));
    }

    /** tanh(x/unit) or, if wrong, with the sign of the derivative turned: all that happens is between the usual steps. */
    private static Tensor steep(Tensor x, double unit, double sign) {
        return Tensor.op(
                "steep",
                in -> in[0].div(unit).tanh(),
                List.of(x),
                y -> dy -> dy.mul(y.square().oneMinus()).mul(sign / unit));
    }

    @Test
    void finerThanTheUsualSteps() {
        for (double unit : new double[] {1e-4, 1e-6, 1e-8, 1e-12, 1e-100}) {
            for (double at : new double[] {0, 0.3 * unit, unit}) {
                assertThat(verdict(GradientCheck.of(x -> steep(x, unit, 1)).at(Tensor.of(at))))
                        .as("tanh(x/%s) at %s", unit, at)
                        .isIn(Verdict.PASS, Verdict.INCONCLUSIVE);
                assertThat(verdict(GradientCheck.of(x -> steep(x, unit, -1)).at(Tensor.of(at))))
                        .as("tanh(x/%s) at %s with the wrong sign", unit, at)
                        .isIn(unit >= 1e-8 ? List.of(Verdict.FAIL) : List.of(Verdict.FAIL, Verdict.INCONCLUSIVE));
            }
        }
        assertThat(GradientCheck.of(x -> steep(x, 1e-4, -1))
                        .at(Tensor.of(3e-5, 1e-4))
                        .failure()
                        .orElseThrow())
                .contains("  wrong rule: steep, argument 0 [2], position 1 of 2", "this looks like a sign error");
    }

    /** What leads to a small result may be large; its rounding counts. */
    @Test
    void largeValuesOnTheWay() {
        for (double large : new double[] {1e6, 1e9, 1e12, 1e14}) {
            GradientCheck check =
                    GradientCheck.of(x -> x.add(large).sub(large).tanh().mul(3)).at(Tensor.of(0.3, 0.7));
            assertThat(verdict(check)).as("by way of %s", large).isIn(Verdict.PASS, Verdict.INCONCLUSIVE);
        }
    }

    /** A rule that gives something else every time is not one that is wrong by some amount. */
    @Test
    void randomRules() {
        SplittableRandom rng = new SplittableRandom(1);
        assertRefused(
                GradientCheck.of(x -> Tensor.op(
                                "noisy",
                                in -> in[0].square(),
                                List.of(x),
                                y -> dy -> dy.mul(x).mul(2 + rng.nextDouble())))
                        .at(Tensor.of(1.0, 2)),
                "function must have the same gradient every time for the same inputs");
    }

    /** A kink elsewhere in the function is no wrong rule. */
    @Test
    void onlyWrongRulesAreNamed() {
        assertThat(GradientCheck.of(x -> WrongRules.signError(x).add(x.relu()))
                        .at(Tensor.of(0.0, 1))
                        .failure()
                        .orElseThrow())
                .contains("  wrong rule: sin, argument 0")
                .doesNotContain("relu");
    }

    /** Differences of a rough function tell nothing, an oracle does. */
    @Test
    void oraclesDecideWhereDifferencesCannot() {
        GradientCheck check = GradientCheck.of(x -> rough(x, 1).sum()).at(Tensor.of(0.5));
        assertThat(verdict(check)).isEqualTo(Verdict.INCONCLUSIVE);
        check.forwardMode(x -> x[0].sin()).verify();
        check.complexStep(x -> x[0].sin()).verify();
        check.digits(x -> x[0].sin()).verify();
    }

    @Test
    void oraclesOfSeveralInputs() {
        GradientCheck check = GradientCheck.of((x, y) -> x.mul(y).exp().sum())
                .at(Tensor.of(0.5, -1), Tensor.of(2.0, 0.25).reshape(1, 2));
        check.forwardMode(v -> v[0].multiply(v[2]).exp().add(v[1].multiply(v[3]).exp()))
                .tolerance(1e-14)
                .verify();
        check.complexStep(v -> v[0].multiply(v[2]).exp().add(v[1].multiply(v[3]).exp()))
                .tolerance(1e-14)
                .verify();
        check.digits(v -> v[0].multiply(v[2]).exp().add(v[1].multiply(v[3]).exp()))
                .tolerance(1e-14)
                .verify();
    }

    @Test
    void anOracleIsFinerThanDifferences() {
        GradientCheck check = GradientCheck.of(
                        x -> WrongRules.tanhWrongAt(0, 1 + 1e-9, x).sum())
                .named("tanh")
                .at(Tensor.of(0.5, 1));
        check.verify();
        assertFails(check.tolerance(1e-12).forwardMode(x -> x[0].tanh().add(x[1].tanh())), """
                gradient check: tanh, input 0 [2], element [0]
                  reverse mode 0.7864477338   forward mode 0.7864477330
                  relative error 1.0e-09 exceeds 1.0e-12
                  1 of 2 elements differ
                  every recorded rule is right by itself: a part of the function is not recorded
                """);
    }

    @Test
    void anOracleTellsWhoIsWrong() {
        GradientCheck check = GradientCheck.of(x -> x.cos().sum()).named("cos").at(Tensor.of(0.5));
        assertFails(check.against(x -> x.sin()).complexStep(x -> x[0].cos()), """
                gradient check: cos, input 0 [], element []
                  reverse mode -0.4794255386   derivation 0.4794255386
                  relative error 2.0e+00 exceeds 1.0e-06
                  1 of 1 elements differ
                  complex step -0.4794255386: the derivation is wrong
                  this looks like a sign error
                  reverse mode: dx0 = −dy ⊙ sin(x0)
                  derivation:   dx0 = sin(x0)
                """);
        GradientCheck wrong = GradientCheck.of(x -> WrongRules.signError(x).sum())
                .named("sin")
                .at(Tensor.of(0.5));
        assertFails(wrong.against(x -> x.cos()), """
                gradient check: sin, input 0 [], element []
                  reverse mode -0.8775825619   derivation 0.8775825619
                  relative error 2.0e+00 exceeds 1.0e-06
                  1 of 1 elements differ
                  central difference 0.8775825619 ± 5e-10   (h = 6.7e-05): reverse mode is wrong
                  wrong rule: sin, argument 0 [], position 1 of 3, called at …
                  this looks like a sign error
                  reverse mode: dx0 = −dy ⊙ cos(x0)
                  derivation:   dx0 = cos(x0)
                """);
        assertFails(wrong.against(x -> x), """
                gradient check: sin, input 0 [], element []
                  reverse mode -0.8775825619   derivation 0.5000000000
                  relative error 1.6e+00 exceeds 1.0e-06
                  1 of 1 elements differ
                  central difference 0.8775825619 ± 5e-10   (h = 6.7e-05): both are wrong
                  wrong rule: sin, argument 0 [], position 1 of 3, called at …
                  this looks like a sign error
                  reverse mode: dx0 = −dy ⊙ cos(x0)
                  derivation:   dx0 = x0
                """);
    }

    @Test
    void twoOpinionsThatAgreeMayBothBeWrong() {
        assertFails(
                GradientCheck.of(x -> WrongRules.factorForgotten(x).sum())
                        .named("square")
                        .at(Tensor.of(1.0, 3))
                        .against(x -> x),
                """
                gradient check: square, input 0 [2], element [1]
                  reverse mode 3.000000000   central difference 6.000000000 ± 1e-09   (h = 2.0e-04)
                  relative error 5.0e-01 exceeds 1.0e-06
                  2 of 2 elements differ
                  the derivation agrees with reverse mode
                  wrong rule: square, argument 0 [2], position 1 of 3, called at …
                  this looks like a factor of 1/2 (axis 0 of the result [2] has that size)
                  its Jacobian | by differences | differ
                    +. | +. | x.
                    .+ | .+ | .x
                """);
    }

    @Test
    void anOracleNeedsAScalar() {
        assertRefused(
                GradientCheck.of(Tensor::sin).at(Tensor.of(1.0, 2)).forwardMode(x -> x[0].sin()),
                "function must have one element as its result for the oracle, got the shape [2]");
    }

    @Test
    void ordersArePositive() {
        assertThat(catchThrowable(() -> GradientCheck.of(Tensor::sin).order(0)))
                .hasMessage("gradient check: the order must be positive, got 0");
        GradientCheck.of(Tensor::sin).at(Tensor.of(0.3)).order(4).verify();
        assertThat(GradientCheck.of(x -> WrongRules.cubeWithWrongThird(x))
                        .named("cube")
                        .at(Tensor.of(1.5))
                        .order(3)
                        .failure()
                        .orElseThrow())
                .startsWith("gradient check (order 3): cube, input 0 [], element []\n");
    }
}
