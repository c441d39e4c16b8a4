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
    /** A cell of a user's own by its name; one that is built in is described, so that nobody takes one for the other. */
    static final OptionType<NamedCell<?>> CELL = new OptionType<>(
            cell -> BuiltInCells.has(cell) ? Description.of(cell.name()) : cell.described(), RecurrentOptions::cell);

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

    private static NamedCell<?> cell(Description from, String option, Parts parts) {
        return from.options().get(option) instanceof Description builtIn
                ? BuiltInCells.get(builtIn.kind())
                : (NamedCell<?>) parts.own("cell", from.text(option));
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
