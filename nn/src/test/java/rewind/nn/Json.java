package rewind.nn;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import rewind.autograd.Tensor;

/**
 * Reads the recorded values: an object becomes a {@link Map} in the order of the file, an array a {@link List}, a number a {@link
 * Double} (exactly, with −0.0 kept), and the rest a {@link String}, {@link Boolean} or null.
 */
public final class Json {
    private Json() {}

    /** Returns the object that a resource of the tests holds, for example {@code golden/functions.json}. */
    static Map<String, Object> resource(String path) {
        try (InputStream in = Json.class.getClassLoader().getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalArgumentException("there is no resource " + path);
            }
            return object(parse(new JsonFactory().createParser(in)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the value that a text stands for. */
    public static Object parse(String text) {
        try (JsonParser parser = new JsonFactory().createParser(text)) {
            return parse(parser);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("unchecked") // keys of a JSON object are strings
    public static Map<String, Object> object(Object value) {
        return (Map<String, Object>) value;
    }

    /** Returns the objects of an array. */
    static List<Map<String, Object>> objects(Object value) {
        return list(value).stream().map(Json::object).toList();
    }

    public static List<?> list(Object value) {
        return (List<?>) value;
    }

    /** Returns a number; "NaN", "Infinity" and "-Infinity" are numbers too. */
    public static double number(Object value) {
        return value instanceof String text ? Double.parseDouble(text) : (Double) value;
    }

    /** Returns an array of whole numbers. */
    public static int[] ints(Object value) {
        return list(value).stream()
                .mapToInt(each -> Math.toIntExact((long) number(each)))
                .toArray();
    }

    /** Returns nested arrays of numbers as a tensor with as many axes, a number as a scalar. */
    static Tensor tensor(Object value) {
        if (!(value instanceof List<?> parts)) {
            return Tensor.of(number(value));
        }
        return Tensor.stack(0, parts.stream().map(Json::tensor).toList());
    }

    private static Object parse(JsonParser parser) throws IOException {
        parser.nextToken();
        Object value = value(parser);
        if (parser.nextToken() != null) {
            throw new IllegalArgumentException("there is more than one value");
        }
        return value;
    }

    private static Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> members(parser);
            case START_ARRAY -> elements(parser);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Double.parseDouble(parser.getText());
            case VALUE_STRING -> parser.getText();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new IllegalArgumentException("unexpected " + parser.currentToken());
        };
    }

    private static Map<String, Object> members(JsonParser parser) throws IOException {
        Map<String, Object> members = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            members.put(name, value(parser));
        }
        return members;
    }

    private static List<Object> elements(JsonParser parser) throws IOException {
        List<Object> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            elements.add(value(parser));
        }
        return elements;
    }
}
