package rewind.onnx.operator;

import static java.util.Map.entry;

import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import rewind.autograd.Axes;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.onnx.proto.ElementType;

/** Sums and the like over axes, and functions along one. */
final class Reductions {
    static final Map<String, Operator> ALL = Map.ofEntries(
            entry("ReduceSum", reduce((x, axes) -> x.sum(axes), 0)),
            entry("ReduceMean", reduce((x, axes) -> x.mean(axes), Double.NaN)),
            entry("ReduceMax", reduce((x, axes) -> x.max(axes), Double.NEGATIVE_INFINITY)),
            entry("ReduceMin", reduce((x, axes) -> x.min(axes), Double.POSITIVE_INFINITY)),
            entry("ReduceProd", Operator.of(call -> reduced(call, Reductions::product, 1))),
            entry("ReduceL1", reduce((x, axes) -> x.abs().sum(axes), 0)),
            entry("ReduceL2", reduce((x, axes) -> x.norm(axes), 0)),
            entry("ReduceSumSquare", reduce((x, axes) -> x.square().sum(axes), 0)),
            entry("ReduceLogSum", reduce((x, axes) -> x.sum(axes).log(), Double.NEGATIVE_INFINITY)),
            entry("ReduceLogSumExp", reduce((x, axes) -> x.logSumExp(axes), Double.NEGATIVE_INFINITY)),
            entry("ArgMax", Operator.of(call -> argMax(call, x -> x))),
            entry("ArgMin", Operator.of(call -> argMax(call, Tensor::neg))),
            entry("Softmax", along(x -> x.softmax(-1))),
            entry("LogSoftmax", along(x -> x.logSoftmax(-1))),
            entry("Hardmax", along(x -> x.argMax(-1).oneHot(x.size(-1)).to(x.dtype()))),
            entry("CumSum", Operator.of(call -> running(call, (x, axis) -> x.cumsum(axis), Tensor::sub))),
            entry("CumProd", Operator.of(Reductions::cumulativeProduct)));

    private Reductions() {}

    /** What is computed over axes, which stay with size 1. */
    private interface Reduction {
        Tensor apply(Tensor x, int... axes);
    }

    private static Operator reduce(BiFunction<Tensor, Axes, Tensor> reduction, double ofNone) {
        return Operator.of(call -> reduced(call, (x, axes) -> reduction.apply(x, Axes.keep(axes)), ofNone));
    }

    /** The axes are an attribute in old versions and an input in newer ones. */
    private static Value reduced(Call call, Reduction reduction, double ofNone) {
        Value x = call.input(0);
        int rank = x.tensor().rank();
        long[] given = call.integers("axes", 1);
        boolean all = given == null || given.length == 0;
        if (all && call.flag("noop_with_empty_axes", false)) { // of every element by itself
            return x.with(reduction.apply(x.tensor().expandDims(rank), rank).squeeze(rank));
        }
        int[] axes = all ? IntStream.range(0, rank).toArray() : Call.axes(given, rank);
        boolean none = IntStream.of(axes).anyMatch(axis -> x.tensor().size(axis) == 0);
        Tensor y = none ? ofNothing(x, axes, ofNone) : reduction.apply(x.tensor(), axes);
        return x.with(call.flag("keepdims", true) || axes.length == 0 ? y : y.squeeze(axes));
    }

    private static Tensor ofNothing(Value x, int[] axes, double value) {
        int[] sizes = x.tensor().shape().toArray();
        for (int axis : axes) {
            sizes[axis] = 1;
        }
        double number = x.type().isReal() ? value : leastOrGreatest(x.type(), value);
        return Tensor.full(x.tensor().dtype(), number, Shape.of(sizes));
    }

    /** The least or greatest number of a type in place of an infinite one. */
    private static double leastOrGreatest(ElementType type, double value) {
        if (!Double.isInfinite(value)) {
            return value;
        }
        double range = type == ElementType.BOOL ? 2 : Math.scalb(1.0, type.bits());
        double low = type.isSigned() ? -range / 2 : 0;
        return value < 0 ? low : low + range - 1;
    }

    private static Tensor product(Tensor x, int... axes) {
        Tensor y = x;
        for (int axis : axes) {
            Tensor product = y.slice(axis, 0, 1);
            for (int i = 1; i < y.size(axis); i++) {
                product = product.mul(y.slice(axis, i, i + 1));
            }
            y = product;
        }
        return y;
    }

    private static Value argMax(Call call, UnaryOperator<Tensor> sign) {
        Tensor x = sign.apply(call.tensor(0).detach());
        int axis = call.axis("axis", 0, x.rank());
        boolean last = call.flag("select_last_index", false);
        Tensor index = (last ? x.flip(axis) : x).argMax(axis);
        Tensor from = last ? index.neg().add(x.size(axis) - 1) : index;
        Tensor y = call.flag("keepdims", true) ? from.expandDims(axis) : from;
        return new Value(ElementType.INT64, y.to(ElementType.INT64.dtype()));
    }

    /** Before version 13, over all axes from one on, 1 if nothing is said; since then over one, the last if nothing is said. */
    private static Operator along(UnaryOperator<Tensor> ofLast) {
        return Operator.of(call -> {
            Tensor x = call.tensor(0);
            if (call.opset() < 13) {
                int axis = x.rank() == 1 ? 0 : call.axis("axis", 1, x.rank());
                int columns = IntStream.range(axis, x.rank()).map(x::size).reduce(1, (a, b) -> a * b);
                Tensor rows = x.reshape(columns == 0 ? 0 : x.size() / columns, columns);
                return call.input(0).with(ofLast.apply(rows).reshape(x.shape().toArray()));
            }
            int axis = call.axis("axis", -1, x.rank());
            int[] order = Shapes.moved(x.rank(), axis, x.rank() - 1);
            return call.input(0).with(ofLast.apply(x.permute(order)).permute(Shapes.inverse(order)));
        });
    }

    private interface Running {
        Tensor apply(Tensor x, int axis);
    }

    private static Value running(Call call, Running running, BinaryOperator<Tensor> without) {
        Tensor x = call.tensor(0);
        int axis = Call.axis(call.input(1).integer(), x.rank());
        boolean reverse = call.flag("reverse", false);
        Tensor from = reverse ? x.flip(axis) : x;
        Tensor sums = running.apply(from, axis);
        Tensor y = call.flag("exclusive", false) ? without.apply(sums, from) : sums;
        return call.input(0).with(reverse ? y.flip(axis) : y);
    }

    private static Value cumulativeProduct(Call call) {
        boolean exclusive = call.flag("exclusive", false);
        return running(
                call,
                (x, axis) -> {
                    Check.that(x.size(axis) > 0, "the axis must not be empty");
                    Tensor all = x.select(axis, 0);
                    Tensor[] parts = new Tensor[x.size(axis)];
                    parts[0] = all;
                    for (int i = 1; i < parts.length; i++) {
                        parts[i] = parts[i - 1].mul(x.select(axis, i));
                    }
                    if (exclusive) {
                        System.arraycopy(parts.clone(), 0, parts, 1, parts.length - 1);
                        parts[0] = all.mul(0).add(1);
                    }
                    return Tensor.stack(axis, parts);
                },
                (products, x) -> products);
    }
}
