package rewind.nn.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import rewind.autograd.DType;
import rewind.autograd.Tensor;

/**
 * Tensors by name, with texts by key as metadata: the content of a safetensors file. Immutable; the order of the names is kept.
 *
 * <p>What is written and read again is the same bit by bit. Of the format's other dtypes F16 and BF16 are read as FLOAT32; BOOL and
 * integers as FLOAT64, if they lie within ±2⁵³.
 *
 * <p>A file may be larger than 2 GB, though each tensor has at most 2³¹ − 1 elements. Source: the format's description at
 * https://github.com/huggingface/safetensors.
 */
public final class Safetensors {
    private static final int ALIGNMENT = 8;

    private final Map<String, Tensor> tensors;
    private final Map<String, String> metadata;

    private Safetensors(Map<String, Tensor> tensors, Map<String, String> metadata) {
        this.tensors = Collections.unmodifiableMap(tensors);
        this.metadata = Collections.unmodifiableMap(metadata);
    }

    /**
     * Returns a file's content without metadata; recorded tensors are detached.
     *
     * @throws IllegalArgumentException if a name is {@code __metadata__} or has a lone surrogate, or a tensor has more than 64 axes
     */
    public static Safetensors of(Map<String, Tensor> tensors) {
        return of(tensors, Map.of());
    }

