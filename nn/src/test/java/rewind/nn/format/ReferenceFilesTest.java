package rewind.nn.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import rewind.autograd.Tensor;

/** Files that NumPy and the safetensors library wrote; the resources' README says how. */
class ReferenceFilesTest {
    private static Path file(String name) throws URISyntaxException {
        return Path.of(ReferenceFilesTest.class.getResource("/format/" + name).toURI());
    }

    /** Dtype, shape and elements, row-major, in hexadecimal: how decimal digits are chosen differs between versions of Java. */
    private static String text(Tensor tensor) {
        return tensor.dtype() + " " + tensor.shape() + " " + hex(tensor.toArray());
    }

    private static List<String> hex(double... elements) {
        return Arrays.stream(elements).mapToObj(Double::toHexString).toList();
    }

    /** The same of a text with numbers of any form. */
    private static String text(String expected) {
        int elements = expected.lastIndexOf('[');
        double[] numbers = Arrays.stream(
                        expected.substring(elements + 1, expected.length() - 1).split(", ", 0))
                .filter(number -> !number.isEmpty())
                .mapToDouble(Double::parseDouble)
                .toArray();
        return expected.substring(0, elements) + hex(numbers);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "f8              | FLOAT64 [2, 3] [0.5, 1.5, 2.5, 3.5, 4.5, 5.5]",
                "f4-columns      | FLOAT32 [2, 3] [0.0, 0.125, 0.25, 0.375, 0.5, 0.625]",
                "f8-big          | FLOAT64 [4] [1.5, -0.0, NaN, Infinity]",
                "f2              | FLOAT32 [6] [1.5, -65504.0, 0x1p-24, -0.0, Infinity, NaN]",
                "i8              | FLOAT64 [2, 1] [9.007199254740992E15, -9.007199254740992E15]",
                "u2-big          | FLOAT64 [2] [0.0, 65535.0]",
                "b1              | FLOAT64 [2] [1.0, 0.0]",
                "scalar          | FLOAT64 [] [0.1]",
                "empty           | FLOAT32 [2, 0, 3] []",
                "version-2       | FLOAT64 [1] [7.0]",
                "version-3       | FLOAT64 [1] [7.0]",
            })
    void npy(String name, String expected) throws IOException, URISyntaxException {
        assertThat(text(Npy.read(file(name + ".npy")))).isEqualTo(text(expected));
    }

    @Test
    void theColumnsOfACube() throws IOException, URISyntaxException {
        Tensor cube = Npy.read(file("f8-cube-columns.npy"));
        assertThat(text(cube)).isEqualTo(text(Tensor.arange(24).reshape(2, 3, 4)));
    }

    @Test
    void npzStored() throws IOException, URISyntaxException {
        Map<String, Tensor> arrays = Npz.read(file("stored.npz"));
        assertThat(List.copyOf(arrays.keySet())).isEqualTo(List.of("x", "lstm/Uf"));
        assertThat(text(arrays.get("x"))).isEqualTo(text("FLOAT64 [2, 3] [0.5, 1.5, 2.5, 3.5, 4.5, 5.5]"));
        assertThat(text(arrays.get("lstm/Uf"))).isEqualTo(text("FLOAT64 [2] [1.0, 2.0]"));
    }

    @Test
    void npzCompressed() throws IOException, URISyntaxException {
        Map<String, Tensor> arrays = Npz.read(file("compressed.npz"));
        assertThat(List.copyOf(arrays.keySet())).isEqualTo(List.of("x", "é"));
        assertThat(text(arrays.get("x"))).isEqualTo(text(Tensor.zeros(100)));
        assertThat(text(arrays.get("é"))).isEqualTo(text("FLOAT32 [] [2.0]"));
    }

    @Test
    void safetensors() throws IOException, URISyntaxException {
        Safetensors file = Safetensors.read(file("model.safetensors"));
        assertThat(file.metadata()).isEqualTo(Map.of("kind", "lstm", "quote", "\"é\"\n"));
        List<String> expected = List.of(
                "FLOAT64 [2] [-3.0, 4.0]",
                "FLOAT64 [2, 3] [0.0, 0.125, 0.25, 0.375, 0.5, 0.625]",
                "FLOAT64 [] [2.5]",
                "FLOAT32 [2] [0.10000000149011612, -0.0]",
                "FLOAT32 [0, 3] []",
                "FLOAT32 [2] [1.5, -2.0]",
                "FLOAT64 [3] [1.0, 0.0, 1.0]");
        assertThat(file.tensors().values().stream()
                        .map(ReferenceFilesTest::text)
                        .toList())
                .isEqualTo(expected.stream().map(ReferenceFilesTest::text).toList());
        assertThat(List.copyOf(file.tensors().keySet()))
                .isEqualTo(List.of("id", "lstm/Uf", "scalar", "b", "empty", "half", "mask"));
    }
}
