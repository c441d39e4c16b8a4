package rewind.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.commons.math3.random.MersenneTwister;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A reverse sweep computes in borrowed arrays, writes contributions in place and adds products up later. Its gradients must be those
 * of the recorded sweep, which does none of that; {@link GraphProperties} has the same of random programs.
 */
class SweepMemoryTest {
    private final MersenneTwister rng = new MersenneTwister(11);

    /** A few thousand roundings, which add up differently if sums have another order. */
    private static double tolerance(DType dtype) {
        return 4500 * dtype.epsilon();
    }

    /** A weight in products of several batch sizes, more rows than are added at a time, and in other operations between. */
    @ParameterizedTest
    @EnumSource
    void productsOfAWeightAreAddedUpWhateverTheirSizes(DType dtype) {
        Tensor weights = Tensor.randn(dtype, rng, 3, 5, 5).mul(0.3);
        Tensor x = Tensor.randn(dtype, rng, 1300, 5);
        UnaryOperator<Tensor> f = w -> {
            Tensor sum = w.square().sum();
            int from = 0;
            for (int rows : new int[] {1, 7, 7, 300, 300, 2, 0, 2, 600, 64, 17}) {
                Tensor y = x.slice(0, from, from + rows).matmul(w).tanh();
                sum = sum.add(y.square().sum());
                sum = rows == 300 ? sum.add(w.select(0, 1).tanh().sum()) : sum;
                from += rows;
            }
            return sum;
        };
        Tape plain = new Tape();
        Tensor at = plain.watch(weights);
        Tape recording = new Tape();
        Tensor there = recording.watch(weights);
        Tensor recorded = recording.backwardRecorded(f.apply(there)).of(there).detach();
        assertThat(plain.backward(f.apply(at)).of(at).isClose(recorded, tolerance(dtype), tolerance(dtype)))
                .isTrue();
    }

    /** Whether a factor has been arranged before must not change a bit. */
    @ParameterizedTest
    @EnumSource
    void theSameCallsGiveTheSameBits(DType dtype) {
        for (int rows : new int[] {1, 2, 5, 8, 33}) {
            Tensor weights = Tensor.randn(dtype, rng, 40, 40);
            Tensor x = Tensor.randn(dtype, rng, rows, 40);
            UnaryOperator<Tensor> f = in -> in.matmul(weights).tanh().sum();
            double[] value = f.apply(x).toArray();
            double[] gradient = Grad.gradient(f, x).toArray();
            for (int again = 0; again < 3; again++) {
                assertThat(f.apply(x).toArray()).containsExactly(value);
                assertThat(Grad.gradient(f, x).toArray()).containsExactly(gradient);
            }
        }
    }

    /** What a pullback of a user's stores is not used for anything else. */
    @Test
    void aUsersPullbackMayKeepWhatItGetsAndMakes() {
        List<Tensor> stored = new ArrayList<>();
        List<double[]> values = new ArrayList<>();
        Tape tape = new Tape();
        Tensor x = tape.watch(Tensor.randn(rng, 50));
        Tensor h = x;
        for (int i = 0; i < 20; i++) {
            Tensor in = h.tanh();
            h = Tensor.op("own", each -> each[0].exp(), List.of(in), y -> dy -> {
                Tensor made = dy.mul(y).mul(2);
                Tensor dx = made.mul(0.5);
                stored.addAll(List.of(dy, made, dx));
                stored.forEach(each -> {
                    if (stored.indexOf(each) >= values.size()) {
                        values.add(each.toArray());
                    }
                });
                return dx;
            });
        }
        tape.backward(h.mul(h).sum());
        assertThat(stored).hasSize(60);
        for (int i = 0; i < stored.size(); i++) {
            assertThat(stored.get(i).toArray()).as("value %s", i).containsExactly(values.get(i));
        }
    }

    /** A thousand operations backwards in the arrays of a few. */
    @Test
    @DisabledIfSystemProperty(named = "rewind.memory", matches = "plain", disabledReason = "nothing is used again")
    void aLongSweepNeedsFewArrays() {
        int n = 10_000;
        Tape tape = new Tape();
        Tensor x = tape.watch(Tensor.randn(rng, n));
        Tensor h = x;
        for (int i = 0; i < 1000; i++) {
            h = h.mul(x).tanh();
        }
        Tensor result = h.sum();
        long least = Long.MAX_VALUE;
        // until compiled code no longer makes objects for what it takes apart again
        for (int run = 0; run < 400 && least > 20 * 8L * n; run++) {
            long before = allocated();
            tape.backward(result);
            least = Math.min(least, allocated() - before);
        }
        assertThat(least).isLessThan(20 * 8L * n);
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    @Test
    @DisabledIfSystemProperty(named = "rewind.memory", matches = "plain", disabledReason = "nothing is used again")
    void aWorkspaceLetsGoOfWhatIsNoLongerNeeded() {
        Workspace workspace = new Workspace();
        Object array = exp(workspace, 1000);
        assertThat(exp(workspace, 1000)).isSameAs(array);
        for (int i = 0; i < 40; i++) {
            exp(workspace, 10);
        }
        assertThat(exp(workspace, 1000)).isNotSameAs(array);
    }

    private static Object exp(Workspace workspace, int n) {
        try (Tape tape = new Tape(workspace)) {
            return tape.watch(Tensor.ones(n)).exp().buffer().data;
        }
    }

    /** A sweep whose operations another tape records must not add into an array that they have captured. */
    @Test
    void whatAnotherTapeHasCapturedIsNotWrittenOver() {
        Tensor weights = Tensor.of(1, 2, 3, 4, 5, 6, 7, 8, 9);
        UnaryOperator<Tensor> f = x -> {
            Tensor a = x.slice(0, 0, 3);
            Tensor b = x.slice(0, 3, 4);
            Tensor c = a.cumsum(0);
            return Tensor.concat(0, List.of(c, a, c)).add(b.mul(b)).mul(weights).sum();
        };
        Tensor hessian = Grad.hessian(f, Tensor.of(1, 2, 3, 4));
        double[] expected = new double[16];
        expected[15] = 2 * 45; // of b² Σ weights
        assertThat(hessian.toArray()).containsExactly(expected);
    }
}
