package rewind.autograd;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Conversions from and to {@code double[]…[]} of any depth. */
final class NestedArrays {
    private static final int DEEPEST = 255;

    private NestedArrays() {}

    static Tensor toTensor(Object values) {
        if (values instanceof Double scalar) {
            return Tensor.of(scalar.doubleValue());
        }
        List<Integer> sizes = new ArrayList<>();
        Object level = values;
        while (level instanceof Object[] rows) {
            sizes.add(rows.length);
            level = rows.length > 0 ? rows[0] : emptyRow(rows.getClass().getComponentType());
        }
        Check.that(
                level instanceof double[],
                "of: values must be nested double arrays, got %s",
                values == null ? null : values.getClass().getSimpleName());
        sizes.add(((double[]) level).length);
        Shape shape = Shape.of(sizes.stream().mapToInt(Integer::intValue).toArray());
        double[] flat = new double[shape.size()];
        flatten(values, shape, 0, "", flat, 0);
        return Tensor.of(shape, flat);
    }

    private static Object emptyRow(Class<?> type) {
        return type.isArray() ? Array.newInstance(type.getComponentType(), 0) : null;
    }

    private static int flatten(Object level, Shape shape, int depth, String path, double[] flat, int start) {
        boolean fits =
                level == null || (depth == shape.rank() - 1 ? level instanceof double[] : level instanceof Object[]);
        Check.that(
                fits,
                "of: values must be double arrays nested equally deep, but row [%s] is %s",
                path,
                level == null ? null : level.getClass().getSimpleName());
        int length = level == null ? -1 : Array.getLength(level);
        Check.that(
                length == shape.size(depth),
                "of: rows must be equally long, but row [%s] has %s elements where %s are expected",
                path,
                length < 0 ? "no" : length,
                shape.size(depth));
        if (level instanceof double[] row) {
            System.arraycopy(row, 0, flat, start, row.length);
            return start + row.length;
        }
        int next = start;
        Object[] rows = (Object[]) level;
        for (int i = 0; i < rows.length; i++) {
            next = flatten(rows[i], shape, depth + 1, path.isEmpty() ? "" + i : path + ", " + i, flat, next);
        }
        return next;
    }

    static Object fromTensor(Tensor tensor) {
        Check.that(
                tensor.rank() <= DEEPEST,
                "toNestedArray: arrays of Java can have at most %s axes, got %s",
                DEEPEST,
                tensor.rank());
        double[] flat = tensor.toArray();
        return tensor.rank() == 0 ? (Object) flat[0] : nested(tensor.shape(), 0, flat, new int[1]);
    }

    private static Object nested(Shape shape, int depth, double[] flat, int[] next) {
        int size = shape.size(depth);
        if (depth == shape.rank() - 1) {
            double[] row = Arrays.copyOfRange(flat, next[0], next[0] + size);
            next[0] += size;
            return row;
        }
        Object[] rows = (Object[]) Array.newInstance(rowType(shape.rank() - depth - 1), size);
        for (int i = 0; i < size; i++) {
            rows[i] = nested(shape, depth + 1, flat, next);
        }
        return rows;
    }

    private static Class<?> rowType(int rank) {
        return Array.newInstance(double.class, new int[rank]).getClass();
    }
}
