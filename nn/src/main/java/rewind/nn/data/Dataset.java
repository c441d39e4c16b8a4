package rewind.nn.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.apache.commons.math3.util.MathArrays;
import rewind.autograd.DType;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.autograd.require.CheckReturnValue;
import rewind.nn.layer.Lengths;

/**
 * Samples and their targets; the samples may be sequences of different lengths, padded to the longest. Padding may hold anything, NaN too:
 * training takes zeros for it. Immutable.
 */
@CheckReturnValue
public final class Dataset implements DataSource {
    private final Tensor x;
    private final Tensor y;
    private final Lengths lengths;
    private final Boolean perStep; // whether targets are, or null where shapes tell
    private final Map<String, Tensor> named; // (samples, …) each

    /** Makes one of all that it has. */
    Dataset(Tensor x, Tensor y, Lengths lengths, Boolean perStep, Map<String, Tensor> named) {
        Check.that(
                x.rank() >= 1 && y.rank() >= 1 && x.size(0) == y.size(0),
                "dataset: there must be as many targets as samples, got the shapes %s and %s",
                x.shape(),
                y.shape());
        Check.that(
                perStep == null || !perStep || Math.min(x.rank(), y.rank()) >= 2,
                "dataset: where there is a target for every step both must have steps, got the shapes %s and %s",
                x.shape(),
                y.shape());
        Check.that(
                lengths == null || x.rank() < 2 || lengths.max() <= x.size(1),
                "dataset: no length may exceed the steps of the shape %s, got %s; new Dataset(x, y) is one without lengths",
                x.shape(),
                lengths == null ? "" : lengths.max());
        this.x = x;
        this.y = y;
        this.lengths = lengths;
        this.perStep = perStep;
        this.named = named;
    }

    /** Others with the same named tensors. */
    private Dataset of(Tensor samples, Tensor targets, Lengths ofSamples, Boolean steps) {
        return new Dataset(samples, targets, ofSamples, steps, named);
    }

    /** Each tensor of samples changed. */
    private Dataset each(UnaryOperator<Tensor> function, UnaryOperator<Lengths> ofSamples) {
        Tensor samples = function.apply(x);
        Map<String, Tensor> changed = new LinkedHashMap<>();
        named.forEach((name, tensor) -> changed.put(name, function.apply(tensor)));
        return new Dataset(
                samples, function.apply(y), lengths == null ? null : ofSamples.apply(lengths), perStep, changed);
    }

    /**
     * Makes a dataset.
     *
     * @param x the samples, (samples, …)
     * @param y the targets, (samples, …)
     * @throws IllegalArgumentException if there are not as many targets as samples
     */
    public Dataset(Tensor x, Tensor y) {
        this(x, y, null, null, Map.of());
    }

    /**
     * Makes a dataset of arrays, of FLOAT32 where they are floats. Arrays of one level have one number per sample, (samples, 1).
     *
     * @param x the samples: a tensor, or nested arrays of {@code double}, {@code float} or {@code int}, such as a {@code float[][][]}
     * @param y the targets, likewise
     * @throws IllegalArgumentException if they are anything else, rows are not equally long, or there are not as many targets as samples
     */
    public static Dataset of(Object x, Object y) {
        return new Dataset(perSample("x", x), perSample("y", y));
    }

    private static Tensor perSample(String what, Object values) {
        Tensor tensor = NestedNumbers.toTensor(what, values);
        return tensor.rank() == 1 ? tensor.expandDims(1) : tensor;
    }

    /**
     * Returns a dataset of sequences of different lengths, padded with zeros at the end.
     *
     * @param sequences per sample its steps, each an array of features; a sample may have no step
     * @param y the targets, (samples, …)
     * @throws IllegalArgumentException if steps differ in their number of features or have none, there is no step at all, or there are not as many
     *     targets as samples
     */
    public static Dataset ragged(List<double[][]> sequences, Tensor y) {
        int[] perSample =
                sequences.stream().mapToInt(sequence -> sequence.length).toArray();
        return new Dataset(NestedNumbers.padded(sequences), y, Lengths.of(perSample), null, Map.of());
    }

