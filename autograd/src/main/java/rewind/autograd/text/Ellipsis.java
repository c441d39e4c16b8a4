package rewind.autograd.text;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * An equation of sums of products in which {@code ...} stands for the axes that have no names. They are counted from the last one, as in
 * broadcasting, and get names here.
 */
public final class Ellipsis {
    private static final String DOTS = "...";
    private static final String NAMES = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";

    private final String equation;
    private final int[][] sizes;

    private Ellipsis(String equation, int[]... sizes) {
        this.equation = equation;
        this.sizes = sizes;
    }

    /**
     * Returns an equation with a name for each axis.
     *
     * @param equation without blanks; one that is none stays as it is
     * @param sizes of the operands
     */
    public static Ellipsis of(String equation, int[]... sizes) {
        int arrow = equation.indexOf("->");
        String[] names = equation.substring(0, Math.max(0, arrow)).split(",", -1);
        if (arrow < 0 || names.length != sizes.length || !equation.contains(DOTS)) {
            return new Ellipsis(equation, sizes);
        }
        int[] unnamed = IntStream.range(0, names.length)
                .map(i -> names[i].contains(DOTS) ? sizes[i].length - (names[i].length() - DOTS.length()) : 0)
                .toArray();
        int most = Arrays.stream(unnamed).max().orElse(0);
        String free = NAMES.replaceAll("[" + equation.replaceAll("\\W", "") + " ]", "");
        if (most > free.length() || Arrays.stream(unnamed).anyMatch(count -> count < 0)) {
            return new Ellipsis(equation, sizes);
        }
        String all = free.substring(0, most);
        int[] largest = new int[most];
        for (int i = 0; i < names.length; i++) {
            for (int k = 0; k < unnamed[i]; k++) {
                int axis = most - unnamed[i] + k;
                int size = sizes[i][names[i].indexOf(DOTS) + k];
                largest[axis] = largest[axis] == 0 || largest[axis] == 1 ? size : largest[axis];
            }
        }
        int[][] kept = new int[sizes.length][];
        for (int i = 0; i < names.length; i++) {
            int from = names[i].indexOf(DOTS);
            int[] own = sizes[i];
            int count = unnamed[i];
            // an axis of size 1 is repeated, which a product without it does, too
            int[] axes = IntStream.range(0, own.length)
                    .filter(at -> at < from
                            || at >= from + count
                            || from < 0
                            || own[at] == largest[most - count + at - from]
                            || own[at] != 1)
                    .toArray();
            kept[i] = Arrays.stream(axes).map(at -> own[at]).toArray();
            StringBuilder written = new StringBuilder();
            for (int at : axes) {
                boolean inside = from >= 0 && at >= from && at < from + count;
                int after = from >= 0 && at >= from + count ? at - count + DOTS.length() : at;
                written.append(inside ? all.charAt(most - count + at - from) : names[i].charAt(after));
            }
            names[i] = written.toString();
        }
        String result = equation.substring(arrow).replace(DOTS, all);
        return new Ellipsis(String.join(",", names) + result, kept);
    }

    /** Returns the equation in which every axis has a name. */
    public String equation() {
        return equation;
    }

    /** Returns the sizes of an operand without axes that are repeated. */
    public int[] sizes(int operand) {
        return sizes[operand].clone();
    }

    /** Returns the equation. */
    @Override
    public String toString() {
        return equation;
    }
}
