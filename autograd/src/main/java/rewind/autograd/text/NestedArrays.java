package rewind.autograd.text;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import rewind.autograd.buffer.Sizes;
import rewind.autograd.require.Check;

/**
 * {@code double[]…[]} of any depth.
 *
 * @param elements in row-major order
 * @param sizes of the axes
 */
public record NestedArrays(double[] elements, int... sizes) {
    private static final int DEEPEST = 255;

    /**
     * Reads nested arrays, or a {@link Double}.
     *
     * @throws IllegalArgumentException if they are something else, or not equally long and deep
     */
    public static NestedArrays of(Object values) {
        if (values instanceof Double scalar) {
            return new NestedArrays(new double[] {scalar});
        }
        List<Integer> lengths = new ArrayList<>();
        Object level = values;
        while (level instanceof Object[] rows) {
            lengths.add(rows.length);
            level = rows.length > 0 ? rows[0] : emptyRow(rows.getClass().getComponentType());
        }
        Check.that(
                level instanceof double[],
                "of: values must be nested double arrays, got %s",
                values == null ? null : values.getClass().getSimpleName());
        lengths.add(((double[]) level).length);
        int[] sizes = lengths.stream().mapToInt(Integer::intValue).toArray();
        double[] flat = new double[Sizes.count(sizes)];
        flatten(values, sizes, 0, "", flat, 0);
        return new NestedArrays(flat, sizes);
    }

    private static Object emptyRow(Class<?> type) {
        return type.isArray() ? Array.newInstance(type.getComponentType(), 0) : null;
    }

    private static int flatten(Object level, int[] sizes, int depth, String path, double[] flat, int start) {
        boolean fits =
                level == null || (depth == sizes.length - 1 ? level instanceof double[] : level instanceof Object[]);
        Check.that(
                fits,
                "of: values must be double arrays nested equally deep, but row [%s] is %s",
                path,
                level == null ? null : level.getClass().getSimpleName());
        int length = level == null ? -1 : Array.getLength(level);
        Check.that(
                length == sizes[depth],
                "of: rows must be equally long, but row [%s] has %s elements where %s are expected",
                path,
                length < 0 ? "no" : length,
                sizes[depth]);
        if (level instanceof double[] row) {
            System.arraycopy(row, 0, flat, start, row.length);
            return start + row.length;
        }
        int next = start;
        Object[] rows = (Object[]) level;
        for (int i = 0; i < rows.length; i++) {
            next = flatten(rows[i], sizes, depth + 1, path.isEmpty() ? "" + i : path + ", " + i, flat, next);
        }
        return next;
    }

    /**
     * Returns them nested; a {@link Double} for no axes.
     *
     * @throws IllegalArgumentException if there are more axes than Java has
     */
    public Object nested() {
        Check.that(
                sizes.length <= DEEPEST,
                "toNestedArray: arrays of Java can have at most %s axes, got %s",
                DEEPEST,
                sizes.length);
        return sizes.length == 0 ? (Object) elements[0] : nested(sizes, 0, elements, new int[1]);
    }

    private static Object nested(int[] sizes, int depth, double[] flat, int[] next) {
        int size = sizes[depth];
        if (depth == sizes.length - 1) {
            double[] row = Arrays.copyOfRange(flat, next[0], next[0] + size);
            next[0] += size;
            return row;
        }
        Object[] rows = (Object[]) Array.newInstance(rowType(sizes.length - depth - 1), size);
        for (int i = 0; i < size; i++) {
            rows[i] = nested(sizes, depth + 1, flat, next);
        }
        return rows;
    }

    private static Class<?> rowType(int rank) {
        return Array.newInstance(double.class, new int[rank]).getClass();
    }
}
