package rewind.benchmarks.systems;

import java.util.List;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;

/**
 * The sizes of a matrix product, (m × k)·(k × n).
 *
 * @param m rows of the left matrix
 * @param k columns of the left and rows of the right matrix
 * @param n columns of the right matrix
 */
public record MatmulShape(int m, int k, int n) {
    private static final List<String> ALL =
            List.of("32x32x32", "64x64x64", "128x128x128", "256x256x256", "512x512x512", "64x256x256", "1x64x64");

    /** Returns the shapes that are measured: squares, and the recurrent products of a batch and of one sample. */
    public static String[] measured(boolean quick) {
        return (quick ? List.of("64x64x64", "1x64x64") : ALL).toArray(String[]::new);
    }

    public static MatmulShape parse(String text) {
        String[] sizes = text.split("x", -1);
        return new MatmulShape(Integer.parseInt(sizes[0]), Integer.parseInt(sizes[1]), Integer.parseInt(sizes[2]));
    }

    public double flops() {
        return 2.0 * m * k * n;
    }

    /** Returns the elements of the left matrix, row-major. */
    double[] left() {
        return normal(m * k, 1);
    }

    /** Returns the elements of the right matrix, row-major. */
    double[] right() {
        return normal(k * n, 2);
    }

    private static double[] normal(int length, long seed) {
        RandomGenerator rng = new Well19937c(seed);
        double[] values = new double[length];
        for (int i = 0; i < length; i++) {
            values[i] = rng.nextGaussian();
        }
        return values;
    }
}
