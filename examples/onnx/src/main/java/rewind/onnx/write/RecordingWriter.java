package rewind.onnx.write;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.Trace;
import rewind.autograd.require.Check;
import rewind.onnx.proto.Attribute;
import rewind.onnx.proto.ElementType;

/**
 * Writes the operations of a recording as nodes. Of a function that takes any number of samples there are recordings for several: sizes that
 * differ among them depend on that number, and are computed in the graph.
 */
final class RecordingWriter {
    private final GraphBuilder graph;
    private final List<Trace> traces;
    private final int[] samples;
    private final Supplier<String> counting;
    private String count;
    private final Map<Integer, String> names = new HashMap<>();
    private final List<Map<Integer, Shape>> shapes = new ArrayList<>();

    private RecordingWriter(GraphBuilder graph, List<Trace> traces, int[] samples, Supplier<String> counting) {
        this.graph = graph;
        this.traces = traces;
        this.samples = samples;
        this.counting = counting;
    }

    /**
     * Writes the recording of a function of fixed shapes.
     *
     * @param inputs the names of its inputs in the graph
     * @param given the inputs' shapes
     * @return the names of its results there
     */
    static List<String> write(GraphBuilder graph, Trace trace, List<String> inputs, List<Shape> given) {
        return new RecordingWriter(graph, List.of(trace), new int[1], null).all(inputs, List.of(given));
    }

    /**
     * Writes the recordings of a function for several numbers of samples.
     *
     * @param samples the numbers
     * @param counting adds the vector with the number of samples to the graph, if it is needed; returns its name
     * @param given the inputs' shapes in every recording
     */
    static List<String> write(
            GraphBuilder graph,
            List<Trace> traces,
            int[] samples,
            Supplier<String> counting,
            List<String> inputs,
            List<List<Shape>> given) {
        Check.that(
                traces.stream().map(RecordingWriter::kinds).distinct().count() == 1,
                "onnx: a layer must do the same for any number of samples");
        return new RecordingWriter(graph, traces, samples, counting).all(inputs, given);
    }

    private static List<String> kinds(Trace trace) {
        return trace.operations().stream().map(each -> each.op() + each.from()).toList();
    }

    GraphBuilder graph() {
        return graph;
    }

    int[] samples() {
        return samples.clone();
    }

    private List<String> all(List<String> inputs, List<List<Shape>> given) {
        for (int t = 0; t < traces.size(); t++) {
            shapes.add(new HashMap<>());
            for (int i = 0; i < inputs.size(); i++) {
                shapes.get(t).put(i, given.get(t).get(i));
            }
        }
        for (int i = 0; i < inputs.size(); i++) {
            names.put(i, inputs.get(i));
        }
        List<Trace.Recorded> first = traces.get(0).operations();
        Set<Integer> needed = needed();
        requireCounterparts(first, needed);
        for (int i = 0; i < first.size(); i++) {
            for (int t = 0; t < traces.size(); t++) {
                Trace.Recorded each = traces.get(t).operations().get(i);
                shapes.get(t).put(each.position(), each.shape());
            }
            if (needed.contains(first.get(i).position())) {
                names.put(first.get(i).position(), Operations.write(operation(i)));
            }
        }
        List<String> results = new ArrayList<>();
        for (int i = 0; i < traces.get(0).positions().size(); i++) {
            int position = traces.get(0).positions().get(i);
            int result = i;
            results.add(
                    position >= 0
                            ? names.get(position)
                            : constant(traces.stream()
                                    .map(trace -> trace.results().get(result))
                                    .toList()));
        }
        return results;
    }

    private Set<Integer> needed() {
        List<Trace.Recorded> operations = traces.get(0).operations();
        Set<Integer> needed = new HashSet<>(traces.get(0).positions());
        for (int i = operations.size() - 1; i >= 0; i--) {
            if (needed.contains(operations.get(i).position())) {
                needed.addAll(operations.get(i).from());
            }
        }
        return needed;
    }

    private static void requireCounterparts(List<Trace.Recorded> operations, Set<Integer> needed) {
        Set<String> without = new LinkedHashSet<>();
        operations.stream()
                .filter(each -> needed.contains(each.position()) && !Operations.knows(each.op()))
                .forEach(each -> without.add(each.op()));
        Check.that(
                without.isEmpty(),
                "onnx: ONNX has no counterpart of the operations %s; compose what they do of others",
                without);
    }

