package rewind.nn.data;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.util.MathArrays;
import rewind.nn.layer.Lengths;

/**
 * Batches of sequences of similar length. The samples are drawn in random order, every {@code pool} batches of them are sorted by
 * length and cut into batches, and the batches come in random order.
 */
record Buckets(Dataset data, Lengths lengths, int pool) implements DataSource {
    @Override
    public OptionalLong samples() {
        return data.samples();
    }

    @Override
    public Stream<Dataset> batches(int size, Optional<RandomGenerator> order) {
        int[] batches = MathArrays.natural((int) batchCount(size).orElseThrow());
        int[] samples = MathArrays.natural(data.size());
        order.ifPresent(rng -> {
            MathArrays.shuffle(samples, rng);
            MathArrays.shuffle(batches, rng);
        });
        int[] sorted = sortedInPools(samples, (long) pool * size);
        return Arrays.stream(batches)
                .mapToObj(batch ->
                        data.select(part(sorted, (long) batch * size, size)).trimmed());
    }

    /** Ties stay as drawn. */
    private int[] sortedInPools(int[] samples, long poolSize) {
        return IntStream.range(0, (int) ((samples.length + poolSize - 1) / poolSize))
                .mapToObj(i -> part(samples, i * poolSize, poolSize))
                .flatMapToInt(part -> Arrays.stream(part)
                        .boxed()
                        .sorted(Comparator.comparingInt(lengths::get))
                        .mapToInt(Integer::intValue))
                .toArray();
    }

    private static int[] part(int[] all, long from, long size) {
        return Arrays.copyOfRange(all, (int) from, (int) Math.min(from + size, all.length));
    }
}
