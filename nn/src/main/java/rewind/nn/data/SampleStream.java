package rewind.nn.data;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Options;

/**
 * Samples that are read anew in every pass and need not fit into memory: beside the batch that is used, there are as many samples in
 * memory as the {@link #buffer} holds.
 *
 * <p>Where a pass is in random order, the buffer is filled with the first samples; then, again and again, one is drawn from it and the
 * next one read takes its place. So a sample never comes earlier than a buffer's length before its turn. With a buffer as large as the
 * source all orders are equally likely; with a smaller one, data sorted by class, say, stay so more or less.
 *
 * <pre>{@code
 * SampleStream train = Windows.of(48).horizon(12).over(Csv.of(file)).buffer(5000).slice(0, 1_000_000);
 * }</pre>
 *
 * <p>Immutable; every option returns a new one.
 */
public final class SampleStream extends Options<SampleStream> implements DataSource {
    private Supplier<Stream<Sample>> source;
    private int buffer = 1000;
    private OptionalLong samples = OptionalLong.empty();

    private SampleStream(Supplier<Stream<Sample>> source) {
        this.source = source;
    }

    /**
     * Returns a source of samples with a buffer for 1000.
     *
     * @param source gives the same samples every time, of equal shapes; each of its streams is closed after use
     */
    public static SampleStream of(Supplier<Stream<Sample>> source) {
        return new SampleStream(source);
    }

    /** Every row a sample: x the columns that are no targets. */
    static SampleStream ofRows(Rows rows, int... targets) {
        Check.that(targets.length > 0, "samples: there must be at least one target among the columns");
        return of(() -> rows.rows().map(row -> {
            for (int target : targets) {
                Check.that(
                        target >= 0 && target < row.length,
                        "samples: a target must be one of the columns 0 to %s, got %s",
                        row.length - 1,
                        target);
            }
            double[] x = IntStream.range(0, row.length)
                    .filter(i -> IntStream.of(targets).noneMatch(target -> target == i))
                    .mapToDouble(i -> row[i])
                    .toArray();
            double[] y =
                    IntStream.of(targets).mapToDouble(target -> row[target]).toArray();
            Check.that(x.length > 0, "samples: there must be a column that is no target, got %s columns", row.length);
            return new Sample(Tensor.of(x), Tensor.of(y));
        }));
    }

    /**
     * Sets how many samples are in memory to draw from when a pass is in random order; 1 keeps the order.
     *
     * @throws IllegalArgumentException if not positive
     */
    public SampleStream buffer(int samples) {
        Check.that(samples > 0, "samples: the buffer must hold a positive number of samples, got %s", samples);
        return with(stream -> stream.buffer = samples);
    }

    /**
     * Returns the samples {@code from} (inclusive) to {@code to} (exclusive) of this source, fewer if it has not as many: to train on
     * the first ones of a file and validate on later ones. Those before are read all the same.
     *
     * @throws IllegalArgumentException unless 0 ≤ from ≤ to
     */
    public SampleStream slice(long from, long to) {
        Check.that(from >= 0 && from <= to, "samples: the range %s to %s must not be negative", from, to);
        return with(stream -> {
            stream.source = () -> source.get().skip(from).limit(to - from);
            stream.samples = OptionalLong.empty();
        });
    }

    /** Reads all samples once to count them, so that progress can be told from the first pass on. */
    public SampleStream counted() {
        try (Stream<Sample> all = source.get()) {
            long count = all.mapToLong(sample -> 1).sum();
            return with(stream -> stream.samples = OptionalLong.of(count));
        }
    }

    @Override
    public OptionalLong samples() {
        return samples;
    }

    @Override
    public Stream<Dataset> batches(int size, Optional<RandomGenerator> order) {
        Check.that(size > 0, "batches: the size must be positive, got %s", size);
        Optional<RandomGenerator> own = order.map(rng -> new Well19937c(rng.nextLong()));
        Stream<Sample> read = source.get();
        Iterator<Sample> inOrder = read.iterator();
        Iterator<Sample> drawn = own.<Iterator<Sample>>map(rng -> new ShuffleBuffer<>(inOrder, buffer, rng))
                .orElse(inOrder);
        return stream(new Batches(drawn, size)).onClose(read::close);
    }

    /** A stream that takes from the iterator no more than it gives. */
    static <T> Stream<T> stream(Iterator<T> iterator) {
        int properties = Spliterator.ORDERED | Spliterator.NONNULL;
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(iterator, properties), false);
    }

    private record Batches(Iterator<Sample> samples, int size) implements Iterator<Dataset> {
        @Override
        public boolean hasNext() {
            return samples.hasNext();
        }

        @Override
        public Dataset next() {
            List<Tensor> x = new ArrayList<>();
            List<Tensor> y = new ArrayList<>();
            do {
                Sample sample = samples.next();
                x.add(sample.x());
                y.add(sample.y());
            } while (x.size() < size && samples.hasNext());
            return new Dataset(Tensor.stack(0, x), Tensor.stack(0, y));
        }
    }

    /** Returns how many samples there are, as far as that is known, and how they are shuffled. */
    @Override
    public String toString() {
        return "SampleStream of " + (samples.isPresent() ? samples.getAsLong() + " samples" : "samples not counted yet")
                + ", buffer of " + buffer;
    }
}
