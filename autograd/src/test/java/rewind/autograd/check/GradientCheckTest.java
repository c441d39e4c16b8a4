package rewind.autograd.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static rewind.autograd.check.Failures.assertFails;
import static rewind.autograd.check.Failures.assertRefused;

import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;

/** The texts of failed checks, which are part of the API, and its errors. */
class GradientCheckTest {
    private static final Tensor VECTOR = Tensor.of(0.5, 1, -2);
    private static final Tensor MATRIX = Tensor.of(new double[][] {{0.5, 0.25}, {-1.5, 0.75}});

    @Test
    void namesTheElementThatIsWrong() {
        Tensor x = Tensor.linspace(-1, 1.2, 12).reshape(3, 4);
        GradientCheck check = GradientCheck.of(
                        in -> WrongRules.tanhWrongAt(6, 1 - 1.6e-6, in).sum())
                .named("tanh")
                .at(x);
        assertFails(check.tolerance(1e-7), """
                gradient check: tanh, input 0 [3, 4], element [1, 2]
                  reverse mode 0.9610414453   central difference 0.9610429830 ± 7e-10   (h = 6.7e-05)
                  relative error 1.6e-06 exceeds 1.0e-07
                  1 of 12 elements differ
                  wrong rule: tanh, argument 0 [3, 4], position 1 of 3, called at …
                  its Jacobian | by differences | differ
                    +........... | +........... | ............
                    .+.......... | .+.......... | ............
                    ..+......... | ..+......... | ............
                    ...+........ | ...+........ | ............
                    ....+....... | ....+....... | ............
                    .....+...... | .....+...... | ............
                    ......+..... | ......+..... | ......x.....
                    .......+.... | .......+.... | ............
                    ........+... | ........+... | ............
                    .........+.. | .........+.. | ............
                    ..........+. | ..........+. | ............
                    ...........+ | ...........+ | ............
                """);
        check.tolerance(2e-6).verify();
    }

    @Test
    void signError() {
        assertFails(
                GradientCheck.of(x -> WrongRules.signError(x).sum())
                        .named("sin")
                        .at(Tensor.of(0.5, 1, -2)),
                """
                gradient check: sin, input 0 [3], element [0]
                  reverse mode -0.8775825619   central difference 0.8775825619 ± 9e-10   (h = 6.7e-05)
                  relative error 2.0e+00 exceeds 1.0e-06
                  3 of 3 elements differ
                  wrong rule: sin, argument 0 [3], position 1 of 3, called at …
                  this looks like a sign error
                  its Jacobian | by differences | differ
                    -.. | +.. | x..
                    .-. | .+. | .x.
                    ..+ | ..- | ..x
                """);
    }

    @Test
    void factorForgotten() {
        assertFails(
                GradientCheck.of(x -> WrongRules.factorForgotten(x).sum())
                        .named("square")
                        .at(MATRIX),
                """
                gradient check: square, input 0 [2, 2], element [1, 0]
                  reverse mode -1.500000000   central difference -3.000000000 ± 6e-10   (h = 1.0e-04)
                  relative error 5.0e-01 exceeds 1.0e-06
                  4 of 4 elements differ
                  wrong rule: square, argument 0 [2, 2], position 1 of 3, called at …
                  this looks like a factor of 1/2 (axis 0 of the result [2, 2] has that size)
                  its Jacobian | by differences | differ
                    +... | +... | x...
                    .+.. | .+.. | .x..
                    ..-. | ..-. | ..x.
                    ...+ | ...+ | ...x
                """);
    }

    @Test
    void transposeForgotten() {
        Tensor y = Tensor.of(new double[][] {{1, 2}, {4, 16}});
        assertFails(
                GradientCheck.of((x, in) -> WrongRules.transposeForgotten(x, in).sum())
                        .named("matmul")
                        .at(MATRIX, y),
                """
                gradient check: matmul, input 0 [2, 2], element [0, 0]
                  reverse mode 5.000000000   central difference 3.000000000 ± 6e-09   (h = 7.4e-04)
                  relative error 4.0e-01 exceeds 1.0e-06
                  4 of 4 elements differ
                  wrong rule: matmul, argument 0 [2, 2], position 2 of 4, called at …
                  this looks like a missing transpose: of argument 1
                  its Jacobian | by differences | differ
                    ++.. | ++.. | .x..
                    ++.. | ++.. | x...
                    ..++ | ..++ | ...x
                    ..++ | ..++ | ..x.
                """);
    }

