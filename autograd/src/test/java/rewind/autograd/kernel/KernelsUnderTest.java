package rewind.autograd.kernel;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Named;

/** The implementations that can run in this JVM, and arrays to run them on. */
final class KernelsUnderTest {
    /** Around every multiple of a vector's length, of a tile's width and of a block that matters. */
    static final int[] LENGTHS = {
        0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 23, 24, 25, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 511,
        512, 513, 1023, 1024, 1025, 1700
    };

    /** Stands around every destination; a kernel must leave it alone. */
    static final double GUARD = -9.87654321e123;

    private KernelsUnderTest() {}

    static boolean vectorModulePresent() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }

    /** The plain kernels, and the vector kernels where their module is present. */
    static List<Named<Kernels<double[]>>> all() {
        List<Named<Kernels<double[]>>> kernels = new ArrayList<>();
        kernels.add(Named.of("plain", new F64Kernels()));
        if (vectorModulePresent()) {
            kernels.add(Named.of("vector", new F64VectorKernels()));
        }
        return kernels;
    }

    /** The same kernels with so many threads for every product, be it ever so small. */
    static List<Named<Kernels<double[]>>> withThreads(int threads) {
        Workers workers = new Workers(threads, 0);
        List<Named<Kernels<double[]>>> kernels = new ArrayList<>();
        kernels.add(Named.of("plain, threads: " + threads, new F64Kernels() {
            @Override
            Workers workers() {
                return workers;
            }
        }));
        if (vectorModulePresent()) {
            kernels.add(Named.of("vector, threads: " + threads, new F64VectorKernels() {
                @Override
                Workers workers() {
                    return workers;
                }
            }));
        }
        return kernels;
    }

    static Kernels<double[]> vector() {
        assumeTrue(vectorModulePresent(), "needs --add-modules jdk.incubator.vector");
        return new F64VectorKernels();
    }

    static double[] gaussians(Random random, int n, double scale) {
        double[] x = new double[n];
        for (int i = 0; i < n; i++) {
            x[i] = scale * random.nextGaussian();
        }
        return x;
    }

    static double[] guarded(int n) {
        double[] x = new double[n];
        Arrays.fill(x, GUARD);
        return x;
    }

    /** The number of representable numbers from one to the other; 0 for two NaNs, ∞ for one and for different signs. */
    static double ulps(double actual, double expected) {
        if (Double.doubleToLongBits(actual) == Double.doubleToLongBits(expected)) {
            return 0.0;
        }
        if (Double.isNaN(actual) || Double.isNaN(expected)) {
            return Double.POSITIVE_INFINITY;
        }
        long a = ordinal(actual);
        long b = ordinal(expected);
        return (a < 0) != (b < 0) ? Double.POSITIVE_INFINITY : Math.abs(a - b);
    }

    /** Counts the numbers from 0 upwards, and from −0 = −1 downwards. */
    private static long ordinal(double x) {
        long bits = Double.doubleToLongBits(x);
        return bits >= 0 ? bits : Long.MIN_VALUE - bits - 1;
    }
}
