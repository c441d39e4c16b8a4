package rewind.nn.format;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import rewind.autograd.Tensor;

/** A zip archive of arrays that is being read. Its errors name the file and the entry. */
final class NpzArchive implements AutoCloseable {
    /** How the entry of an array is named. */
    static final String SUFFIX = ".npy";
    /** Deflate makes nothing smaller than that. */
    private static final int LARGEST_RATIO = 1032;

    private final String origin;
    private final ZipFile zip;
    private final Map<String, ZipEntry> entries = new LinkedHashMap<>();

    private NpzArchive(String origin, ZipFile zip) {
        this.origin = origin;
        this.zip = zip;
    }

    static NpzArchive open(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        if (Files.isDirectory(file)) {
            throw new IOException(file + ": is a folder");
        }
        if (file.getFileSystem() == FileSystems.getDefault()) {
            return open(file.toString(), file, ZipFile.OPEN_READ);
        }
        try (InputStream in = Files.newInputStream(file)) {
            return open(file.toString(), in);
        }
    }

    /** Reads the stream into a file of its own, as archives are read from their end. */
    static NpzArchive open(String origin, InputStream in) throws IOException {
        Objects.requireNonNull(
                in, () -> origin + ": there must be a stream, got null, as of a resource that is not there");
        Path copy = Files.createTempFile("rewind", ".npz");
        try {
            copy(origin, in, copy);
            return open(origin, copy, ZipFile.OPEN_READ | ZipFile.OPEN_DELETE);
        } finally {
            Files.deleteIfExists(copy); // where open files cannot be deleted, closing does it
        }
    }

    private static void copy(String origin, InputStream in, Path copy) throws IOException {
        try {
            Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
        } catch (ClosedByInterruptException e) {
            throw Input.interrupted(origin + ": not read to its end", e);
        }
    }

    private static NpzArchive open(String origin, Path file, int mode) throws IOException {
        long length = Files.size(file);
        try {
            NpzArchive archive = new NpzArchive(origin, new ZipFile(file.toFile(), mode));
            try {
                archive.checkEntries(length);
                return archive;
            } catch (IOException | RuntimeException e) {
                archive.close();
                throw e;
            }
        } catch (ZipException | EOFException e) {
            throw noArchive(origin, e);
        }
    }

    private static FormatException noArchive(String origin, IOException e) {
        return new FormatException(origin + ": must be a zip archive: " + e.getMessage(), e);
    }

    // ---- what there is ----

    /** Entries that are there twice or share their bytes are how small archives become very large. */
    private void checkEntries(long length) throws FormatException {
        long left = length;
        for (ZipEntry each : Collections.list(zip.entries())) {
            check(entries.put(each.getName(), each) == null, each, "is there twice");
            left -= each.getCompressedSize();
            check(each.getCompressedSize() >= 0 && left >= 0, each, "the entries must not be longer than the file");
            long largest = each.getMethod() == ZipEntry.STORED
                    ? each.getCompressedSize()
                    : each.getCompressedSize() * LARGEST_RATIO;
            check(
                    each.getSize() >= 0 && each.getSize() <= largest,
                    each,
                    each.getCompressedSize() + " bytes cannot hold " + each.getSize());
        }
    }

    List<String> names() {
        return entries.values().stream()
                .filter(NpzArchive::isArray)
                .map(NpzArchive::name)
                .toList();
    }

    private static boolean isArray(ZipEntry entry) {
        return entry.getName().endsWith(SUFFIX);
    }

    private static String name(ZipEntry array) {
        String name = array.getName();
        return name.substring(0, name.length() - SUFFIX.length());
    }

    // ---- arrays ----

    Map<String, Tensor> readAll() throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (ZipEntry each : entries.values()) {
            check(isArray(each), each, "an entry's name must end in .npy; readNumeric leaves out what is no array");
            try {
                tensors.put(name(each), read(each));
            } catch (FormatException e) {
                throw isWhole(each, e)
                        ? new FormatException(e.getMessage() + "; readNumeric leaves out what no tensor can hold", e)
                        : e;
            }
        }
        return Collections.unmodifiableMap(tensors);
    }

    Map<String, Tensor> readNumeric() throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (ZipEntry each : entries.values()) {
            try {
                if (isArray(each)) {
                    tensors.put(name(each), read(each));
                }
            } catch (FormatException e) {
                if (!isWhole(each, e)) {
                    throw e;
                }
            }
        }
        return Collections.unmodifiableMap(tensors);
    }

    Tensor read(String name) throws IOException {
        ZipEntry entry = entries.get(name + SUFFIX);
        if (entry == null) {
            throw new IllegalArgumentException(FormatException.text(
                    "npz: there must be an array %s in %s, got %s", FormatException.quoted(name), origin, names()));
        }
        return read(entry);
    }

    private Tensor read(ZipEntry entry) throws IOException {
        CRC32 sum = new CRC32();
        try (CheckedInputStream in = new CheckedInputStream(zip.getInputStream(entry), sum)) {
            Tensor tensor = Input.read(what(entry), in, entry.getSize(), Npy::read);
            check(in.read() < 0, entry, "is longer than the archive says");
            check(sum.getValue() == entry.getCrc(), entry, "its check sum is wrong");
            return tensor;
        } catch (ZipException | EOFException e) {
            throw noArchive(origin, e);
        }
    }

    /** Whether an entry is as it was written, so that the failure tells of an array that no tensor can hold. */
    private boolean isWhole(ZipEntry entry, FormatException failure) throws IOException {
        if (failure.getCause() instanceof OutOfMemoryError) {
            return false;
        }
        CRC32 sum = new CRC32();
        try (CheckedInputStream in = new CheckedInputStream(zip.getInputStream(entry), sum)) {
            return in.transferTo(OutputStream.nullOutputStream()) == entry.getSize()
                    && sum.getValue() == entry.getCrc();
        } catch (ZipException | EOFException e) {
            return false;
        }
    }

    private String what(ZipEntry entry) {
        return origin + ": " + FormatException.quoted(entry.getName());
    }

    private void check(boolean condition, ZipEntry entry, String text) throws FormatException {
        if (!condition) {
            throw new FormatException(what(entry) + ": " + text, null);
        }
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