    @Test
    void meanForSum() {
        assertFails(
                GradientCheck.of((x, b) -> WrongRules.meanForSum(x, b).sum())
                        .inputNames("x", "b")
                        .at(MATRIX, Tensor.of(1.0, 2.0)),
                """
                gradient check: function, input b [2], element [0]
                  reverse mode 1.000000000   central difference 2.000000000 ± 2e-09   (h = 7.4e-04)
                  relative error 5.0e-01 exceeds 1.0e-06
                  2 of 2 elements differ
                  wrong rule: addBias, argument 1 [2], position 2 of 4, called at …
                  this looks like a factor of 1/2 (axis 0 of the result [2, 2] has that size)
                  its Jacobian | by differences | differ
                    +. | +. | x.
                    .+ | .+ | .x
                    +. | +. | x.
                    .+ | .+ | .x
                """);
    }

    @Test
    void termDropped() {
        assertFails(
                GradientCheck.of(x -> WrongRules.termDropped(x).select(0, 1))
                        .named("softmax")
                        .at(VECTOR),
                """
                gradient check: softmax, input 0 [3], element [1]
                  reverse mode 0.6037488961   central difference 0.2392361665 ± 6e-10   (h = 6.7e-05)
                  relative error 6.0e-01 exceeds 1.0e-06
                  3 of 3 elements differ
                  wrong rule: softmax, argument 0 [3], position 1 of 3, called at …
                  its Jacobian | by differences | differ
                    +.. | +-- | xxx
                    .+. | -+- | xxx
                    ..+ | --+ | xxx
                """);
    }

    @Test
    void derivativeAtTheWrongPlace() {
        assertFails(
                GradientCheck.of(x -> WrongRules.wrongPlace(x).sum())
                        .named("tanh")
                        .at(VECTOR),
                """
                gradient check: tanh, input 0 [3], element [2]
                  reverse mode -3.000000000   central difference 0.07065082485 ± 3e-10   (h = 1.3e-04)
                  relative error 1.0e+00 exceeds 1.0e-06
                  3 of 3 elements differ
                  wrong rule: tanh, argument 0 [3], position 1 of 3, called at …
                  its Jacobian | by differences | differ
                    +.. | +.. | x..
                    ... | .+. | .x.
                    ..- | ..+ | ..x
                """);
    }

    @Test
    void cotangentIgnoredByAScalar() {
        assertFails(GradientCheck.of(WrongRules::cotangentIgnored).named("sum").at(VECTOR), """
                gradient check: sum, input 0 [3], element [0]
                  reverse mode 0.5000000000   central difference 1.000000000 ± 3e-10   (h = 7.4e-04)
                  relative error 5.0e-01 exceeds 1.0e-06
                  3 of 3 elements differ
                  wrong rule: sum, argument 0 [3], position 1 of 2, called at …
                  this looks like a forgotten cotangent: zeros do not give zeros
                """);
    }

    @Test
    void allInputsThatDifferAreNamed() {
        assertFails(
                GradientCheck.of((u, v) -> WrongRules.swapped(u, v).sum())
                        .named("mul")
                        .inputNames("U", "V")
                        .at(VECTOR, Tensor.of(2.0, 1, 4)),
                """
                gradient check: mul, input U [3], element [2]
                  reverse mode -2.000000000   central difference 4.000000000 ± 9e-10   (h = 1.3e-04)
                  relative error 1.5e+00 exceeds 1.0e-06
                  2 of 3 elements differ
                  also input V [3]: 2 of 3 elements differ
                  wrong rule: mul, argument 0 [3], position 2 of 4, called at …
                  its Jacobian | by differences | differ
                    +.. | +.. | x..
                    .+. | .+. | ...
                    ..- | ..+ | ..x
                  wrong rule: mul, argument 1 [3], position 2 of 4, called at …
                  its Jacobian | by differences | differ
                    +.. | +.. | x..
                    .+. | .+. | ...
                    ..+ | ..- | ..x
                """);
    }

    @Test
    void severalResultsAreContracted() {
        RandomGenerator rng = new Well19937c(7L);
        double[] w = {Contraction.random(rng), Contraction.random(rng), Contraction.random(rng)};
        String numbers = String.format(
                Locale.ROOT,
                "  reverse mode %.10g   central difference %.10g ± 6e-10   (h = 1.3e-04)\n",
                -2 * w[2],
                -4 * w[2]);
        assertFails(
                GradientCheck.of(WrongRules::factorForgotten)
                        .named("square")
                        .at(VECTOR)
                        .seed(7),
                "gradient check: square, input 0 [3], element [2]\n" + numbers + """
                          relative error 5.0e-01 exceeds 1.0e-06
                          3 of 3 elements differ; cotangent from seed 7
                          wrong rule: square, argument 0 [3], position 1 of 2, called at …
                          this looks like a factor of 1/2
                          its Jacobian | by differences | differ
                            +.. | +.. | x..
                            .+. | .+. | .x.
                            ..- | ..- | ..x
                        """);
    }

