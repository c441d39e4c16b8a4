package rewind.nn.format;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/** The elements of a tensor as bytes, row-major, bit for bit. */
final class Elements {
    /** How many bytes are read or written at once at most; a multiple of every width. */
    static final int CHUNK = 1 << 16;
    /** As many axes an array has at most, as in NumPy. */
    static final int MOST_AXES = 64;

    private Elements() {}

    /** Reads a tensor whose bytes are known to be there; messages call it {@code what}. */
    static Tensor read(Input in, ElementType type, ByteOrder order, Shape shape, String what) throws IOException {
        boolean doubles = type.dtype() == DType.FLOAT64;
        Object array = doubles ? new double[shape.size()] : new float[shape.size()];
        ByteBuffer chunk = chunk(shape.size(), type.width()).order(order);
        int each = CHUNK / type.width();
        for (int from = 0, count; from < shape.size(); from += count) {
            count = Math.min(each, shape.size() - from);
            in.fill(chunk.limit(count * type.width()));
            type.decode(chunk, array, from, from + count, in, what);
        }
        return doubles ? Tensor.of(shape, (double[]) array) : Tensor.of(shape, (float[]) array);
    }

    /** Writes the elements, little endian. */
    static void write(Tensor tensor, OutputStream out) throws IOException {
        boolean doubles = tensor.dtype() == DType.FLOAT64;
        Object array = doubles ? tensor.toArray() : tensor.toFloatArray();
        ByteBuffer chunk = chunk(tensor.size(), width(tensor)).order(ByteOrder.LITTLE_ENDIAN);
        int each = CHUNK / width(tensor);
        for (int from = 0, count; from < tensor.size(); from += count) {
            count = Math.min(each, tensor.size() - from);
            if (doubles) {
                chunk.asDoubleBuffer().put((double[]) array, from, count);
            } else {
                chunk.asFloatBuffer().put((float[]) array, from, count);
            }
            out.write(chunk.array(), 0, count * width(tensor));
        }
    }

    /** A buffer for these elements, one part after another; a file of many small tensors takes no more than they need. */
    private static ByteBuffer chunk(int elements, int width) {
        return ByteBuffer.allocate((int) Math.min(CHUNK, (long) elements * width));
    }

    /** Returns the number of bytes of an element as it is written. */
    static int width(Tensor tensor) {
        return tensor.dtype() == DType.FLOAT64 ? Double.BYTES : Float.BYTES;
    }

    /**
     * Returns the shape with these sizes, none negative.
     *
     * @throws FormatException if there is no such tensor, because a size or their product exceeds 2³¹ − 1, or there are more than 64
     */
    static Shape shape(Input in, String what, long... sizes) throws FormatException {
        in.check(sizes.length <= MOST_AXES, "%s: shape must have at most 64 axes, got %s", what, sizes.length);
        long size = 1;
        int[] ints = new int[sizes.length];
        for (int axis = 0; axis < sizes.length; axis++) {
            in.check(
                    sizes[axis] <= Integer.MAX_VALUE,
                    "%s: a size of the shape must be at most 2147483647, got %s",
                    what,
                    sizes[axis]);
            ints[axis] = (int) sizes[axis];
            size = Math.min(size * sizes[axis], 1L << 31);
        }
        in.check(
                size <= Integer.MAX_VALUE,
                "%s: at most 2147483647 elements fit into a tensor, got %s",
                what,
                "the shape " + Arrays.toString(sizes));
        return Shape.of(ints);
    }

    /** Checks what files can hold; messages begin with the format. */
    static void checkAxes(String format, Tensor tensor) {
        if (tensor.rank() > MOST_AXES) {
            throw new IllegalArgumentException(
                    format + ": a tensor must have at most 64 axes, as in NumPy, got " + tensor.rank());
        }
    }
}
