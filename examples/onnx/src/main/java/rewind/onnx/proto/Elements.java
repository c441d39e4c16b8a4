package rewind.onnx.proto;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import rewind.autograd.Tensor;

/** The elements of tensors as bytes. */
final class Elements {
    private Elements() {}

    /** Returns the elements in a type, rounded to it, as files have them. */
    static byte[] bytes(ElementType type, Tensor tensor) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(tensor.size(), type.bytes()))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (double value : tensor.toArray()) {
            switch (type) {
                case FLOAT -> bytes.putFloat((float) value);
                case DOUBLE -> bytes.putDouble(value);
                case FLOAT16 -> bytes.putShort(half((float) value));
                case BFLOAT16 -> bytes.putShort(brain((float) value));
                case UINT64 -> bytes.putLong(value >= 0x1p63 ? (long) (value - 0x1p63) ^ Long.MIN_VALUE : (long) value);
                default -> whole(type, (long) value, bytes);
            }
        }
        return bytes.array();
    }

    private static void whole(ElementType type, long value, ByteBuffer bytes) {
        switch (type.bytes()) {
            case 1 -> bytes.put((byte) value);
            case 2 -> bytes.putShort((short) value);
            case 4 -> bytes.putInt((int) value);
            default -> bytes.putLong(value);
        }
    }

    /** The upper half of a float, to the nearest, to even between two. */
    private static short brain(float value) {
        int bits = Float.floatToRawIntBits(value);
        return (short) (Float.isNaN(value) ? (bits >>> 16) | 0x40 : (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
    }

    /** IEEE 754 half precision, to the nearest, to even between two. */
    static short half(float value) {
        int sign = Float.floatToRawIntBits(value) >>> 16 & 0x8000;
        float size = Math.abs(value);
        if (Float.isNaN(value)) {
            return (short) (sign | 0x7e00);
        }
        if (size < 0x1p-14f) { // no leading digit; also what is rounded up to one that has
            return (short) (sign | (int) Math.rint(size * 0x1p24));
        }
        if (size >= 65520) {
            return (short) (sign | 0x7c00);
        }
        int exponent = Math.getExponent(size);
        int digits = (int) Math.rint(Math.scalb((double) size, 10 - exponent)); // 1024 to 2048
        return (short) (sign | (((exponent + 15) << 10) + digits - 1024));
    }
}
