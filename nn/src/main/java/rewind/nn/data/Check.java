package rewind.nn.data;

import java.util.Locale;

/** Argument checks with the library's form of message: what, condition, what was given. */
final class Check {
    private Check() {}

    /** Throws an {@link IllegalArgumentException} with the formatted text unless the condition holds. */
    static void that(boolean condition, String text, Object... details) {
        if (!condition) {
            throw new IllegalArgumentException(String.format(Locale.ROOT, text, details));
        }
    }
}
