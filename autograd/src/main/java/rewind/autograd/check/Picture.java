package rewind.autograd.check;

import java.util.ArrayList;
import java.util.List;
import rewind.autograd.Shape;

/**
 * Two matrices side by side in characters, and where they differ: {@code +} and {@code -} by sign, {@code .} for zero, {@code x} for
 * different entries. Of a large one, a character stands for a block: {@code *} if both signs are there.
 */
record Picture(String left, double[][] first, String right, double[][] second, double precision) {
    private static final int ROWS = 16;
    private static final int COLUMNS = 32;

    /** The gradients of one input, the last axis from left to right. */
    static Picture ofGradients(
            String left, double[] first, String right, double[] second, Shape shape, double precision) {
        int columns = shape.rank() == 0 ? 1 : Math.max(1, shape.size(-1));
        return new Picture(left, rows(first, columns), right, rows(second, columns), precision);
    }

    private static double[][] rows(double[] values, int columns) {
        double[][] rows = new double[values.length / columns][columns];
        for (int i = 0; i < values.length; i++) {
            rows[i / columns][i % columns] = values[i];
        }
        return rows;
    }

    List<String> lines() {
        int height = first.length;
        int width = first[0].length;
        int down = (height + ROWS - 1) / ROWS;
        int across = (width + COLUMNS - 1) / COLUMNS;
        List<String> lines = new ArrayList<>();
        lines.add(left + " | " + right + " | differ");
        for (int i = 0; i < height; i += down) {
            StringBuilder[] parts = {new StringBuilder(), new StringBuilder(), new StringBuilder()};
            for (int j = 0; j < width; j += across) {
                Tile block = new Tile(i, Math.min(height, i + down), j, Math.min(width, j + across));
                parts[0].append(block.sign(first));
                parts[1].append(block.sign(second));
                parts[2].append(block.differs() ? 'x' : '.');
            }
            lines.add("  " + String.join(" | ", parts));
        }
        return lines;
    }

    private double allowed() {
        return precision * Math.max(largest(first), largest(second));
    }

    private static double largest(double[][] rows) {
        return new Jacobian(Shape.of(), Shape.of(), rows).largest();
    }

    private final class Tile {
        private final int fromRow;
        private final int toRow;
        private final int fromColumn;
        private final int toColumn;

        Tile(int fromRow, int toRow, int fromColumn, int toColumn) {
            this.fromRow = fromRow;
            this.toRow = toRow;
            this.fromColumn = fromColumn;
            this.toColumn = toColumn;
        }

        char sign(double[][] rows) {
            boolean positive = false;
            boolean negative = false;
            double zero = precision * largest(rows);
            for (int i = fromRow; i < toRow; i++) {
                for (int j = fromColumn; j < toColumn; j++) {
                    positive |= rows[i][j] > zero;
                    negative |= rows[i][j] < -zero;
                }
            }
            return positive && negative ? '*' : positive ? '+' : negative ? '-' : '.';
        }

        boolean differs() {
            boolean differs = false;
            double allowed = allowed();
            for (int i = fromRow; i < toRow; i++) {
                for (int j = fromColumn; j < toColumn; j++) {
                    differs |= !(Math.abs(first[i][j] - second[i][j]) <= allowed);
                }
            }
            return differs;
        }
    }
}
