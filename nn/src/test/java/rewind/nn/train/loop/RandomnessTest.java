package rewind.nn.train.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.stat.inference.ChiSquareTest;
import org.junit.jupiter.api.Test;

/** Every order and every batch of a run has random numbers of its own, which depend on nothing but the seed and the place. */
class RandomnessTest {
    @Property(tries = 50)
    void noTwoPlacesShareTheirNumbers(@ForAll long seed) {
        Set<Long> first = new HashSet<>();
        for (long each : new long[] {seed, seed ^ 1, seed ^ Long.MIN_VALUE}) {
            Randomness randomness = new Randomness(each);
            for (int epoch = 1; epoch <= 10; epoch++) {
                first.add(randomness.order(epoch).nextLong());
                for (int batch = 1; batch <= 10; batch++) {
                    first.add(randomness.pass(epoch, batch).nextLong());
                }
            }
        }
        assertThat(first).hasSize(3 * 10 * 11);
    }

    @Property(tries = 50)
    void thePlaceDecides(
            @ForAll long seed, @ForAll @IntRange(min = 1) int epoch, @ForAll @IntRange(min = 1) int batch) {
        assertThat(new Randomness(seed).pass(epoch, batch).nextLong())
                .isEqualTo(new Randomness(seed).pass(epoch, batch).nextLong());
        assertThat(new Randomness(seed).order(epoch).nextLong())
                .isEqualTo(new Randomness(seed).order(epoch).nextLong());
    }

    /** The first numbers of neighbouring places are spread like any. */
    @Test
    void neighboursAreIndependent() {
        long[] bins = new long[64];
        int last = 0;
        for (int epoch = 1; epoch <= 64; epoch++) {
            for (int batch = 1; batch <= 64; batch++) {
                RandomGenerator rng = new Randomness(1).pass(epoch, batch);
                int now = rng.nextInt(8);
                bins[8 * last + now]++;
                last = now;
            }
        }
        double[] expected = new double[64];
        Arrays.fill(expected, 64);
        assertThat(new ChiSquareTest().chiSquareTest(expected, bins)).isGreaterThan(0.001);
    }
}
