package rewind.nn.loss;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import rewind.autograd.Tensor;

/** Targets as a loss may object to them, see {@link Loss#objection}: row by row along the last axis, which are samples or steps. */
public final class TargetRows {
    private static final int SHOWN = 10;

    private TargetRows() {}

    /** How many numbers a row has: those of a step, or of a sample without steps. */
    public static int length(Tensor values) {
        return values.rank() <= 1 ? 1 : Math.max(1, values.size(-1));
    }

    /**
     * Requires that a loss does not object to targets.
     *
     * @param counts whether the row counts that begins with an element
     * @param place what a message says between the objection and the numbers of the row that begins with an element
     * @throws IllegalArgumentException with the objection to the first row that has one
     */
    public static void require(Loss loss, Tensor targets, IntPredicate counts, IntFunction<String> place) {
        double[] flat = targets.detach().toArray();
        int length = length(targets);
        for (int from = 0; from < flat.length; from += length) {
            double[] row = Arrays.copyOfRange(flat, from, from + length);
            Optional<String> objection = counts.test(from) ? loss.objection(row) : Optional.empty();
            if (objection.isPresent()) {
                throw new IllegalArgumentException(objection.get() + place.apply(from) + shown(row));
            }
        }
    }

    private static String shown(double... row) {
        String all = Arrays.toString(Arrays.copyOf(row, Math.min(SHOWN, row.length)));
        return row.length <= SHOWN ? all : all.replace("]", ", …]");
    }
}
