package rewind.autograd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import rewind.autograd.TensorOperation.AlongAxes;
import rewind.autograd.TensorOperation.Computation;
import rewind.autograd.TensorOperation.Forward;
import rewind.autograd.buffer.Selection;
import rewind.autograd.buffer.Selection.Range;
import rewind.autograd.buffer.Selection.Rows;
import rewind.autograd.kernel.Kernels;
import rewind.autograd.require.Check;
import rewind.autograd.require.CheckReturnValue;

/** Parts of tensors, and tensors put together from parts. Indices may be negative to count from the end. */
@CheckReturnValue
public sealed interface Indexing permits Tensor {
    /**
     * Returns the elements {@code from} (inclusive) to {@code to} (exclusive) along an axis; without copying if they are contiguous.
     * Pullback: dy in its place, zeros elsewhere.
     *
     * @throws IllegalArgumentException unless 0 ≤ from ≤ to ≤ size, after adding the size to negative ones
     */
    default Tensor slice(int axis, int from, int to) {
        return slice(axis, from, to, 1);
    }

    /**
     * Returns every {@code step}-th element from {@code from} (inclusive) to {@code to} (exclusive) along an axis.
     *
     * @throws IllegalArgumentException unless 0 ≤ from ≤ to ≤ size, after adding the size to negative ones, and step ≥ 1
     */
    default Tensor slice(int axis, int from, int to, int step) {
        Shape shape = self().shape();
        int along = shape.axis("slice", axis);
        int size = shape.size(along);
        int first = from < 0 ? from + size : from;
        int end = to < 0 ? to + size : to;
        if (first < 0 || first > end || end > size || step < 1) {
            throw Check.failure(
                    "slice: the range %s to %s by %s must lie inside axis %s of the shape %s",
                    from, to, step, axis, shape);
        }
        if (first == 0 && end == size && step == 1) {
            return self();
        }
        int count = (int) ((end - first + (long) step - 1) / step);
        if (along == 0 && step == 1) {
            Shape part = shape.with(0, count);
            int start = part.size() == 0 ? 0 : first * shape.row().size();
            return Selections.take("slice", () -> range(along, first, end, step), new Range(start), part, self());
        }
        int[] steps = shape.strides();
        Shape part = shape.with(along, count);
        int start = part.size() == 0 ? 0 : first * steps[along];
        steps[along] *= count > 1 ? step : 1;
        Selection where = Selection.grid(start, steps, part.sizes());
        return Selections.take("slice", () -> range(along, first, end, step), where, part, self());
    }

    /**
     * Returns the elements at one index of an axis, which disappears; without copying along the first axis.
     *
     * @throws IllegalArgumentException if the index is outside
     */
    default Tensor select(int axis, int index) {
        Shape shape = self().shape();
        int along = shape.axis("select", axis);
        int size = shape.size(along);
        if (index < -size || index >= size) {
            throw Check.failure("select: index %s must lie inside axis %s of the shape %s", index, axis, shape);
        }
        int at = index < 0 ? index + size : index;
        if (along == 0) {
            Shape row = shape.row();
            return Selections.take("select", () -> index(along, at), new Range(at * row.size()), row, self());
        }
        int[] strides = shape.strides();
        Shape part = shape.without(along);
        int start = part.size() == 0 ? 0 : at * strides[along];
        int[] steps = new int[part.rank()];
        for (int i = 0; i < steps.length; i++) {
            steps[i] = strides[i < along ? i : i + 1];
        }
        return Selections.take(
                "select", () -> index(along, at), Selection.grid(start, steps, part.sizes()), part, self());
    }

    /** Returns the parts at every index of an axis, each without the axis. */
    default List<Tensor> unstack(int axis) {
        int along = self().shape().axis("unstack", axis);
        List<Tensor> parts = new ArrayList<>();
        for (int i = 0; i < self().size(along); i++) {
            parts.add(select(along, i));
        }
        return parts;
    }

    /**
     * Returns consecutive parts of the given sizes along an axis.
     *
     * @throws IllegalArgumentException if the sizes are negative or do not add up to that of the axis
     */
    default List<Tensor> split(int axis, int... sizes) {
        Shape shape = self().shape();
        Check.that(
                Arrays.stream(sizes).asLongStream().sum() == shape.size(shape.axis("split", axis))
                        && Arrays.stream(sizes).allMatch(size -> size >= 0),
                "split: sizes %s must add up to axis %s of the shape %s",
                sizes,
                axis,
                shape);
        List<Tensor> parts = new ArrayList<>();
        int from = 0;
        for (int size : sizes) {
            parts.add(slice(axis, from, from + size));
            from += size;
        }
        return parts;
    }

