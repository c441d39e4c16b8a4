package rewind.autograd.text;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import rewind.autograd.buffer.Sizes;

/**
 * Prints a tensor as NumPy 2 does by default: at most 8 decimals, all numbers aligned, scientific notation where magnitudes differ by
 * more than 1000 or are below 1e-4 or from 1e8 on, edges only above 1000 elements, lines of at most 75 characters. A scalar has all
 * its digits. A number has as many digits as tell it from its neighbours of the same type.
 */
public final class TensorFormat {
    private static final int DECIMALS = 8;
    private static final int SUMMARISE_FROM = 1001;
    private static final int EDGE = 3;
    private static final int WIDTH = 75;
    private static final int DEEPEST = 64; // brackets, as many axes as NumPy has at most

    private final boolean single;
    private final IntToDoubleFunction elements;
    private final int[] sizes;
    private final boolean summary;
    private final StringBuilder out = new StringBuilder();
    private Alignment numbers;

    private TensorFormat(boolean single, IntToDoubleFunction elements, int... sizes) {
        this.single = single;
        this.elements = elements;
        this.sizes = sizes;
        this.summary = Sizes.count(sizes) >= SUMMARISE_FROM;
    }

    /**
     * The elements as text.
     *
     * @param single whether numbers are floats, and not doubles
     * @param elements by their position in row-major order
     */
    public static String format(boolean single, IntToDoubleFunction elements, int... sizes) {
        if (Sizes.count(sizes) == 0) {
            return "[]";
        }
        if (sizes.length > DEEPEST) { // of which there may be thousands, each one a recursion
            return "elements " + format(single, elements, Sizes.count(sizes));
        }
        return new TensorFormat(single, elements, sizes).format();
    }

    private String format() {
        if (sizes.length == 0) {
            return Alignment.alone(single, elements.applyAsDouble(0));
        }
        List<Double> shown = new ArrayList<>();
        collect(0, 0, shown);
        numbers = Alignment.aligned(single, shown);
        printLevel(0, 0);
        return out.toString();
    }

    /** Which indices of an axis are shown; −1 stands for those left out. */
    private List<Integer> shown(int axis) {
        int size = sizes[axis];
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
        if (axis == sizes.length) {
            values.add(elements.applyAsDouble(position));
            return;
        }
        for (int i : shown(axis)) {
            if (i >= 0) {
                collect(axis + 1, position * sizes[axis] + i, values);
            }
        }
    }

    private void printLevel(int axis, int position) {
        if (axis == sizes.length - 1) {
            printRow(position);
            return;
        }
        String between = "\n".repeat(sizes.length - 1 - axis) + " ".repeat(axis + 1);
        out.append('[');
        boolean first = true;
        for (int i : shown(axis)) {
            out.append(first ? "" : between);
            first = false;
            if (i < 0) {
                out.append("...");
            } else {
                printLevel(axis + 1, position * sizes[axis] + i);
            }
        }
        out.append(']');
    }

    private void printRow(int position) {
        int indent = sizes.length;
        String line = "[";
        int column = indent;
        for (int i : shown(sizes.length - 1)) {
            String text = i < 0 ? "..." : numbers.print(elements.applyAsDouble(position * sizes[sizes.length - 1] + i));
            if (column > indent && column + 1 + text.length() + indent > WIDTH) {
                out.append(line.stripTrailing()).append('\n');
                line = " ".repeat(indent);
                column = indent;
            }
            String space = column > indent ? " " : "";
            line += space + text;
            column += space.length() + text.length();
        }
        out.append(line).append(']');
    }

    /** One format for all numbers of a tensor, so that they stand below each other. */
    private record Alignment(boolean single, boolean scientific, int after, int power, int width) {
        static Alignment aligned(boolean single, List<Double> values) {
            List<Double> finite = values.stream().filter(Double::isFinite).toList();
            boolean scientific = spread(finite);
            int before = 0;
            int after = 0;
            int power = 0;
            for (double value : finite) {
                Decimal digits = Decimal.of(single, value, scientific);
                before = Math.max(before, digits.before().length());
                after = Math.max(after, digits.after().length());
                power = Math.max(power, digits.power().length());
            }
            int width = before + 1 + after + (scientific ? 2 + power : 0);
            for (double value : values) {
                width = Math.max(
                        width, Double.isFinite(value) ? 0 : special(value).length());
            }
            return new Alignment(single, scientific, after, power, width);
        }

