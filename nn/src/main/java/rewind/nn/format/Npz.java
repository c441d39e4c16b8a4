package rewind.nn.format;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import rewind.autograd.Tensor;

/** Files of several arrays by name as {@code numpy.savez} and {@code numpy.savez_compressed} write them: a zip archive of {@link Npy} files. */
public final class Npz {
    private static final String SUFFIX = ".npy";
    /** Deflate makes nothing smaller than that. */
    private static final int LARGEST_RATIO = 1032;

    private static final int LONGEST_NAME = 65535;
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
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        try (ZipFile zip = new ZipFile(file.toFile())) {
            List<? extends ZipEntry> entries = Collections.list(zip.entries());
            checkEntries(file, entries);
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (ZipEntry each : entries) {
                String name = each.getName();
                tensors.put(name.substring(0, name.length() - SUFFIX.length()), read(zip, each, what(file, each)));
            }
            return Collections.unmodifiableMap(tensors);
        } catch (ZipException | EOFException e) {
            throw new FormatException(file + ": must be a zip archive: " + e.getMessage(), e);
        }
    }

    private static String what(Path file, ZipEntry entry) {
        return file + ": " + FormatException.quoted(entry.getName());
    }

    /** Entries that are there twice or share their bytes are how small archives become very large. */
    private static void checkEntries(Path file, List<? extends ZipEntry> entries) throws IOException {
        Set<String> names = new HashSet<>();
        long left = Files.size(file);
        for (ZipEntry each : entries) {
            String what = what(file, each);
            check(names.add(each.getName()), what, "is there twice");
            left -= each.getCompressedSize();
            check(each.getCompressedSize() >= 0 && left >= 0, what, "the entries must not be longer than the file");
            checkEntry(each, what);
        }
    }

    private static void checkEntry(ZipEntry entry, String what) throws FormatException {
        check(entry.getName().endsWith(SUFFIX), what, "an entry's name must end in .npy");
        long largest = entry.getMethod() == ZipEntry.STORED
                ? entry.getCompressedSize()
                : entry.getCompressedSize() * LARGEST_RATIO;
        check(
                entry.getSize() >= 0 && entry.getSize() <= largest,
                what,
                String.format(Locale.ROOT, "%s bytes cannot hold %s", entry.getCompressedSize(), entry.getSize()));
    }

    private static Tensor read(ZipFile zip, ZipEntry entry, String what) throws IOException {
        CRC32 sum = new CRC32();
        try (CheckedInputStream in = new CheckedInputStream(zip.getInputStream(entry), sum)) {
            Tensor tensor = Input.read(what, in, entry.getSize(), Npy::read);
            check(in.read() < 0, what, "is longer than the archive says");
            check(sum.getValue() == entry.getCrc(), what, "its check sum is wrong");
            return tensor;
        }
    }

    private static void check(boolean condition, String what, String text) throws FormatException {
        if (!condition) {
            throw new FormatException(what + ": " + text, null);
        }
    }

    /**
     * Writes or replaces a file, not compressed; see {@link WholeFile#write}.
     *
     * @throws IOException if it cannot be written
     * @throws IllegalArgumentException if a tensor has more than 64 axes, or a name is longer than 65,531 bytes or has a lone surrogate
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
                    zip.closeEntry();
                }
            }
        });
    }

    private static ZipEntry entry(String name, Tensor tensor, int method) throws IOException {
        boolean unicode = StandardCharsets.UTF_8.newEncoder().canEncode(name);
        if (!unicode || (name + SUFFIX).getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
            throw new IllegalArgumentException(
                    "npz: a name must be Unicode of at most 65531 bytes, got " + FormatException.quoted(name));
        }
        ZipEntry entry = new ZipEntry(name + SUFFIX);
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
