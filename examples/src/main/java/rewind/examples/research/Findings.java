package rewind.examples.research;

import java.util.Locale;
import java.util.function.Consumer;

/** Where a program of the gallery tells what it found, and proves it. */
public final class Findings {
    private final Consumer<String> lines;

    /** Makes one that prints somewhere. */
    public Findings(Consumer<String> lines) {
        this.lines = lines;
    }

    void tell(String format, Object... args) {
        lines.accept("  " + String.format(Locale.ROOT, format, args));
    }

    /** Tells a number and what it is known to be, and fails if it is further from that than it may be. */
    void prove(String what, double actual, double expected, double tolerance) {
        boolean right = Math.abs(actual - expected) <= tolerance;
        tell("%s: %.8g, must be %.8g within %.1e: %s", what, actual, expected, tolerance, right ? "right" : "WRONG");
        require(right, what);
    }

    /** Tells a number and its limit, and fails if it is not below. */
    void proveBelow(String what, double actual, double limit) {
        boolean right = actual < limit;
        tell("%s: %.3g, must be below %.3g: %s", what, actual, limit, right ? "right" : "WRONG");
        require(right, what);
    }

    private static void require(boolean right, String what) {
        if (!right) {
            throw new IllegalStateException(what + " is wrong");
        }
    }
}
