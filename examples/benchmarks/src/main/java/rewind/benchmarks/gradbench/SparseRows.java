package rewind.benchmarks.gradbench;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A sparse matrix by rows: the elements of row i are {@code values[starts[i]]} to {@code values[starts[i + 1] − 1]}, in the columns that
 * stand in the same places.
 */
record SparseRows(int[] starts, int[] columns, double[] values) {
    /** What is told of the Jacobian of many like observations: of each array so many elements, or as many as there are, and the last. */
    Map<String, Object> summary(int first) {
        return Map.of(
                "rows", firstAndLast(Arrays.stream(starts).asDoubleStream().toArray(), first),
                "cols", firstAndLast(Arrays.stream(columns).asDoubleStream().toArray(), first),
                "vals", firstAndLast(values, first));
    }

    private static double[] firstAndLast(double[] all, int first) {
        int count = Math.min(first, all.length);
        return IntStream.rangeClosed(0, count)
                .mapToDouble(i -> all[i < count ? i : all.length - 1])
                .toArray();
    }
}
