package rewind.autograd.algebra;

import java.util.List;

/** LaTeX, for a mathematical environment of amsmath. */
public record Latex() implements Notation {
    private static final List<String> KNOWN = List.of("tanh", "exp", "log", "sin", "cos", "max", "min");

    @Override
    public String symbol(String name, String step) {
        String base = "\\mathit{" + written(name) + "}";
        return step == null ? base : base + "^{\\langle " + step.replace('−', '-') + "\\rangle}";
    }

    private static String written(String name) {
        return name.replace("_", "\\_")
                .replace("'", "\\prime ")
                .replace("∂", "\\partial ")
                .replace("⟨", "^{\\langle ")
                .replace("⟩", "\\rangle}")
                .replace('−', '-');
    }

    @Override
    public String number(double value) {
        return Notation.digits(value)
                .replaceFirst("E(-?\\d+)", "\\\\cdot 10^{$1}")
                .replace("Infinity", "\\infty");
    }

    @Override
    public String parenthesized(String x) {
        return "\\left(" + x + "\\right)";
    }

    @Override
    public String transposed(String x) {
        return "{" + x + "}^{\\mathsf T}";
    }

    @Override
    public String squared(String x) {
        return "{" + x + "}^{2}";
    }

    @Override
    public String matmul(String x, String y) {
        return x + " \\cdot " + y;
    }

    @Override
    public String product(List<String> factors) {
        return String.join(" \\odot ", factors);
    }

    @Override
    public String scaled(String number, String x) {
        return number + "\\, " + x;
    }

    @Override
    public String fraction(String x, String y) {
        return "\\frac{" + x + "}{" + y + "}";
    }

    @Override
    public String total(String index, String x) {
        String under = index.replace("…", "\\ldots ").replace("∈", "\\in ");
        return (under.isEmpty() ? "\\sum " : "\\sum_{" + under + "} ") + x;
    }

    @Override
    public String negative(String x) {
        return "-" + x;
    }

    @Override
    public String plus(String x, String y) {
        return x + " + " + y;
    }

    @Override
    public String minus(String x, String y) {
        return x + " - " + y;
    }

    @Override
    public String repeated(String x, int count) {
        return x + " \\times " + count;
    }

    @Override
    public String indexed(String x, String indices) {
        return "{" + x + "}_{" + indices.replace("…", "\\ldots ").replace("by", "\\text{ by }") + "}";
    }

    @Override
    public String pile(List<String> parts) {
        return "\\left[" + String.join(";\\, ", parts) + "\\right]";
    }

    @Override
    public String text(String words) {
        return "\\text{"
                + words.replace('−', '-')
                        .replace("_", "\\_")
                        .replace("%", "\\%")
                        .replace("²", "\\textsuperscript{2}")
                + "}";
    }

    @Override
    public String condition(String x, String sign, String y) {
        String written = sign.replace("≥", "\\geq").replace("≤", "\\leq").replace("≠", "\\neq");
        return "\\left[" + x + " " + written + " " + y + "\\right]";
    }

    @Override
    public String function(String name, List<String> operands, List<String> attributes) {
        String in = String.join(", ", operands);
        String said = attributes.stream()
                .map(each -> ",\\, \\text{" + each.replace("_", "\\_") + "}")
                .reduce("", String::concat);
        String written = name.equals("sigmoid")
                ? "\\sigma"
                : KNOWN.contains(name) ? "\\" + name : "\\operatorname{" + name + "}";
        return written + "\\left(" + in + said + "\\right)";
    }
}
