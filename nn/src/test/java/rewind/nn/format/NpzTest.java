package rewind.nn.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rewind.autograd.Tensor;

/** Archives of arrays: written and read again they are the same, and what is wrong with one is said in exact words. */
class NpzTest {
    private static final int CENTRAL_CRC = 16;
    private static final int CENTRAL_COMPRESSED = 20;
    private static final int CENTRAL_SIZE = 24;
    private static final int CENTRAL_NAME = 46;

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("data.npz");
    }

    @Property(tries = 50)
    void writtenAndReadAgainItIsTheSame(@ForAll("arrays") Map<String, Tensor> arrays, @ForAll boolean compressed)
            throws IOException {
        Path path = Files.createTempFile("rewind", ".npz");
        try {
            if (compressed) {
                Npz.writeCompressed(path, arrays);
            } else {
                Npz.write(path, arrays);
            }
            assertThat(Bits.of(Npz.read(path))).isEqualTo(Bits.of(arrays));
        } finally {
            Files.delete(path);
        }
    }

    @Provide
    static Arbitrary<Map<String, Tensor>> arrays() {
        return Arbitraries.maps(SafetensorsProperties.names(), Bits.tensors())
                .ofMaxSize(4)
                .map(LinkedHashMap::new);
    }

    @Test
    void compressionHelps() throws IOException {
        Map<String, Tensor> zeros = Map.of("x", Tensor.zeros(100_000));
        Npz.write(file, zeros);
        assertThat(Files.size(file)).isGreaterThan(800_000);
        Npz.writeCompressed(file, zeros);
        assertThat(Files.size(file)).isLessThan(2_000);
        assertThat(Bits.of(Npz.read(file))).isEqualTo(Bits.of(zeros));
    }

    @Test
    void theSameArraysGiveTheSameFile() throws IOException {
        Map<String, Tensor> arrays = Map.of("x", Tensor.of(1));
        Npz.write(file, arrays);
        byte[] first = Files.readAllBytes(file);
        Npz.write(file, arrays);
        assertThat(file).hasBinaryContent(first);
    }

    @Test
    void noArchive() throws IOException {
        Files.writeString(file, "no archive, though long enough to be one");
        refused(": must be a zip archive: zip END header not found");
        assertThatThrownBy(() -> Npz.read(directory.resolve("none"))).isExactlyInstanceOf(NoSuchFileException.class);
    }

    @Test
    void noArray() throws IOException {
        archive("readme.txt", "text");
        refused(": 'readme.txt': an entry's name must end in .npy");
        archive("a.npy", "text");
        refused(": 'a.npy': must begin with \\x93NUMPY and a version, has 4 bytes");
    }

    private void archive(String name, String text) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry(name));
            zip.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void wrongSizes() throws IOException {
        write(true);
        patch(0, CENTRAL_SIZE, 0x7fff_fff0);
        refused(": 'a.npy': 71 bytes cannot hold 2147483632");
        write(false);
        patch(0, CENTRAL_SIZE, 137);
        refused(": 'a.npy': 136 bytes cannot hold 137");
        write(false);
        patch(0, CENTRAL_SIZE, 135);
        refused(": 'a.npy': shape and descr need 8 bytes of data, got 7");
        write(true);
        patch(0, CENTRAL_SIZE, 200);
        refused(": 'a.npy': shape and descr need 8 bytes of data, got 72");
    }

    @Test
    void entriesThatShareTheirBytes() throws IOException {
        write(true);
        patch(1, CENTRAL_COMPRESSED, (int) Files.size(file));
        refused(": 'b.npy': the entries must not be longer than the file");
    }

    @Test
    void wrongCheckSum() throws IOException {
        write(false);
        patch(1, CENTRAL_CRC, 1);
        refused(": 'b.npy': its check sum is wrong");
    }

    @Test
    void twice() throws IOException {
        write(false);
        byte[] bytes = Files.readAllBytes(file);
        bytes[central(bytes, 1) + CENTRAL_NAME] = 'a';
        Files.write(file, bytes);
        refused(": 'a.npy': is there twice");
    }

    @Test
    void aNameMustFit() {
        for (String name : new String[] {"x\ud800", "n".repeat(65_532)}) {
            assertThatThrownBy(() -> Npz.write(file, Map.of(name, Tensor.of(1))))
                    .isExactlyInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "npz: a name must be Unicode of at most 65531 bytes, got " + FormatException.quoted(name));
        }
        assertThat(directory).isEmptyDirectory();
    }

    private void refused(String message) {
        assertThatThrownBy(() -> Npz.read(file))
                .isExactlyInstanceOf(FormatException.class)
                .hasMessage(file + message);
    }

    /** Two arrays of 136 bytes. */
    private void write(boolean compressed) throws IOException {
        Map<String, Tensor> arrays = new LinkedHashMap<>();
        arrays.put("a", Tensor.of(1));
        arrays.put("b", Tensor.of(2));
        if (compressed) {
            Npz.writeCompressed(file, arrays);
        } else {
            Npz.write(file, arrays);
        }
    }

    /** Changes a number of an entry in the archive's directory. */
    private void patch(int entry, int field, int value) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(central(bytes, entry) + field, value);
        Files.write(file, bytes);
    }

    private static int central(byte[] bytes, int entry) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int position = -1;
        for (int i = 0; i <= entry; i++) {
            position = text.indexOf("PK\u0001\u0002", position + 1);
        }
        return position;
    }
}
