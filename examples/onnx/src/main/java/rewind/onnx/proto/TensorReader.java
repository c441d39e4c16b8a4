package rewind.onnx.proto;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/** Reads one tensor: its elements stand in the file as bytes, or as numbers in one of several lists. */
final class TensorReader {
    private final List<Long> sizes = new ArrayList<>();
    private long code;
    private String name = "";
    private byte[] raw;
    private boolean external;
    private final Numbers numbers = new Numbers();

    private TensorReader() {}

    /** Numbers of a list, as they come. */
    private static final class Numbers {
        private double[] values = new double[0];
        private int count;

        void add(double value) {
            if (count == values.length) {
                values = Arrays.copyOf(values, Math.max(8, count + (count >> 1)));
            }
            values[count++] = value;
        }
    }

    static NamedTensor read(Fields fields) throws IOException {
        return new TensorReader().all(fields);
    }

    private NamedTensor all(Fields fields) throws IOException {
        for (int field = fields.next(); field != 0; field = fields.next()) {
            switch (field) {
                case 1 -> fields.numbers(sizes);
                case 2 -> code = fields.number();
                case 3 -> throw new Unsupported("a tensor in segments");
                case 4 -> fields.floats(numbers::add);
                case 5 -> fields.numbers(value -> numbers.add((int) value));
                case 7 -> fields.numbers(value -> numbers.add(value));
                case 8 -> name = fields.text();
                case 9 -> raw = fields.bytes();
                case 10 -> fields.doubles(numbers::add);
                case 11 -> fields.numbers(value -> numbers.add(unsigned(value)));
                case 14 -> external = fields.number() == 1;
                default -> fields.skip();
            }
        }
        return tensor();
    }

    private NamedTensor tensor() throws IOException {
        ElementType type = ElementType.of(code);
        if (external) {
            throw new Unsupported(Check.text(
                    "tensor '%s' has its data in another file (external data), which is not read; store the model as one file",
                    name));
        }
        if (type == null) {
            throw new Unsupported(Check.text(
                    "tensor '%s' has the element type %s, which tensors here cannot hold",
                    name, ElementType.name(code)));
        }
        long count = 1;
        for (long size : sizes) {
            if (size < 0 || size > Integer.MAX_VALUE) {
                throw new IOException(
                        Check.text("tensor '%s' must have sizes from 0 to 2147483647, got %s", name, sizes));
            }
            count = size == 0 || count == 0 ? 0 : Math.min(count * size, 1L << 40);
        }
        long bytes = count * type.bytes();
        long given = raw != null ? raw.length / type.bytes() : numbers.count;
        if (given != count || (raw != null && raw.length != bytes)) {
            throw new IOException(Check.text(
                    "tensor '%s' of the sizes %s must have %s elements of type %s, got %s",
                    name, sizes, count, type, raw != null ? raw.length + " bytes" : given));
        }
        int[] shape = sizes.stream().mapToInt(Long::intValue).toArray();
        return new NamedTensor(name, type, value(type, Shape.of(shape)));
    }

    private Tensor value(ElementType type, Shape shape) {
        ByteBuffer bytes = raw == null ? null : ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
        int count = shape.size();
        if (type.dtype() == DType.FLOAT32) {
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                values[i] = bytes != null ? real(type, bytes) : fromNumber(type, numbers.values[i]);
            }
            return Tensor.of(shape, values);
        }
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = bytes != null ? whole(type, bytes) : numbers.values[i];
        }
        return Tensor.of(shape, values);
    }

    private static float real(ElementType type, ByteBuffer bytes) {
        return type == ElementType.FLOAT ? bytes.getFloat() : half(type, bytes.getShort());
    }

    /** Half precision stands in lists as the bits of whole numbers. */
    private static float fromNumber(ElementType type, double number) {
        return type == ElementType.FLOAT ? (float) number : half(type, (short) number);
    }

    private static double whole(ElementType type, ByteBuffer bytes) {
        return switch (type) {
            case UINT8 -> bytes.get() & 0xff;
            case BOOL -> bytes.get() != 0 ? 1 : 0;
            case INT8 -> bytes.get();
            case UINT16 -> bytes.getShort() & 0xffff;
            case INT16 -> bytes.getShort();
            case INT32 -> bytes.getInt();
            case UINT32 -> bytes.getInt() & 0xffffffffL;
            case INT64 -> bytes.getLong();
            case UINT64 -> unsigned(bytes.getLong());
            default -> bytes.getDouble();
        };
    }

    private static double unsigned(long value) {
        return value >= 0 ? value : ((value >>> 1) | (value & 1)) * 2.0;
    }

    private static float half(ElementType type, short bits) {
        return type == ElementType.BFLOAT16 ? Float.intBitsToFloat(bits << 16) : half(bits & 0xffff);
    }

    /** IEEE 754 half precision: a sign, five bits of exponent, ten of fraction. */
    static float half(int bits) {
        int exponent = bits >> 10 & 0x1f;
        int fraction = bits & 0x3ff;
        float size = exponent == 0x1f
                ? (fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN)
                : exponent == 0 ? fraction * 0x1p-24f : Math.scalb(1024 + fraction, exponent - 25);
        return (bits & 0x8000) == 0 ? size : -size;
    }
}
