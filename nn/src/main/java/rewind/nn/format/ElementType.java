package rewind.nn.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import rewind.autograd.DType;

/**
 * How a file holds a number, by its name in safetensors. Half precision and bfloat16 become FLOAT32, which holds every value of theirs;
 * integers and truth values become FLOAT64.
 */
enum ElementType {
    F64(8),
    F32(4),
    F16(2),
    BF16(2),
    I64(8),
    U64(8),
    I32(4),
    U32(4),
    I16(2),
    U16(2),
    I8(1),
    U8(1),
    BOOL(1);

    /** All integers up to here are doubles, and no double stands for two of them. */
    private static final long LARGEST = 1L << 53;

    private final int width;

    ElementType(int width) {
        this.width = width;
    }

    /** Returns the number of bytes of an element. */
    int width() {
        return width;
    }

    /** Returns the type of a tensor that holds such elements. */
    DType dtype() {
        return this == F32 || this == F16 || this == BF16 ? DType.FLOAT32 : DType.FLOAT64;
    }

    /** Takes elements out of the bytes and puts them into a {@code double[]} or {@code float[]}, as the dtype says. */
    void decode(ByteBuffer bytes, Object array, int from, int to, Input in, String what) throws IOException {
        switch (this) {
            case F64 -> bytes.asDoubleBuffer().get((double[]) array, from, to - from);
            case F32 -> bytes.asFloatBuffer().get((float[]) array, from, to - from);
            case F16, BF16 -> halves(bytes, (float[]) array, from, to);
            default -> integers(bytes, (double[]) array, from, to, in, what);
        }
    }

    private void halves(ByteBuffer bytes, float[] array, int from, int to) {
        for (int i = from; i < to; i++) {
            short bits = bytes.getShort();
            array[i] = this == F16 ? float16(bits) : Float.intBitsToFloat(bits << 16);
        }
    }

    /** IEEE 754 binary16: a sign, 5 bits of exponent with bias 15, 10 of mantissa. */
    private static float float16(short bits) {
        int sign = (bits & 0x8000) << 16;
        int exponent = bits >> 10 & 0x1f;
        int mantissa = bits & 0x3ff;
        if (exponent == 0) {
            float magnitude = Math.scalb((float) mantissa, -24);
            return sign == 0 ? magnitude : -magnitude;
        }
        int widened = exponent == 0x1f ? 0xff : exponent - 15 + 127;
        return Float.intBitsToFloat(sign | widened << 23 | mantissa << 13);
    }

    private void integers(ByteBuffer bytes, double[] array, int from, int to, Input in, String what)
            throws IOException {
        long most = this == BOOL ? 1 : LARGEST;
        long least = this == BOOL || this == U64 ? 0 : -LARGEST;
        for (int i = from; i < to; i++) {
            long value = integer(bytes);
            if (value < least || value > most) {
                String text = this == U64 ? Long.toUnsignedString(value) : Long.toString(value);
                throw in.failure(
                        "%s: an element of type %s must lie in %s … %s to be held exactly, element %s is %s",
                        what, this, least, most, i, text);
            }
            array[i] = value;
        }
    }

    private long integer(ByteBuffer bytes) {
        return switch (width) {
            case 8 -> bytes.getLong();
            case 4 -> this == U32 ? Integer.toUnsignedLong(bytes.getInt()) : bytes.getInt();
            case 2 -> this == U16 ? Short.toUnsignedLong(bytes.getShort()) : bytes.getShort();
            default -> this == I8 ? bytes.get() : Byte.toUnsignedLong(bytes.get());
        };
    }
}
