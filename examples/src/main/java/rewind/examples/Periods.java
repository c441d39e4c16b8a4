package rewind.examples;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.StatUtils;

/** Finds how long the seasons and cycles of a column are, in values. */
final class Periods {
    private Periods() {}

    /**
     * Returns the period of the greatest autocorrelation, r(k) = Σ e(t)e(t + k) / Σ e(t)², where e is what a straight line leaves of the
     * values: more than a fifth and four times what noise has, at lags up to a third of the values and behind the first where r is less than
     * a tenth. 1 if there is none.
     */
    static int cycle(double... values) {
        double[] r = autocorrelations(rest(values), Math.min(values.length / 3, 1500));
        int start = 1;
        while (start < r.length && r[start] > 0.1) {
            start++;
        }
        double least = Math.max(0.2, 4 / Math.sqrt(values.length)); // in noise r has the deviation 1/√n
        int best = 1;
        for (int k = Math.max(2, start); k < r.length - 1; k++) {
            boolean peak = r[k] > least && r[k] >= r[k - 1] && r[k] >= r[k + 1];
            if (peak && (best == 1 || r[k] > 1.1 * r[best])) { // of nearly equal ones the first, not its multiples
                best = k;
            }
        }
        return best;
    }

    private static double[] rest(double... values) {
        int n = values.length;
        double mean = StatUtils.mean(values);
        double slope = 0;
        for (int t = 0; t < n; t++) {
            slope += (t - (n - 1) / 2.0) * (values[t] - mean);
        }
        double each = n < 2 ? 0 : 12 * slope / ((double) n * n * n - n);
        return IntStream.range(0, n)
                .mapToDouble(t -> values[t] - mean - each * (t - (n - 1) / 2.0))
                .toArray();
    }

    private static double[] autocorrelations(double[] rest, int greatest) {
        double square = Arrays.stream(rest).map(e -> e * e).sum();
        double[] r = new double[greatest + 1];
        for (int k = 0; k <= greatest; k++) {
            for (int t = k; t < rest.length; t++) {
                r[k] += rest[t] * rest[t - k] / square;
            }
        }
        return r;
    }

    /** Returns those of which there are two and more in so many values. */
    static int[] within(int count, int... periods) {
        return Arrays.stream(periods)
                .filter(period -> period > 1 && 2 * period + 2 <= count)
                .toArray();
    }

    /** Returns the period whose means explain most of what a straight line leaves of the values; 1 if there is none to choose from. */
    static int strongest(double[] values, int... periods) {
        double[] rest = rest(values);
        int best = 1;
        double greatest = Double.NEGATIVE_INFINITY;
        for (int period : periods) {
            double[] sums = new double[period];
            int[] counts = new int[period];
            for (int t = 0; t < rest.length; t++) {
                sums[t % period] += rest[t];
                counts[t % period]++;
            }
            double left = 0;
            for (int t = 0; t < rest.length; t++) {
                double error = rest[t] - sums[t % period] / counts[t % period];
                left += error * error;
            }
            double explained = -left / (rest.length - period); // per degree of freedom
            if (explained > greatest) {
                greatest = explained;
                best = period;
            }
        }
        return best;
    }
}