    /**
     * Returns a file's content; recorded tensors are detached.
     *
     * @throws IllegalArgumentException if a name is {@code __metadata__}, a name, a key or a value has a lone surrogate, or a
     *     tensor has more than 64 axes
     */
    public static Safetensors of(Map<String, Tensor> tensors, Map<String, String> metadata) {
        Map<String, Tensor> values = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> {
            Elements.checkAxes("safetensors", tensor);
            values.put(checkedName(name), tensor.detach());
        });
        metadata.forEach((key, value) -> {
            wellFormed(key);
            wellFormed(value);
        });
        return new Safetensors(values, new LinkedHashMap<>(metadata));
    }

    private static String checkedName(String name) {
        if (name.equals(SafetensorsHeader.METADATA)) {
            throw new IllegalArgumentException("safetensors: a tensor must not be named __metadata__");
        }
        return wellFormed(name);
    }

    private static String wellFormed(String text) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new IllegalArgumentException(
                    "safetensors: names and metadata must be Unicode, got a lone surrogate in "
                            + FormatException.quoted(text));
        }
        return text;
    }

    /** Returns the tensors by name, in order; the map cannot be changed. */
    public Map<String, Tensor> tensors() {
        return tensors;
    }

    /**
     * Returns the tensor of this name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Tensor tensor(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw none(name, tensors.keySet());
        }
        return tensor;
    }

    static IllegalArgumentException none(String name, Set<String> names) {
        return new IllegalArgumentException(FormatException.text(
                "safetensors: there is no tensor %s, only %s", FormatException.quoted(name), names));
    }

    /** Returns the metadata, in order; the map cannot be changed. */
    public Map<String, String> metadata() {
        return metadata;
    }

    // ---- writing ----

    /**
     * Writes or replaces a file, which is there whole or not at all; see {@link WholeFile#write}.
     *
     * @throws IOException if it cannot be written
     * @throws IllegalArgumentException if names and metadata need a header of more than 100,000,000 bytes
     */
    public void write(Path file) throws IOException {
        WholeFile.write(file, this::write);
    }

    /**
     * Writes to a stream, which stays open.
     *
     * @throws IOException if the stream throws it
     * @throws IllegalArgumentException if names and metadata need a header of more than 100,000,000 bytes
     */
    public void write(OutputStream out) throws IOException {
        List<Map.Entry<String, Tensor>> inFile = inFile();
        byte[] header = header(inFile);
        out.write(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .array());
        out.write(header);
        for (Map.Entry<String, Tensor> each : inFile) {
            Elements.write(each.getValue(), out);
        }
    }

    /** Returns the bytes of the file; {@link #write(Path)} has no limit of 2 GB. */
    public byte[] toBytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** The tensors in the order of their data: the wide elements first, so that all are aligned. */
    private List<Map.Entry<String, Tensor>> inFile() {
        return tensors.entrySet().stream()
                .sorted(Comparator.comparingInt(each -> -Elements.width(each.getValue())))
                .toList();
    }

    private byte[] header(List<Map.Entry<String, Tensor>> inFile) throws IOException {
        Map<String, Long> begins = new LinkedHashMap<>();
        long end = 0;
        for (Map.Entry<String, Tensor> each : inFile) {
            begins.put(each.getKey(), end);
            end += bytes(each.getValue());
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
            json.writeStartObject();
            writeMetadata(json);
            for (Map.Entry<String, Tensor> each : tensors.entrySet()) {
                writeEntry(json, each.getKey(), each.getValue(), begins.get(each.getKey()));
            }
            json.writeEndObject();
        }
        while (out.size() % ALIGNMENT != 0) {
            out.write(' ');
        }
        if (out.size() > SafetensorsHeader.LONGEST) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "safetensors: names and metadata must fit into a header of %s bytes, need %s",
                    SafetensorsHeader.LONGEST,
                    out.size()));
        }
        return out.toByteArray();
    }

    private void writeMetadata(JsonGenerator json) throws IOException {
        if (metadata.isEmpty()) {
            return;
        }
        json.writeObjectFieldStart(SafetensorsHeader.METADATA);
        for (Map.Entry<String, String> each : metadata.entrySet()) {
            json.writeStringField(each.getKey(), each.getValue());
        }
        json.writeEndObject();
    }

    private static void writeEntry(JsonGenerator json, String name, Tensor tensor, long begin) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeStringField("dtype", tensor.dtype() == DType.FLOAT64 ? "F64" : "F32");
        json.writeFieldName("shape");
        json.writeArray(tensor.shape().toArray(), 0, tensor.rank());
        json.writeFieldName("data_offsets");
        json.writeArray(new long[] {begin, begin + bytes(tensor)}, 0, 2);
        json.writeEndObject();
    }

    private static long bytes(Tensor tensor) {
        return (long) tensor.size() * Elements.width(tensor);
    }

    // ---- reading ----

    /**
     * Reads a file. Everything is checked before memory is taken for it.
     *
     * @throws FormatException if it is damaged, has a dtype that no tensor has, or does not fit into memory
     * @throws IOException if it cannot be read
     */
    public static Safetensors read(Path file) throws IOException {
        return Input.read(file, Safetensors::read);
    }

    /**
     * Reads the bytes of a file.
     *
     * @throws FormatException as {@link #read(Path)}; the message begins with {@code safetensors}
     */
    public static Safetensors read(byte[] bytes) throws IOException {
        return Input.read("safetensors", bytes, Safetensors::read);
    }

    /**
     * Reads a stream to its end, a resource say; it stays open.
     *
     * @throws FormatException as {@link #read(Path)}; the message begins with {@code safetensors}
     * @throws IOException if the stream throws it
     */
    public static Safetensors read(InputStream in) throws IOException {
        return Input.read("safetensors", in, Safetensors::read);
    }

    /**
     * Reads one tensor; those before it are passed over, whatever they are.
     *
     * @throws FormatException as {@link #read(Path)}, for this tensor
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if there is none of that name
     */
    public static Tensor read(Path file, String name) throws IOException {
        return Input.read(file, in -> new SafetensorsData(in).read(name));
    }

    /**
     * Reads those tensors that can be held, with the metadata, and leaves out the others: dtypes that no tensor has, integers beyond ±2⁵³,
     * more elements or axes. {@link #names} tells what there is.
     *
     * @throws FormatException if the file is damaged, or does not fit into memory; nothing is left out for that
     * @throws IOException if it cannot be read
     */
    public static Safetensors readNumeric(Path file) throws IOException {
        return Input.read(file, in -> {
            SafetensorsData data = new SafetensorsData(in);
            return new Safetensors(data.readNumeric(), data.header().metadata());
        });
    }

    /**
     * Returns the names of all tensors in the order of the header, those that cannot be held too; the list cannot be changed.
     *
     * @throws FormatException if the file is damaged
     * @throws IOException if it cannot be read
     */
    public static List<String> names(Path file) throws IOException {
        return Input.read(
                file, in -> List.copyOf(SafetensorsHeader.read(in).entries().keySet()));
    }

    static Safetensors read(Input in) throws IOException {
        SafetensorsData data = new SafetensorsData(in);
        return new Safetensors(data.readAll(), data.header().metadata());
    }

    /** Returns the tensors by name, type and shape, the first of many, and the names of the metadata. */
    @Override
    public String toString() {
        return FormatException.text(
                "Safetensors of %s tensors {%s}, metadata %s",
                tensors.size(),
                tensors.entrySet().stream()
                        .limit(20)
                        .map(each -> each.getKey() + " " + each.getValue().dtype() + " "
                                + each.getValue().shape())
                        .collect(Collectors.joining(", ")),
                metadata.keySet());
    }
}
