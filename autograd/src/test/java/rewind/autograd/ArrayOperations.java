package rewind.autograd;

import static rewind.autograd.Operations.ANY;
import static rewind.autograd.Operations.NONZERO;
import static rewind.autograd.Operations.POSITIVE;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.analysis.differentiation.DerivativeStructure;
import rewind.autograd.Operation.Call;

/** The rows of the operations that are not functions of single elements; see {@link Operations}. */
final class ArrayOperations {
    private ArrayOperations() {}

    static Stream<Operation> rows() {
        return Stream.of(reductions(), products(), shaping(), parts(), joins(), Stream.of(own(), detach()))
                .flatMap(rows -> rows);
    }

    // ---- reductions ----

    private static Stream<Operation> reductions() {
        Function<Draws, Tensor> any = d -> d.tensor(ANY, d.shape());
        Function<Draws, Tensor> filled = d -> d.tensor(ANY, d.filledShape(0));
        Function<Draws, Tensor> nonzero = d -> d.tensor(NONZERO, d.shape());
        Function<Draws, Tensor> distinct = d -> d.distinct(d.filledShape(0)).get(0);
        return Stream.of(
                        reduction(
                                "sum",
                                any,
                                Tensor::sum,
                                Tensor::sum,
                                line -> Arrays.stream(line).sum()),
                        reduction("mean", filled, Tensor::mean, Tensor::mean, ArrayOperations::mean),
                        reduction(
                                "max",
                                distinct,
                                Tensor::max,
                                Tensor::max,
                                line -> Arrays.stream(line).max().orElseThrow()),
                        reduction(
                                "min",
                                distinct,
                                Tensor::min,
                                Tensor::min,
                                line -> Arrays.stream(line).min().orElseThrow()),
                        reduction("variance", filled, Tensor::variance, Tensor::variance, ArrayOperations::variance),
                        reduction("norm", nonzero, Tensor::norm, Tensor::norm, line -> Math.sqrt(squares(line))),
                        reduction(
                                "logSumExp",
                                filled,
                                Tensor::logSumExp,
                                Tensor::logSumExp,
                                line -> Math.log(exponentials(line))),
                        Stream.of(
                                along("softmax(int...)", Tensor::softmax, (x, sum) -> Math.exp(x) / sum),
                                along("logSoftmax(int...)", Tensor::logSoftmax, (x, sum) -> x - Math.log(sum)),
                                new Operation("cumsum(int)", true, ArrayOperations::cumsum),
                                new Operation("argMax(int)", false, ArrayOperations::argMax),
                                new Operation("sumTo(Shape)", true, ArrayOperations::sumTo)))
                .flatMap(rows -> rows);
    }

    private static Stream<Operation> reduction(
            String name,
            Function<Draws, Tensor> input,
            BiFunction<Tensor, Axes, Tensor> f,
            BiFunction<Tensor, int[], Tensor> disappearing,
            ToDoubleFunction<double[]> ofLine) {
        return Stream.of(
                new Operation(name + "(Axes)", true, d -> {
                    Tensor x = input.apply(d);
                    int[] axes = d.axes(x.rank());
                    boolean kept = d.flag();
                    return Call.sums(
                            v -> f.apply(v, kept ? Axes.keep(axes) : Axes.of(axes)),
                            x,
                            grid -> grid.reduced(kept, Grid.axes(x.rank(), axes), ofLine));
                }),
                new Operation(name + "(int...)", true, d -> {
                    Tensor x = input.apply(d);
                    int[] axes = d.axes(x.rank());
                    return Call.sums(
                            v -> disappearing.apply(v, axes),
                            x,
                            grid -> grid.reduced(false, Grid.axes(x.rank(), axes), ofLine));
                }));
    }

    private static Operation along(
            String signature, BiFunction<Tensor, int[], Tensor> f, BinaryOperator<Double> ofElementAndSum) {
        return new Operation(signature, true, d -> {
            Tensor x = d.tensor(ANY, d.shape());
            int[] axes = d.axes(x.rank());
            int[] over = Grid.axes(x.rank(), axes);
            return Call.sums(
                    v -> f.apply(v, axes),
                    x,
                    grid -> Grid.build(
                            grid.sizes(), i -> ofElementAndSum.apply(grid.at(i), exponentials(grid.line(i, over)))));
        });
    }

