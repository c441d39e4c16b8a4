package rewind.autograd;

import java.util.Arrays;
import rewind.autograd.buffer.Sizes;
import rewind.autograd.require.CanIgnoreReturnValue;
import rewind.autograd.require.Check;
import rewind.autograd.require.CheckReturnValue;

/** The sizes of a tensor's axes, outermost first; no axes for a scalar. Immutable. */
@CheckReturnValue
public final class Shape {
    static final Shape SCALAR = new Shape(new int[0], 1);

    private final int[] sizes;
    private final int size;
    /** What {@link #beforeMatrix} returns, or null before it was asked for; as it is immutable, threads may race to set it. */
    private Shape beforeMatrix;
    /** The same of {@link #row}. */
    private Shape row;

    private Shape(int[] sizes, int size) {
        this.sizes = sizes;
        this.size = size;
    }

    /**
     * Returns the shape with these sizes.
     *
     * @throws IllegalArgumentException if a size is negative or the number of elements exceeds 2³¹ − 1
     */
    public static Shape of(int... sizes) {
        return owning(sizes.clone());
    }

    /** The shape with these sizes, in an array that nobody else has. */
    private static Shape owning(int[] sizes) {
        if (sizes.length == 0) {
            return SCALAR;
        }
        long size = 1;
        boolean empty = false;
        for (int each : sizes) {
            if (each < 0) {
                throw Check.failure("shape: sizes must not be negative, got %s", sizes);
            }
            empty |= each == 0;
            size = size > Integer.MAX_VALUE ? size : size * each;
        }
        if (size > Integer.MAX_VALUE && !empty) {
            throw Check.failure("shape: at most 2147483647 elements fit into a tensor, got %s", sizes);
        }
        return new Shape(sizes, empty ? 0 : (int) size);
    }

    /** Returns the number of axes. */
    public int rank() {
        return sizes.length;
    }

    /** Returns the number of elements, the product of all sizes. */
    public int size() {
        return size;
    }

    /**
     * Returns the size of an axis.
     *
     * @param axis 0 … rank − 1, or −rank … −1 to count from the end
     * @throws IllegalArgumentException if there is no such axis
     */
    public int size(int axis) {
        return sizes[axis("size", axis)];
    }

    /** Returns the sizes as a new array. */
    public int[] toArray() {
        return sizes.clone();
    }

    /** The sizes themselves, not to be changed. */
    int[] sizes() {
        return sizes;
    }

    /** Returns the sizes from one axis (inclusive) to another (exclusive). */
    Shape range(int from, int to) {
        return owning(Arrays.copyOfRange(sizes, from, to));
    }

    /** Returns the shape without its last two axes. */
    Shape beforeMatrix() {
        Shape known = beforeMatrix;
        if (known == null) {
            known = range(0, rank() - 2);
            beforeMatrix = known;
        }
        return known;
    }

    /** Returns the shape without its first axis. */
    Shape row() {
        Shape known = row;
        if (known == null) {
            known = range(1, rank());
            row = known;
        }
        return known;
    }

    /** Returns this shape followed by another's axes. */
    Shape followedBy(Shape other) {
        if (rank() == 0) {
            return other;
        }
        int[] all = Arrays.copyOf(sizes, rank() + other.rank());
        System.arraycopy(other.sizes, 0, all, rank(), other.rank());
        return owning(all);
    }

    /** Returns this shape followed by the sizes of matrices; a shape at hand if that is what it is. */
    Shape followedBy(int rows, int columns, Shape atHand) {
        int rank = rank() + 2;
        if (atHand.rank() == rank
                && atHand.sizes[rank - 2] == rows
                && atHand.sizes[rank - 1] == columns
                && equals(atHand.beforeMatrix())) {
            return atHand;
        }
        int[] all = Arrays.copyOf(sizes, rank);
        all[rank - 2] = rows;
        all[rank - 1] = columns;
        return owning(all);
    }

    /** Returns this shape with one axis of another size. */
    Shape with(int axis, int size) {
        int[] changed = sizes.clone();
        changed[axis] = size;
        return owning(changed);
    }

    /** Returns this shape with another axis, so that it is at position {@code axis}. */
    Shape inserted(int axis, int size) {
        int[] more = Arrays.copyOf(sizes, rank() + 1);
        more[axis] = size;
        System.arraycopy(sizes, axis, more, axis + 1, rank() - axis);
        return owning(more);
    }

    /** Returns this shape without one axis. */
    Shape without(int axis) {
        int[] rest = Arrays.copyOf(sizes, rank() - 1);
        System.arraycopy(sizes, axis + 1, rest, axis, rest.length - axis);
        return owning(rest);
    }

    /** The axis counted from the start, whichever way it was given. */
    int axis(String op, int axis) {
        if (axis < -rank() || axis >= rank()) {
            throw Check.failure("%s: axis %s must be an axis of the shape %s", op, axis, this);
        }
        return axis < 0 ? axis + rank() : axis;
    }

    /** The index of the element at a row-major position, for messages. */
    String index(int position) {
        int[] index = new int[rank()];
        int rest = position;
        for (int axis = rank() - 1; axis >= 0; axis--) {
            index[axis] = rest % sizes[axis];
            rest /= sizes[axis];
        }
        return Arrays.toString(index);
    }

    /** The step in elements from one index to the next along every axis of a row-major array. */
    int[] strides() {
        return Sizes.strides(sizes);
    }

    /** Strides that read an array of this shape as if it were broadcast: 0 along repeated axes. */
    int[] stridesIn(Shape broadcast) {
        return Sizes.stridesIn(sizes, broadcast.sizes);
    }

    /** Whether an array of this shape can be repeated to fill the other: equal or 1, aligned at the last axis. */
    boolean broadcastsTo(Shape other) {
        return Sizes.broadcasts(sizes, other.sizes);
    }

    /** The common shape of two operands after NumPy's broadcasting. */
    @CanIgnoreReturnValue // it checks
    static Shape broadcast(String op, Shape left, Shape right) {
        Shape common = common(left, right);
        Check.that(
                common != null,
                "%s: shapes must broadcast (equal or 1, aligned at the last axis), got %s and %s",
                op,
                left,
                right);
        return common;
    }

    /** The common shape of two operands after NumPy's broadcasting, or null if they have none. */
    static Shape common(Shape left, Shape right) {
        if (left.equals(right) || right.rank() == 0) {
            return left;
        }
        int[] sizes = Sizes.common(left.sizes, right.sizes);
        return sizes == null ? null : owning(sizes);
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof Shape shape && size == shape.size && Arrays.equals(sizes, shape.sizes));
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sizes);
    }

    /** Returns the sizes in brackets, {@code [2, 3]}; of more than 64 the first ones, and how many there are. */
    @Override
    public String toString() {
        return Check.shown(sizes);
    }
}
