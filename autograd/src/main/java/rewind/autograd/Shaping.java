package rewind.autograd;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import rewind.autograd.TensorOperation.Computation;
import rewind.autograd.TensorOperation.Taken;
import rewind.autograd.buffer.Selection;
import rewind.autograd.buffer.Windows;
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
        return Joins.tile(self(), counts);
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

    /**
     * Returns the windows that slide along adjacent axes of x: from (…, size, …, rest) to (…, count, …, window, …, rest) with
     * count = ⌊(size − (window − 1)·dilation − 1)/stride⌋ + 1 along each axis, where element j of window i is element i·stride + j·dilation of x.
     * Pullback: {@link #overlapAdd}.
     *
     * <pre>{@code
     * Tensor means = x.windows(1, new int[] {3}, new int[] {1}, new int[] {1}).mean(2); // of every three steps
     * }</pre>
     *
     * @param axis the first of the axes
     * @param sizes of a window along each of them, at least 1
     * @param strides from one window to the next along each, at least 1
     * @param dilations from one element of a window to the next along each, at least 1
     * @throws IllegalArgumentException if a number is not positive, there are not as many of each, or no window fits into x
     */
    default Tensor windows(int axis, int[] sizes, int[] strides, int[] dilations) {
        Tensor x = self();
        Windows windows = windows("windows", x.shape(), axis, sizes, strides, dilations);
        Shape part = Shape.of(windows.part(x.shape().sizes()));
        Taken taken = new Taken("windows", windows.in(x.shape().sizes()), () -> words(windows));
        int along = windows.axis();
        int[] whole = Arrays.copyOfRange(x.shape().toArray(), along, along + sizes.length);
        return Op.compute(
                taken,
                part,
                new Tensor[] {x},
                y -> dy -> dy.overlapAdd(along, whole, windows.strides(), windows.dilations()));
    }

    /**
     * Returns the sum of windows, each put to its place in zeros: the transpose of {@link #windows}, from (…, count, …, window, …, rest) to (…,
     * size, …, rest). Pullback: the windows of dy.
     *
     * @param axis the first of the axes
     * @param sizes of the result along each of them
     * @throws IllegalArgumentException if {@link #windows} of such a result would have another shape
     */
    default Tensor overlapAdd(int axis, int[] sizes, int[] strides, int[] dilations) {
        Tensor x = self();
        int axes = sizes.length;
        int along = x.shape().axis("overlapAdd", axis);
        Check.that(
                along + 2 * axes <= x.rank(),
                "overlapAdd: there must be %s axes of counts, and as many of windows, from axis %s of the shape %s",
                axes,
                axis,
                x.shape());
        int[] all = x.shape().toArray();
        int[] window = Arrays.copyOfRange(all, along + axes, along + 2 * axes);
        int[] result = Arrays.copyOf(all, all.length - axes);
        System.arraycopy(sizes, 0, result, along, axes);
        System.arraycopy(all, along + 2 * axes, result, along + axes, all.length - along - 2 * axes);
        Shape whole = Shape.of(result);
        Windows windows = windows("overlapAdd", whole, along, window, strides, dilations);
        Check.that(
                Arrays.equals(windows.part(result), all),
                "overlapAdd: the windows %s must be those of the shape %s, got the shape %s",
                windows,
                whole,
                x.shape());
        Selection places = windows.in(result);
        Map<String, Object> attributes = Map.of(
                "axis", along,
                "of", TensorOperation.list(sizes),
                "strides", TensorOperation.list(strides),
                "dilations", TensorOperation.list(dilations));
        Computation sum = new Computation("overlapAdd", Selections.adding(List.of(places)), attributes);
        return Op.compute(
                sum,
                whole,
                new Tensor[] {x},
                y -> dy -> dy.windows(along, window, windows.strides(), windows.dilations()));
    }

    /** Windows in a whole. */
    private static Windows windows(String name, Shape whole, int axis, int[] sizes, int[] strides, int... dilations) {
        int along = whole.axis(name, axis);
        Check.that(
                sizes.length == strides.length
                        && sizes.length == dilations.length
                        && along + sizes.length <= whole.rank(),
                "%s: there must be a size, a stride and a dilation for each axis from %s on of the shape %s, got %s, %s and %s",
                name,
                axis,
                whole,
                sizes,
                strides,
                dilations);
        Check.that(
                IntStream.of(sizes).allMatch(each -> each > 0)
                        && IntStream.of(strides).allMatch(each -> each > 0)
                        && IntStream.of(dilations).allMatch(each -> each > 0),
                "%s: sizes, strides and dilations must be positive, got %s, %s and %s for the shape %s",
                name,
                sizes,
                strides,
                dilations,
                whole);
        Windows windows = new Windows(along, sizes.clone(), strides.clone(), dilations.clone());
        Check.that(
                IntStream.of(windows.counts(whole.sizes())).allMatch(count -> count > 0),
                "%s: a window %s must fit into the shape %s",
                name,
                windows,
                whole);
        return windows;
    }

    private static Map<String, Object> words(Windows windows) {
        return Map.of(
                "axis", windows.axis(),
                "sizes", TensorOperation.list(windows.sizes()),
                "strides", TensorOperation.list(windows.strides()),
                "dilations", TensorOperation.list(windows.dilations()));
    }

    private Tensor self() {
        return (Tensor) this;
    }
}