    private Operation operation(int i) {
        List<Trace.Recorded> each =
                traces.stream().map(trace -> trace.operations().get(i)).toList();
        List<Integer> from = each.get(0).from();
        List<String> inputs = new ArrayList<>();
        List<List<Shape>> ofInputs = new ArrayList<>();
        traces.forEach(trace -> ofInputs.add(new ArrayList<>()));
        for (int k = 0; k < from.size(); k++) {
            int input = k;
            int position = from.get(k);
            inputs.add(
                    position >= 0
                            ? names.get(position)
                            : constant(each.stream()
                                    .map(one -> one.inputs().get(input))
                                    .toList()));
            for (int t = 0; t < traces.size(); t++) {
                Shape shape = position >= 0
                        ? shapes.get(t).get(position)
                        : each.get(t).inputs().get(k).shape();
                ofInputs.get(t).add(shape);
            }
        }
        return new Operation(this, each, inputs, ofInputs);
    }

    /** A tensor as it is for several numbers of samples, as {@link #write} has them. */
    static String constant(GraphBuilder graph, List<Tensor> each, int[] samples, Supplier<String> counting) {
        return new RecordingWriter(graph, List.of(), samples, counting).constant(each);
    }

    /** A tensor from outside, as it was for every number of samples: the same, or repeated as often as there are samples. */
    private String constant(List<Tensor> each) {
        Tensor first = each.get(0);
        ElementType type = ElementType.of(first.dtype());
        if (each.stream().allMatch(other -> same(first, other))) {
            return graph.constant(type, first);
        }
        Size[] sizes = sizes(each.stream().map(Tensor::shape).toList());
        List<Tensor> rows = each.stream().map(x -> row(x, sizes)).toList();
        Check.that(
                rows.stream().allMatch(Objects::nonNull) && rows.stream().allMatch(row -> same(rows.get(0), row)),
                "onnx: a constant of a layer must not depend on the number of samples, but for being repeated; its shape is %s",
                first.shape());
        return graph.node("Expand", graph.constant(type, rows.get(0)), vector(sizes));
    }

    private static boolean same(Tensor x, Tensor y) {
        return x.shape().equals(y.shape()) && Arrays.equals(x.toArray(), y.toArray());
    }

    /** What is repeated along the axes that depend on the number of samples, or null if it is not. */
    private static Tensor row(Tensor x, Size... sizes) {
        Tensor row = x;
        for (int axis = 0; axis < sizes.length; axis++) {
            row = sizes[axis].isFixed() ? row : row.slice(axis, 0, 1);
        }
        return same(row.broadcastTo(x.shape()), x) ? row : null;
    }

    Size[] sizes(List<Shape> each) {
        int rank = each.get(0).rank();
        Check.that(
                each.stream().allMatch(shape -> shape.rank() == rank),
                "onnx: shapes must have the same axes for any number of samples, got %s",
                each);
        return IntStream.range(0, rank)
                .mapToObj(axis -> Size.of(
                        samples,
                        each.stream().mapToInt(shape -> shape.size(axis)).toArray()))
                .toArray(Size[]::new);
    }

    /** Sizes as a vector of whole numbers in the graph. */
    String vector(Size... sizes) {
        if (IntStream.range(0, sizes.length).allMatch(i -> sizes[i].isFixed())) {
            return graph.integers(Arrays.stream(sizes).mapToLong(Size::rest).toArray());
        }
        List<String> parts = new ArrayList<>();
        for (Size size : sizes) {
            parts.add(size.isFixed() ? graph.integers(size.rest()) : computed(size));
        }
        return parts.size() == 1 ? parts.get(0) : graph.node("Concat", parts, Map.of("axis", Attribute.of(0L)));
    }

    private String computed(Size size) {
        count = count == null ? counting.get() : count;
        String product = size.factor() == 1 ? count : graph.node("Mul", count, graph.integers(size.factor()));
        return size.rest() == 0 ? product : graph.node("Add", product, graph.integers(size.rest()));
    }
}
