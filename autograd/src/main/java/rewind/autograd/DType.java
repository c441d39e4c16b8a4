package rewind.autograd;

import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.random.RandomGenerator;
import rewind.autograd.buffer.Buffer;
import rewind.autograd.kernel.KernelChoice;
import rewind.autograd.kernel.Kernels;
import rewind.autograd.require.Check;
import rewind.autograd.reverse.Places;

/** The element type of a tensor. */
public enum DType {
    /** IEEE 754 binary64, Java's {@code double}. */
    FLOAT64(KernelChoice.float64(), 0x1p-52, Double.MIN_NORMAL),

    /** IEEE 754 binary32, Java's {@code float}: half the memory, seven digits. */
    FLOAT32(KernelChoice.float32(), 0x1p-23, Float.MIN_NORMAL);

    private final Kernels<Object> kernels;
    private final double epsilon;
    private final double minNormal;

    @SuppressWarnings(
            "unchecked") // the one place where the array type is forgotten; a tensor's array always fits its dtype
    DType(Kernels<?> kernels, double epsilon, double minNormal) {
        this.kernels = (Kernels<Object>) kernels;
        this.epsilon = epsilon;
        this.minNormal = minNormal;
    }

    /** The type of a buffer's elements. */
    static DType of(Buffer buffer) {
        return buffer.kernels() == FLOAT64.kernels ? FLOAT64 : FLOAT32;
    }

    Kernels<Object> kernels() {
        return kernels;
    }

    /** Returns ε, the distance from 1 to the next larger number. */
    public double epsilon() {
        return epsilon;
    }

    /** Returns the smallest positive number that has all its digits. */
    public double minNormal() {
        return minNormal;
    }

    // ---- making tensors of this type, see Tensor ----

    Tensor empty(Shape shape) {
        return new Tensor(Buffer.of(kernels, shape.sizes(), shape.size()), shape, Places.none());
    }

    /** The elements of an array of this type. */
    Tensor of(Shape shape, Object values, int length) {
        Check.that(length == shape.size(), "of: the shape %s needs %s values, got %s", shape, shape.size(), length);
        Tensor result = empty(shape);
        kernels.copy(values, 0, result.buffer().data, 0, length);
        return result;
    }

    Tensor full(double value, Shape shape) {
        Tensor result = empty(shape);
        kernels.fill(value, result.buffer().data, 0, shape.size());
        return result;
    }

    /** Every element from its position, in row-major order. */
    Tensor generate(Shape shape, DoubleUnaryOperator ofPosition) {
        Tensor result = empty(shape);
        for (int i = 0; i < shape.size(); i++) {
            kernels.set(result.buffer().data, i, ofPosition.applyAsDouble(i));
        }
        return result;
    }

    Tensor arange(double start, double end, double step) {
        Check.that(
                step != 0 && Double.isFinite(start) && Double.isFinite(end) && Double.isFinite(step),
                "arange: bounds must be finite and the step not 0, got %s, %s, %s",
                start,
                end,
                step);
        double count = Math.max(0, Math.ceil((end - start) / step));
        Check.that(count <= Integer.MAX_VALUE, "arange: at most 2147483647 elements fit, got %s", count);
        return generate(Shape.of((int) count), i -> start + i * step);
    }

    Tensor linspace(double start, double end, int count) {
        Check.that(count >= 0, "linspace: the count must not be negative, got %s", count);
        Check.that(
                Double.isFinite(start) && Double.isFinite(end),
                "linspace: bounds must be finite, got %s and %s",
                start,
                end);
        return generate(
                Shape.of(count),
                i -> i == count - 1 && i > 0 ? end : start + i * (end - start) / Math.max(1, count - 1));
    }

    Tensor uniform(RandomGenerator rng, double low, double high, Shape shape) {
        Check.that(
                low <= high && Double.isFinite(low) && Double.isFinite(high),
                "uniform: bounds must be finite with low <= high, got %s and %s",
                low,
                high);
        return generate(shape, i -> low + (high - low) * rng.nextDouble());
    }
}
