package rewind.autograd.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static rewind.autograd.kernel.KernelsUnderTest.GUARD;
import static rewind.autograd.kernel.KernelsUnderTest.choose;
import static rewind.autograd.kernel.KernelsUnderTest.gaussians;
import static rewind.autograd.kernel.KernelsUnderTest.guarded;
import static rewind.autograd.kernel.KernelsUnderTest.round;
import static rewind.autograd.kernel.KernelsUnderTest.rounding;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reductions against the obvious formula on each lane of the axis, and at the edges of the number range. */
class ReductionsTest {
    private static final double INFINITY = Double.POSITIVE_INFINITY;
    private static final double NAN = Double.NaN;

    /** Outer, n, inner. */
    private static final int[][] SHAPES = {
        {1, 1, 1},
        {1, 2, 1},
        {3, 1, 4},
        {2, 7, 1},
        {4, 8, 1},
        {2, 9, 3},
        {1, 17, 5},
        {3, 31, 1},
        {2, 33, 2},
        {1, 64, 8},
        {5, 100, 1},
        {1, 513, 1},
        {2, 1025, 1},
        {1, 3000, 1},
        {2, 600, 3}
    };

    private interface Reduction {
        void apply(Kernels<double[]> kernels, double[] x, int xo, double[] y, int yo, int outer, int n, int inner);
    }

    static List<Named<Kernels<double[]>>> kernels() {
        return KernelsUnderTest.all();
    }

    /** Compares every lane; {@code tolerance} gives the allowed error for a lane. */
    private static void check(
            Kernels<double[]> kernels,
            Reduction reduction,
            double scale,
            ToDoubleFunction<double[]> expected,
            ToDoubleFunction<double[]> tolerance) {
        Random random = new Random(13);
        for (int[] shape : SHAPES) {
            int outer = shape[0];
            int n = shape[1];
            int inner = shape[2];
            double[] x = gaussians(kernels, random, outer * n * inner + 3, scale);
            double[] y = guarded(outer * inner + 4);
            reduction.apply(kernels, x, 3, y, 2, outer, n, inner);
            assertGuards(y, 2, outer * inner);
            for (int o = 0; o < outer; o++) {
                for (int i = 0; i < inner; i++) {
                    double[] lane = lane(x, 3 + o * n * inner + i, inner, n);
                    assertThat(y[2 + o * inner + i])
                            .as("%s lane %d, %d", Arrays.toString(shape), o, i)
                            .isCloseTo(expected.applyAsDouble(lane), within(tolerance.applyAsDouble(lane)));
                }
            }
        }
    }

    private static void assertGuards(double[] y, int offset, int n) {
        for (int i = 0; i < y.length; i++) {
            if (i < offset || i >= offset + n) {
                assertThat(y[i]).isEqualTo(GUARD);
            }
        }
    }

    private static double[] lane(double[] x, int from, int stride, int n) {
        double[] lane = new double[n];
        for (int k = 0; k < n; k++) {
            lane[k] = x[from + k * stride];
        }
        return lane;
    }

    private static double exactSum(double[] x) {
        BigDecimal sum = BigDecimal.ZERO;
        for (double v : x) {
            sum = sum.add(new BigDecimal(v));
        }
        return sum.doubleValue();
    }

    private static double absoluteSum(double[] x) {
        return Arrays.stream(x).map(Math::abs).sum();
    }

    private static double one(Kernels<double[]> kernels, Reduction reduction, double... x) {
        double[] y = {GUARD};
        reduction.apply(kernels, x, 0, y, 0, 1, x.length, 1);
        double[] z = {GUARD, GUARD};
        double[] twice = new double[2 * x.length];
        for (int i = 0; i < twice.length; i++) {
            twice[i] = x[i / 2];
        }
        reduction.apply(kernels, twice, 0, z, 0, 1, x.length, 2);
        assertThat(z).as("the same with inner = 2").containsOnly(y[0]);
        return y[0];
    }

    /** The same with the numbers after 40 zeros or other neutral elements, where vector loops run. */
    private static double late(Kernels<double[]> kernels, Reduction reduction, double neutral, double... x) {
        double[] longer = new double[40 + x.length];
        Arrays.fill(longer, neutral);
        System.arraycopy(x, 0, longer, 0, x.length / 2);
        System.arraycopy(x, x.length / 2, longer, 40 + x.length / 2, x.length - x.length / 2);
        return one(kernels, reduction, longer);
    }

    // ---- sum ----

