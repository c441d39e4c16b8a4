package rewind.onnx.write;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import rewind.onnx.proto.Attribute;

/** Reductions, and functions along axes. */
final class AxisOperations {
    static final Map<String, Function<Operation, String>> ALL = Map.of(
            "sum", AxisOperations::sum,
            "max", o -> reduction(o, "ReduceMax"),
            "min", o -> reduction(o, "ReduceMin"),
            "norm", o -> reduction(o, "ReduceL2"),
            "logSumExp", o -> reduction(o, "ReduceLogSumExp"),
            "softmax", o -> along(o, "Softmax"),
            "logSoftmax", o -> along(o, "LogSoftmax"),
            "cumsum", AxisOperations::cumsum,
            "argMax", AxisOperations::argMax,
            "argSort", AxisOperations::argSort);

    private AxisOperations() {}

    /** Whether the axes stay with size 1. */
    private static Attribute kept(Operation o) {
        return Attribute.of(o.rank() == o.shape(0).rank() ? 1L : 0L);
    }

    /** A sum over no axes is the number itself. */
    private static String sum(Operation o) {
        int[] axes = o.integers("axes");
        if (axes.length == 0) {
            return o.input(0);
        }
        String vector = o.graph().integers(Arrays.stream(axes).asLongStream().toArray());
        return o.node("ReduceSum", List.of(o.input(0), vector), Map.of("keepdims", kept(o)));
    }

    /** Over no axes, of every element by itself. */
    private static String reduction(Operation o, String op) {
        int[] axes = o.integers("axes");
        if (axes.length > 0) {
            return o.node(op, List.of(o.input(0)), Map.of("axes", GraphBuilder.axes(axes), "keepdims", kept(o)));
        }
        String with = o.node("Unsqueeze", o.input(0), o.graph().integers(-1));
        return o.node(op, List.of(with), Map.of("axes", GraphBuilder.axes(-1), "keepdims", Attribute.of(0L)));
    }

    /** Over several axes as over one that has all their elements. */
    private static String along(Operation o, String op) {
        int[] axes = o.integers("axes");
        if (axes.length == 1) {
            return o.node(op, List.of(o.input(0)), Map.of("axis", Attribute.of((long) axes[0])));
        }
        int from = axes.length == 0 ? o.rank() : axes[0];
        int after = from + axes.length;
        long[] sizes = IntStream.concat(
                        IntStream.concat(IntStream.range(0, from).map(axis -> 0), IntStream.of(-1)),
                        IntStream.range(after, o.rank()).map(axis -> o.shape().size(axis)))
                .asLongStream()
                .toArray();
        String flat = after < o.rank() ? trailing(o, from, after) : o.graph().reshape(o.input(0), sizes);
        String y = o.node(op, List.of(flat), Map.of("axis", Attribute.of((long) from)));
        return o.node("Reshape", y, o.vector(o.sizes()));
    }

    /** In which axes follow that may depend on the number of samples. */
    private static String trailing(Operation o, int from, int after) {
        Size[] all = o.sizes();
        Size[] sizes = new Size[o.rank() - (after - from) + 1];
        Arrays.fill(sizes, 0, from, new Size(0, 0));
        sizes[from] = new Size(0, -1);
        System.arraycopy(all, after, sizes, from + 1, o.rank() - after);
        return o.node("Reshape", o.input(0), o.vector(sizes));
    }

    private static String cumsum(Operation o) {
        return o.node("CumSum", o.input(0), o.graph().integer(o.integers("axes")[0]));
    }

    /** As the smallest, which are all, in their order. */
    private static String argSort(Operation o) {
        int axis = o.integers("axes")[0];
        String all = o.vector(o.sizes()[axis]);
        Map<String, Attribute> smallest = Map.of("axis", Attribute.of((long) axis), "largest", Attribute.of(0L));
        return o.numbers(o.graph()
                .nodes("TopK", List.of(o.input(0), all), List.of("sorted", "order"), smallest)
                .get(1));
    }

    private static String argMax(Operation o) {
        long axis = o.integers("axes")[0];
        String index =
                o.node("ArgMax", List.of(o.input(0)), Map.of("axis", Attribute.of(axis), "keepdims", Attribute.of(0L)));
        return o.numbers(index);
    }
}
