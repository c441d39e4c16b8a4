package rewind.nn.layer;

import java.util.Arrays;
import rewind.autograd.Shape;
import rewind.autograd.require.Check;

/** Shapes of batches and of the samples that they consist of. */
public final class Samples {
    private Samples() {}

    /**
     * Returns the shape of one sample of a batch.
     *
     * @throws IllegalArgumentException if there is no batch axis
     */
    public static Shape shape(Shape batch) {
        Check.that(batch.rank() >= 1, "a batch must have a batch axis, got the shape %s", batch);
        int[] sizes = batch.toArray();
        return Shape.of(Arrays.copyOfRange(sizes, 1, sizes.length));
    }

    /** Returns the sizes of a batch of so many samples. */
    public static int[] batch(int samples, Shape sample) {
        int[] sizes = new int[sample.rank() + 1];
        sizes[0] = samples;
        System.arraycopy(sample.toArray(), 0, sizes, 1, sample.rank());
        return sizes;
    }
}
