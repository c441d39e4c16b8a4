package rewind.autograd;

import java.util.Arrays;
import rewind.autograd.require.Check;
import rewind.autograd.require.CheckReturnValue;

/**
 * Which axes a reduction runs over, and whether they stay as axes of size 1. No axes means all.
 *
 * <pre>{@code
 * x.sum();          // of everything
 * x.sum(0, 2);      // over two axes, which disappear
 * x.sum(keep(-1));  // over the last axis, which stays with size 1, so that the result broadcasts against x
 * }</pre>
 */
@CheckReturnValue
public final class Axes {
    private final boolean kept;
    private final int[] axes;

    private Axes(boolean kept, int[] axes) {
        this.kept = kept;
        this.axes = axes;
    }

    /** Returns axes that disappear from the result; negative ones count from the end, none means all. */
    public static Axes of(int... axes) {
        return new Axes(false, axes.clone());
    }

    /** Returns axes that stay in the result with size 1; negative ones count from the end. For all of them, {@code Axes.of().keep()}. */
    public static Axes keep(int... axes) {
        return new Axes(true, axes.clone());
    }

    /** Returns the same axes, which stay in the result with size 1. */
    public Axes keep() {
        return new Axes(true, axes);
    }

    /** The order of axes that undoes another one. */
    static int[] inverse(int[] order) {
        int[] inverse = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            inverse[order[i]] = i;
        }
        return inverse;
    }

    /** The axes of this shape, ascending. */
    int[] in(String op, Shape shape) {
        if (axes.length == 0) {
            int[] all = new int[shape.rank()];
            Arrays.setAll(all, axis -> axis);
            return all;
        }
        int[] sorted =
                Arrays.stream(axes).map(axis -> shape.axis(op, axis)).sorted().toArray();
        for (int i = 1; i < sorted.length; i++) {
            Check.that(sorted[i] != sorted[i - 1], "%s: axes must differ, got %s for the shape %s", op, axes, shape);
        }
        return sorted;
    }

    /** The shape with the given (normalised) axes of size 1. */
    static Shape ones(Shape shape, int[] axes) {
        int[] sizes = shape.toArray();
        for (int axis : axes) {
            sizes[axis] = 1;
        }
        return Shape.of(sizes);
    }

    /** The shape of a result over the given (normalised) axes. */
    Shape reduced(Shape shape, int[] over) {
        if (kept) {
            return ones(shape, over);
        }
        int[] sizes = new int[shape.rank() - over.length];
        int next = 0;
        for (int axis = 0; axis < shape.rank(); axis++) {
            if (Arrays.binarySearch(over, axis) < 0) {
                sizes[next++] = shape.size(axis);
            }
        }
        return Shape.of(sizes);
    }

    /** Returns which axes they are, and whether they are kept. */
    @Override
    public String toString() {
        return (axes.length == 0 ? "all axes" : "axes " + Arrays.toString(axes)) + (kept ? ", kept" : "");
    }
}
