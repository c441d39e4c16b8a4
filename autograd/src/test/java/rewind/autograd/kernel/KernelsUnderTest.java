package rewind.autograd.kernel;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Named;
import rewind.autograd.threads.Workers;

/** The implementations that can run in this JVM, and arrays to run them on. */
final class KernelsUnderTest {
    /** Around every multiple of a vector's length, of a tile's width and of a block that matters. */
    static final int[] LENGTHS = {
        0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 23, 24, 25, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 511,
        512, 513, 1023, 1024, 1025, 1700
    };

    /** Stands around every destination; a kernel must leave it alone. */
    static final double GUARD = -9.876543e29f;

    private KernelsUnderTest() {}

    static boolean vectorModulePresent() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }

    /** The plain kernels, and the vector kernels where their module is present, of both dtypes. */
    static List<Named<Kernels<double[]>>> all() {
        List<Named<Kernels<double[]>>> kernels = new ArrayList<>();
        kernels.add(Named.of("plain", new F64Kernels()));
        kernels.add(Named.of("plain float", FloatsAsDoubles.of(new F32Kernels())));
        if (vectorModulePresent()) {
            kernels.addAll(vector());
        }
        return kernels;
    }

    /** The same kernels in the same order, with so many threads for every product, be it ever so small. */
    static List<Named<Kernels<double[]>>> withThreads(int threads) {
        Workers workers = new Workers(threads, 0);
        List<Named<Kernels<double[]>>> kernels = new ArrayList<>();
        kernels.add(Named.of("plain, threads: " + threads, new F64Kernels() {
            @Override
            public Workers workers() {
                return workers;
            }
        }));
        kernels.add(Named.of("plain float, threads: " + threads, FloatsAsDoubles.of(new F32Kernels() {
            @Override
            public Workers workers() {
                return workers;
            }
        })));
        if (vectorModulePresent()) {
            kernels.add(Named.of("vector, threads: " + threads, new F64VectorKernels() {
                @Override
                public Workers workers() {
                    return workers;
                }
            }));
            kernels.add(Named.of("vector float, threads: " + threads, FloatsAsDoubles.of(new F32VectorKernels() {
                @Override
                public Workers workers() {
                    return workers;
                }
            })));
        }
        return kernels;
    }

    static List<Named<Kernels<double[]>>> vector() {
        requireVectors();
        return List.of(
                Named.of("vector", new F64VectorKernels()),
                Named.of("vector float", FloatsAsDoubles.of(new F32VectorKernels())));
    }

    static void requireVectors() {
        assumeTrue(vectorModulePresent(), "needs --add-modules jdk.incubator.vector");
    }

    static boolean isSingle(Kernels<double[]> kernels) {
        return Proxy.isProxyClass(kernels.getClass());
    }

    /** The plain kernels of the same dtype. */
    static Kernels<double[]> plain(Kernels<double[]> kernels) {
        return isSingle(kernels) ? FloatsAsDoubles.of(new F32Kernels()) : new F64Kernels();
    }

    /** The largest relative error of one rounding. */
    static double rounding(Kernels<double[]> kernels) {
        return isSingle(kernels) ? 0x1p-24 : 0x1p-53;
    }

    /** What suits the dtype. */
    static <T> T choose(Kernels<double[]> kernels, T ofDoubles, T ofFloats) {
        return isSingle(kernels) ? ofFloats : ofDoubles;
    }

    /** The nearest number of the dtype. */
    static double round(Kernels<double[]> kernels, double x) {
        return isSingle(kernels) ? (float) x : x;
    }

    static double[] gaussians(Random random, int n, double scale) {
        return gaussians(new F64Kernels(), random, n, scale);
    }

    static double[] gaussians(Kernels<double[]> kernels, Random random, int n, double scale) {
        double[] x = new double[n];
        for (int i = 0; i < n; i++) {
            x[i] = round(kernels, scale * random.nextGaussian());
        }
        return x;
    }

    /** Factors of products, all in one array. */
    static Matmul.Factors<double[]> factors(double[] array, boolean transposed, int... at) {
        return Matmul.Factors.in(array, at, transposed ? Matmul.Storage.TRANSPOSED : Matmul.Storage.PLAIN);
    }

    /** Right factors in the form that {@link Kernels#pack} gave them. */
    static Matmul.Factors<double[]> packed(double[] array, int... at) {
        return Matmul.Factors.in(array, at, Matmul.Storage.PACKED);
    }

    static double[] guarded(int n) {
        double[] x = new double[n];
        Arrays.fill(x, GUARD);
        return x;
    }

    /** As {@link #ulps(double, double)}, of the numbers of the dtype. */
    static double ulps(Kernels<double[]> kernels, double actual, double expected) {
        if (!isSingle(kernels)) {
            return ulps(actual, expected);
        }
        double doubles = ulps(actual, expected);
        return Double.isFinite(doubles)
                ? Math.abs((double) ordinal((float) actual) - ordinal((float) expected))
                : doubles;
    }

    /** Counts the floats as {@link #ordinal(double)} does the doubles. */
    private static int ordinal(float x) {
        int bits = Float.floatToIntBits(x);
        return bits >= 0 ? bits : Integer.MIN_VALUE - bits - 1;
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
