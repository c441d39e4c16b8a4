package rewind.nn.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
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
        try (ZipFile zip = new ZipFile(file.toFile())) {
            assertThat(zip.getEntry("x.npy").getTimeLocal()).isEqualTo("1980-02-01T00:00");
        }
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
        refused(": 'readme.txt': an entry's name must end in .npy; readNumeric leaves out what is no array");
        archive("a.npy", "text");
        refused(
                ": 'a.npy': must begin with \\x93NUMPY and a version, has 4 bytes; readNumeric leaves out what no tensor can hold");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            ZipEntry empty = new ZipEntry("a.npy");
            empty.setMethod(ZipEntry.STORED);
            empty.setSize(0);
            empty.setCrc(0);
            zip.putNextEntry(empty);
        }
        refused(
                ": 'a.npy': must begin with \\x93NUMPY and a version, has 0 bytes; readNumeric leaves out what no tensor can hold");
    }

    /** As NumPy writes texts, objects, records, complex numbers and large integers, between two arrays of numbers. */
    @Test
    void whatNoTensorCanHoldDoesNotHideTheRest() throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("a.npy", Npy.toBytes(Tensor.of(1, 2)));
        entries.put("readme.txt", "text".getBytes(StandardCharsets.UTF_8));
        entries.put("names.npy", npy("'<U3'", "(1,)", 12));
        entries.put("objects.npy", npy("'|O'", "(1,)", 100));
        entries.put("records.npy", npy("[('x', '<f8'), ('y', '<f4')]", "(1,)", 12));
        entries.put("complex.npy", npy("'<c16'", "(1,)", 16));
        entries.put("large.npy", npy("'<i8'", "(1,)", 8, (byte) 0x7f));
        entries.put("many.npy", npy("'<f8'", "(0, 3000000000)", 0));
        entries.put("folder/b.npy", Npy.toBytes(Tensor.of(new float[] {3})));
        archive(entries);

        assertThat(Npz.names(file))
                .containsExactly("a", "names", "objects", "records", "complex", "large", "many", "folder/b");
        Map<String, Tensor> numeric = Npz.readNumeric(file);
        assertThat(numeric).containsOnlyKeys("a", "folder/b");
        assertThat(numeric.get("a").toArray()).containsExactly(1, 2);
        assertThat(Npz.read(file, "folder/b").toFloatArray()).containsExactly(3);
        refused(": 'readme.txt': an entry's name must end in .npy; readNumeric leaves out what is no array");
        for (String name : List.of("names", "objects", "records", "complex", "large", "many")) {
            assertThatThrownBy(() -> Npz.read(file, name))
                    .isExactlyInstanceOf(FormatException.class)
                    .hasMessageStartingWith(file + ": '" + name + ".npy': ");
        }
        assertThatThrownBy(() -> Npz.read(file, "none"))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("npz: there must be an array 'none' in " + file
                        + ", got [a, names, objects, records, complex, large, many, folder/b]");
    }

    /** Damage is never left out, only what is whole and cannot be held. */
    @Test
    void damageIsNotLeftOut() throws IOException {
        write(false);
        byte[] bytes = Files.readAllBytes(file);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        bytes[text.indexOf("<f8") + 1] = 'c';
        Files.write(file, bytes);

        assertThatThrownBy(() -> Npz.readNumeric(file))
                .isExactlyInstanceOf(FormatException.class)
                .hasMessageStartingWith(file + ": 'a.npy': header: descr must be");
        assertThat(Npz.read(file, "b").toArray()).containsExactly(2);
    }

    /** An array that no tensor can hold, and behind its header what cannot be unpacked. */
    @Test
    void damageBehindAHeaderIsNotLeftOut() throws IOException {
        byte[] noise = new byte[200_000];
        new Random(1).nextBytes(noise);
        archive(Map.of("a.npy", npy("'<c16'", "(12500,)", noise.length, noise)));
        assertThat(Npz.readNumeric(file)).isEmpty();
        byte[] bytes = Files.readAllBytes(file);
        Arrays.fill(bytes, bytes.length / 2, bytes.length - 1000, (byte) 0xff);
        Files.write(file, bytes);
        assertThatThrownBy(() -> Npz.readNumeric(file))
                .isExactlyInstanceOf(FormatException.class)
                .hasMessageStartingWith(file + ": 'a.npy': header: descr must be");
    }

    /** No array of Java has as many elements as the archive says there are. */
    @Test
    void whatDoesNotFitIntoTheHeapIsNotLeftOut() throws IOException {
        byte[] noise = new byte[2_200_000];
        new Random(1).nextBytes(noise);
        byte[] array = npy("'|u1'", "(2147483647,)", noise.length, noise);
        archive(Map.of("a.npy", array));
        patch(0, CENTRAL_SIZE, array.length - noise.length + Integer.MAX_VALUE);
        String message = ": 'a.npy': does not fit into the heap of "
                + (Runtime.getRuntime().maxMemory() >> 20) + " MB; use a larger -Xmx";
        refused(message);
        assertThatThrownBy(() -> Npz.readNumeric(file)).hasMessage(file + message);
    }

    @Test
    void aStreamIsReadToItsEnd() throws IOException {
        write(true);
        byte[] bytes = Files.readAllBytes(file);
        assertThat(Bits.of(Npz.read(new ByteArrayInputStream(bytes)))).isEqualTo(Bits.of(Npz.read(file)));
        assertThatThrownBy(() -> Npz.read(new ByteArrayInputStream(bytes, 0, bytes.length - 1)))
                .isExactlyInstanceOf(FormatException.class)
                .hasMessageStartingWith("npz: must be a zip archive: ");
    }

    private static byte[] npy(String descr, String shape, int length, byte... data) {
        String header = "{'descr': " + descr + ", 'fortran_order': False, 'shape': " + shape + ", }";
        byte[] bytes = new byte[length];
        System.arraycopy(data, 0, bytes, length - data.length, data.length);
        return NpyProperties.file(1, header, bytes);
    }

    private void archive(Map<String, byte[]> entries) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (Map.Entry<String, byte[]> each : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(each.getKey()));
                zip.write(each.getValue());
            }
        }
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
        archive(Map.of("a.npy", Arrays.copyOf(Npy.toBytes(Tensor.of(1)), 137))); // a 0 more
        patch(0, CENTRAL_SIZE, 136);
        refused(": 'a.npy': is longer than the archive says");
    }

    @Test
    void entriesThatShareTheirBytes() throws IOException {
        write(true);
        patch(1, CENTRAL_COMPRESSED, (int) Files.size(file));
        refused(": 'b.npy': the entries must not be longer than the file");
        Npz.write(file, Map.of("a", Tensor.of(1)));
        patch(0, CENTRAL_COMPRESSED, (int) Files.size(file));
        refused(": 'a.npy': is longer than the archive says");
        patch(0, CENTRAL_COMPRESSED, (int) Files.size(file) + 1);
        refused(": 'a.npy': the entries must not be longer than the file");
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
    void aNameMustFit() throws IOException {
        String longest = "n".repeat(65_485);
        Npz.write(file, Map.of(longest, Tensor.of(1)));
        assertThat(Npz.names(file)).containsExactly(longest);
        Files.delete(file);
        for (String name : new String[] {"x\ud800", "n".repeat(65_486)}) {
            assertThatThrownBy(() -> Npz.write(file, Map.of(name, Tensor.of(1))))
                    .isExactlyInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "npz: a name must be Unicode of at most 65485 bytes, got " + FormatException.quoted(name));
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
