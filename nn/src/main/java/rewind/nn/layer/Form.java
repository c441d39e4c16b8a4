package rewind.nn.layer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import rewind.autograd.require.Check;

/**
 * How files describe one class of layers: what options it has, how each is read off a layer, and how a layer is made again.
 * An option has the name of the layer's field. Immutable.
 *
 * <pre>{@code
 * static final Form<Dense> FORM = Form.<Dense>of(Dense.class, "dense", in -> new Dense(in.get("units", INTEGER)))
 *         .option("units", INTEGER, layer -> layer.units)
 *         .option("bias", FLAG, layer -> layer.bias, Dense::bias);
 * }</pre>
 *
 * @param <T> the class of the layers
 */
public final class Form<T> {
    private final Class<?> type;
    private final String kind;
    private final Function<Values, T> make;
    private final Map<String, Option<T, ?>> options;

    private Form(Class<?> type, String kind, Function<Values, T> make, Map<String, Option<T, ?>> options) {
        this.type = type;
        this.kind = kind;
        this.make = make;
        this.options = options;
    }

    /** An option; without a setter if the layer is made with it. */
    private record Option<T, V>(OptionType<V> type, Function<? super T, V> get, BiFunction<T, V, T> set) {
        Object write(T layer) {
            return type.write().apply(get.apply(layer));
        }

        T read(T layer, Values values, String name) {
            return set == null ? layer : set.apply(layer, values.get(name, type));
        }
    }

    /** The values that a description has. */
    public record Values(Description from, Parts parts) {
        /**
         * Returns one of them.
         *
         * @throws IllegalArgumentException if it is missing, or of another type
         */
        public <V> V get(String option, OptionType<V> type) {
            return type.read().of(from, option, parts);
        }
    }

    /** Returns a form without options.
     *
     * @param type the class of the layers
     * @param kind the kind in descriptions
     * @param make makes a layer of those options which have no setter */
    public static <T> Form<T> of(Class<?> type, String kind, Function<Values, T> make) {
        return new Form<>(type, kind, make, Map.of());
    }

    /** Returns this form with one more option, with which the layer is made. */
    public <V> Form<T> option(String name, OptionType<V> values, Function<? super T, V> get) {
        return option(name, values, get, null);
    }

    /** Returns this form with one more option, which is set on a layer. */
    public <V> Form<T> option(String name, OptionType<V> values, Function<? super T, V> get, BiFunction<T, V, T> set) {
        Map<String, Option<T, ?>> more = new LinkedHashMap<>(options);
        more.put(name, new Option<>(values, get, set));
        return new Form<>(type, kind, make, more);
    }

    /** Returns the class of the layers. */
    public Class<?> type() {
        return type;
    }

    /** Returns the kind in descriptions. */
    public String kind() {
        return kind;
    }

    @Override
    public String toString() {
        return kind;
    }

    /** Returns the names of the options. */
    public Set<String> names() {
        return options.keySet();
    }

    /** Returns the values of a layer's options, in their order. */
    public List<Object> values(T layer) {
        return options.values().stream()
                .<Object>map(option -> option.get().apply(layer))
                .toList();
    }

    /** Returns a layer for people: what it is made with, then its other options as far as they differ from those of a new one. */
    public String text(T layer) {
        boolean varies = options.values().stream().anyMatch(option -> option.set != null);
        try {
            return text(layer, varies ? plain(layer) : Optional.empty());
        } catch (StackOverflowError e) { // of what lies within; those around it are told
            return kind + "(…)";
        }
    }

    /** As {@link #text(Object)}, beside a new one made with the same. */
    public String text(T layer, Optional<T> plain) {
        List<String> parts = new ArrayList<>();
        options.forEach((name, option) -> {
            Object value = option.get.apply(layer);
            if (option.set == null) {
                parts.add(value.toString());
            } else if (plain.isEmpty()
                    || !value.toString().equals(option.get.apply(plain.get()).toString())) {
                parts.add(name + "=" + value);
            }
        });
        return kind + "(" + String.join(", ", parts) + ")";
    }

    /** A new layer made with the same; none if a part of it has no description. */
    private Optional<T> plain(T layer) {
        try {
            Map<String, Object> made = new LinkedHashMap<>();
            options.forEach((name, option) -> {
                if (option.set == null) {
                    made.put(name, option.write(layer));
                }
            });
            return Optional.of(make.apply(new Values(new Description(kind, made), Parts.NONE)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Returns what a file tells of a layer. */
    public Description describe(T layer) {
        Map<String, Object> values = new LinkedHashMap<>();
        options.forEach((name, option) -> values.put(name, option.write(layer)));
        return new Description(kind, values);
    }

    /**
     * Returns the layer that is described.
     *
     * @throws IllegalArgumentException if an option is unknown, missing, or has a value that the layer does not take
     */
    public T read(Description description, Parts parts) {
        for (String name : description.options().keySet()) {
            Check.that(options.containsKey(name), "%s: option %s must be one of %s", kind, name, options.keySet());
        }
        Values values = new Values(description, parts);
        T layer = make.apply(values);
        for (Map.Entry<String, Option<T, ?>> option : options.entrySet()) {
            layer = option.getValue().read(layer, values, option.getKey());
        }
        return layer;
    }
}
