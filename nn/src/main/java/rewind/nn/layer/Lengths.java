package rewind.nn.layer;

import java.util.Arrays;
import java.util.stream.IntStream;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.autograd.require.CheckReturnValue;

/** How many steps of each sample of a padded batch are real; the others are padding at the end. Immutable. */
@CheckReturnValue
public final class Lengths {
    private final int[] perSample;
    private final Tensor recorded; // null if the lengths are known

    private Lengths(int[] perSample) {
        this(perSample, null);
    }

    private Lengths(int[] perSample, Tensor recorded) {
        this.perSample = perSample;
        this.recorded = recorded;
    }

    /**
     * Returns lengths, one per sample; 0 is allowed.
     *
     * @throws IllegalArgumentException if one is negative
     */
    public static Lengths of(int... perSample) {
        for (int i = 0; i < perSample.length; i++) {
            Check.that(
                    perSample[i] >= 0, "lengths: sample %s must not have a negative length, got %s", i, perSample[i]);
        }
        return new Lengths(perSample.clone());
    }

    /**
     * Returns lengths that are a value of a computation, to record what is done with them, or to replay it for batches of any lengths:
     * {@link #mask}, {@link #withoutPadding} and {@link #tensor} are operations on that value, and all else, which would be right for its
     * numbers alone, is an {@link UnsupportedOperationException}.
     *
     * @param perSample (batch), whole numbers
     * @throws IllegalArgumentException if it has other axes
     */
    public static Lengths recorded(Tensor perSample) {
        Check.that(perSample.rank() == 1, "lengths: there must be one axis of samples, got %s", perSample.shape());
        return new Lengths(new int[perSample.size(0)], perSample);
    }

    private int[] known() {
        if (recorded != null) {
            throw new UnsupportedOperationException(
                    "lengths: what is recorded must not read them, as it would be right for these"
                            + " alone; use mask or withoutPadding");
        }
        return perSample;
    }

    /** Returns the number of samples. */
    public int size() {
        return perSample.length;
    }

    /**
     * Returns the length of one sample.
     *
     * @param sample 0 … size − 1, or negative to count from the end
     * @throws IllegalArgumentException if there is no such sample
     */
    public int get(int sample) {
        if (sample < -known().length || sample >= known().length) {
            throw new IllegalArgumentException(
                    "lengths: sample " + sample + " must be one of the " + known().length + " samples");
        }
        return known()[sample < 0 ? sample + perSample.length : sample];
    }

    /** Returns them as a tensor (batch) of the given type. */
    public Tensor tensor(DType dtype) {
        Tensor numbers = recorded != null
                ? recorded
                : Tensor.of(
                        Shape.of(perSample.length),
                        Arrays.stream(perSample).asDoubleStream().toArray());
        return numbers.to(dtype);
    }

    /** Returns the greatest length; 0 if there is no sample. */
    public int max() {
        return Arrays.stream(known()).max().orElse(0);
    }

    /** Returns these lengths, then others. */
    public Lengths concat(Lengths others) {
        return new Lengths(IntStream.concat(Arrays.stream(known()), Arrays.stream(others.known()))
                .toArray());
    }

    /**
     * Returns the lengths of the samples with these indices, in this order; negative ones count from the end.
     *
     * @throws IllegalArgumentException if there is no such sample
     */
    public Lengths select(int... indices) {
        return new Lengths(Arrays.stream(indices).map(this::get).toArray());
    }

    /**
     * Returns those of the samples {@code from} (inclusive) to {@code to} (exclusive); negative ones count from the end.
     *
     * @throws IllegalArgumentException unless 0 ≤ from ≤ to ≤ size, after adding the size to negative ones
     */
    public Lengths slice(int from, int to) {
        int first = from < 0 ? from + size() : from;
        int end = to < 0 ? to + size() : to;
        Check.that(
                first >= 0 && first <= end && end <= size(),
                "lengths: there must be samples %s to %s among %s",
                from,
                to,
                size());
        return new Lengths(Arrays.copyOfRange(known(), first, end));
    }

    /**
     * Returns how many windows of real steps there are: ⌊(length + padding − reach)/stride⌋ + 1, and 0 where none fits or there is no step.
     *
     * @param reach how many steps a window reaches over
     * @param stride from one window to the next
     * @param padding how many steps of zeros there are before and after a sequence, in all
     * @param windows of the whole padded batch
     */
    public Lengths ofWindows(int reach, int stride, int padding, int windows) {
        if (recorded != null) {
            double[] needed = IntStream.range(0, windows)
                    .mapToDouble(i -> Math.max(1, (double) i * stride + reach - padding))
                    .toArray();
            Tensor least = Tensor.of(Shape.of(1, windows), needed).to(recorded.dtype());
            return recorded(
                    recorded.reshape(size(), 1).greaterEqual(least).sum(1).reshape(size()));
        }
        return new Lengths(Arrays.stream(perSample)
                .map(length -> length == 0 || length + padding < reach ? 0 : (length + padding - reach) / stride + 1)
                .toArray());
    }

    /**
     * Returns 1 for every real step and 0 for padding, (batch, steps, 1), of type FLOAT64.
     *
     * @throws IllegalArgumentException if a length exceeds {@code steps}
     */
    public Tensor mask(int steps) {
        return mask(DType.FLOAT64, steps);
    }

    /** As {@link #mask(int)}, of the given type. */
    public Tensor mask(DType dtype, int steps) {
        if (recorded != null) {
            double[] numbers = IntStream.range(0, steps).asDoubleStream().toArray();
            Tensor number = Tensor.of(Shape.of(1, steps, 1), numbers).to(recorded.dtype());
            return number.less(recorded.reshape(size(), 1, 1)).to(dtype);
        }
        Shape shape = Shape.of(size(), steps, 1);
        double[] mask = new double[shape.size()];
        for (int i = 0; i < size(); i++) {
            Check.that(
                    perSample[i] <= steps,
                    "lengths: sample %s must have at most %s steps, got %s",
                    i,
                    steps,
                    perSample[i]);
            Arrays.fill(mask, i * steps, i * steps + perSample[i], 1);
        }
        return Tensor.of(shape, mask).to(dtype);
    }

    /**
     * Returns values with zeros in place of their padding; samples without steps have none.
     *
     * @param values (batch, steps, …)
     * @throws IllegalArgumentException if there are not as many samples as lengths, or a length exceeds the number of steps
     */
    public Tensor withoutPadding(Tensor values) {
        if (values.rank() < 2) {
            return values;
        }
        Check.that(
                values.size(0) == size(),
                "lengths: there must be one length per sample, got %s for %s samples",
                size(),
                values.size(0));
        int[] perStep = new int[values.rank()];
        Arrays.fill(perStep, 1);
        perStep[0] = size();
        perStep[1] = values.size(1);
        Tensor real = mask(values.dtype(), values.size(1)).reshape(perStep);
        return Tensor.where(real, values, Tensor.zeros(values.dtype(), Shape.of()));
    }

    @Override
    public String toString() {
        return recorded == null ? Arrays.toString(perSample) : "recorded";
    }
}
