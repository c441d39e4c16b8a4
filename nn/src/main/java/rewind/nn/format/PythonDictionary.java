package rewind.nn.format;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Reads a Python dictionary of the kind that NumPy writes: strings as keys, and as values strings, truth values and tuples of integers
 * from 0. Anything else is refused, as are escapes and two equal keys.
 */
final class PythonDictionary {
    /** All numbers of so many digits are longs. */
    private static final int MOST_DIGITS = 18;

    private final Input in;
    private final String text;
    private int position;

    PythonDictionary(Input in, String text) {
        this.in = in;
        this.text = text;
    }

    /** Returns the values by key: {@link String}, {@link Boolean} or {@code long[]}. */
    Map<String, Object> read() throws FormatException {
        Map<String, Object> fields = new LinkedHashMap<>();
        expect('{');
        while (!skip('}')) {
            String key = string();
            expect(':');
            Object value = value();
            in.check(fields.put(key, value) == null, "header: %s is there twice", FormatException.quoted(key));
            if (!skip(',')) {
                expect('}');
                break;
            }
        }
        if (next() != 0) {
            throw unexpected("nothing more");
        }
        return fields;
    }

    /** What a value is called in messages. */
    static String typeName(Object value) {
        return value instanceof String ? "a string" : value instanceof Boolean ? "a truth value" : "a tuple";
    }

    private Object value() throws FormatException {
        char next = next();
        if (next == '(') {
            return tuple();
        }
        if (next == '\'' || next == '"' || next == 'u') {
            return string();
        }
        for (String word : new String[] {"True", "False"}) {
            if (text.startsWith(word, position)) {
                position += word.length();
                return word.equals("True");
            }
        }
        throw unexpected("a string, True, False or a tuple of integers");
    }

    private String string() throws FormatException {
        if (next() == 'u' && position + 1 < text.length() && "'\"".indexOf(text.charAt(position + 1)) >= 0) {
            position++; // a Unicode string of Python 2
        }
        char quote = next();
        if (quote != '\'' && quote != '"') {
            throw unexpected("a string");
        }
        int end = text.indexOf(quote, position + 1);
        if (end == -1) {
            throw unexpected("a string that ends");
        }
        String string = text.substring(position + 1, end);
        if (string.contains("\\")) {
            throw unexpected("a string without backslashes");
        }
        position = end + 1;
        return string;
    }

    /** In Python {@code (3)} is a number, and {@code (3,)} a tuple. */
    private long[] tuple() throws FormatException {
        LongStream.Builder numbers = LongStream.builder();
        expect('(');
        int count = 0;
        while (!skip(')')) {
            numbers.add(number());
            count++;
            if (!skip(',')) {
                if (count == 1) {
                    throw unexpected("a comma after the only number of a tuple");
                }
                expect(')');
                break;
            }
        }
        return numbers.build().toArray();
    }

    private long number() throws FormatException {
        next();
        int end = position;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        if (end == position || end - position > MOST_DIGITS) {
            throw unexpected("an integer from 0, of at most " + MOST_DIGITS + " digits");
        }
        long number = Long.parseLong(text.substring(position, end));
        boolean python2 = end < text.length() && text.charAt(end) == 'L'; // wrote so what it called a long
        position = python2 ? end + 1 : end;
        return number;
    }

    private void expect(char expected) throws FormatException {
        if (!skip(expected)) {
            throw unexpected(String.valueOf(expected));
        }
    }

    private boolean skip(char expected) {
        boolean found = next() == expected;
        position += found ? 1 : 0;
        return found;
    }

    /** Skips blanks; returns the character that follows, or 0 at the end. */
    private char next() {
        while (position < text.length() && " \t\r\n".indexOf(text.charAt(position)) >= 0) {
            position++;
        }
        return position < text.length() ? text.charAt(position) : 0;
    }

    private FormatException unexpected(String expected) {
        String rest = text.substring(position);
        return in.failure(
                "header: must have %s at character %s, got %s",
                expected, position, rest.isEmpty() ? "its end" : FormatException.quoted(rest.strip()));
    }
}
