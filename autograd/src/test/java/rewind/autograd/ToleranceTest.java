package rewind.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import rewind.autograd.fixture.Tolerance;

/** The comparison that the properties rely on: no infinity makes everything near. */
class ToleranceTest {
    private static final double INF = Double.POSITIVE_INFINITY;

    private static void near(double actual, double expected) {
        assertThat(actual).isCloseTo(expected, Tolerance.of(0.25, expected));
    }

    @Test
    void relativeOrAbsolute() {
        near(0.25, 0);
        near(5, 4);
        near(INF, INF);
        near(Double.NaN, Double.NaN);
        for (double[] apart : new double[][] {{0.26, 0}, {5.1, 4}, {1, INF}, {-INF, INF}, {INF, 1}, {1, Double.NaN}}) {
            assertThatThrownBy(() -> near(apart[0], apart[1])).isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void theScaleIsThatOfFiniteNumbers() {
        assertThat(Tolerance.scale(0.5)).isEqualTo(1);
        assertThat(Tolerance.scale(2, -3, INF, -INF, Double.NaN)).isEqualTo(3);
    }
}
