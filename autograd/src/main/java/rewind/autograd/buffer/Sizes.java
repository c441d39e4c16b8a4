package rewind.autograd.buffer;

import java.util.Arrays;

/** The arithmetic of sizes, outermost first: where elements lie in a row-major array, and in one that is repeated. */
public final class Sizes {
    private static final int[] SCALAR = {};

    private Sizes() {}

    /** The number of elements. */
    public static int count(int... sizes) {
        return count(sizes, 0, sizes.length);
    }

    /** The number of elements along the axes from one to before another. */
    public static int count(int[] sizes, int from, int to) {
        int count = 1;
        for (int axis = from; axis < to; axis++) {
            count *= sizes[axis];
        }
        return count;
    }

    /** All but the last two, which are those of a matrix. */
    public static int[] leading(int... sizes) {
        return sizes.length == 2 ? SCALAR : Arrays.copyOf(sizes, sizes.length - 2);
    }

    /** The step in elements from one index to the next along every axis. */
    public static int[] strides(int... sizes) {
        int[] strides = new int[sizes.length];
        int step = 1;
        for (int axis = sizes.length - 1; axis >= 0; axis--) {
            strides[axis] = step;
            step *= sizes[axis];
        }
        return strides;
    }

    /** Strides that read an array of these sizes as if it were broadcast: 0 along repeated axes. */
    public static int[] stridesIn(int[] sizes, int[] broadcast) {
        int[] own = strides(sizes);
        int[] strides = new int[broadcast.length];
        int missing = broadcast.length - sizes.length;
        for (int axis = 0; axis < sizes.length; axis++) {
            strides[missing + axis] = sizes[axis] == 1 ? 0 : own[axis];
        }
        return strides;
    }

    /** For every element of the broadcast sizes, in row-major order, the position of the element that it repeats. */
    public static int[] positionsIn(int[] sizes, int[] broadcast) {
        int[] positions = new int[count(broadcast)];
        if (count(sizes) == 1) {
            return positions;
        }
        if (Arrays.equals(sizes, broadcast)) {
            Arrays.setAll(positions, i -> i);
            return positions;
        }
        int[] strides = stridesIn(sizes, broadcast);
        for (int i = 0; i < positions.length; i++) {
            int rest = i;
            for (int axis = broadcast.length - 1; axis >= 0; axis--) {
                positions[i] += rest % broadcast[axis] * strides[axis];
                rest /= broadcast[axis];
            }
        }
        return positions;
    }

    /** Whether an array of these sizes can be repeated to fill the other: equal or 1, aligned at the last axis. */
    public static boolean broadcasts(int[] sizes, int[] to) {
        int missing = to.length - sizes.length;
        if (missing < 0) {
            return false;
        }
        for (int axis = 0; axis < sizes.length; axis++) {
            if (sizes[axis] != 1 && sizes[axis] != to[missing + axis]) {
                return false;
            }
        }
        return true;
    }

    /** The common sizes of two operands after NumPy's broadcasting, or null if they have none. */
    public static int[] common(int[] left, int[] right) {
        if (left.length == 0) {
            return right;
        }
        int rank = Math.max(left.length, right.length);
        int[] sizes = new int[rank];
        for (int fromEnd = 1; fromEnd <= rank; fromEnd++) {
            int l = fromEnd <= left.length ? left[left.length - fromEnd] : 1;
            int r = fromEnd <= right.length ? right[right.length - fromEnd] : 1;
            if (l != r && l != 1 && r != 1) {
                return null;
            }
            sizes[rank - fromEnd] = l == 1 ? r : l;
        }
        return sizes;
    }
}
