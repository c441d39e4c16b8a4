package rewind.benchmarks.systems;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProblemTest {
    private static final Sizes SIZES = new Sizes(2, 3, 5, 7);

    /** Every product (rows × inner)·(inner × columns) has 2·rows·inner·columns operations. */
    @ParameterizedTest
    @EnumSource
    void flopsAreThoseOfTheProducts(CellKind kind) {
        int gates = kind.gates() * SIZES.u();
        double xU = 2.0 * SIZES.m() * SIZES.e() * gates;
        double dU = 2.0 * SIZES.e() * SIZES.m() * gates;
        double hV = 2.0 * SIZES.m() * SIZES.u() * gates;
        double dh = 2.0 * SIZES.m() * gates * SIZES.u();
        double dV = 2.0 * SIZES.u() * SIZES.m() * gates;
        assertThat(Problem.drawn(kind, SIZES, Precision.FLOAT64).flops())
                .isEqualTo(SIZES.T() * (xU + dU + hV + dh + dV));
    }

    @Test
    void numbersAreNumbersOfThePrecision() {
        Problem problem = Problem.drawn(CellKind.GRU, SIZES, Precision.FLOAT32);
        assertThat(problem.x()).isEqualTo(floats(problem.x()));
        problem.weights().forEach((name, values) -> assertThat(values).isEqualTo(floats(values)));
    }

    private static double[] floats(double... values) {
        return Arrays.stream(values).map(value -> (float) value).toArray();
    }

    @ParameterizedTest
    @EnumSource
    void weightsFitTheirShapes(CellKind kind) {
        Problem problem = Problem.drawn(kind, SIZES, Precision.FLOAT64);
        problem.weights().forEach((name, values) -> {
            int elements = Arrays.stream(problem.shape(name)).reduce(1, (a, b) -> a * b);
            assertThat(values).as(name).hasSize(elements);
        });
    }

    @Test
    void anotherJvmDrawsTheSameProblem() {
        Problem problem = Problem.drawn(CellKind.GRU, SIZES, Precision.FLOAT32);
        Problem same = Problem.of(problem.arguments().toArray(String[]::new));
        assertThat(same.kind()).isEqualTo(problem.kind());
        assertThat(same.sizes()).isEqualTo(problem.sizes());
        assertThat(same.precision()).isEqualTo(problem.precision());
        assertThat(same.x()).isEqualTo(problem.x());
        problem.weights()
                .forEach((name, values) ->
                        assertThat(same.weights().get(name)).as(name).isEqualTo(values));
    }

    @Test
    void sizesAreReadAsTheyAreWritten() {
        assertThat(Sizes.parse("32x50x64x128")).isEqualTo(new Sizes(32, 50, 64, 128));
        assertThat(Sizes.parse(SIZES.toString())).isEqualTo(SIZES);
        assertThatThrownBy(() -> Sizes.parse("32x50x64"))
                .hasMessage("sizes must be four positive numbers mxTxexu, got 32x50x64");
        assertThatThrownBy(() -> Sizes.parse("32x50x64x0")).isInstanceOf(IllegalArgumentException.class);
    }
}
