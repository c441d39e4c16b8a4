package rewind.benchmarks.systems;

import java.util.List;

/**
 * The sizes of a problem.
 *
 * @param m samples
 * @param T steps
 * @param e features
 * @param u units
 */
public record Sizes(int m, int T, int e, int u) {
    /** The sizes of the table. */
    public static final List<Sizes> TABLE = List.of(
            new Sizes(32, 32, 16, 32),
            new Sizes(64, 20, 32, 64),
            new Sizes(32, 50, 64, 128),
            new Sizes(64, 50, 128, 256),
            new Sizes(64, 100, 256, 512),
            new Sizes(1, 100, 32, 64));

    /** A small and a thin problem, to see whether everything works. */
    public static final List<Sizes> QUICK = List.of(TABLE.get(0), TABLE.get(5));

    /**
     * Reads {@code 32x50x64x128}.
     *
     * @throws IllegalArgumentException if the text is not four positive numbers
     */
    public static Sizes parse(String text) {
        if (!text.matches("[1-9]\\d{0,6}(x[1-9]\\d{0,6}){3}")) {
            throw new IllegalArgumentException("sizes must be four positive numbers mxTxexu, got " + text);
        }
        String[] parts = text.split("x", -1);
        return new Sizes(
                Integer.parseInt(parts[0]),
                Integer.parseInt(parts[1]),
                Integer.parseInt(parts[2]),
                Integer.parseInt(parts[3]));
    }

    @Override
    public String toString() {
        return m + "x" + T + "x" + e + "x" + u;
    }
}
