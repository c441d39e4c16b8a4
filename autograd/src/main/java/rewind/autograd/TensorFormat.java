package rewind.autograd;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;

/**
 * Prints a tensor as NumPy does by default: at most 8 decimals, all numbers aligned, scientific notation where magnitudes differ by
 * more than 1000 or are below 1e-4 or from 1e8 on, edges only above 1000 elements, lines of at most 75 characters.
 */
final class TensorFormat {
    private static final int DECIMALS = 8;
    private static final int SUMMARISE_FROM = 1001;
    private static final int EDGE = 3;
    private static final int WIDTH = 75;

    private final Tensor tensor;
    private final Shape shape;
    private final boolean summary;
    private final StringBuilder out = new StringBuilder();
    private DoubleFunction<String> print;

    private TensorFormat(Tensor tensor) {
        this.tensor = tensor;
        this.shape = tensor.shape();
        this.summary = shape.size() >= SUMMARISE_FROM;
    }

    static String format(Tensor tensor) {
        return new TensorFormat(tensor).format();
    }

    private String format() {
        out.append("Tensor ").append(tensor.dtype()).append(' ').append(shape).append('\n');
        if (shape.size() == 0) {
            return out.append("[]").toString();
        }
        List<Double> shown = new ArrayList<>();
        collect(0, 0, shown);
        print = printer(shown);
        if (shape.rank() == 0) {
            return out.append(print.apply(tensor.elementAt(0))).toString();
        }
        printLevel(0, 0);
        return out.toString();
    }

    /** Which indices of an axis are shown; −1 stands for those left out. */
    private List<Integer> shown(int axis) {
        int size = shape.size(axis);
        List<Integer> indices = new ArrayList<>();
        boolean cut = summary && size > 2 * EDGE;
        for (int i = 0; i < size; i++) {
            if (!cut || i < EDGE || i >= size - EDGE) {
                indices.add(i);
            } else if (i == EDGE) {
                indices.add(-1);
            }
        }
        return indices;
    }

    private void collect(int axis, int position, List<Double> values) {
        if (axis == shape.rank()) {
            values.add(tensor.elementAt(position));
            return;
        }
        for (int i : shown(axis)) {
            if (i >= 0) {
                collect(axis + 1, position * shape.size(axis) + i, values);
            }
        }
    }

    private void printLevel(int axis, int position) {
        if (axis == shape.rank() - 1) {
            printRow(position);
            return;
        }
        String between = "\n".repeat(shape.rank() - 1 - axis) + " ".repeat(axis + 1);
        out.append('[');
        boolean first = true;
        for (int i : shown(axis)) {
            out.append(first ? "" : between);
            first = false;
            if (i < 0) {
                out.append("...");
            } else {
                printLevel(axis + 1, position * shape.size(axis) + i);
            }
        }
        out.append(']');
    }

    private void printRow(int position) {
        int indent = shape.rank();
        out.append('[');
        int column = indent;
        String space = "";
        for (int i : shown(shape.rank() - 1)) {
            String text = i < 0 ? "..." : print.apply(tensor.elementAt(position * shape.size(-1) + i));
            if (!space.isEmpty() && column + 1 + text.length() + indent > WIDTH) {
                out.append('\n').append(" ".repeat(indent));
                column = indent;
                space = "";
            }
            out.append(space).append(text);
            column += space.length() + text.length();
            space = " ";
        }
        out.append(']');
    }

    private static DoubleFunction<String> printer(List<Double> values) {
        double largest = 0;
        double smallest = Double.POSITIVE_INFINITY;
        for (double value : values) {
            double size = Math.abs(value);
            if (Double.isFinite(value) && size > 0) {
                largest = Math.max(largest, size);
                smallest = Math.min(smallest, size);
            }
        }
        boolean scientific = largest > 0 && (largest >= 1e8 || smallest < 1e-4 || largest / smallest > 1000);
        return scientific ? scientific(values) : fixed(values);
    }

    private static DoubleFunction<String> fixed(List<Double> values) {
        int before = 0;
        int after = 0;
        for (double value : values) {
            String text = plain(value);
            int point = text.indexOf('.');
            before = Math.max(before, point < 0 ? 0 : point);
            after = Math.max(after, point < 0 ? 0 : text.length() - point - 1);
        }
        int decimals = after;
        int width = width(values, before + 1 + after);
        return value -> {
            String text = plain(value);
            int point = text.indexOf('.');
            String padded = point < 0 ? text : text + " ".repeat(decimals - (text.length() - point - 1));
            return " ".repeat(Math.max(0, width - padded.length())) + padded;
        };
    }

    private static DoubleFunction<String> scientific(List<Double> values) {
        int decimals = 0;
        int exponent = 2;
        for (double value : values) {
            if (Double.isFinite(value)) {
                BigDecimal mantissa = mantissa(value);
                decimals = Math.max(decimals, Math.max(0, mantissa.stripTrailingZeros().scale()));
                exponent = Math.max(exponent, String.valueOf(Math.abs(exponent(value))).length());
            }
        }
        int places = decimals;
        int digits = exponent;
        DoubleFunction<String> text = value -> {
            if (!Double.isFinite(value)) {
                return special(value);
            }
            String number = mantissa(value).setScale(places, RoundingMode.HALF_EVEN).toPlainString();
            int power = exponent(value);
            return (negative(value) && !number.startsWith("-") ? "-" : "") + number + (places == 0 ? "." : "") + "e"
                    + (power < 0 ? "-" : "+") + String.format("%0" + digits + "d", Math.abs(power));
        };
        int longest = 0;
        for (double value : values) {
            longest = Math.max(longest, text.apply(value).length());
        }
        int width = longest;
        return value -> " ".repeat(width - text.apply(value).length()) + text.apply(value);
    }

    /** The widest of the numbers and of nan, inf, -inf where they occur. */
    private static int width(List<Double> values, int numbers) {
        int width = numbers;
        for (double value : values) {
            width = Math.max(width, Double.isFinite(value) ? 0 : special(value).length());
        }
        return values.stream().anyMatch(Double::isFinite) ? width : Math.max(3, width - numbers == 0 ? 3 : width);
    }

    private static String plain(double value) {
        if (!Double.isFinite(value)) {
            return special(value);
        }
        BigDecimal rounded = rounded(value).setScale(DECIMALS, RoundingMode.HALF_EVEN).stripTrailingZeros();
        String text = rounded.scale() <= 0 ? rounded.toBigInteger() + "." : rounded.toPlainString();
        return negative(value) && !text.startsWith("-") ? "-" + text : text;
    }

    private static BigDecimal rounded(double value) {
        return new BigDecimal(Double.toString(value));
    }

    private static BigDecimal mantissa(double value) {
        BigDecimal exact = rounded(value).movePointLeft(exponent(value));
        return exact.setScale(DECIMALS, RoundingMode.HALF_EVEN);
    }

    private static int exponent(double value) {
        BigDecimal exact = rounded(value);
        return exact.signum() == 0 ? 0 : exact.precision() - exact.scale() - 1;
    }

    private static boolean negative(double value) {
        return Math.copySign(1, value) < 0;
    }

    private static String special(double value) {
        return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
    }
}
