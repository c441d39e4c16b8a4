package rewind.nn.format;

import java.io.IOException;
import java.util.Locale;
import rewind.autograd.require.Check;

/** Says that a file is not what it should be; the message names the file, the place in it, what must hold and what was found. */
public final class FormatException extends IOException {
    private static final long serialVersionUID = 1;
    private static final int LONGEST_QUOTE = 100;
    private static final int LONGEST_DETAIL = 500;

    /** Makes one for what is wrong with the content of a file beyond its format. */
    public FormatException(String message, Throwable cause) {
        super(message, cause);
    }

    /** A name out of a file, in quotes and no longer than a message can bear. */
    static String quoted(String name) {
        return "'" + cut(name, LONGEST_QUOTE) + "'";
    }

    /**
     * A text for a message, with details in place of every {@code %s}; what is out of a file is cut to what a message can bear,
     * to 500 characters each.
     */
    static String text(String format, Object... details) {
        Object[] cut = new Object[details.length];
        for (int i = 0; i < cut.length; i++) {
            cut[i] = cut(String.valueOf(details[i]), LONGEST_DETAIL);
        }
        return String.format(Locale.ROOT, format, cut);
    }

    private static String cut(String text, int longest) {
        if (text.length() <= longest) {
            return Check.printable(text);
        }
        int end = Character.isHighSurrogate(text.charAt(longest - 1)) ? longest - 1 : longest;
        return Check.printable(text.substring(0, end)) + "…";
    }
}
