package rewind.nn.data;

import java.util.ArrayList;
import java.util.List;
import rewind.autograd.require.Check;

/** Finds the usual format that all dates have which it is shown. */
final class DateGuess {
    private List<DateFormat> left = DateFormat.USUAL;
    private boolean empty = true;
    private final List<String> doubtful =
            new ArrayList<>(); // the first date that the last two formats read differently

    /** Takes a date into account; false, and nothing else, if no format is left for it. */
    boolean add(String text) {
        if (decided()) {
            return !Double.isNaN(left.get(0).parse(text));
        }
        List<DateFormat> fitting = left.stream()
                .filter(format -> !Double.isNaN(format.parse(text)))
                .toList();
        if (fitting.isEmpty()) {
            return false;
        }
        left = fitting;
        empty = false;
        if (doubtful.isEmpty() && differ(text)) {
            doubtful.add(text);
        }
        return true;
    }

    private boolean differ(String text) {
        return left.stream()
                        .mapToDouble(format -> format.parse(text))
                        .distinct()
                        .count()
                > 1;
    }

    /** Whether only one format is left. */
    boolean decided() {
        return left.size() == 1;
    }

    /** For messages: that of the dates before, if there were any. */
    String format() {
        return empty ? " of a usual format" : " as " + left.get(0);
    }

    /**
     * The format.
     *
     * @throws IllegalArgumentException if several are left that read a date differently
     */
    DateFormat decide(String where, String remedy) {
        Check.that(
                decided() || doubtful.isEmpty(),
                "%s: dates such as %s may be %s or %s; %s says which",
                where,
                doubtful.isEmpty() ? "" : doubtful.get(0),
                left.get(0),
                left.size() > 1 ? left.get(1) : "",
                remedy);
        return left.get(0);
    }
}
