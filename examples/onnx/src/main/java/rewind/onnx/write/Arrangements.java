package rewind.onnx.write;

import static java.util.Map.entry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.onnx.proto.Attribute;
import rewind.onnx.proto.ElementType;

/** The same elements otherwise arranged, parts, and what is put together from parts. */
final class Arrangements {
    static final Map<String, Function<Operation, String>> ALL = Map.ofEntries(
            entry("reshape", o -> o.node("Reshape", o.input(0), o.vector(o.sizes()))),
            entry("broadcastTo", o -> o.node("Expand", o.input(0), o.vector(o.sizes()))),
            entry("permute", o -> o.graph().transpose(o.input(0), o.integers("axes"))),
            entry("flip", Arrangements::flip),
            entry("slice", Arrangements::slice),
            entry("select", Arrangements::select),
            entry("pad", Arrangements::pad),
            entry("concat", o -> o.node("Concat", o.inputs(), axis(o))),
            entry("stack", Arrangements::stack),
            entry("gather", Arrangements::gather),
            entry("scatter", Arrangements::scatter),
            entry(
                    "takeAlongAxis",
                    o -> o.node("GatherElements", List.of(o.input(0), Operations.whole(o, o.input(1))), axis(o))),
            entry("scatterAlongAxis", Arrangements::scatterAlongAxis),
            entry("oneHot", Arrangements::oneHot),
            entry("take", Arrangements::take),
            entry("place", Arrangements::place));

    /** Places are found by their numbers, of which doubles have so many. */
    private static final int MOST_PROBES = 4096;

    private Arrangements() {}

    private static Map<String, Attribute> axis(Operation o) {
        return Map.of("axis", Attribute.of((long) o.integer("axis")));
    }

    private static String flip(Operation o) {
        int[] axes = o.integers("axes");
        if (axes.length == 0) {
            return o.input(0);
        }
        long[] along = Arrays.stream(axes).asLongStream().toArray();
        long[] backwards = new long[axes.length];
        Arrays.fill(backwards, -1);
        long[] ends = new long[axes.length];
        Arrays.fill(ends, Integer.MIN_VALUE);
        GraphBuilder graph = o.graph();
        String start = graph.integers(backwards);
        return o.node("Slice", o.input(0), start, graph.integers(ends), graph.integers(along), start);
    }

    private static String slice(Operation o) {
        GraphBuilder graph = o.graph();
        return o.node(
                "Slice",
                o.input(0),
                o.vector(o.size("from")),
                o.vector(o.size("to")),
                graph.integers(o.integer("axis")),
                graph.integers(o.integer("step")));
    }

    private static String select(Operation o) {
        return o.node("Gather", List.of(o.input(0), o.graph().integer(o.integer("index"))), axis(o));
    }

    private static String pad(Operation o) {
        long[] counts = new long[2 * o.rank()];
        counts[o.integer("axis")] = o.integer("before");
        counts[o.rank() + o.integer("axis")] = o.integer("after");
        return o.node("Pad", o.input(0), o.graph().integers(counts), o.number(0));
    }

    private static String stack(Operation o) {
        String axis = o.graph().integers(o.integer("axis"));
        List<String> parts = new ArrayList<>();
        o.inputs().forEach(part -> parts.add(o.node("Unsqueeze", part, axis)));
        return o.node("Concat", parts, axis(o));
    }

    /** Rows are known, or an operand. */
    private static String gather(Operation o) {
        if (!o.has("rows")) {
            return o.node("Gather", o.input(0), Operations.whole(o, o.input(1)));
        }
        int[] rows = o.integers("rows");
        int[] sizes = Arrays.copyOf(o.shape().toArray(), o.rank() - o.shape(0).rank() + 1);
        Check.that(Shape.of(sizes).size() == rows.length, "onnx: rows must not depend on the number of samples");
        Tensor indices =
                Tensor.of(Shape.of(sizes), Arrays.stream(rows).asDoubleStream().toArray());
        return o.node("Gather", o.input(0), o.graph().constant(ElementType.INT64, indices));
    }

