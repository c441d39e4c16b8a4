package rewind.benchmarks.measure;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** One line of results: texts and numbers by name, in order. */
public record Row(Map<String, Object> values) {
    /** Keeps the order. */
    public Row {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** Returns a row of names, each followed by its text or number. */
    public static Row of(Object... namesAndValues) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            Object value = namesAndValues[i + 1];
            values.put((String) namesAndValues[i], value instanceof Number number ? number.doubleValue() : value);
        }
        return new Row(values);
    }

    /** Returns this row with another text or number. */
    public Row with(String name, Object value) {
        Map<String, Object> changed = new LinkedHashMap<>(values);
        changed.putAll(of(name, value).values);
        return new Row(changed);
    }

    public boolean has(String name) {
        return values.containsKey(name);
    }

    /** Whether the text of that name is this one. */
    public boolean is(String name, String text) {
        return text.equals(values.get(name));
    }

    /** Returns the text of that name. */
    public String text(String name) {
        return (String) value(name);
    }

    /** Returns the number of that name. */
    public double number(String name) {
        return (Double) value(name);
    }

    private Object value(String name) {
        Object value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("a row must have " + name + ", got " + values.keySet());
        }
        return value;
    }
}
