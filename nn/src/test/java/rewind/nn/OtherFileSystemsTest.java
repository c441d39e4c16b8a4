package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static rewind.nn.Layers.dense;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.data.Csv;
import rewind.nn.data.Dataset;
import rewind.nn.fixture.FileFormat;
import rewind.nn.format.FormatException;
import rewind.nn.format.Npy;
import rewind.nn.format.Npz;
import rewind.nn.format.Safetensors;

/** Files need not be on a disk: everything that takes a path takes one into an archive, and models go through streams and bytes. */
class OtherFileSystemsTest {
    private final Tensor x = Tensor.arange(6).reshape(3, 2);
    private final Model model = Sequential.of(dense(1)).build(Shape.of(2), 1);

    @TempDir
    Path directory;

    private FileSystem archive;

    @BeforeEach
    void open() throws IOException {
        archive = FileSystems.newFileSystem(directory.resolve("a.zip"), Map.of("create", "true"));
        Files.createDirectory(archive.getPath("/folder"));
    }

    @AfterEach
    void close() throws IOException {
        archive.close();
    }

    @Test
    void arrays() throws IOException {
        Path file = archive.getPath("/folder/a");
        for (int i = 0; i < 2; i++) { // written, and replaced
            for (FileFormat each : FileFormat.ALL) {
                each.write().to(file, x);
                assertThat(each.read().of(file).toArray()).as(each.name()).isEqualTo(x.toArray());
            }
        }
        Npy.write(file, x);
        try (Stream<double[]> rows = Npy.rows(file)) {
            assertThat(rows.flatMapToDouble(Arrays::stream).toArray()).isEqualTo(x.toArray());
        }
        Npz.write(file, Map.of("x", x));
        assertThat(Npz.names(file)).containsExactly("x");
        Safetensors.of(Map.of("a", x.neg(), "x", x)).write(file);
        assertThat(Safetensors.read(file).tensor("x").toArray()).isEqualTo(x.toArray());
        assertThat(Safetensors.read(file, "x").toArray()).isEqualTo(x.toArray());
        assertThat(Safetensors.names(file)).containsExactlyInAnyOrder("a", "x");
        Files.writeString(file, "no archive");
        assertThatThrownBy(() -> Npz.read(file))
                .isExactlyInstanceOf(FormatException.class)
                .hasMessageStartingWith("/folder/a: must be a zip archive: ");
        try (Stream<Path> files = Files.list(file.getParent())) {
            assertThat(files.map(Path::toString)).containsExactly("/folder/a");
        }
    }

    @Test
    void runs() throws IOException {
        Path folder = archive.getPath("/run");
        Path log = archive.getPath("/history.csv");
        Training training = Training.of(model).epochs(2);
        training.on(Listeners.checkpoint(folder).keepBest())
                .on(Listeners.csvLog(log))
                .fit(Dataset.of(x, x.sum(1).expandDims(1)));
        Tensor before = model.predict(x);
        assertThat(Files.readAllLines(log)).hasSize(3);
        assertThat(Model.load(folder.resolve("best.safetensors")).predict(x).toArray())
                .isEqualTo(before.toArray());
        training.epochs(3).resume(folder).fit(Dataset.of(x, x.sum(1).expandDims(1)));
        assertThat(model.predict(x).toArray()).isNotEqualTo(before.toArray());
        assertThat(Csv.of(log).read().size()).isEqualTo(2);
    }

    @Test
    void models() throws IOException {
        Path file = archive.getPath("model.safetensors");
        model.save(file);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        model.save(out);
        assertThat(out.toByteArray()).isEqualTo(Files.readAllBytes(file)).isEqualTo(model.toBytes());

        byte[] bytes = model.toBytes();
        for (Model loaded :
                new Model[] {Model.load(file), Model.load(bytes), Model.load(new ByteArrayInputStream(bytes))}) {
            assertThat(loaded.predict(x).toArray()).isEqualTo(model.predict(x).toArray());
        }
        Model other = Sequential.of(dense(1)).build(Shape.of(2), 2);
        other.loadParameters(bytes);
        assertThat(other.predict(x).toArray()).isEqualTo(model.predict(x).toArray());
        Model third = Sequential.of(dense(1)).build(Shape.of(2), 3);
        third.loadParameters(new ByteArrayInputStream(bytes));
        assertThat(third.predict(x).toArray()).isEqualTo(model.predict(x).toArray());
        byte[] cut = Arrays.copyOf(bytes, bytes.length - 1);
        assertThatThrownBy(() -> Model.load(cut))
                .isExactlyInstanceOf(FormatException.class)
                .hasMessageStartingWith("safetensors: ");
        assertThatThrownBy(() -> Model.load(new ByteArrayInputStream(cut)))
                .isExactlyInstanceOf(FormatException.class)
                .hasMessageStartingWith("safetensors: ");
    }

    /** The file system of the JDK's own modules can only be read. */
    @Test
    void whatCannotBeWrittenSaysSo() {
        Path file = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules/a");
        assertThatThrownBy(() -> Npy.write(file, x))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("/modules/a: cannot be written, as its file system is read-only");
        Path present =
                FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules/java.base/java/lang/Object.class");
        assertThatThrownBy(() -> Npy.read(present))
                .isExactlyInstanceOf(FormatException.class)
                .hasMessage(present + ": must begin with \\x93NUMPY");
    }
}
