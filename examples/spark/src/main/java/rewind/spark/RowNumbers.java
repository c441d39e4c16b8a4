package rewind.spark;

import java.io.Serializable;
import java.util.Arrays;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.stream.IntStream;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.data.Dataset;
import rewind.nn.layer.Lengths;

/**
 * The numbers of a row.
 *
 * @param stepsOfX 0 if features are a vector
 * @param stepsOfY 0 if targets are a vector
 * @param real how many steps are no padding; of a vector, how many of its numbers, where that is told
 */
record RowNumbers(int stepsOfX, int stepsOfY, int real, double[] x, double[] y) implements Serializable {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    /** A number that depends on nothing but the row and the seed: rows in its order are in random order. */
    long hash(long seed) {
        long hash = mix(mix(mix(seed + stepsOfX) + stepsOfY) + real);
        for (double[] some : List.of(x, y)) {
            for (double each : some) {
                hash = mix(hash + Double.doubleToLongBits(each));
            }
        }
        return hash;
    }

    /** One step of SplitMix64. */
    private static long mix(long z) {
        long a = z + GOLDEN;
        long b = (a ^ (a >>> 30)) * 0xBF58476D1CE4E5B9L;
        long c = (b ^ (b >>> 27)) * 0x94D049BB133111EBL;
        return c ^ (c >>> 31);
    }

    /** Rows as samples, padded to the longest one. */
    static Dataset dataset(List<RowNumbers> rows, boolean lengths) {
        Tensor x = tensor(rows.stream().map(RowNumbers::x).toList(), steps(rows, true), "features");
        Tensor y = tensor(rows.stream().map(RowNumbers::y).toList(), steps(rows, false), "targets");
        Dataset data = new Dataset(x, y);
        int longest = Arrays.stream(steps(rows, true)).max().orElse(0);
        int[] real = rows.stream().mapToInt(RowNumbers::real).toArray();
        boolean padded = lengths || longest > 0 && Arrays.stream(real).anyMatch(each -> each < longest);
        return (padded ? data.lengths(Lengths.of(real)) : data).targetsPerStep(steps(rows, false)[0] > 0);
    }

    private static int[] steps(List<RowNumbers> rows, boolean ofX) {
        return rows.stream().mapToInt(row -> ofX ? row.stepsOfX : row.stepsOfY).toArray();
    }

    private static Tensor tensor(List<double[]> numbers, int[] steps, String what) {
        int longest = Arrays.stream(steps).max().orElse(0);
        IntSummaryStatistics widths = IntStream.range(0, steps.length)
                .map(i -> numbers.get(i).length / Math.max(1, steps[i]))
                .summaryStatistics();
        int columns = widths.getMax();
        Check.that(
                widths.getMin() == columns,
                "columns: all rows must have the same number of %s in a step, got from %s to %s",
                what,
                widths.getMin(),
                columns);
        int size = Math.max(1, longest) * columns;
        double[] all = new double[steps.length * size];
        for (int i = 0; i < steps.length; i++) {
            System.arraycopy(numbers.get(i), 0, all, i * size, numbers.get(i).length);
        }
        return Tensor.of(all)
                .reshape(
                        longest == 0
                                ? Shape.of(steps.length, columns).toArray()
                                : Shape.of(steps.length, longest, columns).toArray());
    }
}
