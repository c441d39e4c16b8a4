package rewind.nn;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import rewind.nn.format.FormatException;

/**
 * How the values of a kind of option stand in a {@link Description}.
 *
 * @param write what stands there for a value
 * @param read the value of an option of a description
 */
record OptionType<V>(Function<V, Object> write, Reading<V> read) {
    static final OptionType<Integer> INTEGER =
            new OptionType<>(Integer::longValue, (from, option, own) -> from.integer(option));
    static final OptionType<Double> NUMBER =
            new OptionType<>(value -> value, (from, option, own) -> from.number(option));
    static final OptionType<Boolean> FLAG = new OptionType<>(value -> value, (from, option, own) -> from.flag(option));
    static final OptionType<String> TEXT = new OptionType<>(value -> value, (from, option, own) -> from.text(option));
    static final OptionType<Activation> ACTIVATION =
            new OptionType<>(Activation::description, (from, option, own) -> own.activation(from.part(option)));
    static final OptionType<Initializer> INITIALIZER =
            new OptionType<>(Initializers::description, (from, option, own) -> own.initializer(from.part(option)));
    static final OptionType<Layer> LAYER =
            new OptionType<>(Layer::description, (from, option, own) -> own.layer(from.part(option)));
    static final OptionType<Recurrent<?, ?>> RECURRENT = new OptionType<>(Layer::description, OptionType::recurrent);
    static final OptionType<List<Layer>> LAYERS = new OptionType<>(
            layers -> layers.stream().map(Layer::description).toList(),
            (from, option, own) -> from.list(option, Description.class).stream()
                    .map(own::layer)
                    .toList());
    static final OptionType<NamedCell<?>> CELL =
            new OptionType<>(NamedCell::described, (from, option, own) -> own.cell(from.text(option)));
    static final OptionType<Merge> MERGE = new OptionType<>(Merge::name, OptionType::merge);

    /** Reads an option. */
    @FunctionalInterface
    interface Reading<V> {
        V of(Description from, String option, Registry own);
    }

    private static Recurrent<?, ?> recurrent(Description from, String option, Registry own) {
        Layer layer = own.layer(from.part(option));
        Check.that(
                layer instanceof Recurrent,
                "%s: option %s must be a recurrent layer, got %s",
                from.kind(),
                option,
                from.part(option).kind());
        return (Recurrent<?, ?>) layer;
    }

    private static Merge merge(Description from, String option, Registry own) {
        String name = from.text(option);
        return Arrays.stream(Merge.values())
                .filter(merge -> merge.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(FormatException.text(
                        "%s: option %s must be one of %s, got %s",
                        from.kind(), option, Arrays.toString(Merge.values()), name)));
    }
}
