package rewind.nn.recurrent;

import static rewind.nn.layer.OptionType.FLAG;
import static rewind.nn.layer.OptionType.INTEGER;
import static rewind.nn.layer.OptionType.NUMBER;
import static rewind.nn.layer.OptionType.TEXT;

import java.util.Arrays;
import java.util.function.Function;
import rewind.autograd.require.Check;
import rewind.nn.layer.Description;
import rewind.nn.layer.Form;
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

    /** The form of a layer with the options that every recurrent layer has. */
    static <R extends Recurrent<?, R>> Form<R> form(Class<?> type, String kind, Function<Form.Values, R> make) {
        return Form.<R>of(type, kind, make)
                .option("units", INTEGER, (Recurrent<?, R> layer) -> layer.units())
                .option("name", TEXT, (Recurrent<?, R> layer) -> layer.name, (layer, name) -> layer.named(name))
                .option(
                        "sequences",
                        FLAG,
                        (Recurrent<?, R> layer) -> layer.sequences,
                        (layer, all) -> layer.sequences(all))
                .option("reversed", FLAG, Recurrent::isReversed, (layer, backwards) -> layer.reversed(backwards))
                .option(
                        "layerNormalization",
                        FLAG,
                        Recurrent::isNormalized,
                        (layer, on) -> layer.layerNormalization(on))
                .option(
                        "recurrentDropout",
                        NUMBER,
                        (Recurrent<?, R> layer) -> layer.recurrentDropout,
                        (layer, rate) -> layer.recurrentDropout(rate))
                .option(
                        "zoneout",
                        NUMBER,
                        (Recurrent<?, R> layer) -> layer.zoneout,
                        (layer, rate) -> layer.zoneout(rate))
                .option(
                        "clipGradients",
                        NUMBER,
                        (Recurrent<?, R> layer) -> layer.clipGradients,
                        (layer, limit) -> layer.clipGradients((double) limit))
                .option(
                        "truncateChunks",
                        INTEGER,
                        (Recurrent<?, R> layer) -> layer.truncateChunks,
                        (layer, steps) -> steps == Recurrent.EXACT ? layer : layer.truncateChunks(steps))
                .option(
                        "truncateWindow",
                        INTEGER,
                        (Recurrent<?, R> layer) -> layer.truncateWindow,
                        (layer, steps) -> steps == Recurrent.EXACT ? layer : layer.truncateWindow(steps))
                .option(
                        "checkpoints",
                        INTEGER,
                        (Recurrent<?, R> layer) -> layer.checkpoints,
                        (layer, steps) -> layer.checkpoints(new Segments.Budget(steps, Double.POSITIVE_INFINITY)))
                .option(
                        "checkpointsWithin",
                        NUMBER,
                        (Recurrent<?, R> layer) -> layer.checkpointsWithin,
                        (layer, bytes) -> bytes < Double.POSITIVE_INFINITY ? layer.checkpointsWithin(bytes) : layer);
    }

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
