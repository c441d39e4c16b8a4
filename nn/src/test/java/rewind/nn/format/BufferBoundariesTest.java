package rewind.nn.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import rewind.autograd.DType;
import rewind.autograd.Tensor;

/** Arrays as large as the buffers through which they go, and one element less or more, of every type, bit by bit. */
class BufferBoundariesTest {
    @TempDir
    Path directory;

    /** The sizes at which a buffer is full, and those beside them. */
    private static List<Integer> sizes(int width) {
        int full = Elements.CHUNK / width;
        return List.of(0, 1, full - 1, full, full + 1, 2 * full - 1, 2 * full, 2 * full + 1);
    }

    @ParameterizedTest
    @EnumSource(ElementType.class)
    void everyTypeIsRead(ElementType type) throws IOException {
        Random random = new Random(type.ordinal());
        for (int size : sizes(type.width())) {
            byte[] little = bytes(type, size, random);
            String expected = Bits.of(expected(type, little));
            assertThat(Bits.of(Safetensors.read(safetensors(type, size, little)).tensor("x")))
                    .as("safetensors of %s", size)
                    .isEqualTo(expected);
            if (type != ElementType.BF16) {
                for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
                    assertThat(readAllWays(npy(type, size, order, little)))
                            .as("npy of %s, %s", size, order)
                            .containsOnly(expected);
                }
            }
        }
    }

    /** From bytes, from a file, and from streams that give less than they are asked for. */
    private List<String> readAllWays(byte[] npy) throws IOException {
        Path file = Files.write(directory.resolve("a.npy"), npy);
        Tensor slowly = Input.read("slow", new Hesitating(npy), npy.length, Npy::read);
        return List.of(
                Bits.of(Npy.read(npy)),
                Bits.of(Npy.read(file)),
                Bits.of(Npy.read(new Hesitating(npy))),
                Bits.of(slowly));
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void everyTypeIsWritten(DType dtype) throws IOException {
        Random random = new Random(dtype.ordinal());
        ElementType type = dtype == DType.FLOAT64 ? ElementType.F64 : ElementType.F32;
        Map<String, Tensor> all = new LinkedHashMap<>();
        for (int size : sizes(type.width())) {
            byte[] little = bytes(type, size, random);
            Tensor tensor = expected(type, little);
            all.put("x" + size, tensor);
            byte[] npy = Npy.toBytes(tensor);
            assertThat(Arrays.copyOfRange(npy, npy.length - little.length, npy.length))
                    .isEqualTo(little);
            byte[] safetensors = Safetensors.of(Map.of("x", tensor)).toBytes();
            assertThat(Arrays.copyOfRange(safetensors, safetensors.length - little.length, safetensors.length))
                    .isEqualTo(little);
            assertThat(Bits.of(Npy.read(npy))).isEqualTo(Bits.of(tensor));
            assertThat(Bits.of(Safetensors.read(safetensors).tensor("x"))).isEqualTo(Bits.of(tensor));
        }
        Path file = directory.resolve("all");
        Npz.write(file, all);
        assertThat(Bits.of(Npz.read(file))).isEqualTo(Bits.of(all));
        Npz.writeCompressed(file, all);
        assertThat(Bits.of(Npz.read(file))).isEqualTo(Bits.of(all));
        Safetensors.of(all).write(file);
        assertThat(Bits.of(Safetensors.read(file).tensors())).isEqualTo(Bits.of(all));
        assertThat(Bits.of(Safetensors.read(new Hesitating(Files.readAllBytes(file)))
                        .tensors()))
                .isEqualTo(Bits.of(all));
        for (String name : all.keySet()) {
            assertThat(Bits.of(Safetensors.read(file, name))).isEqualTo(Bits.of(all.get(name)));
        }
    }

    /** Rows are read some at a time: as many as fill a buffer, or one that is longer. */
    @ParameterizedTest
    @EnumSource(DType.class)
    void rows(DType dtype) throws IOException {
        Path file = directory.resolve("rows.npy");
        for (int columns : new int[] {1, 3, 4095, 4096, 4097, 16_384, 16_385}) {
            for (int rows : new int[] {1, 2, 4095 / columns + 1, 4096 / columns + 1, 8192 / columns + 2}) {
                Tensor x = Tensor.arange(rows * columns).reshape(rows, columns).to(dtype);
                Npy.write(file, x);
                try (Stream<double[]> read = Npy.rows(file)) {
                    double[] flat = read.flatMapToDouble(Arrays::stream).toArray();
                    assertThat(flat).as("%s rows of %s", rows, columns).isEqualTo(x.toArray());
                }
            }
        }
    }

    /** Each tensor has a buffer of its own size at most, not one of 64 kB. */
    @Test
    void smallTensorsNeedSmallBuffers() throws IOException {
        Map<String, Tensor> many = new LinkedHashMap<>();
        for (int i = 0; i < 5_000; i++) {
            many.put("t" + i, i % 2 == 0 ? Tensor.zeros(0) : Tensor.of(1));
        }
        byte[] file = Safetensors.of(many).toBytes();
        Work work = Work.of(() -> Safetensors.read(file));
        assertThat(work.bytes()).isLessThan(150L * file.length);
    }

    // ---- files by the formats' descriptions, and what they hold ----

    private static byte[] bytes(ElementType type, int size, Random random) {
        byte[] bytes = new byte[size * type.width()];
        random.nextBytes(bytes);
        for (int i = 0; i < size; i++) {
            if (type == ElementType.BOOL) {
                bytes[i] &= 1;
            } else if (type == ElementType.I64 || type == ElementType.U64) {
                boolean negative = type == ElementType.I64 && i % 3 == 0;
                bytes[8 * i + 7] = (byte) (negative ? 0xff : 0); // within 2^53
                bytes[8 * i + 6] = (byte) (negative ? bytes[8 * i + 6] | 0xe0 : bytes[8 * i + 6] & 0x1f);
            }
        }
        return bytes;
    }

    private static Tensor expected(ElementType type, byte[] little) {
        int size = little.length / type.width();
        double[] doubles = new double[size];
        float[] floats = new float[size];
        for (int i = 0; i < size; i++) {
            long bits = 0;
            for (int k = type.width() - 1; k >= 0; k--) {
                bits = bits << 8 | (little[i * type.width() + k] & 0xff);
            }
            int unused = 64 - 8 * type.width();
            switch (type) {
                case F64 -> doubles[i] = Double.longBitsToDouble(bits);
                case F32 -> floats[i] = Float.intBitsToFloat((int) bits);
                case BF16 -> floats[i] = Float.intBitsToFloat((int) bits << 16);
                case F16 -> floats[i] = half((int) bits);
                case I64, I32, I16, I8 -> doubles[i] = bits << unused >> unused;
                default -> doubles[i] = bits;
            }
        }
        return type.dtype() == DType.FLOAT64 ? Tensor.of(doubles) : Tensor.of(floats);
    }

    private static float half(int bits) {
        int sign = bits >> 15 & 1;
        int exponent = bits >> 10 & 31;
        int mantissa = bits & 1023;
        if (exponent == 31) {
            return Float.intBitsToFloat(sign << 31 | 0x7f80_0000 | mantissa << 13);
        }
        double magnitude = exponent == 0 ? mantissa * 0x1p-24 : (1 + mantissa / 1024.0) * Math.pow(2, exponent - 15);
        return (float) (sign == 0 ? magnitude : -magnitude);
    }

    private static byte[] npy(ElementType type, int size, ByteOrder order, byte[] little) {
        String kind =
                type == ElementType.BOOL ? "b" : type.name().substring(0, 1).toLowerCase(java.util.Locale.ROOT);
        String descr = (order == ByteOrder.BIG_ENDIAN ? ">" : "<") + kind + type.width();
        byte[] data = little.clone();
        if (order == ByteOrder.BIG_ENDIAN) {
            for (int i = 0; i < data.length; i++) {
                data[i] = little[i / type.width() * type.width() + type.width() - 1 - i % type.width()];
            }
        }
        String header = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (" + size + ",), }";
        return NpyProperties.file(1, header, data);
    }

    private static byte[] safetensors(ElementType type, int size, byte[] little) throws IOException {
        byte[] header = ("{\"x\":{\"dtype\":\"" + type + "\",\"shape\":[" + size + "],\"data_offsets\":[0,"
                        + little.length + "]}}")
                .getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(new byte[] {(byte) header.length, 0, 0, 0, 0, 0, 0, 0});
        file.write(header);
        file.write(little);
        return file.toByteArray();
    }

    /** Gives a few bytes at a time, now more and now less. */
    private static final class Hesitating extends InputStream {
        private final ByteArrayInputStream all;
        private int turn;

        Hesitating(byte[] bytes) {
            this.all = new ByteArrayInputStream(bytes);
        }

        @Override
        public int read() {
            return all.read();
        }

        @Override
        public int read(byte[] bytes, int from, int count) {
            return all.read(bytes, from, Math.min(count, 1 + turn++ % 7 * 1000));
        }
    }
}
