package rewind.nn.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/** Every type of element becomes what it stands for, and files larger than the heap are no disaster. */
class ElementTypeTest {
    private static Tensor read(ElementType type, ByteBuffer bytes) throws IOException {
        return Input.read(
                "test",
                bytes.array(),
                in -> Elements.read(in, type, bytes.order(), Shape.of(bytes.capacity() / type.width()), "tensor"));
    }

    /** The low bytes of −1 and of numbers with a bit in every byte, as the type reads them. */
    @ParameterizedTest
    @CsvSource({
        "I8,   127, -128, -1",
        "U8,   127, 128, 255",
        "I16,  32767, -32768, -1",
        "U16,  32767, 32768, 65535",
        "I32,  2147483647, -2147483648, -1",
        "U32,  2147483647, 2147483648, 4294967295",
    })
    void integers(ElementType type, double largest, double leading, double ones) throws IOException {
        long first = 1L << (8 * type.width() - 1);
        for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
            ByteBuffer bytes = ByteBuffer.allocate(3 * type.width()).order(order);
            for (long value : new long[] {first - 1, first, -1}) {
                put(bytes, type.width(), value);
            }
            assertThat(read(type, bytes).toArray()).containsExactly(largest, leading, ones);
        }
    }

    private static void put(ByteBuffer bytes, int width, long value) {
        switch (width) {
            case 1 -> bytes.put((byte) value);
            case 2 -> bytes.putShort((short) value);
            default -> bytes.putInt((int) value);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"I64", "U64"})
    void longs(ElementType type) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(24).order(ByteOrder.BIG_ENDIAN);
        bytes.putLong(0).putLong(1L << 53).putLong((1L << 53) - 1);
        assertThat(read(type, bytes).toArray()).containsExactly(0, 0x1p53, 0x1p53 - 1);
    }

    /** All 65536 of them, by the formula (−1)^s 2^(e − 15) (1 + m/1024), and (−1)^s 2^−14 m/1024 where e = 0. */
    @Test
    void halves() throws IOException {
        float[] values = read(ElementType.F16, shorts()).toFloatArray();
        for (int bits = 0; bits < values.length; bits++) {
            int exponent = bits >> 10 & 31;
            double fraction = (bits & 1023) / 1024.0;
            double magnitude = exponent == 0
                    ? fraction * 0x1p-14
                    : exponent < 31
                            ? (1 + fraction) * Math.pow(2, exponent - 15)
                            : fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
            assertThat(values[bits]).isEqualTo(Float.valueOf((float) (bits < 0x8000 ? magnitude : -magnitude)));
        }
    }

    /** A bfloat16 is the upper half of a float. */
    @Test
    void bfloats() throws IOException {
        float[] values = read(ElementType.BF16, shorts()).toFloatArray();
        for (int bits = 0; bits < values.length; bits++) {
            assertThat(Float.floatToRawIntBits(values[bits])).isEqualTo(bits << 16);
        }
    }

    private static ByteBuffer shorts() {
        ByteBuffer bytes = ByteBuffer.allocate(2 << 16).order(ByteOrder.LITTLE_ENDIAN);
        for (int bits = 0; bits < 1 << 16; bits++) {
            bytes.putShort((short) bits);
        }
        return bytes;
    }

    /** No array has 2³¹ − 1 elements in this virtual machine, so that it throws at once. */
    @Test
    void aFileLargerThanTheHeapIsAnError() {
        byte[] header = "{\"a\":{\"dtype\":\"U8\",\"shape\":[2147483647],\"data_offsets\":[0,2147483647]}}"
                .getBytes(StandardCharsets.UTF_8);
        ByteBuffer start = ByteBuffer.allocate(8 + header.length).order(ByteOrder.LITTLE_ENDIAN);
        InputStream in = new SequenceInputStream(
                new ByteArrayInputStream(
                        start.putLong(header.length).put(header).array()),
                InputStream.nullInputStream());
        assertThatThrownBy(() -> Input.read("big", in, start.capacity() + 2147483647L, Safetensors::read))
                .isExactlyInstanceOf(FormatException.class)
                .hasMessage(
                        "big: does not fit into the heap of %s MB; use a larger -Xmx",
                        Runtime.getRuntime().maxMemory() >> 20);
    }

    @Test
    void aFileThatBecomesShorterIsAnError() {
        InputStream in = new ByteArrayInputStream(Npy.toBytes(Tensor.zeros(20_000)), 0, 100_000);
        assertThatThrownBy(() -> Input.read("short", in, 160_128, Npy::read))
                .isExactlyInstanceOf(FormatException.class)
                .hasMessage("short: ends too early; it must have 60128 bytes more");
    }
}
