package rewind.nn;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import rewind.autograd.require.Check;
import rewind.nn.layer.Description;

/**
 * Descriptions as JSON: an object with the kind as its first field, then the options. Numbers that are no whole ones have a point or an
 * exponent; NaN and infinities stand there by name.
 */
final class DescriptionText {
    private static final String KIND = "kind";
    /** How deep parts lie in each other at most: what is saved can then be loaded on every thread's stack. */
    private static final int DEEPEST = 100;

    /** Without the table of names that all parsers share: files fill it with names of their choice. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE) // the file's header has a limit of its own
                    .build())
            .build();

    private DescriptionText() {}

    /**
     * Writes a description.
     *
     * @throws IllegalArgumentException if parts are nested so deep that it could not be read
     */
    static String write(Description description) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = JSON.createGenerator(text)) {
            write(description, out, 1);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("description: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a text in memory
        }
        return text.toString();
    }

    private static void write(Object value, JsonGenerator out, int depth) throws IOException {
        if (value instanceof Description description) {
            checkDepth(depth);
            out.writeStartObject();
            out.writeStringField(KIND, description.kind());
            for (Map.Entry<String, Object> option : description.options().entrySet()) {
                out.writeFieldName(option.getKey());
                write(option.getValue(), out, depth + 1);
            }
            out.writeEndObject();
        } else if (value instanceof List<?> several) {
            out.writeStartArray();
            for (Object each : several) {
                write(each, out, depth);
            }
            out.writeEndArray();
        } else if (value instanceof Boolean flag) {
            out.writeBoolean(flag);
        } else if (value instanceof Long whole) {
            out.writeNumber(whole);
        } else if (value instanceof Double number) {
            out.writeNumber(number);
        } else {
            out.writeString((String) value);
        }
    }

    /**
     * Reads a description.
     *
     * @throws IllegalArgumentException if the text is no JSON, or no description
     */
    static Description read(String text) {
        try (JsonParser in = JSON.createParser(text)) {
            in.nextToken();
            Object value = read(in, 1);
            Check.that(
                    value instanceof Description && in.nextToken() == null, "the text must be one description alone");
            return (Description) value;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    Check.text("the description must be JSON: %s", e.getOriginalMessage()), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a text in memory
        }
    }

    /** The value that begins with the current token. */
    private static Object read(JsonParser in, int depth) throws IOException {
        JsonToken token = in.currentToken();
        Check.that(token != null, "the text must be one description alone");
        return switch (token) {
            case START_OBJECT -> object(in, depth);
            case START_ARRAY -> array(in, depth);
            case VALUE_TRUE, VALUE_FALSE -> in.getBooleanValue();
            case VALUE_NUMBER_INT -> in.getLongValue();
            case VALUE_NUMBER_FLOAT -> in.getDoubleValue();
            case VALUE_STRING -> in.getText();
            default -> throw Check.failure("a description must not have %s", in.getText());
        };
    }

    private static Description object(JsonParser in, int depth) throws IOException {
        checkDepth(depth);
        Map<String, Object> options = new LinkedHashMap<>();
        while (in.nextToken() != JsonToken.END_OBJECT) {
            String name = in.currentName();
            in.nextToken();
            options.put(name, read(in, depth + 1));
        }
        Object kind = options.remove(KIND);
        Check.that(kind instanceof String, "a description must have a kind, got %s", options);
        return new Description((String) kind, options);
    }

    private static List<Object> array(JsonParser in, int depth) throws IOException {
        List<Object> values = new ArrayList<>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            values.add(read(in, depth));
        }
        return values;
    }

    private static void checkDepth(int depth) {
        Check.that(
                depth <= DEEPEST,
                "description: layers and their parts must lie in each other at most %s deep",
                DEEPEST);
    }
}