    /**
     * Returns x with zeros before and after it along an axis. Pullback: the slice of dy that was x.
     *
     * @throws IllegalArgumentException if a count is negative
     */
    default Tensor pad(int axis, int before, int after) {
        Shape shape = self().shape();
        int along = shape.axis("pad", axis);
        Check.that(
                before >= 0 && after >= 0,
                "pad: counts must not be negative, got %s and %s for the shape %s",
                before,
                after,
                shape);
        long size = (long) shape.size(along) + before + after;
        Check.that(size <= Integer.MAX_VALUE, "pad: an axis has at most 2147483647 elements, got %s", size);
        Shape whole = shape.with(along, (int) size);
        int[] steps = whole.strides();
        int start = shape.size() == 0 ? 0 : before * steps[along];
        Map<String, Object> attributes = Map.of("axis", along, "before", before, "after", after);
        Selection where = Selection.grid(start, steps, shape.sizes());
        return Selections.place("pad", attributes, whole, List.of(where), List.of(self()));
    }

    /**
     * Returns x with a number before and after it along an axis. Pullback: the slice of dy that was x.
     *
     * @throws IllegalArgumentException if a count is negative
     */
    default Tensor pad(int axis, int before, int after, double value) {
        if (value == 0 || before < 0 || after < 0) {
            return pad(axis, before, after);
        }
        Shape shape = self().shape();
        int along = shape.axis("pad", axis);
        return Tensor.concat(
                along,
                Tensor.full(self().dtype(), value, shape.with(along, before)),
                self(),
                Tensor.full(self().dtype(), value, shape.with(along, after)));
    }

    /**
     * Returns the elements of x at the given indices along an axis, one line by itself: y[…, j, …] = x[…, indices[…, j, …], …]. Pullback:
     * dy's elements added to where they came from.
     *
     * @param indices whole numbers 0 … size − 1, or negative to count from the end; of the shape of x but for the axis
     * @throws IllegalArgumentException if shapes do not fit, an index is not a whole number inside, or the dtype cannot count the elements of
     *     the axis (2²⁴ for FLOAT32)
     */
    default Tensor takeAlongAxis(int axis, Tensor indices) {
        int along = requireLines("takeAlongAxis", axis, indices);
        return Selections.takeAlong(self(), along, indices.to(self().dtype()));
    }

    /**
     * Returns x with the elements of y added at the given indices along an axis, one line by itself: z[…, indices[…, j, …], …] += y[…, j, …].
     * Pullbacks: dx = dz, dy = dz at the indices.
     *
     * @param indices as for {@link #takeAlongAxis}, of the shape of y
     * @throws IllegalArgumentException as for {@link #takeAlongAxis}, or if the shapes of indices and y differ
     */
    default Tensor scatterAdd(int axis, Tensor indices, Tensor y) {
        int along = requireLines("scatterAdd", axis, indices);
        Check.that(
                indices.shape().equals(y.shape()),
                "scatterAdd: there must be one index for each element that is added, got %s and %s",
                indices.shape(),
                y.shape());
        return self().add(Selections.placeAlong(self().shape(), along, indices.to(self().dtype()), y));
    }

    private int requireLines(String name, int axis, Tensor indices) {
        Shape shape = self().shape();
        int along = shape.axis(name, axis);
        Check.that(
                indices.rank() == shape.rank() && indices.shape().with(along, 0).equals(shape.with(along, 0)),
                "%s: indices must have the shape %s but for axis %s, got %s",
                name,
                shape,
                axis,
                indices.shape());
        self().requireCountable(name, axis);
        return along;
    }

    /**
     * Returns the elements along an axis from the smallest to the largest, NaN at the end. Where elements are equal, derivatives are those
     * of the branch in which the first stays the first. Pullback: dy's elements where they came from.
     *
     * @throws IllegalArgumentException if the dtype cannot count the elements of the axis (2²⁴ for FLOAT32)
     */
    default Tensor sort(int axis) {
        return takeAlongAxis(axis, argSort(axis));
    }

    /**
     * Returns the indices of the elements along an axis from the smallest to the largest, NaN at the end; equal ones in their order. A constant.
     *
     * @throws IllegalArgumentException if the dtype cannot count the elements of the axis (2²⁴ for FLOAT32)
     */
    default Tensor argSort(int axis) {
        int along = self().shape().axis("argSort", axis);
        self().requireCountable("argSort", axis);
        return Op.constant(new AlongAxes("argSort", Kernels::argSort, along), self().shape(), self());
    }

