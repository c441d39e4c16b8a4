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

    /** The mask, where that is all that is known; else null. */
    private final Tensor real;

    private Lengths(int[] perSample) {
        this(perSample, null);
    }

    private Lengths(int[] perSample, Tensor real) {
        this.perSample = perSample;
        this.real = real;
    }

    /**
     * Returns lengths that are data, as in a {@linkplain rewind.autograd.Workspace.Replay replay} for batches of any lengths: what is known of
     * them is their {@link #mask}, of whatever numbers that will be. Asking for anything else is an {@link UnsupportedOperationException}.
     *
     * @param mask 1 for every real step and 0 for padding, (batch, steps, 1)
     */
    public static Lengths ofMask(Tensor mask) {
        return new Lengths(null, mask);
    }

    private int[] known() {
        if (perSample == null) {
            throw new UnsupportedOperationException("lengths: they are data, of which only the mask is known");
        }
        return perSample;
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

    /** Returns the number of samples. */
    public int size() {
        return real == null ? perSample.length : real.size(0);
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
        return known()[sample < 0 ? sample + known().length : sample];
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
     * Returns 1 for every real step and 0 for padding, (batch, steps, 1), of type FLOAT64.
     *
     * @throws IllegalArgumentException if a length exceeds {@code steps}
     */
    public Tensor mask(int steps) {
        return mask(DType.FLOAT64, steps);
    }

    /** As {@link #mask(int)}, of the given type. */
    public Tensor mask(DType dtype, int steps) {
        if (real != null) {
            return real.to(dtype);
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
        return real == null ? Arrays.toString(perSample) : "that are data";
    }
}
