package rewind.autograd.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/** Every usual mistake is recognised in random Jacobians, and nothing in a random one. */
class PatternTest {
    private static Jacobian random(Shape result, Shape input, long seed) {
        Well19937c rng = new Well19937c(seed);
        double[][] rows = new double[result.size()][input.size()];
        for (double[] row : rows) {
            Arrays.setAll(row, j -> Contraction.random(rng));
        }
        return new Jacobian(result, input, rows);
    }

    private static Optional<String> find(Jacobian wrong, Jacobian right) {
        return new Pattern(wrong, right, Map.of("x", Shape.of(7, 2)), 1e-6).find();
    }

    @Property(tries = 100)
    void signsAndFactors(@ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int size) {
        Jacobian right = random(Shape.of(size), Shape.of(3), seed);
        assertThat(find(right.with((i, j) -> -right.rows()[i][j]), right)).hasValue("a sign error");
        assertThat(find(right.with((i, j) -> 7 * right.rows()[i][j]), right))
                .hasValue("a factor of 7 (axis 0 of x [7, 2] has that size)");
        assertThat(find(right.with((i, j) -> right.rows()[i][j] / 7), right))
                .hasValue("a factor of 1/7 (axis 0 of x [7, 2] has that size)");
        assertThat(find(right.with((i, j) -> 0.3 * right.rows()[i][j]), right)).hasValue("a factor of 0.3");
        assertThat(find(right.with((i, j) -> 0), right)).hasValue("a dropped term: nothing arrives");
        assertThat(find(random(Shape.of(size), Shape.of(3), seed + 1), right)).isEmpty();
        assertThat(find(right, right)).isEmpty();
    }

    @Property(tries = 100)
    void transposes(@ForAll long seed) {
        Jacobian ofInput = random(Shape.of(2), Shape.of(3, 3), seed);
        assertThat(find(ofInput.with((i, j) -> ofInput.rows()[i][j % 3 * 3 + j / 3]), ofInput))
                .hasValue("a missing transpose: the derivative is that of the transposed argument");
        Jacobian ofResult = random(Shape.of(3, 3), Shape.of(2), seed);
        assertThat(find(ofResult.with((i, j) -> ofResult.rows()[i % 3 * 3 + i / 3][j]), ofResult))
                .hasValue("a missing transpose: of what arrives");
    }

    @Property(tries = 100)
    void sumsAndSteps(@ForAll long seed, @ForAll @IntRange(max = 3) int kept) {
        Jacobian right = random(Shape.of(4, 2), Shape.of(2), seed);
        assertThat(find(right.with((i, j) -> i / 2 == kept ? right.rows()[i][j] : 0), right))
                .hasValue("a missing sum over the broadcast axis 0 of the result [4, 2]: only index " + kept
                        + " arrives");
        Jacobian steps = random(Shape.of(), Shape.of(4, 3), seed);
        assertThat(find(steps.with((i, j) -> j / 3 == kept ? 0 : steps.rows()[i][j]), steps))
                .hasValue("a dropped step: index " + kept + " of axis 0 is missing");
        assertThat(find(steps.with((i, j) -> j / 3 == 3 ? 0 : steps.rows()[i][j + 3]), steps))
                .hasValue("off by one step along axis 0");
        assertThat(find(steps.with((i, j) -> j / 3 == 0 ? 9 : steps.rows()[i][j - 3]), steps))
                .hasValue("off by one step along axis 0");
    }

    @Test
    void aSingleNumberHasASignAndWholeFactorsOnly() {
        Jacobian right = Jacobian.ofGradient(Tensor.of(2.0));
        assertThat(find(Jacobian.ofGradient(Tensor.of(-2.0)), right)).hasValue("a sign error");
        assertThat(find(Jacobian.ofGradient(Tensor.of(1.0)), right))
                .hasValue("a factor of 1/2 (axis 1 of x [7, 2] has that size)");
        assertThat(find(Jacobian.ofGradient(Tensor.of(2.7)), right)).isEmpty();
    }

    @Test
    void picturesOfLargeMatricesAreSmall() {
        Jacobian right = random(Shape.of(40), Shape.of(100), 3).with((i, j) -> j < 4 && i < 3 ? i - 1 : 1);
        Jacobian wrong = right.with((i, j) -> i == 39 && j == 0 ? -5 : 1);
        assertThat(new Picture("left", wrong.rows(), "right", right.rows(), 1e-6).lines())
                .hasSize(15)
                .startsWith(
                        "left | right | differ",
                        "  " + "+".repeat(25) + " | *" + "+".repeat(24) + " | x" + ".".repeat(24))
                .endsWith("  *" + "+".repeat(24) + " | " + "+".repeat(25) + " | x" + ".".repeat(24));
    }
}
