package rewind.onnx.operator;

import java.util.Arrays;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.onnx.proto.ElementType;

/**
 * A tensor in a graph, with the element type that it has there.
 *
 * @param type the type
 * @param tensor the elements
 */
public record Value(ElementType type, Tensor tensor) {
    /** Returns another tensor of the type. */
    Value with(Tensor other) {
        return new Value(type, other);
    }

    /** Returns a vector of whole numbers. */
    static Value integers(long... values) {
        double[] numbers = Arrays.stream(values).asDoubleStream().toArray();
        return new Value(ElementType.INT64, Tensor.of(Shape.of(values.length), numbers));
    }

    /** Returns a vector of the sizes of a shape. */
    static Value sizes(Shape shape) {
        return integers(Arrays.stream(shape.toArray()).asLongStream().toArray());
    }

    /** Returns one whole number. */
    static Value integer(long value) {
        return new Value(ElementType.INT64, Tensor.of((double) value));
    }

    /** Returns truth values. */
    static Value truths(Tensor tensor) {
        return new Value(ElementType.BOOL, tensor);
    }

    /** Returns the elements as whole numbers. */
    long[] longs() {
        double[] values = tensor.toArray();
        long[] longs = new long[values.length];
        for (int i = 0; i < longs.length; i++) {
            longs[i] = (long) values[i];
        }
        return longs;
    }

    /** Returns the elements as whole numbers that fit into 32 bits; those beyond are cut to the nearest that do. */
    int[] ints() {
        return Arrays.stream(longs())
                .mapToInt(value -> (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, value)))
                .toArray();
    }

    /** Returns the only element as a number. */
    double number() {
        Check.that(tensor.size() == 1, "there must be one number, got the shape %s", tensor.shape());
        return tensor.toArray()[0];
    }

    /** Returns the only element as a whole number. */
    long integer() {
        return (long) number();
    }

    /** Returns the only element as a truth value. */
    boolean isTrue() {
        return number() != 0;
    }
}