    private static Call cumsum(Draws d) {
        Tensor x = d.tensor(ANY, d.shape(1));
        int axis = d.axis(x.rank());
        int at = Math.floorMod(axis, x.rank());
        return Call.sums(
                v -> v.cumsum(axis),
                x,
                grid -> Grid.build(
                        grid.sizes(),
                        i -> Arrays.stream(grid.line(i, at)).limit(i[at] + 1L).sum()));
    }

    private static Call argMax(Draws d) {
        Tensor x = d.integers(0, 3, d.filledShape(1));
        int axis = d.axis(x.rank());
        return Call.moves(
                v -> v.argMax(axis),
                x,
                grid -> grid.reduced(
                        false,
                        Grid.axes(x.rank(), axis),
                        line -> IntStream.range(0, line.length)
                                .filter(i ->
                                        line[i] == Arrays.stream(line).max().orElseThrow())
                                .findFirst()
                                .orElseThrow()));
    }

    private static Call sumTo(Draws d) {
        int[] whole = d.shape();
        int[] part = d.repeatable(whole);
        Grid target = Grid.build(part, i -> 0);
        return Call.sums(
                v -> v.sumTo(Shape.of(part)),
                d.tensor(ANY, whole),
                grid -> Grid.build(
                        part,
                        to -> Grid.indices(whole).stream()
                                .filter(from -> Arrays.equals(target.projected(from), to))
                                .mapToDouble(grid::at)
                                .sum()));
    }

    private static double mean(double... line) {
        return Arrays.stream(line).sum() / line.length;
    }

    private static double variance(double... line) {
        double mean = mean(line);
        return mean(Arrays.stream(line).map(x -> (x - mean) * (x - mean)).toArray());
    }

    private static double squares(double... line) {
        return Arrays.stream(line).map(x -> x * x).sum();
    }

    private static double exponentials(double... line) {
        return Arrays.stream(line).map(Math::exp).sum();
    }

    // ---- products and cross-entropies ----

    private static Stream<Operation> products() {
        return Stream.of(
                new Operation("matmul(Tensor)", true, ArrayOperations::matmul),
                new Operation("dot(Tensor)", true, d -> {
                    int size = d.size();
                    return Call.sums(
                            Tensor::dot,
                            d.tensor(ANY, size),
                            d.tensor(ANY, size),
                            (x, y) -> Grid.build(
                                    new int[0],
                                    i -> IntStream.range(0, size)
                                            .mapToDouble(k -> x.at(k) * y.at(k))
                                            .sum()));
                }),
                new Operation(
                        "outer(Tensor)",
                        true,
                        d -> Call.sums(
                                Tensor::outer,
                                d.tensor(ANY, d.size()),
                                d.tensor(ANY, d.size()),
                                (x, y) -> Grid.build(
                                        new int[] {x.sizes()[0], y.sizes()[0]}, i -> x.at(i[0]) * y.at(i[1])))),
                new Operation("softmaxCrossEntropy(Tensor)", true, d -> {
                    int[] shape = d.filledShape(1);
                    return Call.sums(
                            Tensor::softmaxCrossEntropy,
                            d.tensor(ANY, shape),
                            d.tensor(ANY, shape),
                            ArrayOperations::softmaxCrossEntropy);
                }),
                new Operation(
                        "binaryCrossEntropy(Tensor)",
                        true,
                        d -> Operations.two(
                                Tensor::binaryCrossEntropy,
                                ArrayOperations::binaryCrossEntropy,
                                d.broadcasting(ANY, ANY))));
    }

    private static Call matmul(Draws d) {
        int[] batch = d.shape();
        int inner = d.size();
        int[] left = shapeOfMatrices(d.repeatable(batch), d.size(), inner);
        int[] right = shapeOfMatrices(d.repeatable(batch), inner, d.size());
        return Call.sums(Tensor::matmul, d.tensor(ANY, left), d.tensor(ANY, right), ArrayOperations::product);
    }

