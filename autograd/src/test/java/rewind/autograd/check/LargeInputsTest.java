package rewind.autograd.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import rewind.autograd.Tensor;

/** Inputs that are compared along random directions. */
@Tag("once")
class LargeInputsTest {
    private static final int ELEMENTS = 10_000;

    /** sin x, with errors added to some elements of the derivative. */
    private static Tensor sine(Tensor x, Tensor errors) {
        return Tensor.op(
                "sin", in -> in[0].sin(), List.of(x), y -> dy -> dy.mul(x.cos().add(errors)));
    }

    private static Tensor errorAt(int position, double error) {
        double[] errors = new double[ELEMENTS];
        errors[position] = error;
        return Tensor.of(errors);
    }

    private static Tensor input(long seed) {
        return Tensor.randn(new Well19937c(seed), ELEMENTS);
    }

    @Test
    void rightFunctionsPassWithFewEvaluations() {
        AtomicInteger evaluations = new AtomicInteger();
        GradientCheck.of(x -> {
                    evaluations.incrementAndGet();
                    return x.sin();
                })
                .at(input(1))
                .verify();
        assertThat(evaluations.get()).isLessThan(50);
        GradientCheck.of((x, U) -> x.matmul(U).tanh())
                .at(input(2).reshape(50, 200), input(3).reshape(200, 50).mul(0.1))
                .secondOrder()
                .verify();
    }

    @Test
    void rightFunctionsPassWhateverTheDirections() {
        Tensor x = input(4).mul(5);
        IntStream.range(0, 20)
                .forEach(seed -> GradientCheck.of(in -> in.sin().mul(in))
                        .at(x)
                        .seed(seed)
                        .verify());
    }

    @Test
    void aSmallErrorOfOneElementIsFoundWhereverItIs() {
        RandomGenerator rng = new Well19937c(5);
        Tensor x = input(6);
        for (int i = 0; i < 10; i++) {
            int position = rng.nextInt(ELEMENTS);
            GradientCheck check = GradientCheck.of(in -> sine(in, errorAt(position, 1e-3)))
                    .named("sin")
                    .at(x)
                    .seed(i);
            assertThat(check.failure().orElseThrow())
                    .startsWith("gradient check: sin, input 0 [10000], element [" + position + "]\n")
                    .containsPattern("\n  1 of (39|40) elements compared differ; cotangent from seed " + i
                            + "\n  wrong rule: sin, argument 0 \\[10000], position 1 of 2, called at ");
        }
    }

    @Test
    void ofManyErrorsOneIsShown() {
        assertThat(GradientCheck.of(WrongRules::factorForgotten)
                        .named("square")
                        .at(Tensor.linspace(1, 2, 128).reshape(2, 64))
                        .failure()
                        .orElseThrow())
                .startsWith("gradient check: square, input 0 [2, 64], element [")
                .contains("  relative error 5.0e-01 exceeds 1.0e-06\n  64 of 64 elements compared differ");
    }

    @Test
    void whatOnlyADirectionShowsIsReportedAsThat() {
        // every element is within the tolerance, but the errors do not cancel along a direction as far as they should
        Tensor error = alternating(0.9e-6);
        assertThat(GradientCheck.of(x -> Tensor.op("sum", in -> in[0].sum(), List.of(x), y -> dy -> dy.mul(error)))
                        .named("sum")
                        .at(Tensor.linspace(0.1, 1, 128))
                        .failure()
                        .orElseThrow())
                .matches("""
                        gradient check: sum, input 0 \\[128], random direction 4 of 8
                          reverse mode 6\\.18817917\\d   central difference 6\\.1881991\\d\\d ± \\S+   \\(h = 7\\.4e-04\\)
                          relative error 1\\.7e-06 exceeds 1\\.0e-06
                          no single element found to differ; directions from seed 1
                          wrong rule: sum, argument 0 \\[128], position 1 of 2, called at .*""");
    }

    private static Tensor alternating(double error) {
        double[] factors = new double[128];
        Arrays.setAll(factors, i -> i % 2 == 0 ? 1 + error : 1 - error);
        return Tensor.of(factors);
    }

    @Test
    void valuesOfAnySizeAreMovedInProportion() {
        double[] values = new double[ELEMENTS];
        Arrays.setAll(values, i -> Math.pow(10, i % 9 - 3));
        GradientCheck.of(x -> x.square().add(1).log()).at(Tensor.of(values)).verify();
    }

    @Test
    void errorsAtLargeValuesAreFound() {
        Tensor x = Tensor.linspace(1e10, 2e10, 100);
        double[] factors = new double[100];
        Arrays.fill(factors, 1);
        factors[30] = 1.001;
        Tensor wrong = Tensor.of(factors);
        assertThat(GradientCheck.of(in -> Tensor.op("id", v -> v[0].mul(1), List.of(in), y -> dy -> dy.mul(wrong)))
                        .at(x)
                        .failure()
                        .orElseThrow())
                .contains("element [30]", "1 of 50 elements compared differ");
    }

    @Test
    void notFiniteDerivativesAreComparedOneByOne() {
        double[] values = new double[100];
        Arrays.fill(values, 1);
        values[41] = 0;
        assertThat(GradientCheck.of(Tensor::sqrt)
                        .named("sqrt")
                        .at(Tensor.of(values))
                        .failure())
                .hasValueSatisfying(text ->
                        assertThat(text).contains("element [41]", "Infinity", "NaN", "1 of 100 elements differ"));
    }
}
