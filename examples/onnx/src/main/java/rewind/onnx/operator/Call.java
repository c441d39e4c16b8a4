package rewind.onnx.operator;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import rewind.autograd.DType;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.onnx.proto.Attribute;
import rewind.onnx.proto.ElementType;
import rewind.onnx.proto.Graph;
import rewind.onnx.proto.NamedTensor;
import rewind.onnx.proto.Node;

/** A node with the values of its inputs. */
final class Call {
    private final Node node;
    private final List<Value> inputs;
    private final Evaluation evaluation;

    /**
     * Makes a call.
     *
     * @param inputs null for one left out
     */
    Call(Node node, List<Value> inputs, Evaluation evaluation) {
        this.node = node;
        this.inputs = inputs;
        this.evaluation = evaluation;
    }

    Node node() {
        return node;
    }

    Evaluation evaluation() {
        return evaluation;
    }

    /** The version of the operator set. */
    long opset() {
        return evaluation.opset(node.domain());
    }

    // ---- inputs ----

    boolean has(int i) {
        return i < inputs.size() && inputs.get(i) != null;
    }

    Value input(int i) {
        Check.that(has(i), "input %s must not be left out", i);
        return inputs.get(i);
    }

    Tensor tensor(int i) {
        return input(i).tensor();
    }

    /** All inputs, none of which is left out. */
    List<Value> inputs() {
        return inputsFrom(0);
    }

    /** The inputs from one on, none of which is left out. */
    List<Value> inputsFrom(int first) {
        return IntStream.range(first, inputs.size()).mapToObj(this::input).toList();
    }

    /** Whether an output is asked for. */
    boolean asks(int output) {
        return output < node.outputs().size() && !node.outputs().get(output).isEmpty();
    }

    /** The element type in which tensors of a type are computed here. */
    DType dtype(ElementType type) {
        return evaluation.dtype(type);
    }

    /** A tensor of a type that is in a file. */
    Value value(NamedTensor tensor) {
        return evaluation.value(tensor);
    }

    // ---- attributes ----

    boolean hasAttribute(String name) {
        return evaluation.attribute(node.attributes().get(name)) != null;
    }

    private Object attribute(String name, Attribute.Kind kind) {
        Attribute attribute = evaluation.attribute(node.attributes().get(name));
        if (attribute == null) {
            return null;
        }
        Check.that(
                attribute.kind() == kind, "attribute %s must be of the kind %s, got %s", name, kind, attribute.kind());
        return attribute.value();
    }

    long integer(String name, long otherwise) {
        Object value = attribute(name, Attribute.Kind.INT);
        return value == null ? otherwise : (long) value;
    }

    boolean flag(String name, boolean otherwise) {
        return integer(name, otherwise ? 1 : 0) != 0;
    }

    double number(String name, double otherwise) {
        Object value = attribute(name, Attribute.Kind.FLOAT);
        return value == null ? otherwise : (double) value;
    }

    String text(String name, String otherwise) {
        Object value = attribute(name, Attribute.Kind.STRING);
        return value == null ? otherwise : (String) value;
    }

    /** The whole numbers of a list, null if there is none. */
    @SuppressWarnings("unchecked") // the kind says so
    long[] integers(String name) {
        Object value = attribute(name, Attribute.Kind.INTS);
        return value == null
                ? null
                : ((List<Long>) value).stream().mapToLong(Long::longValue).toArray();
    }

    @SuppressWarnings("unchecked") // the kind says so
    List<Double> numbers(String name) {
        Object value = attribute(name, Attribute.Kind.FLOATS);
        return value == null ? List.of() : (List<Double>) value;
    }

    @SuppressWarnings("unchecked") // the kind says so
    List<String> texts(String name) {
        Object value = attribute(name, Attribute.Kind.STRINGS);
        return value == null ? List.of() : (List<String>) value;
    }

    NamedTensor tensorAttribute(String name) {
        return (NamedTensor) attribute(name, Attribute.Kind.TENSOR);
    }

    Graph graph(String name) {
        Object value = attribute(name, Attribute.Kind.GRAPH);
        Check.that(value != null, "attribute %s must be a graph", name);
        return (Graph) value;
    }

    /** Whole numbers that are an attribute in old versions and an input in newer ones; null if neither is there. */
    long[] integers(String name, int input) {
        return has(input) ? input(input).longs() : integers(name);
    }

    /** As {@link #integers(String, int)}, where they must be there. */
    long[] needed(String name, int input) {
        long[] values = integers(name, input);
        Check.that(values != null, "%s must not be left out", name);
        return values;
    }

    // ---- axes ----

    /** An axis, counted from 0. */
    int axis(String name, long otherwise, int rank) {
        return axis(integer(name, otherwise), rank);
    }

    static int axis(long axis, int rank) {
        Check.that(axis >= -rank && axis < rank, "axis %s must be one of a tensor of rank %s", axis, rank);
        return (int) (axis < 0 ? axis + rank : axis);
    }

    static int[] axes(long[] axes, int rank) {
        int[] all = new int[axes.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = axis(axes[i], rank);
        }
        int different = (int) IntStream.of(all).distinct().count();
        Check.that(different == all.length, "axes must be different, got %s", all);
        return all;
    }

    /** A list of values of a number of outputs. */
    static List<Value> values(List<Tensor> tensors, Value like) {
        List<Value> values = new ArrayList<>();
        tensors.forEach(tensor -> values.add(like.with(tensor)));
        return values;
    }
}
