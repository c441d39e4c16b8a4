package rewind.autograd;

import static rewind.autograd.Operations.ANY;
import static rewind.autograd.Operations.NONZERO;
import static rewind.autograd.Operations.POSITIVE;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.analysis.differentiation.DerivativeStructure;
import rewind.autograd.Operation.Call;

/** The rows of the operations that move elements without changing them, and of the user's own; see {@link Operations}. */
final class ShapeOperations {
    private ShapeOperations() {}

    static Stream<Operation> rows() {
        return Stream.of(
                moving("reshape(int...)", ShapeOperations::reshape),
                moving("expandDims(int)", ShapeOperations::expandDims),
                moving("squeeze(int...)", ShapeOperations::squeeze),
                moving("broadcastTo(Shape)", d -> broadcastTo(d, (x, sizes) -> x.broadcastTo(Shape.of(sizes)))),
                moving("broadcastTo(int...)", d -> broadcastTo(d, Tensor::broadcastTo)),
                moving("permute(int...)", ShapeOperations::permute),
                moving("transpose()", ShapeOperations::transpose),
                moving("flip(int...)", ShapeOperations::flip),
                moving("slice(int, int, int)", d -> slice(d, 1)),
                moving("slice(int, int, int, int)", d -> slice(d, d.between(1, 3))),
                moving("select(int, int)", ShapeOperations::select),
                moving("unstack(int)", ShapeOperations::unstack),
                moving("split(int, int...)", ShapeOperations::split),
                moving("pad(int, int, int)", ShapeOperations::pad),
                moving("gather(int...)", ShapeOperations::gather),
                moving("gather(Tensor)", ShapeOperations::gatherByTensor),
                new Operation("oneHot(int)", false, ShapeOperations::oneHot),
                moving("where(Tensor, Tensor, Tensor)", ShapeOperations::where),
                new Operation("where(Tensor, UnaryOperator, UnaryOperator, Tensor)", true, ShapeOperations::whereOfOne),
                new Operation("where(Tensor, Function, Function, List)", true, ShapeOperations::whereOfSeveral),
                moving("concat(int, Tensor...)", d -> concat(d, (axis, in) -> Tensor.concat(axis, array(in)))),
                moving("concat(int, List)", d -> concat(d, Tensor::concat)),
                moving("stack(int, Tensor...)", d -> stack(d, (axis, in) -> Tensor.stack(axis, array(in)))),
                moving("stack(int, List)", d -> stack(d, Tensor::stack)),
                moving("to(DType)", ShapeOperations::to),
                new Operation("detach()", false, ShapeOperations::detach),
                moving("op(String, Function, List, Rule...)", ShapeOperations::own));
    }

    private static Operation moving(String signature, Function<Draws, Call> draw) {
        return new Operation(signature, true, draw);
    }

    // ---- other arrangements of all elements ----

    private static Call expandDims(Draws d) {
        Tensor x = d.tensor(ANY, d.shape());
        int axis = d.axis(x.rank() + 1);
        int[] longer = Grid.insert(x.shape().toArray(), Math.floorMod(axis, x.rank() + 1), 1);
        return Call.moves(v -> v.expandDims(axis), x, grid -> new Grid(longer, grid.values()));
    }

    private static Call permute(Draws d) {
        int[] order = d.permutation(d.between(0, 4));
        Tensor x = d.tensor(ANY, IntStream.generate(d::size).limit(order.length).toArray());
        int[] given = Arrays.stream(order)
                .map(axis -> d.flag() ? axis : axis - order.length)
                .toArray();
        return Call.moves(v -> v.permute(given), x, grid -> permuted(grid, order));
    }

    private static Call transpose(Draws d) {
        Tensor x = d.tensor(ANY, d.shape(2));
        int[] order = IntStream.range(0, x.rank()).toArray();
        order[x.rank() - 1] = x.rank() - 2;
        order[x.rank() - 2] = x.rank() - 1;
        return Call.moves(Tensor::transpose, x, grid -> permuted(grid, order));
    }

