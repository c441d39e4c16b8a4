package rewind.autograd;

import java.util.Locale;

/** Argument checks with the library's form of message: operation, condition, what was given. */
final class Check {
    private Check() {}

    /** Throws an {@link IllegalArgumentException} with the formatted text unless the condition holds. */
    static void that(boolean condition, String text, Object... details) {
        if (!condition) {
            throw failure(text, details);
        }
    }

    /** The exception itself, for what is called so often that the details must not be put together in vain. */
    static IllegalArgumentException failure(String text, Object... details) {
        return new IllegalArgumentException(String.format(Locale.ROOT, text, printable(details)));
    }

    private static Object[] printable(Object[] details) {
        Object[] result = details.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] = details[i] instanceof int[] ints ? Shape.shown(ints) : details[i];
        }
        return result;
    }
}
