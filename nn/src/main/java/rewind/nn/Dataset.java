package rewind.nn;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.util.MathArrays;
import rewind.autograd.DType;
import rewind.autograd.Tensor;

/** Samples and their targets; the samples may be sequences of different lengths, padded to the longest. Immutable. */
public final class Dataset implements DataSource {
    private final Tensor x;
    private final Tensor y;
    private final Lengths lengths;

    private Dataset(Tensor x, Tensor y, Lengths lengths) {
        Check.that(
                x.rank() >= 1 && y.rank() >= 1 && x.size(0) == y.size(0),
                "dataset: there must be as many targets as samples, got the shapes %s and %s",
                x.shape(),
                y.shape());
        this.x = x;
        this.y = y;
        this.lengths = lengths;
    }

    /**
     * Makes a dataset.
     *
     * @param x the samples, (samples, …)
     * @param y the targets, (samples, …)
     * @throws IllegalArgumentException if there are not as many targets as samples
     */
    public Dataset(Tensor x, Tensor y) {
        this(x, y, null);
    }

    /**
     * Returns a dataset of sequences of different lengths, padded with zeros at the end.
     *
     * @param sequences per sample its steps, each an array of features; a sample may have no step
     * @param y the targets, (samples, …)
     * @throws IllegalArgumentException if steps differ in their number of features, there is no step at all, or there are not as many
     *     targets as samples
     */
    public static Dataset ragged(List<double[][]> sequences, Tensor y) {
        int steps =
                sequences.stream().mapToInt(sequence -> sequence.length).max().orElse(0);
        Check.that(steps > 0, "dataset: at least one of the sequences must have a step");
        int features = sequences.stream()
                .flatMap(Arrays::stream)
                .mapToInt(step -> step.length)
                .findFirst()
                .orElseThrow();
        double[][][] padded = new double[sequences.size()][steps][features];
        for (int i = 0; i < padded.length; i++) {
            double[][] sequence = sequences.get(i);
            for (int t = 0; t < sequence.length; t++) {
                Check.that(
                        sequence[t].length == features,
                        "dataset: every step must have %s features, but sample %s, step %s has %s",
                        features,
                        i,
                        t,
                        sequence[t].length);
                padded[i][t] = sequence[t];
            }
        }
        int[] perSample =
                sequences.stream().mapToInt(sequence -> sequence.length).toArray();
        return new Dataset(Tensor.of(padded), y, Lengths.of(perSample));
    }

    /** Returns these samples with the given lengths: what lies beyond is padding. */
    public Dataset lengths(Lengths perSample) {
        Check.that(
                perSample.size() == size(),
                "dataset: there must be one length per sample, got %s for %s samples",
                perSample.size(),
                size());
        return new Dataset(x, y, perSample);
    }

    /** Returns these samples and targets in another element type. */
    public Dataset to(DType dtype) {
        return new Dataset(x.to(dtype), y.to(dtype), lengths);
    }

    /** Returns the samples, (samples, …). */
    public Tensor x() {
        return x;
    }

    /** Returns the targets, (samples, …). */
    public Tensor y() {
        return y;
    }

    /** Returns how long the sequences are, if they are padded. */
    public Optional<Lengths> lengths() {
        return Optional.ofNullable(lengths);
    }

    /** Returns the number of samples. */
    public int size() {
        return x.size(0);
    }

    @Override
    public OptionalLong samples() {
        return OptionalLong.of(size());
    }

    @Override
    public Stream<Dataset> batches(int size, Optional<RandomGenerator> order) {
        Check.that(size > 0, "batches: the size must be positive, got %s", size);
        int[] indices = MathArrays.natural(size());
        order.ifPresent(rng -> MathArrays.shuffle(indices, rng));
        return IntStream.range(0, (int) batchCount(size).orElseThrow())
                .mapToObj(batch -> select(Arrays.copyOfRange(
                        indices, batch * size, (int) Math.min((batch + 1L) * size, indices.length))));
    }

    /** Returns the samples with these indices, in this order. */
    public Dataset select(int... indices) {
        return new Dataset(x.gather(indices), y.gather(indices), lengths == null ? null : lengths.select(indices));
    }

    /** Returns the samples {@code from} (inclusive) to {@code to} (exclusive). */
    public Dataset slice(int from, int to) {
        return select(IntStream.range(from, to).toArray());
    }

    /** Throws an {@link IllegalArgumentException} that names the first number that is NaN or infinite; padding may hold anything. */
    void requireFinite() {
        requireFinite("x", withoutPadding());
        requireFinite("y", y);
    }

    /** The samples with zeros in place of their padding. */
    Tensor withoutPadding() {
        return lengths != null && x.rank() == 3
                ? Tensor.where(lengths.mask(x.dtype(), x.size(1)), x, Tensor.zeros(x.dtype(), x.shape()))
                : x;
    }

    private static void requireFinite(String what, Tensor values) {
        double[] flat = values.toArray();
        int perSample = values.size() / Math.max(1, values.size(0));
        for (int i = 0; i < flat.length; i++) {
            if (!Double.isFinite(flat[i])) {
                int features = values.rank() == 3 ? values.size(2) : perSample;
                String step = values.rank() == 3 ? ", step " + i % perSample / features : "";
                throw new IllegalArgumentException(String.format(
                        "dataset: %s must be finite, but sample %s%s, element %s is %s",
                        what, i / perSample, step, i % features, flat[i]));
            }
        }
    }
}
