package rewind.autograd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The slow and obvious n-dimensional array: every element is computed from its index. It is what the values of operations are
 * compared with, and shares nothing with the engine but the row-major order.
 */
record Grid(int[] sizes, double[] values) {
    static Grid of(Tensor tensor) {
        return new Grid(tensor.shape().toArray(), tensor.toArray());
    }

    static Grid build(int[] sizes, ToDoubleFunction<int[]> element) {
        return new Grid(sizes, indices(sizes).stream().mapToDouble(element).toArray());
    }

    /** All indices of a shape, the last axis changing fastest. */
    static List<int[]> indices(int... sizes) {
        List<int[]> indices = new ArrayList<>(List.of(new int[0]));
        for (int size : sizes) {
            List<int[]> longer = new ArrayList<>();
            for (int[] index : indices) {
                for (int i = 0; i < size; i++) {
                    longer.add(insert(index, index.length, i));
                }
            }
            indices = longer;
        }
        return indices;
    }

    int rank() {
        return sizes.length;
    }

    double at(int... index) {
        int position = 0;
        for (int axis = 0; axis < sizes.length; axis++) {
            position = position * sizes[axis] + index[axis];
        }
        return values[position];
    }

    /** The element that stands at an index of a larger shape, this one being repeated along missing axes and axes of size 1. */
    double repeatedAt(int... index) {
        return at(projected(index));
    }

    int[] projected(int... index) {
        int missing = index.length - rank();
        return IntStream.range(0, rank())
                .map(axis -> sizes[axis] == 1 ? 0 : index[missing + axis])
                .toArray();
    }

    /** The elements whose index is the given one except on the given axes. */
    double[] line(int[] index, int... axes) {
        return indices(sizes).stream()
                .filter(each ->
                        IntStream.range(0, rank()).allMatch(axis -> each[axis] == index[axis] || contains(axes, axis)))
                .mapToDouble(this::at)
                .toArray();
    }

    /** A function of every line along the axes; these stay with size 1, or disappear. */
    Grid reduced(boolean kept, int[] axes, ToDoubleFunction<double[]> f) {
        int[] ones = IntStream.range(0, rank())
                .map(axis -> contains(axes, axis) ? 1 : sizes[axis])
                .toArray();
        int[] rest = IntStream.range(0, rank())
                .filter(axis -> !contains(axes, axis))
                .map(axis -> sizes[axis])
                .toArray();
        double[] results = build(ones, index -> f.applyAsDouble(line(index, axes))).values;
        return new Grid(kept ? ones : rest, results);
    }

    /** Axes counted from the start; all if none is given. */
    static int[] axes(int rank, int... axes) {
        return axes.length == 0
                ? IntStream.range(0, rank).toArray()
                : Arrays.stream(axes).map(axis -> axis < 0 ? axis + rank : axis).toArray();
    }

    /** The shape that two broadcast to. */
    static int[] common(int[] left, int[] right) {
        int rank = Math.max(left.length, right.length);
        return IntStream.range(0, rank)
                .map(axis -> {
                    int l = axis - (rank - left.length);
                    int r = axis - (rank - right.length);
                    int size = l < 0 ? 1 : left[l];
                    return size != 1 || r < 0 ? size : right[r];
                })
                .toArray();
    }

    static int[] insert(int[] numbers, int at, int number) {
        return IntStream.rangeClosed(0, numbers.length)
                .map(i -> i < at ? numbers[i] : i == at ? number : numbers[i - 1])
                .toArray();
    }

    static int[] remove(int[] numbers, int at) {
        return IntStream.range(0, numbers.length)
                .filter(i -> i != at)
                .map(i -> numbers[i])
                .toArray();
    }

    static int[] replace(int[] numbers, int at, int number) {
        int[] changed = numbers.clone();
        changed[at] = number;
        return changed;
    }

    private static boolean contains(int[] numbers, int number) {
        return Arrays.stream(numbers).anyMatch(each -> each == number);
    }
}
