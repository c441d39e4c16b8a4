package rewind.nn.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rewind.autograd.Tensor;
import rewind.nn.fixture.FileFormat;
import rewind.nn.fixture.OpenFiles;

/** Whatever is read or written, and whatever is wrong with it, no file stays open. */
class ClosedFilesTest {
    /** What reads a file. */
    private interface Reading {
        Object of(Path file) throws IOException;
    }

    private static final List<Reading> ALL = Stream.concat(
                    FileFormat.ALL.stream().<Reading>map(each -> each.read()::of),
                    Stream.<Reading>of(
                            Npz::read,
                            Npz::names,
                            Safetensors::readNumeric,
                            Safetensors::names,
                            file -> Safetensors.read(file, "x")))
            .toList();

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void name() throws IOException {
        file = directory.toRealPath().resolve("x");
    }

    @AfterEach
    void nothingIsOpen() throws IOException {
        assertThat(OpenFiles.of(file.getParent())).isEmpty();
    }

    @Test
    void goodFiles() throws IOException {
        Tensor x = Tensor.ones(2, 3);
        for (FileFormat each : FileFormat.ALL) {
            each.write().to(file, x);
            assertThat(each.read().of(file).toArray()).as(each.name()).isEqualTo(x.toArray());
        }
        Npz.write(file, Map.of("x", x));
        Npz.read(file);
        Npz.readNumeric(file);
        Npz.names(file);
        Safetensors.of(Map.of("x", x)).write(file);
        Safetensors.readNumeric(file);
        Safetensors.names(file);
        Safetensors.read(file, "x");
    }

    @Test
    void damagedFiles() throws IOException {
        Npz.write(file, Map.of("x", Tensor.ones(2, 3)));
        byte[] archive = Files.readAllBytes(file);
        archive[archive.length - 22 - 51 + 24]++; // the length of its entry, in its directory
        for (byte[] content : List.of(archive, new byte[3], Npy.toBytes(Tensor.ones(3)))) {
            Files.write(file, content);
            for (Reading reading : ALL) {
                try {
                    reading.of(file);
                } catch (IOException e) {
                    assertThat(e.getMessage()).startsWith(file.toString());
                }
                nothingIsOpen();
            }
        }
    }

    @Test
    void rows() throws IOException {
        Npy.write(file, Tensor.ones(2, 3));
        try (Stream<double[]> rows = Npy.rows(file)) {
            assertThat(OpenFiles.of(file.getParent())).containsExactly(file);
            assertThat(rows).hasSize(2);
        }
        nothingIsOpen();
        Npy.write(file, Tensor.ones(2));
        assertThatThrownBy(() -> Npy.rows(file)).isExactlyInstanceOf(UncheckedIOException.class);
    }

    @Test
    void whatIsWrittenOnlyInPart() throws IOException {
        WholeFile.write(file, out -> out.write(1));
        nothingIsOpen();
        assertThatThrownBy(() -> WholeFile.write(file, out -> {
                    throw new IOException("full");
                }))
                .hasMessage("full");
    }
}
