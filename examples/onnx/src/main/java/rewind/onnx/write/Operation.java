package rewind.onnx.write;

import java.util.List;
import java.util.Map;
import rewind.autograd.Shape;
import rewind.autograd.Trace;
import rewind.autograd.require.Check;
import rewind.onnx.proto.Attribute;
import rewind.onnx.proto.ElementType;

/** A recorded operation that is written as nodes, as it was in recordings for several numbers of samples. */
final class Operation {
    private final RecordingWriter writer;
    private final List<Trace.Recorded> each;
    private final List<String> inputs;
    private final List<List<Shape>> shapes;

    /**
     * Makes one.
     *
     * @param each the operation in every recording
     * @param inputs the names of the operands in the graph
     * @param shapes the operands' shapes in every recording
     */
    Operation(RecordingWriter writer, List<Trace.Recorded> each, List<String> inputs, List<List<Shape>> shapes) {
        this.writer = writer;
        this.each = each;
        this.inputs = inputs;
        this.shapes = shapes;
    }

    String name() {
        return each.get(0).op();
    }

    GraphBuilder graph() {
        return writer.graph();
    }

    String input(int i) {
        return inputs.get(i);
    }

    List<String> inputs() {
        return inputs;
    }

    /** The recorded operation, where there is one recording alone. */
    Trace.Recorded only() {
        Check.that(each.size() == 1, "onnx: %s cannot be written for any number of samples", name());
        return each.get(0);
    }

    /** The element type of the value. */
    ElementType type() {
        return each.get(0).bytesPerElement() == Double.BYTES ? ElementType.DOUBLE : ElementType.FLOAT;
    }

    int rank() {
        return each.get(0).shape().rank();
    }

    /** The shape of an operand for the first number of samples. */
    Shape shape(int input) {
        return shapes.get(0).get(input);
    }

    /** The shape of the value for the first number of samples. */
    Shape shape() {
        return each.get(0).shape();
    }

    /** The sizes of the value. */
    Size[] sizes() {
        return writer.sizes(each.stream().map(Trace.Recorded::shape).toList());
    }

    Map<String, Object> attributes() {
        return each.get(0).attributes();
    }

    boolean has(String attribute) {
        return attributes().containsKey(attribute);
    }

    /** A whole number that does not depend on the number of samples. */
    int integer(String attribute) {
        Size size = size(attribute);
        Check.that(size.isFixed(), "onnx: %s of %s must not depend on the number of samples", attribute, name());
        return (int) size.rest();
    }

    /** A whole number. */
    Size size(String attribute) {
        int[] values = each.stream()
                .mapToInt(operation -> (int) operation.attributes().get(attribute))
                .toArray();
        return Size.of(writer.samples(), values);
    }

    double number(String attribute) {
        return (double) attributes().get(attribute);
    }

    boolean flag(String attribute) {
        return (boolean) attributes().get(attribute);
    }

    @SuppressWarnings("unchecked") // as the operations give them
    int[] integers(String attribute) {
        List<Integer> first = (List<Integer>) attributes().get(attribute);
        for (Trace.Recorded other : each) {
            Check.that(
                    first.equals(other.attributes().get(attribute)),
                    "onnx: %s of %s must not depend on the number of samples",
                    attribute,
                    name());
        }
        return first.stream().mapToInt(Integer::intValue).toArray();
    }

    // ---- nodes ----

    String node(String op, String... in) {
        return graph().node(op, in);
    }

    String node(String op, List<String> in, Map<String, Attribute> attributes) {
        return graph().node(op, in, attributes);
    }

    String number(double value) {
        return graph().number(type(), value);
    }

    /** Sizes as a vector of the graph. */
    String vector(Size... sizes) {
        return writer.vector(sizes);
    }

    /** Truth values as numbers. */
    String numbers(String truths) {
        return graph().cast(truths, type());
    }
}
