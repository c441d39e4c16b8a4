package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import rewind.autograd.Tensor;

/**
 * Steps of an optimizer beside steps by hand, from options, parameters and gradients at random: gradients of any size, one in eight 0;
 * rates that fall from step to step.
 */
final class OptimizerSteps {
    private static final int STEPS = 20;

    /** Each step rounds about ten times, so that twenty steps may be off by 200 · 1.1e-16 of what p and its steps are. */
    private static final Near NEAR = Near.within(1e-13, 1e-13);

    /** An update of one element in plain numbers; the memory starts at 0. */
    interface Rule {
        double next(double lr, int t, double p, double g, double[] memory);
    }

    private final RandomGenerator rng;
    private final int[] sizes;
    private final double size;
    private double fall = 0.5;

    OptimizerSteps(long seed) {
        rng = new Well19937c(seed);
        sizes = new int[] {1 + rng.nextInt(4), 1 + rng.nextInt(4)};
        size = power(-9, 9);
    }

    OptimizerSteps constantRate() {
        fall = 0;
        return this;
    }

    double rate() {
        return power(-4, 0);
    }

    double fraction() {
        return rng.nextInt(8) == 0 ? 0 : 1 - power(-3, 0);
    }

    double small() {
        return power(-10, -2);
    }

    private double power(double low, double high) {
        return Math.pow(10, low + (high - low) * rng.nextDouble());
    }

    private Tensor gradient() {
        return Tensor.zeros(sizes).map(zero -> rng.nextInt(8) == 0 ? 0 : size * rng.nextGaussian());
    }

    /** Steps by the optimizer and by hand, and compares after every step. */
    void verify(Optimizer optimizer, Rule byHand) {
        Tensor p = Tensor.randn(rng, sizes);
        List<Tensor> slots = zeros(optimizer, p);
        double[] expected = p.toArray();
        double[][] memory = new double[expected.length][2];
        for (int t = 1; t <= STEPS; t++) {
            double rate = optimizer.learningRate() * (1 - fall * t / STEPS);
            Tensor dp = gradient();
            double[] g = dp.toArray();
            for (int i = 0; i < g.length; i++) {
                expected[i] = byHand.next(rate, t, expected[i], g[i], memory[i]);
            }
            Optimizer.Updated updated = optimizer.update(rate, t, p, dp, slots);
            p = updated.parameter();
            slots = updated.slots();
            assertThat(slots).hasSize(optimizer.slots());
            NEAR.verify(optimizer + ", step " + t, p, Tensor.of(expected).reshape(sizes));
        }
    }

    static List<Tensor> zeros(Optimizer optimizer, Tensor p) {
        return Collections.nCopies(optimizer.slots(), Tensor.zeros(p.dtype(), p.shape()));
    }
}
