package rewind.nn.format;

import java.io.IOException;

/** Says that a file is not what it should be; the message names the file, the place in it, what must hold and what was found. */
public final class FormatException extends IOException {
    private static final long serialVersionUID = 1;
    private static final int LONGEST_QUOTE = 100;

    /** Makes one for what is wrong with the content of a file beyond its format. */
    public FormatException(String message, Throwable cause) {
        super(message, cause);
    }

    /** A name out of a file, in quotes and no longer than a message can bear. */
    static String quoted(String name) {
        return name.length() <= LONGEST_QUOTE ? "'" + name + "'" : "'" + name.substring(0, LONGEST_QUOTE) + "…'";
    }
}
