package rewind.autograd.algebra;

import java.util.List;

/** How the elements of an equation are written in one language; arguments are written already. */
public interface Notation {
    /** A name, with the step it belongs to, or null. */
    String symbol(String name, String step);

    String number(double value);

    String parenthesized(String x);

    String transposed(String x);

    String squared(String x);

    /** x·y of matrices. */
    String matmul(String x, String y);

    /** x ⊙ y ⊙ … */
    String product(List<String> factors);

    String scaled(String number, String x);

    String fraction(String x, String y);

    /** Σ over what the index says; over everything if it is empty. */
    String total(String index, String x);

    String negative(String x);

    String plus(String x, String y);

    String minus(String x, String y);

    /** Parts along an axis. */
    String pile(List<String> parts);

    /** The same part several times. */
    String repeated(String x, int count);

    /** A part of a tensor, by indices along its axes. */
    String indexed(String x, String indices);

    /** Words. */
    String text(String words);

    /** Iverson's bracket: 1 where the condition holds, else 0. */
    String condition(String x, String sign, String y);

    /** A function with the names and values of its attributes. */
    String function(String name, List<String> operands, List<String> attributes);

    /** The step t + offset. */
    default String step(int offset) {
        return "t" + (offset == 0 ? "" : offset < 0 ? "−" + -offset : "+" + offset);
    }

    /** t from the first to the last step. */
    default String steps(int first, int last) {
        return "t=" + first + "…" + last;
    }

    /** A number as it is written: whole ones without a point. */
    static String digits(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    /** Unicode text. */
    record Text() implements Notation {
        @Override
        public String symbol(String name, String step) {
            return step == null ? name : name + "⟨" + step + "⟩";
        }

        @Override
        public String number(double value) {
            return digits(value).replace('-', '−');
        }

        @Override
        public String parenthesized(String x) {
            return "(" + x + ")";
        }

        @Override
        public String transposed(String x) {
            return x + "ᵀ";
        }

        @Override
        public String squared(String x) {
            return x + "²";
        }

        @Override
        public String matmul(String x, String y) {
            return x + "·" + y;
        }

        @Override
        public String product(List<String> factors) {
            return String.join(" ⊙ ", factors);
        }

        @Override
        public String scaled(String number, String x) {
            return number + "·" + x;
        }

        @Override
        public String fraction(String x, String y) {
            return x + " / " + y;
        }

        @Override
        public String total(String index, String x) {
            return (index.isEmpty() ? "Σ " : index.length() == 1 ? "Σ_" + index + " " : "Σ_{" + index + "} ") + x;
        }

        @Override
        public String negative(String x) {
            return "−" + x;
        }

        @Override
        public String plus(String x, String y) {
            return x + " + " + y;
        }

        @Override
        public String minus(String x, String y) {
            return x + " − " + y;
        }

        @Override
        public String repeated(String x, int count) {
            return x + "×" + count;
        }

        @Override
        public String indexed(String x, String indices) {
            return x + "[" + indices + "]";
        }

        @Override
        public String pile(List<String> parts) {
            return "[" + String.join("; ", parts) + "]";
        }

        @Override
        public String text(String words) {
            return words;
        }

        @Override
        public String condition(String x, String sign, String y) {
            return "[" + x + " " + sign + " " + y + "]";
        }

        @Override
        public String function(String name, List<String> operands, List<String> attributes) {
            String in = String.join(", ", operands);
            String all = attributes.isEmpty() ? in : in + ", " + String.join(", ", attributes);
            return (name.equals("sigmoid") ? "σ" : name) + "(" + all + ")";
        }
    }

    /** MathML, without the element around it. */
    record MathMl() implements Notation {
        @Override
        public String symbol(String name, String step) {
            String base = name.length() == 1
                    ? "<mi>" + escaped(name) + "</mi>"
                    : "<mi mathvariant=\"italic\">" + escaped(name) + "</mi>";
            return step == null
                    ? base
                    : "<msup>" + base + "<mrow><mo stretchy=\"false\">⟨</mo><mtext>" + step
                            + "</mtext><mo stretchy=\"false\">⟩</mo></mrow></msup>";
        }

        private static String escaped(String text) {
            return text.replace("&", "&amp;")
                    .replace("<", "&lt;")
                    .replace(">", "&gt;")
                    .replace("\"", "&quot;");
        }

        private static String row(String... parts) {
            return "<mrow>" + String.join("", parts) + "</mrow>";
        }

        private static String sign(String sign) {
            return "<mo>" + sign + "</mo>";
        }

        @Override
        public String number(double value) {
            return "<mn>" + digits(value).replace('-', '−') + "</mn>";
        }

        @Override
        public String parenthesized(String x) {
            return row(sign("("), x, sign(")"));
        }

        @Override
        public String transposed(String x) {
            return "<msup>" + row(x) + "<mi mathvariant=\"normal\">T</mi></msup>";
        }

        @Override
        public String squared(String x) {
            return "<msup>" + row(x) + "<mn>2</mn></msup>";
        }

        @Override
        public String matmul(String x, String y) {
            return row(x, sign("·"), y);
        }

        @Override
        public String product(List<String> factors) {
            return row(String.join(sign("⊙"), factors));
        }

        @Override
        public String scaled(String number, String x) {
            return row(number, "<mo>&#x2062;</mo>", x);
        }

        @Override
        public String fraction(String x, String y) {
            return "<mfrac>" + row(x) + row(y) + "</mfrac>";
        }

        @Override
        public String total(String index, String x) {
            String sum = sign("∑");
            return row(index.isEmpty() ? sum : "<munder>" + sum + "<mtext>" + escaped(index) + "</mtext></munder>", x);
        }

        @Override
        public String negative(String x) {
            return row("<mo form=\"prefix\">−</mo>", x);
        }

        @Override
        public String plus(String x, String y) {
            return x + sign("+") + y;
        }

        @Override
        public String minus(String x, String y) {
            return x + sign("−") + y;
        }

        @Override
        public String repeated(String x, int count) {
            return row(x, sign("×"), number(count));
        }

        @Override
        public String indexed(String x, String indices) {
            return "<msub>" + row(x) + "<mtext>" + indices + "</mtext></msub>";
        }

        @Override
        public String pile(List<String> parts) {
            return row(sign("["), String.join(sign(";"), parts), sign("]"));
        }

        @Override
        public String text(String words) {
            return "<mtext>" + escaped(words) + "</mtext>";
        }

        @Override
        public String condition(String x, String sign, String y) {
            return row(sign("["), x, sign(escaped(sign)), y, sign("]"));
        }

        @Override
        public String function(String name, List<String> operands, List<String> attributes) {
            String in = String.join(sign(","), operands);
            String said = attributes.stream()
                    .map(each -> sign(",") + "<mtext>" + escaped(each) + "</mtext>")
                    .reduce("", String::concat);
            String written = name.equals("sigmoid") ? "σ" : escaped(name);
            return row("<mi>" + written + "</mi>", "<mo>&#x2061;</mo>", sign("("), in, said, sign(")"));
        }
    }
}