    /**
     * Returns these samples with the given lengths: what lies beyond is padding.
     *
     * @throws IllegalArgumentException unless there is one per sample, none greater than the number of steps
     */
    public Dataset lengths(Lengths perSample) {
        Check.that(
                perSample.size() == size(),
                "dataset: there must be one length per sample, got %s for %s samples",
                perSample.size(),
                size());
        return of(x, y, perSample, perStep);
    }

    /**
     * Sets whether there is a target for every step, (samples, steps, …), padded like the steps: then losses and metrics count those of
     * real steps alone. Unless it is set, targets of three axes, as many as the samples have steps, are taken for such. Of a model with layers
     * that change lengths, such as a convolution, targets are those of its output's steps.
     *
     * @throws IllegalArgumentException if samples or targets have no steps
     */
    public Dataset targetsPerStep(boolean on) {
        return of(x, y, lengths, on);
    }

    /** Whether there is a target for every step. */
    public boolean targetsPerStep() {
        return perStep != null ? perStep : y.rank() == 3 && x.rank() >= 2 && x.size(1) == y.size(1);
    }

    /** Whether targets are padded where samples are: not where those are of fewer steps, which a layer leaves. */
    private boolean paddedAlike() {
        return targetsPerStep() && x.size(1) == y.size(1);
    }

    /**
     * Returns these samples with a tensor more, for a model of several inputs or outputs: layers take it by {@link
     * rewind.nn.layer.Scope#input}, and it is the target of the output of this name. It is selected, cut and joined as samples are, but padding
     * of sequences does not touch it.
     *
     * @param tensor (samples, …)
     * @throws IllegalArgumentException if there are not as many as samples
     */
    public Dataset with(String name, Tensor tensor) {
        Check.that(
                tensor.rank() > 0 && tensor.size(0) == size(),
                "dataset: %s must be of %s samples, got the shape %s",
                name,
                size(),
                tensor.shape());
        Map<String, Tensor> more = new LinkedHashMap<>(named);
        more.put(name, tensor);
        return new Dataset(x, y, lengths, perStep, more);
    }

    /** Returns the tensors besides samples and targets, by name. */
    public Map<String, Tensor> named() {
        return Collections.unmodifiableMap(named);
    }

    /** Returns these samples and targets in another element type. */
    public Dataset to(DType dtype) {
        return each(tensor -> tensor.to(dtype), same -> same);
    }

    /** Returns these samples changed, which keep their targets and lengths; a function may change their shape, but not their number. */
    public Dataset mapX(UnaryOperator<Tensor> function) {
        return of(function.apply(x), y, lengths, perStep);
    }

    /** Returns these samples with other targets. */
    public Dataset mapY(UnaryOperator<Tensor> function) {
        return of(x, function.apply(y), lengths, perStep);
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
        int batches = (int) batchCount(size).orElseThrow();
        int[] indices = MathArrays.natural(size());
        order.ifPresent(rng -> MathArrays.shuffle(indices, rng));
        return IntStream.range(0, batches)
                .mapToObj(batch -> select(Arrays.copyOfRange(
                        indices, batch * size, (int) Math.min((batch + 1L) * size, indices.length))));
    }

    /**
     * Returns the samples with these indices, in this order, any number of times each; negative ones count from the end.
     *
     * @throws IllegalArgumentException if there is no such sample
     */
    public Dataset select(int... indices) {
        return each(tensor -> tensor.gather(indices), some -> some.select(indices));
    }

    /**
     * Returns the samples {@code from} (inclusive) to {@code to} (exclusive), without copying them: {@code slice(-10, data.size())} are the
     * last ten.
     *
     * @throws IllegalArgumentException unless 0 ≤ from ≤ to ≤ size, after adding the size to negative ones
     */
    public Dataset slice(int from, int to) {
        return each(tensor -> tensor.slice(0, from, to), some -> some.slice(from, to));
    }

    /** Returns these samples in an order drawn from the seed. */
    public Dataset shuffled(long seed) {
        int[] order = MathArrays.natural(size());
        MathArrays.shuffle(order, new Well19937c(seed));
        return select(order);
    }

