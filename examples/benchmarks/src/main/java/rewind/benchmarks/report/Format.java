package rewind.benchmarks.report;

import java.util.Locale;

/** Numbers as the tables show them. */
final class Format {
    private Format() {}

    /** Returns the number with some digits after the point, the same in every country. */
    static String fixed(double value, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    /** Returns the number with three significant digits. */
    static String significant(double value) {
        int digits = value == 0 ? 0 : 2 - (int) Math.floor(Math.log10(Math.abs(value)));
        return fixed(value, Math.max(0, Math.min(6, digits)));
    }

    static String percent(double share) {
        return fixed(100 * share, 0) + " %";
    }
}
