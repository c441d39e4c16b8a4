package rewind.nn.data;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Texts of cells without the blanks around them, and texts that are kept on one line. */
final class Texts {
    private static final Pattern SPECIAL = Pattern.compile("[\\\\\\p{Cc}\\p{Cs}]");
    private static final Pattern ESCAPED = Pattern.compile("\\\\u([0-9A-F]{4})");

    private Texts() {}

    /** On one line: backslashes, control characters and lone surrogates, which no encoding can hold, as {@code \}{@code uXXXX}. */
    static String escape(String text) {
        return SPECIAL.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(String.format(
                        Locale.ROOT, "\\u%04X", (int) found.group().charAt(0))));
    }

    static String unescape(String text) {
        return ESCAPED.matcher(text)
                .replaceAll(
                        found -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(found.group(1), 16))));
    }

    /** The text without blanks around it, those included that do not break lines or have no width. */
    static String strip(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && blank(text.charAt(from))) {
            from++;
        }
        while (from < to && blank(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    private static boolean blank(char c) {
        if (c > ' ' && c < 0x80) {
            return false; // most are
        }
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\uFEFF' || c == '\u200B';
    }
}
