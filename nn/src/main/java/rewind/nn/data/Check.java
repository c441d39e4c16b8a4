package rewind.nn.data;

import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;

/** Argument checks with the library's form of message: what, condition, what was given. */
final class Check {
    private static final int LENGTH = 300; // of a text that is shown whole
    private static final int SHOWN = 60; // characters of a longer one
    private static final int NAMES = 20; // of a list

    private Check() {}

    /** Throws an {@link IllegalArgumentException} with the formatted text unless the condition holds. */
    static void that(boolean condition, String text, Object... details) {
        if (!condition) {
            throw failure(text, details);
        }
    }

    /** The exception itself; what is long in it, as texts out of files may be, is cut. */
    static IllegalArgumentException failure(String text, Object... details) {
        Object[] shown = new Object[details.length];
        for (int i = 0; i < shown.length; i++) {
            shown[i] = details[i] instanceof CharSequence || details[i] instanceof Collection
                    ? shown(details[i])
                    : details[i];
        }
        return new IllegalArgumentException(String.format(Locale.ROOT, text, shown));
    }

    static String shown(Object detail) {
        if (detail instanceof Collection<?> all) {
            return all.stream()
                    .limit(NAMES)
                    .map(Check::shown)
                    .collect(
                            Collectors.joining(", ", "[", all.size() > NAMES ? ", … " + all.size() + " in all]" : "]"));
        }
        String text = String.valueOf(detail);
        return text.length() <= LENGTH
                ? text
                : text.substring(0, text.offsetByCodePoints(0, SHOWN)) + "… (" + text.length() + " characters)";
    }
}
