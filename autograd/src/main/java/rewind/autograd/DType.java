package rewind.autograd;

import rewind.autograd.buffer.Buffer;
import rewind.autograd.kernel.KernelChoice;
import rewind.autograd.kernel.Kernels;

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
}
