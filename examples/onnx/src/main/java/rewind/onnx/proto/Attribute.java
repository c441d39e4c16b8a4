package rewind.onnx.proto;

import java.util.List;

/**
 * The value of an attribute.
 *
 * @param kind what it is
 * @param value a {@link Double}, {@link Long}, {@link String}, {@link NamedTensor}, {@link Graph}, or a list of such; null where it is a
 *     reference or of a kind that is not known here
 * @param reference in a function, the attribute of the call whose value it takes; else empty
 */
public record Attribute(Kind kind, Object value, String reference) {
    /** The kinds of attributes, with their numbers in files. */
    public enum Kind {
        FLOAT(1),
        INT(2),
        STRING(3),
        TENSOR(4),
        GRAPH(5),
        FLOATS(6),
        INTS(7),
        STRINGS(8),
        OTHER(0);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        /** Returns the number in files. */
        public int code() {
            return code;
        }

        static Kind of(long code) {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            return OTHER;
        }
    }

    /** Returns a number. */
    public static Attribute of(double value) {
        return new Attribute(Kind.FLOAT, value, "");
    }

    /** Returns a whole number. */
    public static Attribute of(long value) {
        return new Attribute(Kind.INT, value, "");
    }

    /** Returns a text. */
    public static Attribute of(String value) {
        return new Attribute(Kind.STRING, value, "");
    }

    /** Returns a tensor. */
    public static Attribute of(NamedTensor value) {
        return new Attribute(Kind.TENSOR, value, "");
    }

    /** Returns a graph. */
    public static Attribute of(Graph value) {
        return new Attribute(Kind.GRAPH, value, "");
    }

    /** Returns whole numbers. */
    public static Attribute ofIntegers(List<Long> values) {
        return new Attribute(Kind.INTS, values, "");
    }

    /** Returns numbers. */
    public static Attribute ofNumbers(List<Double> values) {
        return new Attribute(Kind.FLOATS, values, "");
    }

    /** Returns texts. */
    public static Attribute ofTexts(List<String> values) {
        return new Attribute(Kind.STRINGS, values, "");
    }
}
