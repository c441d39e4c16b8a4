package rewind.autograd.check.jqwik;

import static rewind.autograd.check.jqwik.Catalogue.arguments;
import static rewind.autograd.check.jqwik.Catalogue.like;
import static rewind.autograd.check.jqwik.Domain.ANY;
import static rewind.autograd.check.jqwik.Domain.CLASSES;
import static rewind.autograd.check.jqwik.Domain.DISTINCT;
import static rewind.autograd.check.jqwik.Domain.LINES;
import static rewind.autograd.check.jqwik.Domain.ROWS;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import rewind.autograd.Tensor;
import rewind.autograd.check.jqwik.Kind.Arguments;
import rewind.autograd.check.jqwik.Step.Operand;

/** The operations that take parts, and put tensors together. */
final class IndexingKinds {
    private IndexingKinds() {}

    static Stream<Kind> all() {
        return Stream.of(
                new Kind("slice(int, int, int)", ANY, d -> slice(d, false)),
                new Kind("slice(int, int, int, int)", ANY, d -> slice(d, true)),
                new Kind("select(int, int)", ANY, IndexingKinds::select),
                new Kind("unstack(int)", ANY, IndexingKinds::unstack),
                new Kind("split(int, int...)", ANY, IndexingKinds::split),
                new Kind(
                        "pad(int, int, int)",
                        ANY,
                        d -> d.one(x -> x.rank() >= 1)
                                .map(x -> arguments(x, d.axis(d.tensor(x).rank()), d.between(0, 1), d.between(0, 1)))),
                new Kind(
                        "pad(int, int, int, double)",
                        ANY,
                        d -> d.one(x -> x.rank() >= 1)
                                .map(x -> arguments(
                                        x, d.axis(d.tensor(x).rank()), d.between(0, 1), d.between(0, 1), d.number()))),
                new Kind("takeAlongAxis(int, Tensor)", LINES, d -> lines(d, false)),
                new Kind("scatterAdd(int, Tensor, Tensor)", LINES, d -> lines(d, true)),
                new Kind("sort(int)", DISTINCT, d -> filled(d).map(x -> arguments(x, axis(d, x)))),
                new Kind("argSort(int)", DISTINCT, d -> filled(d).map(x -> arguments(x, axis(d, x)))),
                new Kind("topK(int, int)", DISTINCT, IndexingKinds::largest),
                new Kind("argTopK(int, int)", DISTINCT, IndexingKinds::largest),
                new Kind(
                        "quantile(int, double)",
                        DISTINCT,
                        d -> filled(d).map(x -> arguments(x, axis(d, x), Math.abs(d.number()) / 2))),
                new Kind("median(int)", DISTINCT, d -> filled(d).map(x -> arguments(x, axis(d, x)))),
                new Kind("gather(int...)", ANY, IndexingKinds::gather),
                new Kind(
                        "gather(Tensor)",
                        ROWS,
                        d -> d.one(x -> x.rank() >= 1)
                                .flatMap(x -> d.one(rows -> Domain.areWhole(
                                                rows, d.tensor(x).size(0)))
                                        .map(rows -> arguments(x, rows)))),
                new Kind(
                        "oneHot(int)",
                        CLASSES,
                        d -> d.one(x -> Domain.areWhole(x, 3)).map(x -> arguments(x, 3))),
                new Kind("concat(int, Tensor...)", ANY, d -> concat(d).map(in -> arguments(in.axis, in.array()))),
                new Kind("concat(int, List)", ANY, d -> concat(d).map(in -> arguments(in.axis, in.operands))),
                new Kind("stack(int, Tensor...)", ANY, d -> stack(d).map(in -> arguments(in.axis, in.array()))),
                new Kind("stack(int, List)", ANY, d -> stack(d).map(in -> arguments(in.axis, in.operands))));
    }

    /** What is put together along an axis. */
    private record Joined(int axis, List<Operand> operands) {
        Operand[] array() {
            return operands.toArray(new Operand[0]);
        }
    }

    private static Optional<Arguments> slice(Wiring d, boolean steps) {
        return d.one(x -> x.rank() >= 1).map(x -> {
            int axis = d.axis(d.tensor(x).rank());
            int size = d.tensor(x).size(axis);
            int from = size == 0 ? 0 : d.between(0, size - 1);
            int to = size == 0 ? 0 : d.between(from + 1, size);
            int first = from > 0 && d.flag() ? from - size : from;
            return steps ? arguments(x, axis, first, to, d.between(1, 2)) : arguments(x, axis, first, to);
        });
    }

    private static Optional<Arguments> select(Wiring d) {
        return filled(d).map(x -> {
            int axis = axis(d, x);
            return arguments(x, axis, d.axis(d.tensor(x).size(axis)));
        });
    }

    private static Optional<Arguments> unstack(Wiring d) {
        return filled(d).map(x -> {
            int axis = axis(d, x);
            return new Arguments(d.between(0, d.tensor(x).size(axis) - 1), x, axis);
        });
    }

    private static Optional<Arguments> split(Wiring d) {
        return filled(d).map(x -> {
            int axis = axis(d, x);
            int size = d.tensor(x).size(axis);
            int first = d.between(1, size);
            int[] sizes = first == size ? new int[] {size} : new int[] {first, size - first};
            return new Arguments(d.between(0, sizes.length - 1), x, axis, sizes);
        });
    }

    private static Optional<Arguments> largest(Wiring d) {
        return filled(d).map(x -> {
            int axis = axis(d, x);
            return arguments(x, axis, d.between(1, d.tensor(x).size(axis)));
        });
    }

    /** Along the first axis, by whole numbers of the same shape. */
    private static Optional<Arguments> lines(Wiring d, boolean added) {
        return filled(d)
                .flatMap(x -> d.one(rows -> like(d.tensor(x)).test(rows)
                                && Domain.areWhole(rows, d.tensor(x).size(0)))
                        .flatMap(rows -> !added
                                ? Optional.of(arguments(x, 0, rows))
                                : d.one(like(d.tensor(x))).map(y -> arguments(x, 0, rows, y))));
    }

    private static Optional<Arguments> gather(Wiring d) {
        return filled(d).map(x -> {
            int rows = d.tensor(x).size(0);
            return arguments(
                    x,
                    IntStream.generate(() -> d.axis(rows))
                            .limit(d.between(1, 3))
                            .toArray());
        });
    }

    private static Optional<Joined> concat(Wiring d) {
        return d.one(x -> x.rank() >= 1).map(x -> {
            int axis = d.axis(d.tensor(x).rank());
            return new Joined(
                    axis, d.several(x, alikeBut(Math.floorMod(axis, d.tensor(x).rank()), d.tensor(x))));
        });
    }

    private static Optional<Joined> stack(Wiring d) {
        Operand x = d.any();
        int axis = d.axis(d.tensor(x).rank() + 1);
        return Optional.of(new Joined(axis, d.several(x, like(d.tensor(x)))));
    }

    /** Of the same rank, and the same sizes on all axes but one. */
    private static Predicate<Tensor> alikeBut(int axis, Tensor x) {
        return y -> y.rank() == x.rank() && Arrays.equals(without(axis, x), without(axis, y));
    }

    private static int[] without(int axis, Tensor x) {
        int[] sizes = x.shape().toArray();
        sizes[axis] = 0;
        return sizes;
    }

    private static Optional<Operand> filled(Wiring d) {
        return d.one(x -> x.rank() >= 1 && x.size() > 0);
    }

    private static int axis(Wiring d, Operand x) {
        return d.axis(d.tensor(x).rank());
    }
}