    private static Call flip(Draws d) {
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

    private static Call broadcastTo(Draws d, BiFunction<Tensor, int[], Tensor> f) {
        int[] whole = d.shape();
        Tensor x = d.tensor(ANY, d.repeatable(whole));
        return Call.moves(v -> f.apply(v, whole), x, grid -> Grid.build(whole, grid::repeatedAt));
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

    private static Call select(Draws d) {
        Tensor x = d.tensor(ANY, d.filledShape(1));
        int axis = d.axis(x.rank());
        int index = d.axis(x.size(axis));
        int at = Math.floorMod(axis, x.rank());
        int row = Math.floorMod(index, x.size(axis));
        return Call.moves(
                v -> v.select(axis, index),
                x,
                grid -> Grid.build(Grid.remove(grid.sizes(), at), i -> grid.at(Grid.insert(i, at, row))));
    }

    /** All parts, put together along the first axis. */
    private static Call unstack(Draws d) {
        Tensor x = d.tensor(ANY, d.filledShape(1));
        int axis = d.axis(x.rank());
        int at = Math.floorMod(axis, x.rank());
        int[] sizes = Grid.insert(Grid.remove(x.shape().toArray(), at), 0, x.size(axis));
        return Call.moves(
                v -> Tensor.stack(0, v.unstack(axis)),
                x,
                grid -> Grid.build(sizes, i -> grid.at(Grid.insert(Grid.remove(i, 0), at, i[0]))));
    }

    private static Call pad(Draws d) {
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
    }

    private static Call gather(Draws d) {
        Tensor x = d.tensor(ANY, d.filledShape(1));
        int[] rows = IntStream.generate(() -> d.axis(x.size(0)))
                .limit(d.between(0, 5))
                .toArray();
        Grid numbers = Grid.build(new int[] {rows.length}, i -> rows[i[0]]);
        return Call.moves(v -> v.gather(rows), x, grid -> rows(grid, numbers));
    }

    private static Call gatherByTensor(Draws d) {
        Tensor x = d.tensor(ANY, d.filledShape(1));
        Tensor rows = d.integers(-x.size(0), x.size(0) - 1, d.shape());
        return Call.moves(v -> v.gather(rows), x, grid -> rows(grid, Grid.of(rows)));
    }

    private static Grid rows(Grid grid, Grid rows) {
        int[] sizes = IntStream.concat(
                        Arrays.stream(rows.sizes()), Arrays.stream(grid.sizes()).skip(1))
                .toArray();
        return Grid.build(sizes, i -> {
            int row = (int) rows.at(Arrays.copyOf(i, rows.rank()));
            int[] rest = Arrays.copyOfRange(i, rows.rank(), i.length);
            return grid.at(Grid.insert(rest, 0, Math.floorMod(row, grid.sizes()[0])));
        });
    }

    private static Call oneHot(Draws d) {
        int classes = d.between(1, 4);
        return Call.moves(
                v -> v.oneHot(classes),
                d.integers(0, classes - 1, d.shape()),
                grid -> Grid.build(
                        Grid.insert(grid.sizes(), grid.rank(), classes),
                        i -> grid.at(Grid.remove(i, grid.rank())) == i[grid.rank()] ? 1 : 0));
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
                    Collections.reverse(parts);
                    return Tensor.concat(axis, parts);
                },
                x,
                grid -> Grid.build(grid.sizes(), i -> grid.at(Grid.replace(i, at, order[i[at]]))));
    }

    // ---- joins ----

    private static Call where(Draws d) {
        int[] whole = d.shape();
        int full = d.between(0, 2); // the operand that is not repeated
        Tensor condition = d.integers(0, 2, full == 0 ? whole : d.repeatable(whole));
        List<Tensor> both = List.of(
                d.tensor(ANY, full == 1 ? whole : d.repeatable(whole)),
                d.tensor(ANY, full == 2 ? whole : d.repeatable(whole)));
        return Call.moves(
                both,
                in -> Tensor.where(condition.to(in.get(0).dtype()), in.get(0), in.get(1)),
                in -> chosen(Grid.of(condition), in.get(0), in.get(1)));
    }

    /** Branches that are defined nowhere but where they are chosen. */
    private static Call whereOfOne(Draws d) {
        Tensor x = d.tensor(NONZERO, d.shape());
        return Call.elementwise(
                List.of(x),
                in -> Tensor.where(
                        in.get(0).greater(0), Tensor::sqrt, v -> v.neg().log(), in.get(0)),
                Operation.Scalar.of((DerivativeStructure v) ->
                        v.getValue() > 0 ? v.sqrt() : v.negate().log()));
    }

    private static Call whereOfSeveral(Draws d) {
        int[] whole = d.shape();
        List<Tensor> both = d.distinct(whole, d.repeatable(whole));
        return Call.elementwise(
                both,
                in -> Tensor.where(
                        in.get(0).greater(in.get(1)),
                        v -> v.get(0).sub(v.get(1)).sqrt(),
                        v -> v.get(1).sub(v.get(0)).log().mul(v.get(0)),
                        in),
                Operation.Scalar.of((DerivativeStructure v, DerivativeStructure w) -> v.getValue() > w.getValue()
                        ? v.subtract(w).sqrt()
                        : w.subtract(v).log().multiply(v)));
    }

    private static Grid chosen(Grid condition, Grid x, Grid y) {
        int[] sizes = Grid.common(condition.sizes(), Grid.common(x.sizes(), y.sizes()));
        return Grid.build(sizes, i -> condition.repeatedAt(i) != 0 ? x.repeatedAt(i) : y.repeatedAt(i));
    }

    private static Call concat(Draws d, BiFunction<Integer, List<Tensor>, Tensor> f) {
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
    }

    private static Call stack(Draws d, BiFunction<Integer, List<Tensor>, Tensor> f) {
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
                        Grid.insert(shape, at, in.size()), i -> in.get(i[at]).at(Grid.remove(i, at))));
    }

    private static Tensor[] array(List<Tensor> tensors) {
        return tensors.toArray(new Tensor[0]);
    }

    // ---- the rest ----

    private static Call to(Draws d) {
        DType dtype = d.flag() ? DType.FLOAT32 : DType.FLOAT64;
        return Call.moves(
                x -> x.to(dtype),
                d.tensor(ANY, d.shape()),
                grid -> Grid.build(grid.sizes(), i -> dtype == DType.FLOAT32 ? (float) grid.at(i) : grid.at(i)));
    }

    private static Call detach(Draws d) {
        return Call.moves(Tensor::detach, d.tensor(ANY, d.shape()), grid -> grid);
    }

    /** An operation of the user's own, x²y with one rule per input. */
    private static Call own(Draws d) {
        int[] shape = d.shape();
        List<Tensor> inputs = List.of(d.tensor(ANY, shape), d.tensor(POSITIVE, shape));
        return Call.elementwise(
                inputs,
                in -> squareTimes(in.get(0), in.get(1)),
                x -> x.get(0).multiply(x.get(0)).multiply(x.get(1)));
    }

    private static Tensor squareTimes(Tensor x, Tensor y) {
        return Tensor.op(
                "squareTimes",
                values -> values[0].square().mul(values[1]),
                List.of(x, y),
                z -> dz -> dz.mul(x).mul(y).mul(2),
                z -> dz -> dz.mul(x.square()));
    }
}
