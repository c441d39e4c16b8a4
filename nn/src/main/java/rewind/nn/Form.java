package rewind.nn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * How files describe one class of built-in layers: what options it has, how each is read off a layer, and how a layer is made again.
 * An option has the name of the layer's field. Immutable.
 *
 * <pre>{@code
 * static final Form<Dense> FORM = Form.<Dense>of(Dense.class, "dense", in -> new Dense(in.get("units", INTEGER)))
 *         .option("units", INTEGER, layer -> layer.units)
 *         .option("bias", FLAG, layer -> layer.bias, Dense::bias);
 * }</pre>
 *
 * @param type the class of the layers
 * @param kind the kind in descriptions
 * @param make makes a layer of those options which have no setter
 * @param options the options by name, in order
 */
record Form<T extends Layer>(Class<?> type, String kind, Function<Values, T> make, Map<String, Option<T, ?>> options) {
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
    record Values(Description from, Registry own) {
        <V> V get(String option, OptionType<V> type) {
            return type.read().of(from, option, own);
        }
    }

    static <T extends Layer> Form<T> of(Class<?> type, String kind, Function<Values, T> make) {
        return new Form<>(type, kind, make, Map.of());
    }

    /** Adds an option with which the layer is made. */
    <V> Form<T> option(String name, OptionType<V> values, Function<? super T, V> get) {
        return option(name, values, get, null);
    }

    /** Adds an option that is set on a layer. */
    <V> Form<T> option(String name, OptionType<V> values, Function<? super T, V> get, BiFunction<T, V, T> set) {
        Map<String, Option<T, ?>> more = new LinkedHashMap<>(options);
        more.put(name, new Option<>(values, get, set));
        return new Form<>(type, kind, make, more);
    }

    @Override
    public String toString() {
        return kind;
    }

    /** The names of the options. */
    Set<String> names() {
        return options.keySet();
    }

    /** The values of a layer's options. */
    List<Object> values(T layer) {
        return options.values().stream()
                .<Object>map(option -> option.get().apply(layer))
                .toList();
    }

    /** A layer for people: what it is made with, then its other options as far as they differ from those of a new one. */
    String text(T layer) {
        boolean varies = options.values().stream().anyMatch(option -> option.set != null);
        try {
            return text(layer, varies ? plain(layer) : Optional.empty());
        } catch (StackOverflowError e) { // of what lies within; those around it are told
            return kind + "(…)";
        }
    }

    /** As {@link #text(Layer)}, beside a new one made with the same. */
    String text(T layer, Optional<T> plain) {
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
            return Optional.of(make.apply(new Values(new Description(kind, made), Registry.of())));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    Description describe(T layer) {
        Map<String, Object> values = new LinkedHashMap<>();
        options.forEach((name, option) -> values.put(name, option.write(layer)));
        return new Description(kind, values);
    }

    /**
     * Makes the layer that is described.
     *
     * @throws IllegalArgumentException if an option is unknown, missing, or has a value that the layer does not take
     */
    T read(Description description, Registry own) {
        for (String name : description.options().keySet()) {
            Check.that(options.containsKey(name), "%s: option %s must be one of %s", kind, name, options.keySet());
        }
        Values values = new Values(description, own);
        T layer = make.apply(values);
        for (Map.Entry<String, Option<T, ?>> option : options.entrySet()) {
            layer = option.getValue().read(layer, values, option.getKey());
        }
        return layer;
    }
}