    private static int[] shapeOfMatrices(int[] batch, int rows, int columns) {
        int[] sizes = Arrays.copyOf(batch, batch.length + 2);
        sizes[batch.length] = rows;
        sizes[batch.length + 1] = columns;
        return sizes;
    }

    private static Grid product(Grid x, Grid y) {
        int rows = x.sizes()[x.rank() - 2];
        int inner = x.sizes()[x.rank() - 1];
        int columns = y.sizes()[y.rank() - 1];
        int[] batch = Grid.common(Arrays.copyOf(x.sizes(), x.rank() - 2), Arrays.copyOf(y.sizes(), y.rank() - 2));
        int last = batch.length + 1;
        return Grid.build(
                shapeOfMatrices(batch, rows, columns),
                i -> IntStream.range(0, inner)
                        .mapToDouble(k ->
                                x.repeatedAt(Grid.replace(i, last, k)) * y.repeatedAt(Grid.replace(i, last - 1, k)))
                        .sum());
    }

    private static Grid softmaxCrossEntropy(Grid x, Grid t) {
        int last = x.rank() - 1;
        int[] rows = Grid.remove(x.sizes(), last);
        return Grid.build(rows, i -> {
            int[] any = Grid.insert(i, last, 0);
            double[] logits = x.line(any, last);
            double[] targets = t.line(any, last);
            return IntStream.range(0, logits.length)
                    .mapToDouble(k -> -targets[k] * Math.log(Math.exp(logits[k]) / exponentials(logits)))
                    .sum();
        });
    }

    private static DerivativeStructure binaryCrossEntropy(DerivativeStructure x, DerivativeStructure t) {
        DerivativeStructure positive = t.multiply(Operations.logSigmoid(x));
        DerivativeStructure negative = t.negate().add(1).multiply(Operations.logSigmoid(x.negate()));
        return positive.add(negative).negate();
    }

    // ---- shaping ----

    private static Stream<Operation> shaping() {
        return Stream.of(
                new Operation("reshape(int...)", true, ArrayOperations::reshape),
                new Operation("expandDims(int)", true, d -> {
                    Tensor x = d.tensor(ANY, d.shape());
                    int axis = d.axis(x.rank() + 1);
                    int[] longer = Grid.insert(x.shape().toArray(), Math.floorMod(axis, x.rank() + 1), 1);
                    return Call.moves(v -> v.expandDims(axis), x, grid -> new Grid(longer, grid.values()));
                }),
                new Operation("squeeze(int...)", true, ArrayOperations::squeeze),
                broadcastTo("broadcastTo(Shape)", (x, sizes) -> x.broadcastTo(Shape.of(sizes))),
                broadcastTo("broadcastTo(int...)", Tensor::broadcastTo),
                new Operation("permute(int...)", true, d -> {
                    int[] order = d.permutation(d.between(0, 4));
                    Tensor x = d.tensor(
                            ANY, IntStream.generate(d::size).limit(order.length).toArray());
                    int[] given = Arrays.stream(order)
                            .map(axis -> d.flag() ? axis : axis - order.length)
                            .toArray();
                    return Call.moves(v -> v.permute(given), x, grid -> permuted(grid, order));
                }),
                new Operation("transpose()", true, d -> {
                    Tensor x = d.tensor(ANY, d.shape(2));
                    int[] order = IntStream.range(0, x.rank()).toArray();
                    order[x.rank() - 1] = x.rank() - 2;
                    order[x.rank() - 2] = x.rank() - 1;
                    return Call.moves(Tensor::transpose, x, grid -> permuted(grid, order));
                }),
                new Operation("flip(int...)", true, d -> {
                    Tensor x = d.tensor(ANY, d.shape());
                    int[] axes = d.axes(x.rank());
                    int[] over = Grid.axes(x.rank(), axes);
                    return Call.moves(
                            v -> v.flip(axes),
                            x,
                            grid -> Grid.build(grid.sizes(), i -> {
                                int[] from = i.clone();
                                Arrays.stream(over).forEach(axis -> from[axis] = grid.sizes()[axis] - 1 - i[axis]);
                                return grid.at(from);
                            }));
                }));
    }

