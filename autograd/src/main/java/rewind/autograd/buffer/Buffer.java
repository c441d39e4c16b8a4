package rewind.autograd.buffer;

import java.util.Arrays;
import rewind.autograd.kernel.Kernels;

/** Elements that lie one after another in an array, seen as a tensor of some sizes. What it is worth, a {@link Lease} says. */
public final class Buffer {
    /** The array, {@code double[]} or {@code float[]}. */
    public final Object data;
    /** The position of the first element. */
    public final int offset;

    private final int[] sizes;
    private final int size;
    private final Kernels<Object> kernels;
    private final Lease lease;
    /** The matrices as right factors of products, or null before they were one. */
    private Factor factor;

    /**
     * Makes a buffer.
     *
     * @param sizes of the axes, outermost first; the array itself is kept
     * @param size their product
     * @param lease who lends the array, or null
     */
    public Buffer(Object data, int offset, int[] sizes, int size, Kernels<Object> kernels, Lease lease) {
        this.data = data;
        this.offset = offset;
        this.sizes = sizes;
        this.size = size;
        this.kernels = kernels;
        this.lease = lease;
    }

    /** A new array of zeros that nobody lends. */
    public static Buffer of(Kernels<Object> kernels, int[] sizes, int size) {
        return new Buffer(kernels.allocate(size), 0, sizes, size, kernels, null);
    }

    public Kernels<Object> kernels() {
        return kernels;
    }

    public Lease lease() {
        return lease;
    }

    /** Who notes what is done to the elements, or null. */
    public Script script() {
        return lease == null ? null : lease.script();
    }

    /** Whether some elements are those of another buffer as well. */
    boolean overlaps(Buffer other) {
        return data == other.data && offset < other.offset + other.size && other.offset < offset + size;
    }

    /** Whether all elements are those of another buffer, in the same places, or none. */
    boolean isApartOrSame(Buffer other) {
        return !overlaps(other) || (offset == other.offset && size == other.size);
    }

    boolean sameSizes(Buffer other) {
        return Arrays.equals(sizes, other.sizes);
    }

    /** Whether the elements of another buffer of the same size are the same, bit by bit. */
    boolean sameBits(Buffer other) {
        if (data == other.data && offset == other.offset) {
            return true;
        }
        if (data instanceof double[] x && other.data instanceof double[] y) {
            return Arrays.equals(x, offset, offset + size, y, other.offset, other.offset + size);
        }
        return data instanceof float[] x
                && other.data instanceof float[] y
                && Arrays.equals(x, offset, offset + size, y, other.offset, other.offset + size);
    }

    /** The number of elements. */
    public int size() {
        return size;
    }

    /** The sizes of the axes; the array itself. */
    public int[] sizes() {
        return sizes;
    }

    /** The size of an axis that is counted from the end, −1 for the last. */
    public int fromEnd(int axis) {
        return sizes[sizes.length + axis];
    }

    /** The elements from a position on, in the same memory. */
    public Buffer part(int start, int[] ofSizes, int ofSize) {
        return new Buffer(data, offset + start, ofSizes, ofSize, kernels, lease);
    }

    /** The same elements in somebody else's care. */
    public Buffer under(Lease other) {
        return new Buffer(data, offset, sizes, size, kernels, other);
    }

    /** The same elements for good: excepted from being taken back. */
    public Buffer kept() {
        return lease == null ? this : lease.keep(this);
    }

    /** The same elements for as long as the tape that they come from is open, whatever becomes of a sweep. */
    public Buffer settled() {
        return lease == null || (lease.isLasting() && lease.version() == 0) ? this : kept();
    }

    /**
     * Refuses elements that have been taken back.
     *
     * @throws IllegalStateException if the array may hold something else by now
     */
    public void requireOpen(String operation) {
        if (lease != null) {
            lease.requireOpen(operation);
        }
    }

    /** Takes part in holding the array. */
    public void hold() {
        if (lease != null) {
            lease.hold();
        }
    }

    /** Ends one holding. */
    public void release() {
        if (lease != null) {
            lease.release();
        }
    }

    /** Whether its only holder may write into it. */
    public boolean isFree() {
        return lease != null && lease.isFree();
    }

    /**
     * The matrices arranged for being right factors of products, or null if it is not worth it. Transposed ones are arranged at once:
     * a product in few rows would have other last bits without. The others are when they are asked for a second time.
     */
    Buffer packed(boolean transposed, Script script) {
        if (lease != null && !lease.isLasting()) {
            return null;
        }
        int version = lease == null ? 0 : lease.version();
        if (factor == null || factor.version != version) {
            factor = new Factor(version);
        }
        return factor.packed(this, transposed, script);
    }

    /** What has been made of the matrices. */
    private static final class Factor {
        private final int version;
        private Buffer plain;
        private Buffer transposed;
        private boolean wasUsed;

        Factor(int version) {
            this.version = version;
        }

        Buffer packed(Buffer matrices, boolean transpose, Script script) {
            if (transpose) {
                if (transposed == null) {
                    transposed = Packed.of(matrices, true, script);
                }
                return transposed;
            }
            boolean again = wasUsed || (script != null && matrices.lease == null); // what is noted is done again
            if (plain == null && again) {
                plain = Packed.of(matrices, false, script);
            }
            wasUsed = true;
            return plain;
        }
    }
}