        private static boolean spread(List<Double> finite) {
            double largest = 0;
            double smallest = Double.POSITIVE_INFINITY;
            for (double value : finite) {
                largest = Math.max(largest, Math.abs(value));
                smallest = value == 0 ? smallest : Math.min(smallest, Math.abs(value));
            }
            return largest > 0 && (largest >= 1e8 || smallest < 1e-4 || largest / smallest > 1000);
        }

        String print(double value) {
            if (!Double.isFinite(value)) {
                return " ".repeat(width - special(value).length()) + special(value);
            }
            Decimal digits = Decimal.of(single, value, scientific);
            if (scientific && digits.after().length() < after) {
                // a number may be told from its neighbours by fewer digits than the others
                digits = Decimal.of(value, Decimal.rounded(value, after + 1), true);
            }
            String missing =
                    (scientific ? "0" : " ").repeat(after - digits.after().length());
            String text = digits.before() + "." + digits.after() + missing;
            if (scientific) {
                String zeros = "0".repeat(power - digits.power().length());
                text += "e" + (digits.exponent() < 0 ? "-" : "+") + zeros + digits.power();
            }
            return " ".repeat(width - text.length()) + text;
        }

        /** A number by itself, with as many digits as tell it from its neighbours. */
        static String alone(boolean single, double value) {
            if (!Double.isFinite(value)) {
                return special(value);
            }
            double size = Math.abs(value);
            double large = single ? 1e6 : 1e16;
            boolean scientific = size > 0 && (size < 1e-4 || size >= large);
            Decimal digits = Decimal.of(value, Decimal.shortest(single, value), scientific);
            if (!scientific) {
                return digits.before() + "." + (digits.after().isEmpty() ? "0" : digits.after());
            }
            return digits.before() + (digits.after().isEmpty() ? "" : ".") + digits.after() + "e"
                    + (digits.exponent() < 0 ? "-" : "+") + digits.power();
        }

        private static String special(double value) {
            return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }
    }

    /** The digits of a number before and after the point, where that is after the first one in scientific notation. */
    private record Decimal(String before, String after, int exponent) {
        static Decimal of(boolean single, double value, boolean scientific) {
            BigDecimal shortest = shortest(single, value);
            int decimals = shortest.scale() + (scientific ? exponent(shortest) : 0);
            // what is cut is rounded from the exact value, not from the shortest digits
            BigDecimal cut = scientific
                    ? rounded(value, DECIMALS + 1)
                    : new BigDecimal(value).setScale(DECIMALS, RoundingMode.HALF_EVEN);
            return of(value, decimals > DECIMALS ? cut : shortest, scientific);
        }

        static Decimal of(double value, BigDecimal digits, boolean scientific) {
            int exponent = scientific ? exponent(digits) : 0;
            String[] parts =
                    digits.abs().movePointLeft(exponent).toPlainString().split("\\.", 2);
            String sign = Math.copySign(1, value) < 0 ? "-" : "";
            return new Decimal(sign + parts[0], parts.length < 2 ? "" : parts[1].replaceAll("0+$", ""), exponent);
        }

        String power() {
            String digits = Integer.toString(Math.abs(exponent));
            return digits.length() < 2 ? "0" + digits : digits;
        }

        /** The number with the fewest digits that reads as this value; before JDK 19 toString may have one too many. */
        static BigDecimal shortest(boolean single, double value) {
            String text = single ? Float.toString((float) value) : Double.toString(value);
            int digits = new BigDecimal(text).stripTrailingZeros().precision();
            while (digits > 1 && read(single, rounded(value, digits - 1)) == value) {
                digits--;
            }
            return rounded(value, digits).stripTrailingZeros();
        }

        private static double read(boolean single, BigDecimal digits) {
            return single ? digits.floatValue() : digits.doubleValue();
        }

        private static BigDecimal rounded(double value, int digits) {
            return new BigDecimal(value).round(new MathContext(digits, RoundingMode.HALF_EVEN));
        }

        private static int exponent(BigDecimal value) {
            return value.signum() == 0 ? 0 : value.precision() - value.scale() - 1;
        }
    }
}
