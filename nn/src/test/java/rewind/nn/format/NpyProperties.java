package rewind.nn.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/** What is written comes back as it was; and it is what NumPy's description of the format says, both ways. */
class NpyProperties {
    @Property(tries = 300)
    void writtenAndReadAgainItIsTheSame(@ForAll("tensors") Tensor tensor) throws IOException {
        assertThat(Bits.of(Npy.read(Npy.toBytes(tensor)))).isEqualTo(Bits.of(tensor));
        assertThat(Npy.length(tensor)).isEqualTo(Npy.toBytes(tensor).length);
    }

    @Property(tries = 300)
    void itIsAsDescribed(@ForAll("tensors") Tensor tensor) {
        byte[] file = Npy.toBytes(tensor);
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int length = bytes.getShort(8);
        Matcher header = Pattern.compile(
                        "\\{'descr': '<f([48])', 'fortran_order': False, 'shape': \\(([\\d, ]*)\\), \\} {0,63}\n")
                .matcher(new String(file, 10, length, StandardCharsets.US_ASCII));
        assertThat(header.matches()).isTrue();
        assertThat(new String(file, 0, 8, StandardCharsets.ISO_8859_1)).isEqualTo("\u0093NUMPY\u0001\0");
        assertThat((10 + length) % 64).isZero();
        String sizes = Arrays.toString(tensor.shape().toArray()).replaceAll("[\\[\\]]", "");
        assertThat(header.group(2)).isEqualTo(tensor.rank() == 1 ? sizes + "," : sizes);
        assertThat(header.group(1)).isEqualTo(tensor.dtype() == DType.FLOAT64 ? "8" : "4");
        assertThat(Arrays.copyOfRange(file, 10 + length, file.length))
                .isEqualTo(data(tensor, ByteOrder.LITTLE_ENDIAN, false));
    }

    /** Whatever the length of the dictionary, it is padded as little as alignment needs. */
    @Example
    void headersHaveNoNeedlessBlanks() {
        for (int axes = 0; axes <= 64; axes++) {
            for (int first : new int[] {1, 10}) {
                int[] sizes =
                        IntStream.range(0, axes).map(i -> i == 0 ? first : 1).toArray();
                Tensor tensor = Tensor.zeros(sizes);
                int header = Npy.toBytes(tensor).length - 8 * tensor.size();
                String text = new String(Npy.toBytes(tensor), 0, header, StandardCharsets.ISO_8859_1);
                assertThat(header % 64).isZero();
                assertThat(header - (text.lastIndexOf('}') + 2))
                        .as("%s axes", axes)
                        .isBetween(0, 63);
            }
        }
    }

    @Property(tries = 300)
    void allFormsAreUnderstood(
            @ForAll("tensors") Tensor tensor,
            @ForAll @IntRange(min = 1, max = 3) int version,
            @ForAll boolean big,
            @ForAll boolean columns,
            @ForAll boolean odd,
            @ForAll boolean python2)
            throws IOException {
        String header = String.format(
                Locale.ROOT,
                odd
                        ? "{ \"shape\" :%3$s,\"fortran_order\":%2$s , 'descr'\n:'%1$s'}"
                        : "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }   \n",
                (big ? ">f" : "<f") + (tensor.dtype() == DType.FLOAT64 ? 8 : 4),
                columns ? "True" : "False",
                tuple(tensor.shape(), odd));
        header = python2 ? header.replaceAll("(\\d)([,)])", "$1L$2").replaceAll("(['\"][<>\\w]+['\"])", "u$1") : header;
        byte[] file =
                file(version, header, data(tensor, big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN, columns));
        assertThat(Bits.of(Npy.read(file))).isEqualTo(Bits.of(tensor));
    }

    static byte[] file(int version, String header, byte... data) {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(12 + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put("\u0093NUMPY".getBytes(StandardCharsets.ISO_8859_1));
        bytes.put((byte) version).put((byte) 0);
        if (version == 1) {
            bytes.putShort((short) text.length);
        } else {
            bytes.putInt(text.length);
        }
        bytes.put(text).put(data);
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    private static String tuple(Shape shape, boolean commaAtEnd) {
        String sizes = Arrays.toString(shape.toArray()).replace("[", "(").replace("]", "");
        return sizes + (shape.rank() == 1 || (shape.rank() > 1 && commaAtEnd) ? "," : "") + ")";
    }

    /** The elements' bytes; with columns, element (i, j, …) stands at i + rows·(j + …). */
    private static byte[] data(Tensor tensor, ByteOrder order, boolean columns) {
        boolean doubles = tensor.dtype() == DType.FLOAT64;
        int width = doubles ? 8 : 4;
        ByteBuffer bytes = ByteBuffer.allocate(tensor.size() * width).order(order);
        for (int i = 0; i < tensor.size(); i++) {
            int at = width * (columns ? columnMajor(i, tensor.shape()) : i);
            if (doubles) {
                bytes.putLong(at, Double.doubleToRawLongBits(tensor.toArray()[i]));
            } else {
                bytes.putInt(at, Float.floatToRawIntBits(tensor.toFloatArray()[i]));
            }
        }
        return bytes.array();
    }

    private static int columnMajor(int rowMajor, Shape shape) {
        int position = 0;
        int rest = rowMajor;
        for (int axis = shape.rank() - 1; axis >= 0; axis--) {
            int step = 1;
            for (int before = 0; before < axis; before++) {
                step *= shape.size(before);
            }
            position += rest % shape.size(axis) * step;
            rest /= shape.size(axis);
        }
        return position;
    }

    @Provide
    static Arbitrary<Tensor> tensors() {
        return Bits.tensors();
    }
}
