package rewind.nn.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import rewind.autograd.Shape;

/** What stands before the data of a safetensors file. All of it is checked before anybody relies on it. */
final class SafetensorsHeader {
    /** The limit of the format. */
    static final int LONGEST = 100_000_000;

    static final String METADATA = "__metadata__";

    private static final List<String> FIELDS = List.of("dtype", "shape", "data_offsets");

    /** Without the table of names that all parsers share: files fill it with names of their choice. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNameLength(LONGEST)
                    .maxStringLength(LONGEST)
                    .build())
            .build();

    private final Map<String, Declared> entries = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private boolean hasMetadata;
    private final Input in;
    private final JsonParser json;

    private SafetensorsHeader(Input in, JsonParser json) {
        this.in = in;
        this.json = json;
    }

    /** What the header says of a tensor; offsets count from the end of the header. */
    record Declared(String name, String dtype, long[] sizes, long begin, long end) {
        String what() {
            return tensor(name);
        }
    }

    /** Returns the tensors by name, in the order of the header. */
    Map<String, Declared> entries() {
        return entries;
    }

    Map<String, String> metadata() {
        return metadata;
    }

    /** Returns the tensors in the order of their data. */
    List<Declared> byOffset() {
        return entries.values().stream()
                .sorted(Comparator.comparingLong(Declared::begin).thenComparingLong(Declared::end))
                .toList();
    }

    static SafetensorsHeader read(Input in) throws IOException {
        String text = text(in);
        try (JsonParser json = JSON.createParser(text)) {
            SafetensorsHeader header = new SafetensorsHeader(in, json);
            header.parse();
            header.checkLayout();
            return header;
        } catch (JsonProcessingException e) {
            throw in.failure(
                    e,
                    "header: must be JSON, but at character %s: %s",
                    e.getLocation() == null ? "?" : e.getLocation().getCharOffset(),
                    e.getOriginalMessage());
        }
    }

