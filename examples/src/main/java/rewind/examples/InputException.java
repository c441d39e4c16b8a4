package rewind.examples;

import java.util.Locale;

/** Something that the user can put right: it is printed as one line, and the exit status is 2. */
final class InputException extends RuntimeException {
    private static final long serialVersionUID = 1;

    InputException(String format, Object... args) {
        super(String.format(Locale.ROOT, format, args));
    }

    /** Throws unless the condition holds. */
    static void unless(boolean condition, String format, Object... args) {
        if (!condition) {
            throw new InputException(format, args);
        }
    }
}
