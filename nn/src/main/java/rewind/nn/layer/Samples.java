package rewind.nn.layer;

import java.util.Arrays;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
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

    /**
     * Returns the input of a model, if it has one axis more than a sample.
     *
     * @throws IllegalArgumentException otherwise
     */
    public static Tensor requireBatch(Tensor x, Shape sample) {
        Check.that(
                x.rank() == sample.rank() + 1,
                "model: the input must be a batch of samples %s, got the shape %s; expandDims(0) makes a batch of one sample;"
                        + " build takes the shape of a sample, without the batch axis",
                sample,
                x.shape());
        return x;
    }
}
