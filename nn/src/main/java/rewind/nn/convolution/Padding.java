package rewind.nn.convolution;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import rewind.autograd.require.Check;
import rewind.nn.layer.OptionType;

/**
 * How many zeros precede and follow a sample along its axes.
 *
 * @param kind {@code none}, {@code same}, {@code causal} or {@code each}
 * @param counts before and after every axis, for {@code each}
 */
record Padding(String kind, List<Integer> counts) {
    static final Padding NONE = new Padding("none", List.of());
    /** As many as keep the number of elements, by a stride of 1: half of them before. */
    static final Padding SAME = new Padding("same", List.of());
    /** As {@link #SAME}, but all before the first axis. */
    static final Padding CAUSAL = new Padding("causal", List.of());

    static final OptionType<Padding> OPTION =
            new OptionType<>(Padding::toString, (from, option, parts) -> read(from.text(option)));

    static Padding each(int... counts) {
        for (int count : counts) {
            Check.that(count >= 0, "padding: counts must not be negative, got %s", counts);
        }
        return new Padding("each", Arrays.stream(counts).boxed().toList());
    }

    private static Padding read(String text) {
        for (Padding known : List.of(NONE, SAME, CAUSAL)) {
            if (known.kind.equals(text)) {
                return known;
            }
        }
        Check.that(text.matches("\\d{1,8}(,\\d{1,8})*"), "padding must be none, same, causal or numbers, got %s", text);
        return each(Arrays.stream(text.split(",")).mapToInt(Integer::parseInt).toArray());
    }

    /** How many precede an axis along which a window reaches over so many elements. */
    int before(int axis, int reach) {
        return switch (kind) {
            case "none" -> 0;
            case "same" -> (reach - 1) / 2;
            case "causal" -> axis == 0 ? reach - 1 : (reach - 1) / 2;
            default -> counts.get(axis);
        };
    }

    int total(int axis, int reach) {
        return switch (kind) {
            case "none" -> 0;
            case "same", "causal" -> reach - 1;
            default -> 2 * counts.get(axis);
        };
    }

    @Override
    public String toString() {
        return kind.equals("each") ? counts.stream().map(String::valueOf).collect(Collectors.joining(",")) : kind;
    }
}
