package rewind.nn.format;

import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Tuple;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/** Tensors bit by bit: the numbers of a file are compared as they are stored, so that NaN payloads and −0 count. */
final class Bits {
    private Bits() {}

    /** The shapes of the properties: scalars, empty axes and all between. */
    static Arbitrary<Shape> shapes() {
        return Arbitraries.integers()
                .between(0, 4)
                .array(int[].class)
                .ofMinSize(0)
                .ofMaxSize(4)
                .map(Shape::of);
    }

    /** Tensors of both dtypes whose elements are any bits at all; those with a meaning of their own often. */
    static Arbitrary<Tensor> tensors() {
        Arbitrary<Long> longs = Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.longs()),
                Tuple.of(
                        1,
                        Arbitraries.of(
                                0L,
                                1L,
                                Long.MIN_VALUE,
                                -1L,
                                0x7ff0_0000_0000_0000L,
                                0xfff0_0000_0000_0000L,
                                0x7ff0_0000_0000_0001L,
                                0x7ff8_0000_dead_beefL,
                                0x7f80_0001_7f80_0000L)));
        return shapes().flatMap(shape -> longs.array(long[].class)
                .ofSize(shape.size())
                .flatMap(bits -> Arbitraries.of(DType.class).map(dtype -> tensor(dtype, shape, bits))));
    }

    static Tensor tensor(DType dtype, Shape shape, long... bits) {
        double[] doubles = new double[bits.length];
        float[] floats = new float[bits.length];
        for (int i = 0; i < bits.length; i++) {
            doubles[i] = Double.longBitsToDouble(bits[i]);
            floats[i] = Float.intBitsToFloat((int) bits[i]);
        }
        return dtype == DType.FLOAT64 ? Tensor.of(shape, doubles) : Tensor.of(shape, floats);
    }

    /** The elements' bits in hexadecimal, after dtype and shape. */
    static String of(Tensor tensor) {
        StringBuilder text = new StringBuilder(tensor.dtype() + " " + tensor.shape());
        if (tensor.dtype() == DType.FLOAT64) {
            for (double each : tensor.toArray()) {
                text.append(' ').append(Long.toHexString(Double.doubleToRawLongBits(each)));
            }
        } else {
            for (float each : tensor.toFloatArray()) {
                text.append(' ').append(Integer.toHexString(Float.floatToRawIntBits(each)));
            }
        }
        return text.toString();
    }

    /** All tensors in their order, a line each. */
    static String of(Map<String, Tensor> tensors) {
        StringBuilder text = new StringBuilder();
        tensors.forEach((name, tensor) ->
                text.append(name).append(": ").append(of(tensor)).append('\n'));
        return text.toString();
    }
}