    @Test
    void secondDerivative() {
        GradientCheck check =
                GradientCheck.of(WrongRules::detachedCube).named("cube").at(Tensor.of(1.5));
        check.verify();
        assertFails(check.secondOrder(), """
                gradient check (second order): cube, input 0 [], element []
                  reverse mode 0.000000000   central difference 9.000000000 ± 1e-09   (h = 1.1e-03)
                  relative error 1.0e+00 exceeds 1.0e-06
                  1 of 1 elements differ
                  every recorded rule is right by itself: a part of the function is not recorded
                """);
        GradientCheck.of(WrongRules::cube).at(VECTOR).secondOrder().verify();
    }

    @Test
    void secondOrderReportsAWrongFirstDerivativeAsSuch() {
        GradientCheck check = GradientCheck.of(WrongRules::factorForgotten).at(VECTOR);
        assertThat(check.secondOrder().failure()).isPresent().isEqualTo(check.failure());
    }

    @Test
    void numbersAreWrittenTheSameEverywhere() {
        GradientCheck check = GradientCheck.of(WrongRules::factorForgotten).at(VECTOR);
        String text = check.failure().orElseThrow();
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.GERMANY);
        try {
            assertThat(check.failure()).hasValue(text);
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void everySettingGivesANewCheck() {
        GradientCheck wrong = GradientCheck.of(WrongRules::factorForgotten).at(VECTOR);
        wrong.named("other").at(Tensor.of(0.0)).tolerance(1).against((x, dy) -> dy.mul(x));
        assertThat(wrong.failure().orElseThrow()).contains("function, input 0 [3]", "exceeds 1.0e-06");
        assertThat(wrong.tolerance(1).failure()).isEmpty();
    }

    @Test
    void settingsMayComeInAnyOrder() {
        GradientCheck first = GradientCheck.of(WrongRules::detachedCube)
                .secondOrder()
                .seed(9)
                .tolerance(1e-5)
                .inputNames("x")
                .named("cube")
                .at(VECTOR);
        GradientCheck last = GradientCheck.of(WrongRules::detachedCube)
                .at(VECTOR)
                .named("cube")
                .inputNames("x")
                .tolerance(1e-5)
                .seed(9)
                .secondOrder();
        assertThat(first.failure().orElseThrow()).contains("second order", "cube", "input x", "1.0e-05", "seed 9");
        assertThat(last.failure()).isEqualTo(first.failure());
        assertThat(first.against((x, dy) -> dy).named("cube").failure().orElseThrow())
                .contains("derivation");
    }

    @Test
    void inputsOfATapeCountAsValues() {
        Tape tape = new Tape();
        Tensor x = tape.watch(VECTOR);
        GradientCheck.of(Tensor::tanh).at(x.mul(2)).secondOrder().verify();
        assertThat(tape.size()).isEqualTo(2);
    }

    @Test
    void argumentErrors() {
        GradientCheck tanh = GradientCheck.of(Tensor::tanh).named("tanh");
        assertRefused(tanh, "tanh needs inputs: at(…)");
        assertRefused(tanh.at(VECTOR, VECTOR), "the number of inputs of tanh must be 1, got 2");
        assertRefused(tanh.at(VECTOR).inputNames("x", "y"), "there must be as many names as inputs, 1, got [x, y]");
        assertRefused(GradientCheck.ofAll(in -> in.get(2)).at(List.of()), "function needs inputs: at(…)");
        UnaryOperator<Tensor> nothing = x -> null;
        assertRefused(GradientCheck.of(nothing).at(VECTOR), "function must not return null");
        for (double tolerance : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> tanh.tolerance(tolerance))
                    .withMessage("gradient check: the tolerance must be positive and finite, got " + tolerance);
        }
    }

    @Test
    void randomFunctionsAreRefused() {
        RandomGenerator rng = new Well19937c(5);
        assertRefused(
                GradientCheck.of(x -> x.mul(rng.nextDouble())).named("dropout").at(VECTOR),
                "dropout must give the same result every time for the same inputs");
    }
}