    private static Call reshape(Draws d) {
        Tensor x = d.tensor(ANY, d.shape());
        int[] sizes = x.size() % 4 == 0 && d.flag() ? new int[] {2, x.size() / 4, 2} : new int[] {x.size()};
        int[] order = d.permutation(sizes.length);
        int[] result = Arrays.stream(order).map(i -> sizes[i]).toArray();
        boolean infer = x.size() > 0 && d.flag();
        int[] given = infer ? Grid.replace(result, d.between(0, result.length - 1), -1) : result;
        return Call.moves(v -> v.reshape(given), x, grid -> new Grid(result, grid.values()));
    }

    private static Call squeeze(Draws d) {
        int[] sizes = Grid.insert(d.shape(), 0, 1);
        int[] ones = IntStream.range(0, sizes.length)
                .filter(axis -> sizes[axis] == 1)
                .toArray();
        int[] some = Arrays.stream(ones).filter(axis -> d.flag()).toArray();
        int[] dropped = some.length == 0 ? ones : some;
        int[] rest = IntStream.range(0, sizes.length)
                .filter(axis -> Arrays.stream(dropped).noneMatch(each -> each == axis))
                .map(axis -> sizes[axis])
                .toArray();
        return Call.moves(v -> v.squeeze(some), d.tensor(ANY, sizes), grid -> new Grid(rest, grid.values()));
    }

    private static Operation broadcastTo(String signature, BiFunction<Tensor, int[], Tensor> f) {
        return new Operation(signature, true, d -> {
            int[] whole = d.shape();
            return Call.moves(
                    v -> f.apply(v, whole),
                    d.tensor(ANY, d.repeatable(whole)),
                    grid -> Grid.build(whole, grid::repeatedAt));
        });
    }

    private static Grid permuted(Grid grid, int... order) {
        int[] sizes = Arrays.stream(order).map(axis -> grid.sizes()[axis]).toArray();
        return Grid.build(sizes, i -> {
            int[] from = new int[order.length];
            IntStream.range(0, order.length).forEach(axis -> from[order[axis]] = i[axis]);
            return grid.at(from);
        });
    }

    // ---- parts ----

    private static Stream<Operation> parts() {
        return Stream.of(
                new Operation("slice(int, int, int)", true, d -> slice(d, 1)),
                new Operation("slice(int, int, int, int)", true, d -> slice(d, d.between(1, 3))),
                new Operation("select(int, int)", true, d -> {
                    Tensor x = d.tensor(ANY, d.filledShape(1));
                    int axis = d.axis(x.rank());
                    int index = d.axis(x.size(axis));
                    int at = Math.floorMod(axis, x.rank());
                    int row = Math.floorMod(index, x.size(axis));
                    return Call.moves(
                            v -> v.select(axis, index),
                            x,
                            grid -> Grid.build(Grid.remove(grid.sizes(), at), i -> grid.at(Grid.insert(i, at, row))));
                }),
                new Operation("unstack(int)", true, d -> {
                    Tensor x = d.tensor(ANY, d.filledShape(1));
                    int axis = d.axis(x.rank());
                    int at = Math.floorMod(axis, x.rank());
                    int[] sizes = Grid.insert(Grid.remove(x.shape().toArray(), at), 0, x.size(axis));
                    return Call.moves(
                            v -> Tensor.stack(0, v.unstack(axis)),
                            x,
                            grid -> Grid.build(sizes, i -> grid.at(Grid.insert(Grid.remove(i, 0), at, i[0]))));
                }),
                new Operation("split(int, int...)", true, ArrayOperations::split),
                new Operation("pad(int, int, int)", true, d -> {
                    Tensor x = d.tensor(ANY, d.shape(1));
                    int axis = d.axis(x.rank());
                    int before = d.between(0, 2);
                    int after = d.between(0, 2);
                    int at = Math.floorMod(axis, x.rank());
                    int[] sizes = Grid.replace(x.shape().toArray(), at, before + x.size(axis) + after);
                    return Call.moves(
                            v -> v.pad(axis, before, after),
                            x,
                            grid -> Grid.build(sizes, i -> {
                                int from = i[at] - before;
                                return from < 0 || from >= grid.sizes()[at] ? 0 : grid.at(Grid.replace(i, at, from));
                            }));
                }),
                new Operation("gather(int...)", true, d -> {
                    Tensor x = d.tensor(ANY, d.filledShape(1));
                    int[] rows = IntStream.generate(() -> d.axis(x.size(0)))
                            .limit(d.between(0, 5))
                            .toArray();
                    return Call.moves(v -> v.gather(rows), x, grid -> rows(grid, new int[] {rows.length}, rows));
                }),
                new Operation("gather(Tensor)", true, d -> {
                    Tensor x = d.tensor(ANY, d.filledShape(1));
                    Tensor rows = d.integers(-x.size(0), x.size(0) - 1, d.shape());
                    int[] numbers = Arrays.stream(rows.toArray())
                            .mapToInt(row -> (int) row)
                            .toArray();
                    return Call.moves(
                            v -> v.gather(rows),
                            x,
                            grid -> rows(grid, rows.shape().toArray(), numbers));
                }),
                new Operation("oneHot(int)", false, d -> {
                    int classes = d.between(1, 4);
                    return Call.moves(
                            v -> v.oneHot(classes),
                            d.integers(0, classes - 1, d.shape()),
                            grid -> Grid.build(
                                    Grid.insert(grid.sizes(), grid.rank(), classes),
                                    i -> grid.at(Grid.remove(i, grid.rank())) == i[grid.rank()] ? 1 : 0));
                }));
    }

