package rewind.nn;

import rewind.nn.format.FormatException;

/** Argument checks with the library's form of message: what, condition, what was given. */
final class Check {
    private Check() {}

    /** Throws an {@link IllegalArgumentException} with the formatted text unless the condition holds; long details are cut. */
    static void that(boolean condition, String text, Object... details) {
        if (!condition) {
            throw new IllegalArgumentException(FormatException.text(text, details));
        }
    }
}
