package rewind.benchmarks.systems;

import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/** The element types that are measured. */
public enum Precision {
    FLOAT64(DType.FLOAT64, 8, 1e-10),
    FLOAT32(DType.FLOAT32, 4, 1e-5);

    private final DType dtype;
    private final int bytes;
    private final double tolerance;

    Precision(DType dtype, int bytes, double tolerance) {
        this.dtype = dtype;
        this.bytes = bytes;
        this.tolerance = tolerance;
    }

    public int bytes() {
        return bytes;
    }

    /** How far two systems may differ, relative to the largest element. */
    public double tolerance() {
        return tolerance;
    }

    /** Returns the value that a number of this type has. */
    double rounded(double value) {
        return this == FLOAT32 ? (float) value : value;
    }

    /** Returns a tensor of this type with the given elements, in row-major order. */
    Tensor tensor(Shape shape, double... values) {
        return Tensor.of(shape, values).to(dtype);
    }
}
