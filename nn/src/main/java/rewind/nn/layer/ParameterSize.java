package rewind.nn.layer;

import java.util.Arrays;
import java.util.function.Supplier;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/** How much a parameter takes, which is told before it is taken. */
final class ParameterSize {
    private static final String REMEDY = "; the layer needs fewer units or inputs, or the JVM a larger -Xmx";

    private ParameterSize() {}

    /**
     * The shape of a parameter.
     *
     * @throws IllegalArgumentException if it has too many elements for a tensor
     */
    static Shape shape(String name, int... sizes) {
        double elements = Arrays.stream(sizes).asDoubleStream().reduce(1, (a, b) -> a * b);
        Check.that(
                elements <= Integer.MAX_VALUE,
                "parameter %s: at most 2147483647 elements fit into a tensor, got the shape %s; the layer needs fewer units or inputs",
                name,
                Arrays.toString(sizes));
        return Shape.of(sizes);
    }

    /**
     * A parameter that is drawn.
     *
     * @throws IllegalArgumentException if it does not fit into the heap
     */
    static Tensor drawn(String name, Shape shape, DType dtype, Supplier<Tensor> draw) {
        long heap = Runtime.getRuntime().maxMemory();
        long bytes = (long) shape.size() * (dtype == DType.FLOAT64 ? Double.BYTES : Float.BYTES);
        Check.that(bytes <= heap, "%s%s", tooLarge(name, shape, bytes, heap), REMEDY);
        try {
            return draw.get();
        } catch (OutOfMemoryError e) { // beside what is there already, and what drawing takes for a while
            throw new IllegalArgumentException(
                    tooLarge(name, shape, bytes, heap) + " with what else it holds, and what drawing takes" + REMEDY,
                    e);
        }
    }

    private static String tooLarge(String name, Shape shape, long bytes, long heap) {
        return Check.text(
                "parameter %s of the shape %s takes %s MB, which do not fit into the heap of %s MB",
                name, shape, bytes >> 20, heap >> 20);
    }
}
