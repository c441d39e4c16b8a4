package rewind.benchmarks.gradbench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How often a function is to be evaluated, and how long everything took. */
final class Runs {
    private final double least;
    private final double nanoseconds;
    private final List<Object> timings = new ArrayList<>();
    private int runs;
    private double elapsed;

    /** As an input asks for: at least {@code min_runs} times, and until {@code min_seconds} are over; once, if it does not say. */
    Runs(Input input) {
        least = input.number("min_runs", 1);
        nanoseconds = input.number("min_seconds", 0) * 1e9;
    }

    /** Notes a time; those of {@code evaluate} are runs. */
    void took(String what, long time) {
        timings.add(Map.of("name", what, "nanoseconds", (double) time));
        if (what.equals("evaluate")) {
            runs++;
            elapsed += time;
        }
    }

    /** Whether the function is to be evaluated once more. */
    boolean goOn() {
        return runs < least || elapsed < nanoseconds;
    }

    /** Returns all times, as the protocol has them. */
    List<Object> timings() {
        return timings;
    }
}
