package rewind.nn.train.loop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.format.Safetensors;

/**
 * All that a run needs to go on: texts, and tensors in groups. The file is safetensors with a checksum of its content among the texts,
 * as the format itself has none.
 */
public final class Checkpoint {
    private static final Logger LOG = System.getLogger(Checkpoint.class.getName());
    public static final String FORMAT = "rewind-checkpoint-1";
    private static final String CHECKSUM = "checksum";
    /** The packages of the library's classes beyond its first one. */
    private static final Pattern ROOMS = Pattern.compile("\\brewind\\.nn\\.(?:[a-z]\\w*\\.)+(?=[A-Z])");

    private static final int SHOWN = 200;
    private static final int BUFFER = 1024;
    private static final Pattern NAME = Pattern.compile("checkpoint-(\\d{1,9})-(\\d{1,9})\\.safetensors");

    private final String origin;
    private final Map<String, String> texts;
    private final Map<String, Tensor> tensors;

    private Checkpoint(String origin, Map<String, String> texts, Map<String, Tensor> tensors) {
        this.origin = origin;
        this.texts = new LinkedHashMap<>(texts);
        this.tensors = new LinkedHashMap<>(tensors);
    }

    /** Makes one that has nothing yet. */
    public Checkpoint() {
        this("a new checkpoint", Map.of("format", FORMAT), Map.of());
    }

    void put(String key, String text) {
        texts.put(key, text);
    }

    void put(String group, Map<String, Tensor> members) {
        members.forEach((name, tensor) -> tensors.put(group + "/" + name, tensor.detach()));
    }

    /** A text with the names of the library's classes as if all were in one package, so that they may move in it. */
    static String wherever(String text) {
        return ROOMS.matcher(text).replaceAll("rewind.nn.");
    }

    // ---- what was read: everything is looked at, as a right checksum only says that it is as somebody wrote it ----

    /** The text of a key that every checkpoint has. */
    String text(String key) {
        String text = texts.get(key);
        that(text != null, "there must be a text %s among %s", key, texts.keySet());
        return text;
    }

