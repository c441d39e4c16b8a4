package rewind.nn;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import rewind.autograd.Tensor;
import rewind.nn.fixture.Near;

/** The comparison that other tests rely on tells apart what is not near. */
class NearTest {
    private static final double INF = Double.POSITIVE_INFINITY;
    private static final double NAN = Double.NaN;

    private static void near(double[] actual, double... expected) {
        Near.within(0.25, 0.5).verify("x", Tensor.of(actual), Tensor.of(expected));
    }

    private static void apart(double[] actual, double... expected) {
        assertThatThrownBy(() -> near(actual, expected)).isInstanceOf(AssertionError.class);
    }

    @Test
    void upToTheToleranceOfTheLargest() {
        near(new double[] {1.5, 4}, 0, 4);
        apart(new double[] {1.51, 4}, 0, 4);
        near(new double[] {1, INF, -INF}, 1, INF, -INF);
    }

    @Test
    void oneInfiniteElementExcusesNothing() {
        apart(new double[] {100, INF}, 1, INF);
        apart(new double[] {1, 5}, 1, INF);
        apart(new double[] {1, -INF}, 1, INF);
        apart(new double[] {INF, 1}, 1, 1);
    }

    @Test
    void nothingIsNearToNaN() {
        apart(new double[] {NAN}, NAN);
        apart(new double[] {1}, NAN);
        apart(new double[] {NAN}, 1);
        apart(new double[] {1, NAN}, 1, INF);
    }
}