    @ParameterizedTest
    @MethodSource("kernels")
    void sum(Kernels<double[]> kernels) {
        // an addend goes through at most this many additions
        check(
                kernels,
                Kernels::sum,
                1.0,
                ReductionsTest::exactSum,
                x -> (x.length + 1) * rounding(kernels) * absoluteSum(x));
        assertThat(one(kernels, Kernels::sum)).isZero();
        assertThat(one(kernels, Kernels::sum, 1.0, INFINITY)).isEqualTo(INFINITY);
        assertThat(one(kernels, Kernels::sum, -INFINITY, INFINITY)).isNaN();
    }

    /** Adding one after the other would miss by 1.3e−6, in floats by 958. */
    @ParameterizedTest
    @MethodSource("kernels")
    void aLongSumKeepsItsDigits(Kernels<double[]> kernels) {
        double[] x = new double[1_000_000];
        double tenth = round(kernels, 0.1);
        Arrays.fill(x, tenth);
        double[] y = new double[1];
        kernels.sum(x, 0, y, 0, 1, x.length, 1);
        assertThat(y[0]).isCloseTo(1e6 * tenth, within(90.0 * rounding(kernels) * 100_000.0));
    }

    /** Along every axis a sum is off by a few roundings times log n of what it adds: alike numbers, where all err alike. */
    @ParameterizedTest
    @MethodSource("kernels")
    void longSumsAlongEveryAxisKeepTheirDigits(Kernels<double[]> kernels) {
        double tenth = round(kernels, 0.1);
        for (int[] shape : new int[][] {
            {1, 262_143, 1}, {1, 100_001, 2}, {2, 20_011, 7}, {1, 5_003, 40}, {1, 200, 1100}, {1, 17, 33}, {3, 70, 3}
        }) {
            int n = shape[1];
            int lines = shape[0] * shape[2];
            double[] x = new double[lines * n];
            Arrays.fill(x, tenth);
            double[] y = new double[lines];
            double allowed = 3 * Math.log(n) / Math.log(2) * rounding(kernels);
            kernels.sum(x, 0, y, 0, shape[0], n, shape[2]);
            for (double sum : y) {
                assertThat(sum / (n * tenth)).as(Arrays.toString(shape)).isCloseTo(1.0, within(allowed));
            }
            kernels.norm(x, 0, y, 0, shape[0], n, shape[2]);
            for (double norm : y) {
                assertThat(norm / (Math.sqrt(n) * tenth))
                        .as(Arrays.toString(shape))
                        .isCloseTo(1.0, within(allowed));
            }
            kernels.logSumExp(x, 0, y, 0, shape[0], n, shape[2]);
            for (double logarithm : y) {
                assertThat(logarithm).as(Arrays.toString(shape)).isCloseTo(tenth + Math.log(n), within(9 * allowed));
            }
        }
    }

    // ---- max, min, argMax ----

