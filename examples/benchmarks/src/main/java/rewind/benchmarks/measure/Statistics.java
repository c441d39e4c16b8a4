package rewind.benchmarks.measure;

import java.util.Arrays;
import java.util.List;

/** What is said about several numbers at once. */
public final class Statistics {
    private Statistics() {}

    /** Returns the middle one of the numbers in order, the mean of the middle two of an even number; at least one is needed. */
    static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Returns the greatest of the least quarter of the numbers; at least one is needed. */
    static double lowerQuartile(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(sorted.length - 1) / 4];
    }

    /** Returns e^mean(ln x), of positive numbers; NaN if there are none. */
    public static double geometricMean(List<Double> values) {
        double sum = 0;
        for (double value : values) {
            sum += Math.log(value);
        }
        return Math.exp(sum / values.size());
    }
}
