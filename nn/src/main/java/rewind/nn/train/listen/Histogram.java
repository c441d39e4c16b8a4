package rewind.nn.train.listen;

import java.util.Arrays;
import rewind.autograd.Tensor;

/**
 * How finite numbers are spread, in bins of equal width.
 *
 * @param squares Σx²
 * @param limits the upper ends of the bins; the last one is the largest number
 * @param counts how many numbers a bin has: those above the end of the bin before, up to its own
 */
record Histogram(double min, double max, double count, double sum, double squares, double[] limits, double[] counts) {
    private static final int BINS = 30;

    /** The histogram of all elements of a tensor, of which there is at least one. */
    static Histogram of(Tensor values) {
        double[] x = values.toArray();
        double min = Arrays.stream(x).min().orElseThrow();
        double max = Arrays.stream(x).max().orElseThrow();
        int bins = min < max ? BINS : 1;
        double[] limits = new double[bins];
        for (int i = 0; i < bins; i++) {
            limits[i] = i == bins - 1 ? max : min + (max - min) * (i + 1) / bins;
        }
        double[] counts = new double[bins];
        for (double each : x) {
            int at = Arrays.binarySearch(limits, each);
            counts[at >= 0 ? at : -at - 1]++;
        }
        double squares = Arrays.stream(x).map(each -> each * each).sum();
        return new Histogram(min, max, x.length, Arrays.stream(x).sum(), squares, limits, counts);
    }
}
