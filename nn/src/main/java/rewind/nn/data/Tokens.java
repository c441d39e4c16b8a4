package rewind.nn.data;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the tokens of a text are. */
enum Tokens {
    /** Unicode characters; one outside the basic plane is one token. */
    CHARACTER {
        @Override
        void forEach(String text, Receiver receiver) {
            for (int at = 0; at < text.length(); at = text.offsetByCodePoints(at, 1)) {
                receiver.token(Character.toString(text.codePointAt(at)), at);
            }
        }

        @Override
        String describe(String token) {
            return String.format(Locale.ROOT, "the character '%s' (U+%04X)", Texts.escape(token), token.codePointAt(0));
        }
    },

    /** Words of letters and digits, with apostrophes inside; every other character that is not blank is a word of its own. */
    WORD {
        @Override
        void forEach(String text, Receiver receiver) {
            Matcher words = WORDS.matcher(text);
            while (words.find()) {
                receiver.token(words.group(), words.start());
            }
        }
    },

    /** Whole texts: the names of classes. */
    LABEL {
        @Override
        void forEach(String text, Receiver receiver) {
            receiver.token(text, 0);
        }
    };

    private static final Pattern WORDS =
            Pattern.compile("[\\p{L}\\p{M}\\p{N}]+(?:['’][\\p{L}\\p{M}\\p{N}]+)*|\\S", Pattern.UNICODE_CHARACTER_CLASS);

    /** Takes a token and where it begins in the text. */
    @FunctionalInterface
    interface Receiver {
        void token(String token, int position);
    }

    abstract void forEach(String text, Receiver receiver);

    /** The token in a message. */
    String describe(String token) {
        return String.format(Locale.ROOT, "the %s '%s'", name().toLowerCase(Locale.ROOT), Texts.escape(token));
    }
}
