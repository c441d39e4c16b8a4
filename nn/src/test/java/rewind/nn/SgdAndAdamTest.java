package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.nn.Optimizers.adam;
import static rewind.nn.Optimizers.sgd;

import java.util.Collections;
import java.util.List;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.Tensor;

/** Updates against the published algorithms in plain numbers. */
class SgdAndAdamTest {
    private static final Near NEAR = Near.within(1e-14, 0);

    @Property(tries = 50, edgeCases = EdgeCasesMode.NONE)
    void sgdFollowsTheGradient(@ForAll @IntRange(min = 1, max = 1000) int hundredths, @ForAll long seed) {
        RandomGenerator rng = new Well19937c(seed);
        Tensor p = Tensor.randn(rng, 3, 2);
        double[] expected = p.toArray();

        double rate = hundredths / 100.0;
        Optimizer optimizer = sgd(rate);
        for (int t = 1; t <= 5; t++) {
            Tensor dp = Tensor.randn(rng, 3, 2);
            for (int i = 0; i < expected.length; i++) {
                expected[i] -= rate * dp.toArray()[i];
            }
            Optimizer.Updated updated = optimizer.update(optimizer.learningRate(), t, p, dp, List.of());
            p = updated.parameter();
            assertThat(updated.slots()).isEmpty();
            NEAR.verify("step " + t, p, Tensor.of(expected).reshape(3, 2));
        }
    }

    /** Kingma and Ba, algorithm 1, with the defaults of the paper. */
    @Property(tries = 50, edgeCases = EdgeCasesMode.NONE)
    void adamIsAlgorithm1(
            @ForAll @IntRange(min = 1, max = 100) int hundredths,
            @ForAll @IntRange(min = -9, max = 9) int magnitude,
            @ForAll long seed) {
        RandomGenerator rng = new Well19937c(seed);
        Tensor p = Tensor.randn(rng, 3, 2);
        double[] theta = p.toArray();
        double[] m = new double[6];
        double[] v = new double[6];

        double rate = hundredths / 100.0;
        Optimizer optimizer = adam(rate);
        List<Tensor> slots = Collections.nCopies(optimizer.slots(), Tensor.zeros(3, 2));
        for (int t = 1; t <= 12; t++) {
            Tensor dp = Tensor.randn(rng, 3, 2).mul(Math.pow(10, magnitude));
            for (int i = 0; i < theta.length; i++) {
                double g = dp.toArray()[i];
                m[i] = 0.9 * m[i] + (1 - 0.9) * g;
                v[i] = 0.999 * v[i] + (1 - 0.999) * g * g;
                double corrected = m[i] / (1 - Math.pow(0.9, t));
                double spread = Math.sqrt(v[i] / (1 - Math.pow(0.999, t)));
                theta[i] -= rate * corrected / (spread + 1e-8);
            }
            Optimizer.Updated updated = optimizer.update(optimizer.learningRate(), t, p, dp, slots);
            p = updated.parameter();
            slots = updated.slots();
            NEAR.verify("step " + t, p, Tensor.of(theta).reshape(3, 2));
            assertThat(slots).hasSize(2);
        }
    }

    /** The first step has the length of the learning rate, whatever the size of the gradient. */
    @Test
    void adamStartsWithTheRate() {
        Tensor dp = Tensor.of(1e6, -3.0, 1e-3);
        List<Tensor> slots = List.of(Tensor.zeros(3), Tensor.zeros(3));

        Tensor p = adam(0.01).update(0.01, 1, Tensor.zeros(3), dp, slots).parameter();

        Near.within(1e-4, 0).verify("p", p, Tensor.of(-0.01, 0.01, -0.01));
    }

    @Test
    void zeroGradientChangesNothing() {
        Tensor p = Tensor.of(1.0, -2.0);
        List<Tensor> slots = List.of(Tensor.zeros(2), Tensor.zeros(2));

        assertThat(sgd(1).update(1, 1, p, Tensor.zeros(2), List.of())
                        .parameter()
                        .toArray())
                .containsExactly(1, -2);
        assertThat(adam(1).update(1, 1, p, Tensor.zeros(2), slots).parameter().toArray())
                .containsExactly(1, -2);
    }

    /** The rate of a step is an argument, so that it may follow a schedule. */
    @Test
    void rateOfTheStepCounts() {
        Tensor p = sgd(1).update(0.5, 1, Tensor.of(1.0, 1.0), Tensor.of(1.0, 2.0), List.of())
                .parameter();

        assertThat(p.toArray()).containsExactly(0.5, 0);
        assertThat(sgd(0.25).learningRate()).isEqualTo(0.25);
        assertThat(adam(0.125).learningRate()).isEqualTo(0.125);
        assertThat(sgd(1).slots()).isZero();
        assertThat(adam(1).slots()).isEqualTo(2);
    }
}