    /**
     * Returns the samples cut in time: {@code splitAt(0.7, 0.85)} gives the first 70 %, the next 15 % and the last 15 %. Windows of one
     * series overlap at the cuts; where no number may be on both sides, cut the series before making windows.
     *
     * @param fractions the cuts, between 0 and 1 and increasing; each is rounded to the nearest whole sample
     * @throws IllegalArgumentException if they are not, or a part has no sample
     */
    public List<Dataset> splitAt(double... fractions) {
        int[] cuts = Division.cuts(size(), fractions);
        List<Dataset> parts = new ArrayList<>();
        for (int i = 1; i < cuts.length; i++) {
            parts.add(slice(cuts[i - 1], cuts[i]));
        }
        return parts;
    }

    /** Returns the samples split in two at random: a fraction of them, and the rest. The same seed gives the same parts. */
    public List<Dataset> split(double first, long seed) {
        return shuffled(seed).splitAt(first);
    }

    /**
     * Returns the samples split in three at random: two fractions of all of them, and the rest, as to train, validate and test.
     *
     * @throws IllegalArgumentException if a fraction is not positive, nothing is left, or a part has no sample
     */
    public List<Dataset> split(double first, double second, long seed) {
        Check.that(
                first > 0 && second > 0 && first + second < 1,
                "split: two fractions must leave a rest, which is the third part, got %s and %s; two parts are split(%s, seed)",
                first,
                second,
                first);
        return shuffled(seed).splitAt(first, first + second);
    }

    /**
     * Returns these samples, then others. Where sequences have lengths, the shorter are padded.
     *
     * @throws IllegalArgumentException if samples or targets are not of one shape, or those of one alone have a {@link #targetsPerStep target
     *     for every step}
     */
    public Dataset concat(Dataset other) {
        return Division.joined(this, other);
    }

    /**
     * Returns the same samples in batches of similar length, each padded to its own longest sequence alone. A pass has every sample
     * once; with a generator both the batches and, where lengths are equal, the samples in them are drawn.
     *
     * @throws IllegalArgumentException if the dataset has no lengths
     */
    public DataSource bucketedByLength() {
        return bucketedByLength(Integer.MAX_VALUE);
    }

    /**
     * As {@link #bucketedByLength()}, but sorts only among as many samples as make {@code pool} batches, drawn anew in every pass: the
     * smaller, the more chance is in the batches, and the more padding.
     *
     * @throws IllegalArgumentException if the dataset has no lengths, or the pool is not positive
     */
    public DataSource bucketedByLength(int pool) {
        Check.that(
                lengths != null,
                "bucketedByLength: the dataset must have lengths: make it with Dataset.ragged, or add them with lengths(…)");
        Check.that(pool > 0, "bucketedByLength: the pool must have a positive number of batches, got %s", pool);
        return new Buckets(this, lengths, pool);
    }

    Boolean told() {
        return perStep;
    }

    /** Without the steps that are padding in all samples, except a first one. */
    Dataset trimmed() {
        int steps = Math.max(1, lengths.max());
        return of(x.slice(1, 0, steps), paddedAlike() ? y.slice(1, 0, steps) : y, lengths, targetsPerStep());
    }

    /** Returns these samples and targets with zeros in place of their padding. */
    public Dataset withoutPadding() {
        return lengths == null
                ? this
                : of(
                        lengths.withoutPadding(x),
                        paddedAlike() ? lengths.withoutPadding(y) : y,
                        lengths,
                        targetsPerStep());
    }

    /** Returns shapes and element types, and whether there are lengths and targets for every step. */
    @Override
    public String toString() {
        return "Dataset of " + size() + " samples: x " + x.dtype() + " " + x.shape() + ", y " + y.dtype() + " "
                + y.shape()
                + (lengths == null ? "" : ", lengths up to " + lengths.max())
                + (targetsPerStep() ? ", targets per step" : "")
                + (named.isEmpty() ? "" : ", besides " + named.keySet());
    }
}
