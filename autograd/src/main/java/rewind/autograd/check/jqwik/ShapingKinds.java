package rewind.autograd.check.jqwik;

import static rewind.autograd.check.jqwik.Catalogue.arguments;
import static rewind.autograd.check.jqwik.Domain.ANY;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.check.jqwik.Kind.Arguments;
import rewind.autograd.check.jqwik.Step.Operand;

/** The operations that arrange elements in another way. */
final class ShapingKinds {
    private ShapingKinds() {}

    static Stream<Kind> all() {
        return Stream.of(
                new Kind("reshape(int...)", ANY, ShapingKinds::reshape),
                new Kind("expandDims(int)", ANY, d -> {
                    Operand x = d.any();
                    return Optional.of(arguments(x, d.axis(d.tensor(x).rank() + 1)));
                }),
                new Kind("squeeze(int...)", ANY, ShapingKinds::squeeze),
                new Kind("broadcastTo(Shape)", ANY, d -> {
                    Operand x = d.any();
                    return Optional.of(arguments(x, Shape.of(larger(d, d.tensor(x)))));
                }),
                new Kind("broadcastTo(int...)", ANY, d -> {
                    Operand x = d.any();
                    return Optional.of(arguments(x, larger(d, d.tensor(x))));
                }),
                new Kind("permute(int...)", ANY, d -> {
                    Operand x = d.any();
                    return Optional.of(arguments(x, d.permutation(d.tensor(x).rank())));
                }),
                new Kind("transpose()", ANY, d -> d.one(x -> x.rank() >= 2).map(Catalogue::arguments)),
                new Kind("flip(int...)", ANY, d -> {
                    Operand x = d.any();
                    return Optional.of(arguments(x, d.axes(d.tensor(x).rank())));
                }),
                new Kind("windows(int, int[], int[], int[])", ANY, ShapingKinds::windows),
                new Kind("overlapAdd(int, int[], int[], int[])", ANY, ShapingKinds::overlapAdd));
    }

    /** Along one axis or two. */
    private static Optional<Arguments> windows(Wiring d) {
        return d.one(x -> x.rank() >= 1 && x.size() > 0).map(x -> {
            int rank = d.tensor(x).rank();
            int axes = d.between(1, Math.min(2, rank));
            int axis = d.between(0, rank - axes);
            int[] sizes = new int[axes];
            int[] dilations = new int[axes];
            for (int i = 0; i < axes; i++) {
                int size = d.tensor(x).size(axis + i);
                sizes[i] = d.between(1, Math.min(3, size));
                dilations[i] = sizes[i] == 1 ? 1 : d.between(1, (size - 1) / (sizes[i] - 1));
            }
            return arguments(x, d.flag() ? axis : axis - rank, sizes, numbers(d, axes), dilations);
        });
    }

    /** With counts along one axis, and elements of windows along the next one. */
    private static Optional<Arguments> overlapAdd(Wiring d) {
        return d.one(x -> x.rank() >= 2 && x.size() > 0).map(x -> {
            int axis = d.between(0, d.tensor(x).rank() - 2);
            int[] strides = numbers(d, 1);
            int[] dilations = numbers(d, 1);
            int last = (d.tensor(x).size(axis) - 1) * strides[0] + (d.tensor(x).size(axis + 1) - 1) * dilations[0];
            int[] sizes = {last + d.between(1, strides[0])};
            return arguments(x, axis, sizes, strides, dilations);
        });
    }

    private static int[] numbers(Wiring d, int count) {
        return IntStream.generate(() -> d.between(1, 3)).limit(count).toArray();
    }

    /** To a vector, or to a matrix of two or three rows, or with −1 for a size. */
    private static Optional<Arguments> reshape(Wiring d) {
        Operand x = d.any();
        int size = d.tensor(x).size();
        int rows = d.between(1, 3);
        int[] sizes = size % rows == 0 && size > 0 ? new int[] {rows, size / rows} : new int[] {size};
        if (size > 0 && d.flag()) {
            sizes[d.between(0, sizes.length - 1)] = -1;
        }
        return Optional.of(arguments(x, sizes));
    }

    private static Optional<Arguments> squeeze(Wiring d) {
        return d.one(ShapingKinds::hasOne).map(x -> {
            int[] ones = IntStream.range(0, d.tensor(x).rank())
                    .filter(axis -> d.tensor(x).size(axis) == 1)
                    .toArray();
            return arguments(x, Arrays.copyOf(ones, d.between(0, ones.length)));
        });
    }

    private static boolean hasOne(Tensor x) {
        return Arrays.stream(x.shape().toArray()).anyMatch(size -> size == 1);
    }

    /** Sizes to which x broadcasts: some axes of size 1 are repeated, and one may come before all. */
    private static int[] larger(Wiring d, Tensor x) {
        IntStream own = Arrays.stream(x.shape().toArray()).map(size -> size == 1 ? d.between(1, 3) : size);
        return d.flag()
                ? own.toArray()
                : IntStream.concat(IntStream.of(d.between(1, 3)), own).toArray();
    }
}
