package rewind.nn.data;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Texts on one line: backslashes, control characters and lone surrogates, which no encoding can hold, as {@code \}{@code uXXXX}. */
final class Escapes {
    private static final Pattern SPECIAL = Pattern.compile("[\\\\\\p{Cc}\\p{Cs}]");
    private static final Pattern ESCAPED = Pattern.compile("\\\\u([0-9A-F]{4})");

    private Escapes() {}

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
}
