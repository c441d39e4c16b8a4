package rewind.nn.layer;

import java.util.List;
import java.util.function.Function;

/**
 * How the values of a kind of option stand in a {@link Description}.
 *
 * @param write what stands there for a value
 * @param read the value of an option of a description
 */
public record OptionType<V>(Function<V, Object> write, Reading<V> read) {
    public static final OptionType<Integer> INTEGER =
            new OptionType<>(Integer::longValue, (from, option, parts) -> from.integer(option));
    public static final OptionType<List<Integer>> INTEGERS =
            new OptionType<>(values -> values.stream().map(Integer::longValue).toList(), OptionType::integers);
    public static final OptionType<Double> NUMBER =
            new OptionType<>(value -> value, (from, option, parts) -> from.number(option));
    public static final OptionType<Boolean> FLAG =
            new OptionType<>(value -> value, (from, option, parts) -> from.flag(option));
    public static final OptionType<String> TEXT =
            new OptionType<>(value -> value, (from, option, parts) -> from.text(option));
    public static final OptionType<Activation> ACTIVATION =
            new OptionType<>(Activation::description, (from, option, parts) -> activation(from.part(option), parts));
    public static final OptionType<Initializer> INITIALIZER =
            new OptionType<>(Initializers::description, (from, option, parts) -> initializer(from.part(option), parts));
    public static final OptionType<Layer> LAYER =
            new OptionType<>(Layer::description, (from, option, parts) -> parts.layer(from.part(option)));
    public static final OptionType<List<Layer>> LAYERS = new OptionType<>(
            layers -> layers.stream().map(Layer::description).toList(),
            (from, option, parts) -> from.list(option, Description.class).stream()
                    .map(parts::layer)
                    .toList());

    /** Reads an option. */
    @FunctionalInterface
    public interface Reading<V> {
        V of(Description from, String option, Parts parts);
    }

    private static List<Integer> integers(Description from, String option, Parts parts) {
        return from.list(option, Long.class).stream()
                .map(value -> Description.of(from.kind()).with(option, value).integer(option))
                .toList();
    }

    private static Activation activation(Description described, Parts parts) {
        return described.isOwn()
                ? (Activation) parts.own("activation", described.ownName())
                : Activation.described(described);
    }

    private static Initializer initializer(Description described, Parts parts) {
        return described.isOwn()
                ? (Initializer) parts.own("initializer", described.ownName())
                : Initializers.described(described);
    }
}
