package rewind.nn.data;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Lengths;

/** Where samples are cut into parts, and how parts are joined. */
final class Division {
    private Division() {}

    /**
     * From 0 to the number of samples: the cuts, each rounded to the nearest whole sample.
     *
     * @throws IllegalArgumentException if fractions are not between 0 and 1 and increasing, or a part has no sample
     */
    static int[] cuts(int size, double... fractions) {
        int[] cuts = new int[fractions.length + 2];
        cuts[fractions.length + 1] = size;
        for (int i = 0; i < fractions.length; i++) {
            Check.that(
                    fractions[i] > 0 && fractions[i] < 1,
                    "split: fractions must be between 0 and 1, got %s",
                    Arrays.toString(fractions));
            Check.that(
                    i == 0 || fractions[i] > fractions[i - 1],
                    "split: cuts must increase, as all are fractions of the whole, got %s; splitAt(0.7, 0.9) gives parts of 0.7, 0.2"
                            + " and 0.1",
                    Arrays.toString(fractions));
            cuts[i + 1] = (int) Math.rint(size * fractions[i]);
        }
        for (int i = 0; i <= fractions.length; i++) {
            Check.that(
                    cuts[i] < cuts[i + 1],
                    "split: every part must have a sample, but of %s samples cut at %s part %s has none",
                    size,
                    Arrays.toString(fractions),
                    i);
        }
        return cuts;
    }

    /** One after the other, see {@link Dataset#concat}. */
    static Dataset joined(Dataset one, Dataset other) {
        Check.that(
                one.targetsPerStep() == other.targetsPerStep(),
                "concat: there must be a target for every step in both or in neither, got %s, then %s; say targetsPerStep(…) of one",
                one,
                other);
        Check.that(
                one.named().keySet().equals(other.named().keySet()),
                "concat: both must have the same named tensors, got %s, then %s",
                one.named().keySet(),
                other.named().keySet());
        Map<String, Tensor> named = new LinkedHashMap<>();
        one.named()
                .forEach((name, tensor) ->
                        named.put(name, Tensor.concat(0, tensor, other.named().get(name))));
        Boolean told = one.told() != null ? one.told() : other.told();
        boolean lengths = one.lengths().isPresent() || other.lengths().isPresent();
        int steps = lengths ? Math.max(one.x().size(1), other.x().size(1)) : 0;
        int targets = lengths && one.targetsPerStep()
                ? Math.max(one.y().size(1), other.y().size(1))
                : 0;
        return new Dataset(
                Tensor.concat(0, padded(one.x(), steps), padded(other.x(), steps)),
                Tensor.concat(0, padded(one.y(), targets), padded(other.y(), targets)),
                lengths ? lengths(one).concat(lengths(other)) : null,
                told,
                named);
    }

    /** With so many steps, if there are any. */
    private static Tensor padded(Tensor sequences, int steps) {
        return steps == 0 ? sequences : sequences.pad(1, 0, steps - sequences.size(1));
    }

    private static Lengths lengths(Dataset of) {
        return of.lengths().orElseGet(() -> {
            int[] full = new int[of.size()];
            Arrays.fill(full, of.x().size(1));
            return Lengths.of(full);
        });
    }
}