    private static Call slice(Draws d, int step) {
        Tensor x = d.tensor(ANY, d.shape(1));
        int axis = d.axis(x.rank());
        int size = x.size(axis);
        int from = d.between(0, size);
        int to = d.between(from, size);
        int first = from > 0 && from < size && d.flag() ? from - size : from;
        int end = to < size && d.flag() ? to - size : to;
        int at = Math.floorMod(axis, x.rank());
        int[] kept =
                IntStream.range(from, to).filter(i -> (i - from) % step == 0).toArray();
        return Call.moves(
                v -> step == 1 ? v.slice(axis, first, end) : v.slice(axis, first, end, step),
                x,
                grid -> Grid.build(
                        Grid.replace(grid.sizes(), at, kept.length), i -> grid.at(Grid.replace(i, at, kept[i[at]]))));
    }

    /** Split into three, and put together in reverse order. */
    private static Call split(Draws d) {
        Tensor x = d.tensor(ANY, d.shape(1));
        int axis = d.axis(x.rank());
        int size = x.size(axis);
        int from = d.between(0, size);
        int to = d.between(from, size);
        int at = Math.floorMod(axis, x.rank());
        int[] order = Stream.of(IntStream.range(to, size), IntStream.range(from, to), IntStream.range(0, from))
                .flatMapToInt(part -> part)
                .toArray();
        return Call.moves(
                v -> {
                    List<Tensor> parts = new ArrayList<>(v.split(axis, from, to - from, size - to));
                    java.util.Collections.reverse(parts);
                    return Tensor.concat(axis, parts);
                },
                x,
                grid -> Grid.build(grid.sizes(), i -> grid.at(Grid.replace(i, at, order[i[at]]))));
    }

    private static Grid rows(Grid grid, int[] shape, int... rows) {
        Grid numbers = Grid.build(shape, i -> 0);
        int[] row = Grid.remove(grid.sizes(), 0);
        int[] sizes = IntStream.concat(Arrays.stream(shape), Arrays.stream(row)).toArray();
        Grid picked = new Grid(
                numbers.sizes(),
                Arrays.stream(rows)
                        .mapToDouble(each -> Math.floorMod(each, grid.sizes()[0]))
                        .toArray());
        return Grid.build(
                sizes,
                i -> grid.at(Grid.insert(Arrays.copyOfRange(i, shape.length, i.length), 0, (int)
                        picked.at(Arrays.copyOf(i, shape.length)))));
    }

