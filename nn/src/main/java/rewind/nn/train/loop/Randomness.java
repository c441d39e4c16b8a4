package rewind.nn.train.loop;

import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;

/**
 * Where the random numbers of a training run come from: every order and every batch has a generator of its own, whose seed is mixed from
 * the run's seed, the epoch and the batch. So nothing needs to be kept of a generator to continue a run.
 */
record Randomness(long seed) {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    /** The generator of the order of the samples in an epoch, counted from 1. */
    RandomGenerator order(int epoch) {
        return generator(epoch, 0);
    }

    /** The generator of what is random in a batch's pass; epochs and batches count from 1. */
    RandomGenerator pass(int epoch, int batch) {
        return generator(epoch, batch);
    }

    /** The generator of what is random in the pass of a shard, which counts from 0 within its batch. */
    RandomGenerator pass(int epoch, int batch, int shard) {
        return new Well19937c(mix(mixed(epoch, batch) + shard));
    }

    private RandomGenerator generator(int epoch, int batch) {
        return new Well19937c(mixed(epoch, batch));
    }

    private long mixed(int epoch, int batch) {
        return mix(mix(mix(seed) + epoch) + batch);
    }

    /** One step of SplitMix64, a bijection. Source: Steele, Lea and Flood, OOPSLA 2014, doi:10.1145/2660193.2660195, figure 17. */
    private static long mix(long z) {
        long a = z + GOLDEN;
        long b = (a ^ (a >>> 30)) * 0xBF58476D1CE4E5B9L;
        long c = (b ^ (b >>> 27)) * 0x94D049BB133111EBL;
        return c ^ (c >>> 31);
    }
}
