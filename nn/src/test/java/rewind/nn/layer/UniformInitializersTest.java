package rewind.nn.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.commons.math3.distribution.UniformRealDistribution;
import org.apache.commons.math3.random.Well19937c;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.Test;
import rewind.autograd.Shape;

/** The laws of the uniform initializers. */
class UniformInitializersTest {
    private static final Shape SHAPE = Shape.of(30, 60);

    @Test
    void glorotUniform() {
        verify(Initializers.glorotUniform(), Math.sqrt(6.0 / 90));
        assertThatThrownBy(() -> Initializers.glorotUniform().draw(new Well19937c(1), Shape.of(3)))
                .hasMessage("glorotUniform: the parameter must be a matrix, got the shape [3]");
    }

    @Test
    void uniformByInputs() {
        verify(Initializers.uniformByInputs(), 1 / Math.sqrt(30));
        assertThatThrownBy(() -> Initializers.uniformByInputs().draw(new Well19937c(1), Shape.of()))
                .hasMessage("uniformByInputs: the parameter must have rows, got the shape []");
    }

    private static void verify(Initializer initializer, double bound) {
        double[] drawn = initializer.draw(new Well19937c(7), SHAPE).toArray();
        KolmogorovSmirnovTest test = new KolmogorovSmirnovTest();
        assertThat(test.kolmogorovSmirnovTest(new UniformRealDistribution(-bound, bound), drawn))
                .isGreaterThan(0.01);
        assertThat(test.kolmogorovSmirnovTest(new UniformRealDistribution(-1.1 * bound, 1.1 * bound), drawn))
                .isLessThan(0.01);
    }
}