    /** The text of a key as a whole number from 0 to a limit. */
    long count(String key, long most) {
        String text = text(key);
        try {
            long count = Long.parseLong(text);
            that(count >= 0 && count <= most, "the number of %s must be from 0 to %s, got %s", key, most, count);
            return count;
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    origin + ": the number of " + key + " must be whole, got " + cut(text), e);
        }
    }

    /** The text of a key as a number. */
    double number(String key) {
        String text = text(key);
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(origin + ": the " + key + " must be a number, got " + cut(text), e);
        }
    }

    /** The text of a key as a number that is finite and not negative. */
    double amount(String key) {
        double number = number(key);
        that(number >= 0 && Double.isFinite(number), "the %s must be finite and not negative, got %s", key, number);
        return number;
    }

    /** The tensors of a group by their names in it, in order. */
    SavedTensors group(String group) {
        return new SavedTensors(origin, "", tensors).under(group);
    }

    /** Requires that something is in this run as it was when the checkpoint was written. */
    void require(String key, String now) {
        that(text(key).equals(now), "the %s must be %s as before, got %s", key, said(text(key)), said(now));
    }

    void that(boolean condition, String text, Object... details) {
        Check.that(condition, "%s: %s", origin, condition ? "" : String.format(Locale.ROOT, text, details));
    }

    String origin() {
        return origin;
    }

    /** An option in a message: what is true or false is on or off. */
    static String said(String option) {
        return option.equals("true") ? "on" : option.equals("false") ? "off" : cut(option);
    }

    /** A text of a file, in a message. */
    static String cut(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }

    // ---- files ----

    /**
     * Writes a file, which is there whole or not at all.
     *
     * @throws UncheckedIOException if it cannot be written
     */
    public void write(Path file) {
        try {
            content().write(file);
        } catch (IOException e) {
            throw new UncheckedIOException("checkpoint " + file + " cannot be written: " + e.getMessage(), e);
        }
    }

    /** What a file holds. */
    Safetensors content() {
        Map<String, String> all = new LinkedHashMap<>(texts);
        all.put(CHECKSUM, checksum());
        return Safetensors.of(tensors, all);
    }

    /**
     * Reads a file.
     *
     * @throws IOException if it is no checkpoint, or damaged
     * @throws IllegalArgumentException if it is whole, but of another format
     */
    public static Checkpoint read(Path file) throws IOException {
        Safetensors content = content(file);
        Checkpoint read = new Checkpoint("checkpoint " + file, content.metadata(), content.tensors());
        String format = content.metadata().get("format");
        String expected = read.texts.remove(CHECKSUM);
        if (format == null || expected == null) {
            throw new IOException(read.origin + ": the metadata must tell the format " + FORMAT + ", got " + format);
        }
        if (!read.checksum().equals(expected)) {
            throw new IOException(read.origin + ": the file is damaged, its content has the checksum " + read.checksum()
                    + " in place of " + cut(expected));
        }
        read.that(format.equals(FORMAT), "the format must be %s, got %s", FORMAT, cut(format));
        return read;
    }

    private static Safetensors content(Path file) throws IOException {
        try {
            return Safetensors.read(file);
        } catch (ClosedByInterruptException e) { // says nothing about the file
            throw Interruption.of(e);
        }
    }

    /** The checkpoint in a file; or the newest whole one in a folder, if there is any. */
    static Optional<Checkpoint> in(Path place) {
        boolean file = Files.exists(place)
                ? !Files.isDirectory(place)
                : place.toString().endsWith(".safetensors");
        Check.that(!file || Files.exists(place), "resume: there must be a checkpoint %s", place);
        try {
            return file ? Optional.of(read(place)) : newest(place);
        } catch (IOException e) {
            throw new UncheckedIOException("resume: " + e.getMessage(), e);
        }
    }

    private static Optional<Checkpoint> newest(Path folder) throws IOException {
        List<Path> files = files(folder);
        for (int i = files.size() - 1; i >= 0; i--) {
            try {
                return Optional.of(read(files.get(i)));
            } catch (IOException e) {
                LOG.log(Level.WARNING, "resume: {0}; trying an older checkpoint", e.getMessage());
            }
        }
        if (!files.isEmpty()) {
            throw new IOException("none of the checkpoints " + files + " is whole");
        }
        return Optional.empty();
    }

    /** The name of the file for a place in a run. */
    public static String name(int epochs, int batches) {
        return String.format(Locale.ROOT, "checkpoint-%05d-%06d.safetensors", epochs, batches);
    }

    /** The checkpoints in a folder, the newest last; none if there is no such folder. */
    public static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.list(folder)) {
            all.filter(file -> position(file) >= 0).forEach(files::add);
        }
        files.sort(Comparator.comparingLong(Checkpoint::position));
        return files;
    }

    /** A number that grows with the place in the run; −1 if the file is no checkpoint by its name. */
    public static long position(Path file) {
        Matcher parts = NAME.matcher(file.getFileName().toString());
        return parts.matches() ? (Long.parseLong(parts.group(1)) << 32) + Long.parseLong(parts.group(2)) : -1;
    }

    /** CRC-32C over texts and tensors, names, types and shapes included. */
    private String checksum() {
        CRC32C sum = new CRC32C();
        new TreeMap<>(texts).forEach((key, text) -> add(sum, key + "\0" + text + "\0"));
        tensors.forEach((name, tensor) -> {
            add(sum, name + "\0" + tensor.dtype() + tensor.shape());
            add(sum, tensor.toArray());
        });
        return Long.toHexString(sum.getValue());
    }

    private static void add(CRC32C sum, double... elements) {
        ByteBuffer bits = ByteBuffer.allocate(BUFFER * Double.BYTES);
        for (int from = 0; from < elements.length; from += BUFFER) {
            int count = Math.min(BUFFER, elements.length - from);
            bits.clear().asDoubleBuffer().put(elements, from, count);
            sum.update(bits.limit(count * Double.BYTES));
        }
    }

    private static void add(CRC32C sum, String text) {
        sum.update(text.getBytes(StandardCharsets.UTF_8));
    }
}
