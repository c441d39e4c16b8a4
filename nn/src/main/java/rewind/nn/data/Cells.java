package rewind.nn.data;

/** What surrounds the text of a cell. */
final class Cells {
    private Cells() {}

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
