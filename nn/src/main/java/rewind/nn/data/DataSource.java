package rewind.nn.data;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.commons.math3.random.RandomGenerator;
import rewind.autograd.require.Check;

/**
 * Samples to train on, in batches: a {@link Dataset}, or what does not fit into memory and is read anew in every pass.
 *
 * <p>The batches of a pass depend on nothing but the source, the size and the state of the generator. A training run that continues in
 * the middle of a pass therefore starts the pass again with the generator as it was, and skips what it has seen.
 */
public interface DataSource {
    /**
     * Returns one pass: every sample once, in batches of {@code size} samples, of which one may be smaller. What a source needs of the
     * generator it draws before this method returns; whatever is drawn later, for dropout say, changes nothing.
     *
     * @param size how many samples a batch has, at least 1
     * @param order decides the order of the samples; without it they come in the source's own order
     * @return a sequential stream; close it, as it may read a file
     * @throws IllegalArgumentException if the size is not positive; the stream throws it where the data are bad
     * @throws java.io.UncheckedIOException (the stream, too) if the data cannot be read
     */
    Stream<Dataset> batches(int size, Optional<RandomGenerator> order);

    /** As {@link #batches(int, Optional)}, in the source's own order. */
    default Stream<Dataset> batches(int size) {
        return batches(size, Optional.empty());
    }

    /** Returns how many samples a pass has, if that is known without one. */
    OptionalLong samples();

    /**
     * Returns how many batches a pass has, if that is known without one.
     *
     * @throws IllegalArgumentException if the size is not positive
     */
    default OptionalLong batchCount(int size) {
        Check.that(size > 0, "batches: the size must be positive, got %s", size);
        OptionalLong samples = samples();
        return samples.isPresent() ? OptionalLong.of((samples.getAsLong() + size - 1) / size) : samples;
    }

    /**
     * Returns this source with every batch changed as it comes, and not before: encoded or scaled, for instance.
     *
     * @param perBatch treats every sample by itself, so that it does not matter which ones are in a batch together
     */
    default DataSource map(UnaryOperator<Dataset> perBatch) {
        DataSource source = this;
        return new DataSource() {
            @Override
            public Stream<Dataset> batches(int size, Optional<RandomGenerator> order) {
                return source.batches(size, order).map(perBatch);
            }

            @Override
            public OptionalLong samples() {
                return source.samples();
            }

            @Override
            public OptionalLong batchCount(int size) {
                return source.batchCount(size);
            }

            @Override
            public String toString() {
                return source + ", its batches mapped";
            }
        };
    }
}