    @ParameterizedTest
    @MethodSource("kernels")
    void maxAndMin(Kernels<double[]> kernels) {
        check(kernels, Kernels::max, 1.0, x -> Arrays.stream(x).max().getAsDouble(), x -> 0.0);
        check(kernels, Kernels::min, 1.0, x -> Arrays.stream(x).min().getAsDouble(), x -> 0.0);
        assertThat(late(kernels, Kernels::max, 0.0, 1.0, NAN, 3.0)).isNaN();
        assertThat(late(kernels, Kernels::min, 0.0, 1.0, NAN, 3.0)).isNaN();
        assertThat(late(kernels, Kernels::max, -INFINITY, -INFINITY, -INFINITY)).isEqualTo(-INFINITY);
        assertThat(late(kernels, Kernels::min, INFINITY, INFINITY, INFINITY)).isEqualTo(INFINITY);
        assertThat(late(kernels, Kernels::max, -5.0, -3.0, INFINITY)).isEqualTo(INFINITY);
        assertThat(late(kernels, Kernels::max, -0.0, -0.0, 0.0)).isEqualTo(0.0);
        assertThat(late(kernels, Kernels::min, 0.0, -0.0, 0.0)).isEqualTo(-0.0);
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void argMax(Kernels<double[]> kernels) {
        check(kernels, Kernels::argMax, 1.0, ReductionsTest::firstLargest, x -> 0.0);
        assertThat(one(kernels, Kernels::argMax, 1.0, 3.0, 3.0, 2.0)).isEqualTo(1.0);
        assertThat(one(kernels, Kernels::argMax, 1.0, NAN, INFINITY, NAN)).isEqualTo(1.0);
        assertThat(one(kernels, Kernels::argMax, -INFINITY, -INFINITY)).isEqualTo(0.0);
        assertThat(one(kernels, Kernels::argMax, -0.0, 0.0)).isEqualTo(0.0);
    }

    private static double firstLargest(double[] x) {
        double largest = Arrays.stream(x).max().getAsDouble();
        int i = 0;
        while (x[i] != largest) {
            i++;
        }
        return i;
    }

    // ---- norm ----

    @ParameterizedTest
    @MethodSource("kernels")
    void norm(Kernels<double[]> kernels) {
        double[] scales = choose(kernels, new double[] {1.0, 1e200, 1e-200, 1e-310, 1e-160, 1e150}, new double[] {
            1.0, 1e30, 1e-30, 1e-41, 1e-23, 1e20
        });
        for (double scale : scales) {
            check(
                    kernels,
                    Kernels::norm,
                    scale,
                    x -> scale
                            * Math.sqrt(exactSum(Arrays.stream(x)
                                    .map(v -> v / scale * (v / scale))
                                    .toArray())),
                    x -> (x.length + 8) * rounding(kernels) * absoluteSum(x)
                            + 2.0 * choose(kernels, Double.MIN_VALUE, (double) Float.MIN_VALUE));
        }
        assertThat(one(kernels, Kernels::norm)).isZero();
        assertThat(one(kernels, Kernels::norm, 0.0, -0.0)).isZero();
        double huge = choose(kernels, 1e200, 1e30);
        assertThat(late(kernels, Kernels::norm, 0.0, 3.0 * huge, -4.0 * huge))
                .isCloseTo(5.0 * huge, within(20.0 * rounding(kernels) * 5.0 * huge));
        double least = choose(kernels, Double.MIN_VALUE, (double) Float.MIN_VALUE);
        assertThat(late(kernels, Kernels::norm, 0.0, 3000.0 * least, 4000.0 * least))
                .isCloseTo(5000.0 * least, within(least));
        assertThat(late(kernels, Kernels::norm, 1.0, -INFINITY, 1.0)).isEqualTo(INFINITY);
        assertThat(late(kernels, Kernels::norm, 1.0, NAN, 1.0)).isNaN();
        assertThat(late(kernels, Kernels::norm, 1.0, NAN, INFINITY)).isNaN();
    }

    // ---- with exponentials ----

    @ParameterizedTest
    @MethodSource("kernels")
    void logSumExp(Kernels<double[]> kernels) {
        for (double scale : new double[] {1.0, 30.0}) {
            check(
                    kernels,
                    Kernels::logSumExp,
                    scale,
                    ReductionsTest::naiveLogSumExp,
                    x -> 90.0 * rounding(kernels) * (1.0 + scale));
        }
        assertThat(one(kernels, Kernels::logSumExp)).isEqualTo(-INFINITY);
        assertThat(late(kernels, Kernels::logSumExp, -INFINITY, -INFINITY, -INFINITY))
                .isEqualTo(-INFINITY);
        double huge = choose(kernels, 1e300, 0x1p100);
        assertThat(late(kernels, Kernels::logSumExp, 1.0, INFINITY, huge)).isEqualTo(INFINITY);
        assertThat(late(kernels, Kernels::logSumExp, -huge, huge, huge)).isEqualTo(huge);
        assertThat(late(kernels, Kernels::logSumExp, -INFINITY, 2.0, 2.0))
                .isCloseTo(2.0 + Math.log(2.0), within(9.0 * rounding(kernels)));
        assertThat(late(kernels, Kernels::logSumExp, 0.0, NAN, 1.0)).isNaN();
    }

    private static double naiveLogSumExp(double[] x) {
        return Math.log(Arrays.stream(x).map(StrictMath::exp).sum());
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void softmaxAndLogSoftmax(Kernels<double[]> kernels) {
        Random random = new Random(17);
        for (int[] shape : SHAPES) {
            int outer = shape[0];
            int n = shape[1];
            int inner = shape[2];
            int size = outer * n * inner;
            double[] x = gaussians(kernels, random, size + 3, 3.0);
            double[] y = guarded(size + 4);
            double[] z = guarded(size + 4);
            kernels.softmax(x, 3, y, 2, outer, n, inner);
            kernels.logSoftmax(x, 3, z, 2, outer, n, inner);
            assertGuards(y, 2, size);
            assertGuards(z, 2, size);
            for (int o = 0; o < outer; o++) {
                for (int i = 0; i < inner; i++) {
                    int at = o * n * inner + i;
                    double[] lane = lane(x, 3 + at, inner, n);
                    double l = naiveLogSumExp(lane);
                    for (int k = 0; k < n; k++) {
                        double p = StrictMath.exp(lane[k] - l);
                        assertThat(y[2 + at + k * inner]).isCloseTo(p, within(360.0 * rounding(kernels) * p));
                        assertThat(z[2 + at + k * inner]).isCloseTo(lane[k] - l, within(360.0 * rounding(kernels)));
                    }
                }
            }
            double[] inPlace = x.clone();
            kernels.softmax(inPlace, 3, inPlace, 3, outer, n, inner);
            assertThat(Arrays.copyOfRange(inPlace, 3, size + 3)).containsExactly(Arrays.copyOfRange(y, 2, size + 2));
            kernels.logSoftmax(x, 3, x, 3, outer, n, inner);
            assertThat(Arrays.copyOfRange(x, 3, size + 3)).containsExactly(Arrays.copyOfRange(z, 2, size + 2));
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void softmaxAtTheEdges(Kernels<double[]> kernels) {
        for (int inner = 1; inner <= 2; inner++) {
            double[] x = new double[20 * inner];
            Arrays.fill(x, -INFINITY);
            Arrays.fill(x, 0, inner, 1e30);
            Arrays.fill(x, 18 * inner, 19 * inner, 1e30);
            double[] y = new double[x.length];
            kernels.softmax(x, 0, y, 0, 1, 20, inner);
            for (int k = 0; k < 20; k++) {
                assertThat(y[k * inner]).isEqualTo(k == 0 || k == 18 ? 0.5 : 0.0);
            }
            kernels.logSoftmax(x, 0, y, 0, 1, 20, inner);
            assertThat(y[0]).isCloseTo(-Math.log(2.0), within(9.0 * rounding(kernels)));
            assertThat(y[inner]).isEqualTo(-INFINITY);
            kernels.softmax(x, 0, y, 0, 0, 20, inner);
            kernels.softmax(x, 0, y, 0, 3, 0, inner);
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void softmaxCrossEntropy(Kernels<double[]> kernels) {
        Random random = new Random(19);
        for (int n : new int[] {1, 2, 3, 8, 10, 33, 600}) {
            int rows = 3;
            double[] x = gaussians(kernels, random, rows * n + 1, 2.0);
            double[] t = gaussians(kernels, random, rows * n + 2, 1.0);
            double[] y = guarded(rows + 2);
            kernels.softmaxCrossEntropy(x, 1, t, 2, y, 1, rows, n);
            assertGuards(y, 1, rows);
            for (int r = 0; r < rows; r++) {
                double l = naiveLogSumExp(Arrays.copyOfRange(x, 1 + r * n, 1 + (r + 1) * n));
                double expected = 0.0;
                double size = 0.0;
                for (int k = 0; k < n; k++) {
                    expected += t[2 + r * n + k] * (l - x[1 + r * n + k]);
                    size += Math.abs(t[2 + r * n + k]) * (Math.abs(l) + Math.abs(x[1 + r * n + k]));
                }
                assertThat(y[1 + r]).isCloseTo(expected, within((n + 20) * rounding(kernels) * size));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void crossEntropyOfImpossibleClassesIsLeftOut(Kernels<double[]> kernels) {
        double huge = choose(kernels, 1e300, 1e30);
        double[] x = {-INFINITY, 1.0, 1.0, /* next row */ huge, -huge, -1e8 * huge, /* next row */ 0.0, INFINITY, 1.0};
        double[] t = {0.0, 0.5, 0.5, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0};
        double[] y = new double[3];
        kernels.softmaxCrossEntropy(x, 0, t, 0, y, 0, 3, 3);
        assertThat(y[0]).isCloseTo(Math.log(2.0), within(9.0 * rounding(kernels)));
        assertThat(y[1]).isZero();
        assertThat(y[2]).isEqualTo(INFINITY);
    }

    /** The sum m + ln Σ e^(x−m) of a large m would drop the logarithm. */
    @ParameterizedTest
    @MethodSource("kernels")
    void largeLogitsKeepTheirDifferences(Kernels<double[]> kernels) {
        double large = choose(kernels, 1e17, 1e9);
        double[] x = {large, large};
        double[] y = new double[2];
        kernels.logSoftmax(x, 0, y, 0, 1, 2, 1);
        assertThat(y[0]).isCloseTo(-Math.log(2.0), within(9.0 * rounding(kernels)));
        kernels.softmaxCrossEntropy(x, 0, new double[] {1.0, 0.0}, 0, y, 0, 1, 2);
        assertThat(y[0]).isCloseTo(Math.log(2.0), within(9.0 * rounding(kernels)));
    }
}
