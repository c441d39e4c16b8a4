package rewind.nn.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import rewind.autograd.DType;
import rewind.autograd.Tensor;
import rewind.nn.data.Dataset;
import rewind.nn.data.Windows;

/** Rows read a few at a time are those of the whole array. */
class NpyRowsTest {
    @TempDir
    private Path folder;

    private Path write(Tensor tensor) throws IOException {
        Path file = folder.resolve("data.npy");
        Npy.write(file, tensor);
        return file;
    }

    @ParameterizedTest
    @CsvSource({"0, 3", "1, 1", "5000, 3", "4096, 1", "3, 5000", "7, 0"})
    void rowsAreThoseOfTheArray(int rows, int columns) throws IOException {
        for (DType dtype : DType.values()) {
            Tensor array = Tensor.randn(dtype, new Well19937c(1), rows, columns);
            try (Stream<double[]> read = Npy.rows(write(array))) {
                assertThat(read.toArray(double[][]::new)).isDeepEqualTo(array.toRows());
            }
        }
    }

    @Test
    void windowsOfTheRowsAreThoseOfTheArray() throws IOException {
        Tensor series = Tensor.randn(new Well19937c(2), 100, 2);
        Path file = write(series);
        Windows windows = Windows.of(5).horizon(2).stride(3);
        try (Stream<Dataset> batches = windows.over(() -> Npy.rows(file)).batches(1000, Optional.empty())) {
            Dataset all = batches.findFirst().orElseThrow();
            assertThat(all.x().toArray()).isEqualTo(windows.over(series).x().toArray());
            assertThat(all.y().toArray()).isEqualTo(windows.over(series).y().toArray());
        }
    }

    @Test
    void otherArraysAreRefused() throws Exception {
        Path vector = write(Tensor.of(1, 2, 3));
        assertThatThrownBy(() -> Npy.rows(vector))
                .isExactlyInstanceOf(UncheckedIOException.class)
                .hasMessage(vector
                        + ": to be read by rows, an array must be (rows, columns) in C order, got the shape [3]");
        Path columns =
                Path.of(NpyRowsTest.class.getResource("/format/f4-columns.npy").toURI());
        assertThatThrownBy(() -> Npy.rows(columns))
                .hasMessageEndingWith("(rows, columns) in C order, got the shape [2, 3] in Fortran's order");
        Path cut = write(Tensor.zeros(2, 3));
        Files.write(cut, Arrays.copyOf(Files.readAllBytes(cut), 170));
        assertThatThrownBy(() -> Npy.rows(cut)).hasMessage(cut + ": shape and descr need 48 bytes of data, got 42");
        assertThatThrownBy(() -> Npy.rows(folder.resolve("none.npy"))).isExactlyInstanceOf(UncheckedIOException.class);
    }

    /** An element that no tensor holds is an error where it is read, behind the 4096 elements before it, which are rows by then. */
    @Test
    void onlyAFewRowsAreReadAtATime() throws IOException {
        for (int columns : new int[] {1, 2, 4096, 5000}) {
            int atOnce = Math.max(1, 4096 / columns);
            byte[] truths = new byte[(atOnce + 1) * columns];
            truths[atOnce * columns] = 2;
            String shape = "(" + (atOnce + 1) + ", " + columns + ")";
            Path file = Files.write(
                    folder.resolve("truths.npy"),
                    NpyProperties.file(
                            1, "{'descr': '|b1', 'fortran_order': False, 'shape': " + shape + ", }", truths));
            int[] seen = {0};
            try (Stream<double[]> rows = Npy.rows(file)) {
                assertThatThrownBy(() -> rows.forEachOrdered(row -> seen[0]++))
                        .isExactlyInstanceOf(UncheckedIOException.class)
                        .hasMessage(
                                file
                                        + ": array: an element of type BOOL must lie in 0 … 1 to be held exactly, element 0 is 2");
            }
            assertThat(seen[0]).as("of %s columns", columns).isEqualTo(atOnce);
        }
    }
}