    /**
     * Returns the k largest elements along an axis, the largest first, NaN last; derivatives as those of {@link #sort}.
     *
     * @throws IllegalArgumentException unless 0 ≤ k ≤ size, or as for {@link #sort}
     */
    default Tensor topK(int axis, int k) {
        return takeAlongAxis(axis, argTopK(axis, k));
    }

    /**
     * Returns the indices of the k largest elements along an axis, that of the largest first, NaN last; equal ones in their order. A constant.
     *
     * @throws IllegalArgumentException unless 0 ≤ k ≤ size, or as for {@link #argSort}
     */
    default Tensor argTopK(int axis, int k) {
        int size = self().shape().size(self().shape().axis("topK", axis));
        Check.that(
                k >= 0 && k <= size,
                "topK: k must be one of 0 to the size of axis %s of %s, got %s",
                axis,
                self().shape(),
                k);
        return self().detach().neg().argSort(axis).slice(axis, 0, k);
    }

    /**
     * Returns the quantile along an axis, which disappears: the sorted element at position q (n − 1), between two of them in proportion. NaN
     * counts as larger than all numbers. Derivatives as those of {@link #sort}.
     *
     * @throws IllegalArgumentException unless 0 ≤ q ≤ 1, if the axis has size 0, or as for {@link #sort}
     */
    default Tensor quantile(int axis, double q) {
        int size = self().shape().size(self().shape().axis("quantile", axis));
        Check.that(q >= 0 && q <= 1, "quantile: q must be one of 0 to 1, got %s", q);
        Check.that(size > 0, "quantile: axis %s must not be empty, got %s", axis, self().shape());
        double position = q * (size - 1);
        int below = (int) position;
        Tensor sorted = sort(axis);
        Tensor low = sorted.select(axis, below);
        return position == below
                ? low
                : low.add(sorted.select(axis, below + 1).sub(low).mul(position - below));
    }

    /** Returns the median along an axis, which disappears: the middle element, or the mean of the middle two; as {@link #quantile} at ½. */
    default Tensor median(int axis) {
        return quantile(axis, 0.5);
    }

    /**
     * Returns rows of x, the parts along its first axis, in the given order, any number of times each. Pullback: dy's rows added to
     * where they came from.
     *
     * @throws IllegalArgumentException if x is a scalar, or a row is outside
     */
    default Tensor gather(int... rows) {
        return gatherRows(Shape.of(rows.length), rows.clone());
    }

    /**
     * Returns the row of x for every element of {@code rows}, of shape rows.shape followed by that of a row.
     *
     * @param rows whole numbers, 0 … size(0) − 1, or negative to count from the end
     * @throws IllegalArgumentException if x is a scalar, or an element is not a whole number inside
     */
    default Tensor gather(Tensor rows) {
        rows.requireOpen("gather");
        boolean countable =
                self().rank() > 0 && self().size(0) <= 2 / self().dtype().epsilon();
        if (rows.isRecorded() && countable) {
            return Selections.gather(self(), rows.to(self().dtype()));
        }
        rows.read("gather");
        return gatherRows(rows.shape(), Selections.wholeNumbers("gather", rows.buffer()));
    }

    /**
     * Returns for every element k of x a row of {@code classes} numbers, 1 at position k and 0 elsewhere; a constant of one more axis.
     *
     * @throws IllegalArgumentException if an element is not a whole number 0 … classes − 1
     */
    default Tensor oneHot(int classes) {
        Forward kernel = (k, in, out) -> {
            int[] ids = Selections.wholeNumbers("oneHot", in[0]);
            k.fill(0, out.data, out.offset, out.size());
            for (int i = 0; i < ids.length; i++) {
                if (ids[i] < 0 || ids[i] >= classes) {
                    throw Check.failure("oneHot: class %s must be one of 0 to %s", ids[i], classes - 1);
                }
                k.set(out.data, out.offset + i * classes + ids[i], 1);
            }
        };
        Computation oneHot = new Computation("oneHot", kernel, Map.of("classes", classes));
        return Op.constant(oneHot, self().shape().followedBy(Shape.of(classes)), self());
    }

    private static Map<String, Object> range(int axis, int from, int to, int step) {
        return Map.of("axis", axis, "from", from, "to", to, "step", step);
    }

    private static Map<String, Object> index(int axis, int at) {
        return Map.of("axis", axis, "index", at);
    }

    private Tensor self() {
        return (Tensor) this;
    }

    private Tensor gatherRows(Shape shape, int[] rows) {
        Shape whole = self().shape();
        Selections.requireRows(whole, rows);
        Shape part = shape.followedBy(whole.row());
        Rows where = new Rows(rows, whole.row().size());
        return Selections.take("gather", () -> Map.of("rows", TensorOperation.list(rows)), where, part, self());
    }
}
