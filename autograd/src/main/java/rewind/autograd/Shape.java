package rewind.autograd;

import java.util.Arrays;

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
        int[] strides = new int[rank()];
        int step = 1;
        for (int axis = rank() - 1; axis >= 0; axis--) {
            strides[axis] = step;
            step *= sizes[axis];
        }
        return strides;
    }

    /** Strides that read an array of this shape as if it were broadcast: 0 along repeated axes. */
    int[] stridesIn(Shape broadcast) {
        int[] own = strides();
        int[] strides = new int[broadcast.rank()];
        int missing = broadcast.rank() - rank();
        for (int axis = 0; axis < rank(); axis++) {
            strides[missing + axis] = sizes[axis] == 1 ? 0 : own[axis];
        }
        return strides;
    }

    /** For every element of the broadcast shape, in row-major order, the position of the element here that it repeats. */
    int[] positionsIn(Shape broadcast) {
        int[] positions = new int[broadcast.size];
        if (size == 1) {
            return positions;
        }
        if (equals(broadcast)) {
            Arrays.setAll(positions, i -> i);
            return positions;
        }
        int[] strides = stridesIn(broadcast);
        for (int i = 0; i < positions.length; i++) {
            int rest = i;
            for (int axis = broadcast.rank() - 1; axis >= 0; axis--) {
                positions[i] += rest % broadcast.sizes[axis] * strides[axis];
                rest /= broadcast.sizes[axis];
            }
        }
        return positions;
    }

    /** Whether an array of this shape can be repeated to fill the other: equal or 1, aligned at the last axis. */
    boolean broadcastsTo(Shape other) {
        int missing = other.rank() - rank();
        if (missing < 0) {
            return false;
        }
        for (int axis = 0; axis < rank(); axis++) {
            if (sizes[axis] != 1 && sizes[axis] != other.sizes[missing + axis]) {
                return false;
            }
        }
        return true;
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
        int rank = Math.max(left.rank(), right.rank());
        int[] sizes = new int[rank];
        for (int fromEnd = 1; fromEnd <= rank; fromEnd++) {
            int l = fromEnd <= left.rank() ? left.sizes[left.rank() - fromEnd] : 1;
            int r = fromEnd <= right.rank() ? right.sizes[right.rank() - fromEnd] : 1;
            if (l != r && l != 1 && r != 1) {
                return null;
            }
            sizes[rank - fromEnd] = l == 1 ? r : l;
        }
        return owning(sizes);
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

    /** Returns the sizes in brackets, {@code [2, 3]}. */
    @Override
    public String toString() {
        return Arrays.toString(sizes);
    }
}
