package rewind.nn.layer;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import rewind.autograd.require.Check;

/**
 * What a file says of a layer, or of something a layer consists of: its kind, and the values of its options by name. Immutable.
 *
 * <p>A layer class of one's own is saved with its options if it describes itself, and if {@link rewind.nn.Registry} can make it from that:
 *
 * <pre>{@code
 * public Description description() {
 *     return Description.own("highway").with("units", units);
 * }
 *
 * Model.load(path, Registry.of().layer("highway", d -> new Highway(d.integer("units"))));
 * }</pre>
 *
 * @param kind the kind; that of a user's own begins with {@code own:}
 * @param options values by name: {@link Boolean}, {@link Long}, {@link Double}, {@link String}, {@link Description}, or a {@link List} of
 *     such
 */
public record Description(String kind, Map<String, Object> options) {
    private static final String OWN = "own:";

    /** Copies the options. */
    public Description {
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
        Check.that(!options.containsKey("kind"), "description: an option must not be named kind");
        options.forEach(Description::check);
    }

    private static void check(String option, Object value) {
        if (value instanceof List<?> several) {
            several.forEach(each -> check(option, each));
            return;
        }
        Check.that(
                value instanceof Boolean
                        || value instanceof Long
                        || value instanceof Double
                        || value instanceof String
                        || value instanceof Description,
                "description: option %s must be a boolean, number, text, description or list of these, got %s",
                option,
                value);
    }

    /** Returns a description, without options so far, of something built in. */
    public static Description of(String kind) {
        return new Description(kind, Map.of());
    }

    /** Returns a description, without options so far, of something of a user's own. */
    public static Description own(String name) {
        return new Description(OWN + name, Map.of());
    }

    /** Whether this describes something of a user's own. */
    public boolean isOwn() {
        return kind.startsWith(OWN);
    }

    /** Whether this describes something of a user's own, or has a part that does. */
    public boolean hasOwn() {
        return isOwn() || options.values().stream().anyMatch(Description::isOrHasOwn);
    }

    private static boolean isOrHasOwn(Object value) {
        return value instanceof List<?> several
                ? several.stream().anyMatch(Description::isOrHasOwn)
                : value instanceof Description part && part.hasOwn();
    }

    /** Returns the name under which a user's own is registered. */
    public String ownName() {
        return kind.substring(OWN.length());
    }

    /**
     * Returns this description with one more option.
     *
     * @param value a value as in {@link #options}; an {@link Integer} is taken as a {@link Long}
     * @throws IllegalArgumentException if it is none of these
     */
    public Description with(String option, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(options);
        more.put(option, value instanceof Integer whole ? Long.valueOf(whole) : value);
        return new Description(kind, more);
    }

    /**
     * Returns a whole number.
     *
     * @throws IllegalArgumentException if the option is missing, or no whole number of 32 bits
     */
    public int integer(String option) {
        long value = integer64(option);
        Check.that(value == (int) value, "%s: option %s must fit into 32 bits, got %s", kind, option, value);
        return (int) value;
    }

    /**
     * Returns a whole number of 64 bits.
     *
     * @throws IllegalArgumentException if the option is missing, or no whole number
     */
    public long integer64(String option) {
        return get(option, Long.class, "a whole number");
    }

    /**
     * Returns a number, which may be infinite or NaN.
     *
     * @throws IllegalArgumentException if the option is missing, or no number
     */
    public double number(String option) {
        Object value = options.get(option);
        return value instanceof Long whole ? whole : get(option, Double.class, "a number");
    }

    /**
     * Returns true or false.
     *
     * @throws IllegalArgumentException if the option is missing, or neither
     */
    public boolean flag(String option) {
        return get(option, Boolean.class, "true or false");
    }

    /**
     * Returns a text.
     *
     * @throws IllegalArgumentException if the option is missing, or no text
     */
    public String text(String option) {
        return get(option, String.class, "a text");
    }

    /**
     * Returns the description of a part.
     *
     * @throws IllegalArgumentException if the option is missing, or no description
     */
    public Description part(String option) {
        return get(option, Description.class, "a description");
    }

    /**
     * Returns the elements of a list.
     *
     * @throws IllegalArgumentException if the option is missing, or no list of such
     */
    public <V> List<V> list(String option, Class<V> type) {
        List<?> values = get(option, List.class, "a list");
        for (Object value : values) {
            Check.that(
                    type.isInstance(value),
                    "%s: option %s must be a list of %s, got %s",
                    kind,
                    option,
                    type.getSimpleName(),
                    value);
        }
        return values.stream().map(type::cast).toList();
    }

    private <V> V get(String option, Class<V> type, String what) {
        Object value = options.get(option);
        Check.that(
                type.isInstance(value),
                value == null ? "%s: option %s is missing, it must be %s" : "%s: option %s must be %s, got %s",
                kind,
                option,
                what,
                value);
        return type.cast(value);
    }
}