    // ---- joins ----

    private static Stream<Operation> joins() {
        return Stream.of(
                new Operation("where(Tensor, Tensor, Tensor)", true, d -> {
                    int[] whole = d.shape();
                    Tensor condition = d.integers(0, 2, d.repeatable(whole));
                    List<Tensor> both = List.of(d.tensor(ANY, d.repeatable(whole)), d.tensor(ANY, d.repeatable(whole)));
                    return Call.moves(
                            both,
                            in -> Tensor.where(condition, in.get(0), in.get(1)),
                            in -> chosen(Grid.of(condition), in.get(0), in.get(1)));
                }),
                concat("concat(int, Tensor...)", (axis, in) -> Tensor.concat(axis, in.toArray(new Tensor[0]))),
                concat("concat(int, List)", Tensor::concat),
                stack("stack(int, Tensor...)", (axis, in) -> Tensor.stack(axis, in.toArray(new Tensor[0]))),
                stack("stack(int, List)", Tensor::stack));
    }

    private static Grid chosen(Grid condition, Grid x, Grid y) {
        int[] sizes = Grid.common(condition.sizes(), Grid.common(x.sizes(), y.sizes()));
        return Grid.build(sizes, i -> condition.repeatedAt(i) != 0 ? x.repeatedAt(i) : y.repeatedAt(i));
    }

    private static Operation concat(String signature, BiFunction<Integer, List<Tensor>, Tensor> f) {
        return new Operation(signature, true, d -> {
            int[] shape = d.shape(1);
            int axis = d.axis(shape.length);
            int at = Math.floorMod(axis, shape.length);
            List<Tensor> inputs = IntStream.range(0, d.between(1, 3))
                    .mapToObj(i -> d.tensor(ANY, Grid.replace(shape, at, d.size())))
                    .toList();
            int total = inputs.stream().mapToInt(each -> each.size(axis)).sum();
            return Call.moves(
                    inputs,
                    in -> f.apply(axis, in),
                    in -> Grid.build(Grid.replace(shape, at, total), i -> {
                        int part = 0;
                        int index = i[at];
                        while (index >= in.get(part).sizes()[at]) {
                            index -= in.get(part++).sizes()[at];
                        }
                        return in.get(part).at(Grid.replace(i, at, index));
                    }));
        });
    }

    private static Operation stack(String signature, BiFunction<Integer, List<Tensor>, Tensor> f) {
        return new Operation(signature, true, d -> {
            int[] shape = d.shape();
            int axis = d.axis(shape.length + 1);
            int at = Math.floorMod(axis, shape.length + 1);
            List<Tensor> inputs = IntStream.range(0, d.between(1, 3))
                    .mapToObj(i -> d.tensor(ANY, shape))
                    .toList();
            return Call.moves(
                    inputs,
                    in -> f.apply(axis, in),
                    in -> Grid.build(
                            Grid.insert(shape, at, in.size()),
                            i -> in.get(i[at]).at(Grid.remove(i, at))));
        });
    }

    // ---- the rest ----

    /** An operation of the user's own, x²y with one rule per input. */
    private static Operation own() {
        return new Operation("op(String, Function, List, Rule...)", true, d -> {
            int[] shape = d.shape();
            List<Tensor> inputs = List.of(d.tensor(ANY, shape), d.tensor(POSITIVE, shape));
            return Call.elementwise(
                    inputs,
                    in -> {
                        Tensor x = in.get(0);
                        Tensor y = in.get(1);
                        return Tensor.op(
                                "squareTimes",
                                values -> values[0].square().mul(values[1]),
                                in,
                                z -> dz -> dz.mul(x).mul(y).mul(2),
                                z -> dz -> dz.mul(x.square()));
                    },
                    x -> x.get(0).multiply(x.get(0)).multiply(x.get(1)));
        });
    }

    private static Operation detach() {
        return new Operation(
                "detach()", false, d -> Call.moves(Tensor::detach, d.tensor(ANY, d.shape()), grid -> grid));
    }
}