    private static String text(Input in) throws IOException {
        in.check(in.left() >= Long.BYTES, "must begin with the header's length in 8 bytes, has %s", in.left());
        long length = in.bytes(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).getLong();
        in.check(
                length >= 0 && length <= LONGEST,
                "header: its length must be at most %s, got %s",
                LONGEST,
                Long.toUnsignedString(length));
        in.check(length <= in.left(), "header: its length is %s, but only %s bytes follow", length, in.left());
        ByteBuffer bytes = in.bytes((int) length);
        in.check(length > 0 && bytes.get(0) == '{', "header: must begin with {");
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw in.failure(e, "header: must be UTF-8, is not at byte %s", bytes.position());
        }
    }

    private void parse() throws IOException {
        json.nextToken();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            if (name.equals(METADATA)) {
                parseMetadata();
            } else {
                Declared entry = parseEntry(name);
                in.check(entries.put(name, entry) == null, "header: %s is there twice", tensor(name));
            }
        }
        in.check(json.nextToken() == null, "header: nothing but spaces may follow the object");
    }

    private void parseMetadata() throws IOException {
        in.check(!hasMetadata, "header: %s is there twice", METADATA);
        hasMetadata = true;
        expect(JsonToken.START_OBJECT, METADATA, "an object");
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String key = json.currentName();
            String what = METADATA + " " + FormatException.quoted(key);
            json.nextToken();
            String old = metadata.put(key, string(what));
            in.check(old == null, "header: %s is there twice", what);
        }
    }

    private Declared parseEntry(String name) throws IOException {
        String what = tensor(name);
        expect(JsonToken.START_OBJECT, what, "an object");
        Map<String, Object> fields = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            json.nextToken();
            in.check(
                    FIELDS.contains(field),
                    "header: %s: the fields must be dtype, shape and data_offsets, got %s",
                    what,
                    FormatException.quoted(field));
            String whatField = what + ": " + field;
            Object value = field.equals("dtype") ? string(whatField) : numbers(whatField);
            in.check(fields.put(field, value) == null, "header: %s is there twice", whatField);
        }
        for (String field : FIELDS) {
            in.check(fields.containsKey(field), "header: %s: %s is missing", what, field);
        }
        long[] offsets = (long[]) fields.get("data_offsets");
        in.check(
                offsets.length == 2 && offsets[0] <= offsets[1],
                "header: %s: data_offsets must be begin and end, got %s",
                what,
                offsets.length == 2 ? Arrays.toString(offsets) : offsets.length + " numbers");
        return new Declared(name, (String) fields.get("dtype"), (long[]) fields.get("shape"), offsets[0], offsets[1]);
    }

    /** A tensor as it is to be read. */
    record Held(ElementType type, Shape shape) {}

    /**
     * Returns how a tensor is read.
     *
     * @throws FormatException if no tensor can hold it
     */
    Held held(Declared entry) throws FormatException {
        ElementType type = type(entry.what(), entry.dtype());
        return new Held(type, Elements.shape(in, "header: " + entry.what(), entry.sizes()));
    }

    void checkLength(Declared entry, Held held) throws FormatException {
        long needed = (long) held.shape().size() * held.type().width();
        in.check(
                entry.end() - entry.begin() == needed,
                "header: %s: shape and dtype need %s bytes, data_offsets give %s",
                entry.what(),
                needed,
                entry.end() - entry.begin());
    }

    private ElementType type(String what, String dtype) throws FormatException {
        for (ElementType each : ElementType.values()) {
            if (each.name().equals(dtype)) {
                return each;
            }
        }
        throw in.failure(
                "header: %s: dtype must be one of %s, got %s",
                what, Arrays.toString(ElementType.values()), FormatException.quoted(dtype));
    }

    /** The tensors must fill the data: one after another, without holes, to the last byte. */
    private void checkLayout() throws FormatException {
        long end = 0;
        for (Declared each : byOffset()) {
            in.check(
                    each.end() <= in.left(),
                    "%s: ends at byte %s of the data, but there are only %s",
                    each.what(),
                    each.end(),
                    in.left());
            in.check(
                    each.begin() >= end,
                    "%s: begins at byte %s of the data, before the end of another tensor at %s",
                    each.what(),
                    each.begin(),
                    end);
            in.check(
                    each.begin() <= end,
                    "%s: begins at byte %s of the data, and nothing uses the bytes from %s",
                    each.what(),
                    each.begin(),
                    end);
            end = each.end();
        }
        in.check(end == in.left(), "the tensors must fill the data, %s of %s bytes are used", end, in.left());
    }

    private String string(String what) throws IOException {
        expect(JsonToken.VALUE_STRING, what, "a string");
        String text = json.getText();
        // an escape can stand for half a character, which Jackson refuses in names alone
        in.check(
                StandardCharsets.UTF_8.newEncoder().canEncode(text),
                "header: %s: must be Unicode, has a lone surrogate",
                what);
        return text;
    }

    private long[] numbers(String what) throws IOException {
        LongStream.Builder numbers = LongStream.builder();
        // what is no array has no number behind it
        while (json.nextToken() != JsonToken.END_ARRAY) {
            expect(JsonToken.VALUE_NUMBER_INT, what, "an array of integers from 0");
            boolean fits = json.getNumberType() != NumberType.BIG_INTEGER && json.getLongValue() >= 0;
            in.check(
                    fits,
                    "header: %s: a number must lie in 0 … 2^63 - 1, got %s",
                    what,
                    fits ? "" : FormatException.quoted(json.getText()));
            numbers.add(json.getLongValue());
        }
        return numbers.build().toArray();
    }

    private void expect(JsonToken expected, String what, String description) throws FormatException {
        in.check(json.currentToken() == expected, "header: %s: must be %s", what, description);
    }

    static String tensor(String name) {
        return "tensor " + FormatException.quoted(name);
    }
}
