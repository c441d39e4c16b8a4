package rewind.autograd.require;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Argument checks with the library's form of message: operation, condition, what was given. */
public final class Check {
    private static final int LONGEST = 400; // characters of a text
    private static final int LONGEST_ELEMENT = 60; // characters of a text in a list
    private static final int ELEMENTS = 20; // of a list
    private static final int SIZES = 64; // axes, as many as NumPy has at most

    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}&&[^\n\t]]");

    private Check() {}

    /** Throws an {@link IllegalArgumentException} with the formatted text unless the condition holds. */
    public static void that(boolean condition, String text, Object... details) {
        if (!condition) {
            throw failure(text, details);
        }
    }

    /** The exception itself, for what is called so often that the details must not be put together in vain. */
    public static IllegalArgumentException failure(String text, Object... details) {
        return new IllegalArgumentException(text(text, details));
    }

    /** A text for a message, with what is long in its details, as texts out of files may be, cut. */
    public static String text(String text, Object... details) {
        Object[] shown = details.clone();
        for (int i = 0; i < shown.length; i++) {
            boolean number = details[i] instanceof Number || details[i] instanceof Character;
            shown[i] = number ? details[i] : shown(details[i]);
        }
        return String.format(Locale.ROOT, text, shown);
    }

    /** A detail as messages and texts show it: the beginning of what is long, and how long that is. */
    public static String shown(Object detail) {
        if (detail instanceof int[] sizes) {
            return shown(sizes);
        }
        if (detail instanceof Collection<?> all) {
            return all.stream()
                    .limit(ELEMENTS)
                    .map(each -> cut(String.valueOf(each), LONGEST_ELEMENT))
                    .collect(Collectors.joining(
                            ", ", "[", all.size() > ELEMENTS ? ", … " + all.size() + " in all]" : "]"));
        }
        return cut(String.valueOf(detail), LONGEST);
    }

    private static String cut(String text, int longest) {
        if (text.length() <= longest) {
            return printable(text);
        }
        int end = Character.isHighSurrogate(text.charAt(longest - 1)) ? longest - 1 : longest;
        return printable(text.substring(0, end)) + "… (" + text.length() + " characters)";
    }

    /** A text with its control characters, which terminals obey, as {@code \}{@code uXXXX}; lines and tabs stay. */
    public static String printable(String text) {
        return CONTROL.matcher(text)
                .replaceAll(found -> String.format(
                        Locale.ROOT, "\\\\u%04X", (int) found.group().charAt(0)));
    }

    private static String shown(int... sizes) {
        return sizes.length <= SIZES
                ? Arrays.toString(sizes)
                : Arrays.toString(Arrays.copyOf(sizes, SIZES)).replace("]", ", … " + sizes.length + " in all]");
    }
}
