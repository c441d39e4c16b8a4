package rewind.nn.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static rewind.nn.Layers.dense;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.channels.Channels;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.data.Csv;
import rewind.nn.fixture.FileFormat;

/** A thread that is interrupted reads and writes files to the end, and is interrupted still; what cannot be read says why. */
class InterruptedReadingTest {
    /** What reads a file or a stream. */
    private interface Reading<T> {
        Object of(T from) throws IOException;
    }

    private final Tensor x = Tensor.arange(60_000).reshape(3, 20_000); // more than a buffer
    private final Model model = Sequential.of(dense(1)).build(Shape.of(2), 1);

    @TempDir
    Path directory;

    @BeforeEach
    void interrupt() {
        Thread.currentThread().interrupt();
    }

    @AfterEach
    void isInterruptedStill() {
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void filesOnTheDisk() throws IOException {
        everyFormat(directory);
    }

    @Test
    void filesOfAnotherFileSystem() throws IOException {
        Thread.interrupted(); // an archive itself is opened by the JDK through a channel
        try (FileSystem zip = FileSystems.newFileSystem(directory.resolve("a.zip"), Map.of("create", "true"))) {
            interrupt();
            everyFormat(zip.getPath("/"));
            Thread.interrupted(); // so it is closed
        }
        interrupt();
    }

    private void everyFormat(Path folder) throws IOException {
        Path file = folder.resolve("x");
        for (FileFormat each : FileFormat.ALL) {
            each.write().to(file, x);
            assertThat(each.read().of(file).toArray()).as(each.name()).isEqualTo(x.toArray());
            assertThat(each.readStream().of(Files.newInputStream(file)).toArray())
                    .as(each.name())
                    .isEqualTo(x.toArray());
        }
        Npy.write(file, x);
        try (Stream<double[]> rows = Npy.rows(file)) {
            assertThat(rows.flatMapToDouble(Arrays::stream).toArray()).isEqualTo(x.toArray());
        }
        Safetensors.of(Map.of("a", x.neg(), "x", x)).write(file);
        assertThat(Safetensors.read(file, "x").toArray()).isEqualTo(x.toArray());
        assertThat(Safetensors.names(file)).containsExactlyInAnyOrder("a", "x");
        model.save(file);
        assertThat(Model.load(file)).hasToString(model.toString());
        Files.writeString(file, "a\n1\n");
        assertThat(Csv.of(file).read().numbers().toArray()).containsExactly(1);
    }

    @Test
    void aStreamThatClosesSaysWhy() throws IOException {
        Path file = directory.resolve("x");
        Npy.write(file, x);
        List<Reading<InputStream>> all = new ArrayList<>(List.of(Npz::readNumeric, in -> Model.load(in)));
        FileFormat.ALL.forEach(format -> all.add(in -> format.readStream().of(in)));
        for (Reading<InputStream> reading : all) {
            Thread.interrupted(); // so that it can be opened
            try (InputStream in = Channels.newInputStream(java.nio.channels.FileChannel.open(file))) {
                Thread.currentThread().interrupt();
                assertThatThrownBy(() -> reading.of(in))
                        .isInstanceOf(InterruptedIOException.class)
                        .hasMessageMatching(
                                "(npy|npz|safetensors|model): not read to its end, as the thread was interrupted; Thread.interrupted\\(\\) clears its flag");
            }
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        }
    }
}
