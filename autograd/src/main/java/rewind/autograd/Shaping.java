package rewind.autograd;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import rewind.autograd.buffer.Selection;
import rewind.autograd.require.Check;
import rewind.autograd.require.CheckReturnValue;

/** Other arrangements of the same elements. */
@CheckReturnValue
public sealed interface Shaping permits Tensor {
    /**
     * Returns the same elements in another shape, without copying; one size may be −1 and is then what the others leave. Pullback: dy
     * in the shape of x.
     *
     * @throws IllegalArgumentException if the number of elements differs
     */
    default Tensor reshape(int... sizes) {
        Tensor x = self();
        Shape shape = x.shape();
        Shape result = Shape.of(inferred(sizes));
        Check.that(
                result.size() == shape.size(), "reshape: the shape %s must have as many elements as %s", sizes, shape);
        return Selections.reshape(x, result);
    }

    private int[] inferred(int[] sizes) {
        int unknown = -1;
        long known = 1;
        for (int i = 0; i < sizes.length; i++) {
            if (sizes[i] == -1) {
                Check.that(unknown < 0, "reshape: at most one size may be -1, got %s", sizes);
                unknown = i;
            } else {
                known *= sizes[i];
            }
        }
        if (unknown < 0) {
            return sizes;
        }
        Check.that(
                known > 0 && self().size() % known == 0,
                "reshape: the shape %s must have as many elements as %s",
                sizes,
                self().shape());
        int[] all = sizes.clone();
        all[unknown] = (int) (self().size() / known);
        return all;
    }

    /** Returns x with an axis of size 1 inserted, so that it is at position {@code axis} of the result. */
    default Tensor expandDims(int axis) {
        int rank = self().rank() + 1;
        Check.that(
                axis >= -rank && axis < rank,
                "expandDims: axis %s must be an axis of the result of rank %s, from the shape %s",
                axis,
                rank,
                self().shape());
        return Selections.reshape(self(), self().shape().inserted(axis < 0 ? axis + rank : axis, 1));
    }

    /**
     * Returns x without the given axes of size 1; without all of size 1 if none is given.
     *
     * @throws IllegalArgumentException if a given axis has another size
     */
    default Tensor squeeze(int... axes) {
        Shape shape = self().shape();
        boolean[] dropped = new boolean[shape.rank()];
        for (int axis = 0; axis < dropped.length; axis++) {
            dropped[axis] = axes.length == 0 && shape.size(axis) == 1;
        }
        for (int axis : axes) {
            int at = shape.axis("squeeze", axis);
            Check.that(shape.size(at) == 1, "squeeze: axis %s must have size 1 in the shape %s", axis, shape);
            dropped[at] = true;
        }
        return reshape(java.util.stream.IntStream.range(0, dropped.length)
                .filter(axis -> !dropped[axis])
                .map(shape::size)
                .toArray());
    }

    /**
     * Returns x repeated along axes that it lacks or where it has size 1. Pullback: dy summed over the repeats.
     *
     * @throws IllegalArgumentException if x does not broadcast to the shape
     */
    default Tensor broadcastTo(Shape shape) {
        Tensor x = self();
        Check.that(
                x.shape().broadcastsTo(shape),
                "broadcastTo: the shape %s must broadcast to %s (equal or 1, aligned at the last axis)",
                x.shape(),
                shape);
        if (x.shape().equals(shape)) {
            return x;
        }
        Selection repeated = new Selection.Block(0, x.shape().stridesIn(shape), shape.sizes());
        return Selections.rearrange(
                "broadcastTo", () -> Map.of("shape", shape), repeated, shape, x, y -> dy -> dy); // the engine sums
    }

    /** Returns x repeated to the given sizes. */
    default Tensor broadcastTo(int... sizes) {
        return broadcastTo(Shape.of(sizes));
    }

    /**
     * Sums over the axes along which {@code shape} was broadcast. Pullback: dy, repeated.
     *
     * @throws IllegalArgumentException if the shape does not broadcast to that of x
     */
    default Tensor sumTo(Shape shape) {
        Check.that(
                shape.broadcastsTo(self().shape()),
                "sumTo: the shape %s must broadcast to %s (equal or 1, aligned at the last axis)",
                shape,
                self().shape());
        int missing = self().rank() - shape.rank();
        Tensor sum = self();
        int axis = 0;
        while (axis < self().rank()) {
            int from = axis;
            while (axis < self().rank() && (axis < missing || shape.size(axis - missing) == 1)) {
                axis++;
            }
            // neighbours together, others by themselves: they would have to be moved
            if (self().shape().range(from, axis).size() != 1) {
                sum = sum.sum(Axes.keep(IntStream.range(from, axis).toArray()));
            }
            axis++;
        }
        return sum.reshape(shape.toArray());
    }

