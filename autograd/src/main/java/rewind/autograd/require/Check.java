package rewind.autograd.require;

import java.util.Arrays;
import java.util.Locale;

/** Argument checks with the library's form of message: operation, condition, what was given. */
public final class Check {
    private static final int SHOWN = 64; // axes, as many as NumPy has at most

    private Check() {}

    /** Throws an {@link IllegalArgumentException} with the formatted text unless the condition holds. */
    public static void that(boolean condition, String text, Object... details) {
        if (!condition) {
            throw failure(text, details);
        }
    }

    /** The exception itself, for what is called so often that the details must not be put together in vain. */
    public static IllegalArgumentException failure(String text, Object... details) {
        return new IllegalArgumentException(String.format(Locale.ROOT, text, printable(details)));
    }

    private static Object[] printable(Object[] details) {
        Object[] result = details.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] = details[i] instanceof int[] ints ? shown(ints) : details[i];
        }
        return result;
    }

    /** Sizes for messages and texts: in brackets, of more than 64 the first ones, and how many there are. */
    public static String shown(int... sizes) {
        return sizes.length <= SHOWN
                ? Arrays.toString(sizes)
                : Arrays.toString(Arrays.copyOf(sizes, SHOWN)).replace("]", ", … " + sizes.length + " in all]");
    }
}
