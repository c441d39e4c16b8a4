package rewind.examples;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What is taken for a cell that is missing. No forecast of such a value is tested. */
enum Missing {
    /** The last value before it. */
    PREVIOUS,
    /** A value on the straight line from the one before it to the one after it; after the part to train on the last value before it. */
    LINE,
    /** Nothing: it is an error. */
    NONE;

    private static final Set<String> USUAL =
            Set.of("", "na", "n/a", "nan", "null", "none", "nil", "missing", "?", "-", "--", ".", "..", "*", "#n/a");

    /** Returns whether a cell means that its value is missing. */
    static boolean marks(String cell, List<String> others) {
        return USUAL.contains(cell.toLowerCase(Locale.ROOT)) || others.contains(cell);
    }

    /**
     * Returns the values with those missing, which are NaN, filled in; the first is there.
     *
     * @param train how many there are to train on; nothing after them decides about them
     */
    double[] filled(double[] values, int train) {
        double[] filled = values.clone();
        for (int i = 1; i < values.length; i++) {
            if (Double.isNaN(values[i])) {
                int next = next(values, i);
                filled[i] = this == LINE && next < train
                        ? filled[i - 1] + (values[next] - filled[i - 1]) / (next - i + 1)
                        : filled[i - 1];
            }
        }
        return filled;
    }

    private static int next(double[] values, int from) {
        int next = from;
        while (next < values.length && Double.isNaN(values[next])) {
            next++;
        }
        return next;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
