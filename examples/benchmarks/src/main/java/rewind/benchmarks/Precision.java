package rewind.benchmarks;

import java.util.Arrays;
import java.util.Optional;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/** The element types that are measured. */
enum Precision {
    FLOAT64(8, 1e-10),
    FLOAT32(4, 1e-5);

    private final int bytes;
    private final double tolerance;

    Precision(int bytes, double tolerance) {
        this.bytes = bytes;
        this.tolerance = tolerance;
    }

    int bytes() {
        return bytes;
    }

    /** How far two systems may differ, relative to the largest element. */
    double tolerance() {
        return tolerance;
    }

    /** Whether this library has the type. */
    boolean available() {
        return dtype().isPresent();
    }

    private Optional<DType> dtype() {
        return Arrays.stream(DType.values())
                .filter(dtype -> dtype.name().equals(name()))
                .findAny();
    }

    /** Returns the value that a number of this type has. */
    double rounded(double value) {
        return this == FLOAT32 ? (float) value : value;
    }

    /** Returns a tensor of this type with the given elements, in row-major order. */
    Tensor tensor(Shape shape, double... values) {
        if (this == FLOAT64) {
            return Tensor.of(shape, values);
        }
        int[] next = {0};
        return Tensor.zeros(dtype().orElseThrow(), shape).map(zero -> values[next[0]++]);
    }
}
