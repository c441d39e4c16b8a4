package rewind.nn.recurrent;

import java.util.Arrays;
import rewind.autograd.require.Check;
import rewind.nn.layer.Description;
import rewind.nn.layer.Layer;
import rewind.nn.layer.OptionType;
import rewind.nn.layer.Parts;

/** The types of options that only recurrent layers have. */
final class RecurrentOptions {
    static final OptionType<Recurrent<?, ?>> RECURRENT =
            new OptionType<>(Layer::description, RecurrentOptions::recurrent);
    static final OptionType<NamedCell<?>> CELL = new OptionType<>(
            NamedCell::described, (from, option, parts) -> (NamedCell<?>) parts.own("cell", from.text(option)));
    static final OptionType<Merge> MERGE = new OptionType<>(Merge::name, RecurrentOptions::merge);

    private RecurrentOptions() {}

    private static Recurrent<?, ?> recurrent(Description from, String option, Parts parts) {
        Layer layer = parts.layer(from.part(option));
        Check.that(
                layer instanceof Recurrent,
                "%s: option %s must be a recurrent layer, got %s",
                from.kind(),
                option,
                from.part(option).kind());
        return (Recurrent<?, ?>) layer;
    }

    private static Merge merge(Description from, String option, Parts parts) {
        String name = from.text(option);
        return Arrays.stream(Merge.values())
                .filter(merge -> merge.name().equals(name))
                .findFirst()
                .orElseThrow(() -> Check.failure(
                        "%s: option %s must be one of %s, got %s",
                        from.kind(), option, Arrays.toString(Merge.values()), name));
    }
}
