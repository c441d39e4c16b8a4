package rewind.nn.format;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import rewind.autograd.Tensor;

/**
 * Files of several arrays by name as {@code numpy.savez} and {@code numpy.savez_compressed} write them: a zip archive of {@link Npy} files.
 */
public final class Npz {
    /** With the 46 bytes before it in the directory of a zip at most 65,535, which newer JDKs demand. */
    private static final int LONGEST_NAME = 65535 - 46;

    /** All archives of the same arrays are the same; zip knows no earlier month without a time zone. */
    private static final LocalDateTime TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

    private Npz() {}

    /**
     * Reads all arrays, in the order of the archive; see {@link Npy}. The map cannot be changed.
     *
     * @throws FormatException if the file is damaged, its lengths are impossible, an entry is no array that a tensor can hold, or it
     *     does not fit into memory
     * @throws IOException if it cannot be read
     */
    public static Map<String, Tensor> read(Path file) throws IOException {
        try (NpzArchive archive = NpzArchive.open(file)) {
            return archive.readAll();
        }
    }

    /**
     * As {@link #read(Path)}, of an archive that is somewhere else, a resource say. The stream is read to its end, into a temporary file,
     * and stays open.
     *
     * @throws FormatException as {@link #read(Path)}; the message begins with {@code npz}
     * @throws IOException if it cannot be read, or the temporary file cannot be written
     */
    public static Map<String, Tensor> read(InputStream in) throws IOException {
        try (NpzArchive archive = NpzArchive.open("npz", in)) {
            return archive.readAll();
        }
    }

    /**
     * Reads those arrays that a tensor can hold, and leaves out whatever else is in the archive: texts, objects, records, complex numbers,
     * integers beyond ±2⁵³, entries that are no arrays. {@link #names} tells what there is.
     *
     * @throws FormatException if the file is damaged, or does not fit into memory; nothing is left out for that
     * @throws IOException if it cannot be read
     */
    public static Map<String, Tensor> readNumeric(Path file) throws IOException {
        try (NpzArchive archive = NpzArchive.open(file)) {
            return archive.readNumeric();
        }
    }

    /**
     * As {@link #readNumeric(Path)}, of an archive that is somewhere else; the stream is read as {@link #read(InputStream)} does.
     *
     * @throws FormatException as {@link #readNumeric(Path)}; the message begins with {@code npz}
     * @throws IOException if it cannot be read, or the temporary file cannot be written
     */
    public static Map<String, Tensor> readNumeric(InputStream in) throws IOException {
        try (NpzArchive archive = NpzArchive.open("npz", in)) {
            return archive.readNumeric();
        }
    }

    /**
     * Reads one array, whatever else is in the archive.
     *
     * @throws FormatException as {@link #read(Path)}, for this array
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if there is none of that name
     */
    public static Tensor read(Path file, String name) throws IOException {
        try (NpzArchive archive = NpzArchive.open(file)) {
            return archive.read(name);
        }
    }

    /**
     * Returns the names of all arrays, those that no tensor can hold too, in the order of the archive; the list cannot be changed.
     *
     * @throws FormatException if the file is no archive, or its lengths are impossible
     * @throws IOException if it cannot be read
     */
    public static List<String> names(Path file) throws IOException {
        try (NpzArchive archive = NpzArchive.open(file)) {
            return archive.names();
        }
    }

    /**
     * Writes or replaces a file, not compressed; see {@link WholeFile#write}.
     *
     * @throws IOException if it cannot be written
     * @throws IllegalArgumentException if a tensor has more than 64 axes, or a name is longer than 65,485 bytes or has a lone surrogate
     */
    public static void write(Path file, Map<String, Tensor> tensors) throws IOException {
        write(file, tensors, ZipEntry.STORED);
    }

    /** As {@link #write(Path, Map)}, compressed. */
    public static void writeCompressed(Path file, Map<String, Tensor> tensors) throws IOException {
        write(file, tensors, ZipEntry.DEFLATED);
    }

    private static void write(Path file, Map<String, Tensor> tensors, int method) throws IOException {
        WholeFile.write(file, out -> {
            try (ZipOutputStream zip = new ZipOutputStream(out)) {
                for (Map.Entry<String, Tensor> each : tensors.entrySet()) {
                    zip.putNextEntry(entry(each.getKey(), each.getValue(), method));
                    Npy.write(each.getValue(), zip);
                }
            }
        });
    }

    private static ZipEntry entry(String name, Tensor tensor, int method) throws IOException {
        boolean unicode = StandardCharsets.UTF_8.newEncoder().canEncode(name);
        if (!unicode || (name + NpzArchive.SUFFIX).getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
            throw new IllegalArgumentException(
                    "npz: a name must be Unicode of at most 65485 bytes, got " + FormatException.quoted(name));
        }
        ZipEntry entry = new ZipEntry(name + NpzArchive.SUFFIX);
        entry.setTimeLocal(TIME);
        entry.setMethod(method);
        if (method == ZipEntry.STORED) { // length and check sum stand before the bytes
            CheckedOutputStream sum = new CheckedOutputStream(OutputStream.nullOutputStream(), new CRC32());
            Npy.write(tensor, sum);
            entry.setSize(Npy.length(tensor));
            entry.setCrc(sum.getChecksum().getValue());
        }
        return entry;
    }
}