    /**
     * Returns x with its axes in another order: axis i of the result is axis {@code axes[i]} of x. Pullback: the inverse order.
     *
     * @throws IllegalArgumentException if that is not a permutation of all axes
     */
    default Tensor permute(int... axes) {
        Tensor x = self();
        int rank = x.rank();
        Check.that(axes.length == rank, "permute: %s must name all axes of the shape %s", axes, x.shape());
        int[] order =
                Arrays.stream(axes).map(axis -> x.shape().axis("permute", axis)).toArray();
        Check.that(
                Arrays.stream(order).distinct().count() == rank,
                "permute: %s must name every axis of the shape %s once",
                axes,
                x.shape());
        int[] strides = x.shape().strides();
        int[] sizes = new int[rank];
        int[] steps = new int[rank];
        for (int i = 0; i < rank; i++) {
            sizes[i] = x.size(order[i]);
            steps[i] = strides[order[i]];
        }
        return Selections.rearrange(
                "permute",
                () -> Map.of("axes", TensorOperation.list(order)),
                Selection.grid(0, steps, sizes),
                Shape.of(sizes),
                x,
                y -> dy -> dy.permute(Axes.inverse(order)));
    }

    /**
     * Returns x with its last two axes exchanged. Pullback: the same.
     *
     * @throws IllegalArgumentException if x has less than two axes
     */
    default Tensor transpose() {
        int rank = self().rank();
        Check.that(rank >= 2, "transpose: the tensor must have at least two axes, got the shape %s", self().shape());
        int[] order = new int[rank];
        Arrays.setAll(order, axis -> axis < rank - 2 ? axis : 2 * rank - 3 - axis);
        return permute(order);
    }

    /**
     * Returns the elements shifted along an axis, those that leave at the end coming in at the start; backwards if negative. Pullback: dy
     * shifted back.
     */
    default Tensor roll(int axis, int shift) {
        int size = self().shape().size(self().shape().axis("roll", axis));
        int moved = size == 0 ? 0 : Math.floorMod(shift, size);
        return moved == 0
                ? self()
                : Tensor.concat(axis, self().slice(axis, size - moved, size), self().slice(axis, 0, size - moved));
    }

    /**
     * Returns x repeated as a whole, so often along each of its last axes; more counts than axes make new ones in front. Pullback: dy summed
     * over the repeats.
     *
     * @throws IllegalArgumentException if a count is negative
     */
    default Tensor tile(int... counts) {
        Check.that(
                Arrays.stream(counts).allMatch(count -> count >= 0),
                "tile: counts must not be negative, got %s for the shape %s",
                counts,
                self().shape());
        int rank = Math.max(self().rank(), counts.length);
        int[] parts = new int[2 * rank]; // repeats and sizes in turn
        int[] repeated = new int[2 * rank];
        int[] whole = new int[rank];
        for (int axis = 0; axis < rank; axis++) {
            int of = axis - (rank - counts.length);
            int count = of < 0 ? 1 : counts[of];
            int own = axis - (rank - self().rank());
            int size = own < 0 ? 1 : self().size(own);
            parts[2 * axis] = 1;
            parts[2 * axis + 1] = size;
            repeated[2 * axis] = count;
            repeated[2 * axis + 1] = size;
            whole[axis] = Math.multiplyExact(count, size);
        }
        return reshape(parts).broadcastTo(repeated).reshape(whole);
    }

    /** Returns x in reverse order along the given axes; along all if none is given. Pullback: the same. */
    default Tensor flip(int... axes) {
        Tensor x = self();
        int[] along = Axes.of(axes).in("flip", x.shape());
        int[] steps = x.shape().strides();
        int start = 0;
        for (int axis : along) {
            start += Math.max(0, x.size(axis) - 1) * steps[axis];
            steps[axis] = -steps[axis];
        }
        return Selections.rearrange(
                "flip",
                () -> Map.of("axes", TensorOperation.list(along)),
                Selection.grid(start, steps, x.shape().sizes()),
                x.shape(),
                x,
                y -> dy -> dy.flip(along));
    }

    private Tensor self() {
        return (Tensor) this;
    }
}