    /** Parts added to the rows of zeros that an operand names. */
    private static String scatter(Operation o) {
        String zeros = o.node("Expand", o.number(0), o.vector(o.sizes()));
        String rows =
                o.node("Unsqueeze", Operations.whole(o, o.input(1)), o.graph().integers(-1));
        return o.node("ScatterND", List.of(zeros, rows, o.input(0)), Map.of("reduction", Attribute.of("add")));
    }

    private static String scatterAlongAxis(Operation o) {
        String zeros = o.node("Expand", o.number(0), o.vector(o.sizes()));
        Map<String, Attribute> adding =
                Map.of("axis", Attribute.of((long) o.integer("axis")), "reduction", Attribute.of("add"));
        return o.node("ScatterElements", List.of(zeros, Operations.whole(o, o.input(1)), o.input(0)), adding);
    }

    private static String oneHot(Operation o) {
        String values = o.graph().constant(o.type(), Tensor.of(0, 1).to(o.type().dtype()));
        String ids = Operations.whole(o, o.input(0));
        String classes = o.graph().integer(o.integer("classes"));
        if (o.rank() > 1) {
            return o.node("OneHot", ids, classes, values);
        }
        String one = o.node("OneHot", o.graph().reshape(ids, 1), classes, values); // it does not take a number alone
        return o.node("Squeeze", one, o.graph().integers(0));
    }

    /** Elements of a whole: which ones, a whole of their numbers tells. */
    private static String take(Operation o) {
        Tensor taken = o.only().again(List.of(numbers(o.shape(0), o.type(), 0)));
        String places = o.graph().constant(ElementType.INT64, taken.to(ElementType.INT64.dtype()));
        return o.node("Gather", o.graph().reshape(o.input(0), -1), places);
    }

    /** Parts added to zeros, each at its places. */
    private static String place(Operation o) {
        Tensor zeros = Tensor.zeros(o.type().dtype(), Shape.of(o.shape().size()));
        String sum = o.graph().constant(o.type(), zeros);
        for (int i = 0; i < o.inputs().size(); i++) {
            double[] places = places(o, i);
            String indices = o.graph().constant(ElementType.INT64, Tensor.of(Shape.of(places.length), places));
            String part = o.graph().reshape(o.input(i), -1);
            Map<String, Attribute> adding = Map.of("axis", Attribute.of(0L), "reduction", Attribute.of("add"));
            sum = o.node("ScatterElements", List.of(sum, indices, part), adding);
        }
        return o.node("Reshape", sum, o.vector(o.sizes()));
    }

    /** Where the elements of a part go: their numbers show it, or, if several go to one place, one after the other does. */
    private static double[] places(Operation o, int input) {
        Shape part = o.shape(input);
        double[] places = new double[part.size()];
        double[] counts = placed(o, input, Tensor.full(o.type().dtype(), 1, part));
        if (Arrays.stream(counts).allMatch(each -> each <= 1)) {
            double[] found = placed(o, input, numbers(part, o.type(), 1));
            for (int i = 0; i < found.length; i++) {
                if (found[i] > 0) {
                    places[(int) found[i] - 1] = i;
                }
            }
            return places;
        }
        Check.that(part.size() <= MOST_PROBES, "onnx: a gradient of %s rows taken several times is too large", part);
        for (int k = 0; k < places.length; k++) {
            double[] single = new double[places.length];
            single[k] = 1;
            double[] found =
                    placed(o, input, Tensor.of(part, single).to(o.type().dtype()));
            for (int i = 0; i < found.length; i++) {
                places[k] = found[i] > 0 ? i : places[k];
            }
        }
        return places;
    }

    private static double[] placed(Operation o, int input, Tensor part) {
        List<Tensor> parts = new ArrayList<>();
        for (int i = 0; i < o.inputs().size(); i++) {
            parts.add(i == input ? part : Tensor.zeros(o.type().dtype(), o.shape(i)));
        }
        return o.only().again(parts).toArray();
    }

    /** Numbers from a first one on. */
    private static Tensor numbers(Shape shape, ElementType type, int first) {
        Check.that(shape.size() < 2 / type.dtype().epsilon(), "onnx: %s has too many elements to be counted", shape);
        double[] numbers = new double[shape.size()];
        Arrays.setAll(numbers, i -> i + first);
        return Tensor.of(shape, numbers).to(type.dtype());
    }
}
