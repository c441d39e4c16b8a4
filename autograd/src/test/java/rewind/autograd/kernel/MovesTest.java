package rewind.autograd.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static rewind.autograd.kernel.KernelsUnderTest.GUARD;
import static rewind.autograd.kernel.KernelsUnderTest.gaussians;
import static rewind.autograd.kernel.KernelsUnderTest.guarded;
import static rewind.autograd.kernel.KernelsUnderTest.round;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Arrays, strided copies, rows and running sums. */
class MovesTest {
    static List<Named<Kernels<double[]>>> kernels() {
        return KernelsUnderTest.all();
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void arrays(Kernels<double[]> kernels) {
        double[] x = kernels.allocate(5);
        assertThat(x).containsExactly(0, 0, 0, 0, 0);
        assertThat(kernels.length(x)).isEqualTo(5);
        kernels.fill(2.5, x, 1, 3);
        kernels.set(x, 4, -1.0);
        assertThat(x).containsExactly(0, 2.5, 2.5, 2.5, -1);
        assertThat(kernels.get(x, 4)).isEqualTo(-1.0);
        double[] y = new double[4];
        kernels.copy(x, 3, y, 1, 2);
        assertThat(y).containsExactly(0, 2.5, -1, 0);
        kernels.toDoubles(x, 1, y, 0, 1);
        kernels.fromDoubles(new double[] {7.0, 8.0}, 1, y, 3, 1);
        assertThat(y).containsExactly(2.5, 2.5, -1, 8);
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void copyAndAddStrided(Kernels<double[]> kernels) {
        // x is [2, 3, 4]; y is its transpose [4, 3, 2], then x with the middle axis reversed, then x's first matrix
        // repeated
        int[] shape = {2, 3, 4};
        checkStrided(kernels, shape, 0, new int[] {12, 4, 1}, 0, new int[] {1, 2, 6});
        checkStrided(kernels, shape, 8, new int[] {12, -4, 1}, 0, new int[] {12, 4, 1});
        checkStrided(kernels, shape, 0, new int[] {0, 4, 1}, 0, new int[] {12, 4, 1});
        checkStrided(kernels, shape, 5, new int[] {0, 0, 0}, 3, new int[] {12, 4, 1});
        checkStrided(kernels, shape, 0, new int[] {12, 4, 1}, 23, new int[] {-12, -4, -1});
        checkStrided(kernels, new int[] {1}, 2, new int[] {9}, 4, new int[] {9});
        checkStrided(kernels, new int[] {7}, 0, new int[] {3}, 4, new int[] {2});
        checkStrided(kernels, new int[] {7}, 0, new int[] {1}, 4, new int[] {1});
        checkStrided(kernels, new int[] {2, 0, 4}, 0, new int[] {12, 4, 1}, 0, new int[] {12, 4, 1});
    }

    private static void checkStrided(Kernels<double[]> kernels, int[] shape, int xo, int[] xs, int yo, int[] ys) {
        double[] x = gaussians(kernels, new Random(23), 40, 1.0);
        double[] expected = guarded(40);
        double[] added = gaussians(kernels, new Random(29), 40, 1.0);
        double[] y = guarded(40);
        double[] z = added.clone();
        int size = 1;
        for (int length : shape) {
            size *= length;
        }
        for (int i = 0; i < size; i++) {
            int from = xo;
            int to = yo;
            int rest = i;
            for (int axis = shape.length - 1; axis >= 0; axis--) {
                from += rest % shape[axis] * xs[axis];
                to += rest % shape[axis] * ys[axis];
                rest /= shape[axis];
            }
            expected[to] = x[from];
            added[to] = round(kernels, added[to] + x[from]);
        }
        kernels.copyStrided(x, xo, xs, y, yo, ys, shape);
        assertThat(y).containsExactly(expected);
        kernels.addStrided(x, xo, xs, z, yo, ys, shape);
        assertThat(z).containsExactly(added);
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void rows(Kernels<double[]> kernels) {
        double[] x = {-1, 0, 1, 10, 11, 20, 21};
        double[] y = guarded(8);
        kernels.gatherRows(x, 1, new int[] {2, 0, 2}, y, 1, 2);
        assertThat(y).containsExactly(GUARD, 20, 21, 0, 1, 20, 21, GUARD);
        double[] z = {100, 1, 2, 3, 4, 5, 6, 100};
        kernels.scatterAddRows(x, 1, new int[] {2, 0, 2}, z, 1, 2);
        assertThat(z).containsExactly(100, 11, 13, 3, 4, 25, 28, 100);
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void cumsum(Kernels<double[]> kernels) {
        double[] x = {9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
        double[] y = guarded(14);
        kernels.cumsum(x, 1, y, 1, 2, 3, 2);
        assertThat(y).containsExactly(GUARD, 1, 2, 4, 6, 9, 12, 7, 8, 16, 18, 27, 30, GUARD);
        kernels.cumsum(x, 1, y, 1, 3, 4, 1);
        assertThat(y).containsExactly(GUARD, 1, 3, 6, 10, 5, 11, 18, 26, 9, 19, 30, 42, GUARD);
        kernels.cumsum(x, 1, x, 1, 1, 4, 3);
        assertThat(x).containsExactly(9, 1, 2, 3, 5, 7, 9, 12, 15, 18, 22, 26, 30);
        kernels.cumsum(x, 1, y, 1, 3, 0, 2);
        kernels.cumsum(x, 1, y, 1, 0, 3, 2);
    }

    /** Running sums and rows added to one are as good at the end of a long axis as at its beginning. */
    @ParameterizedTest
    @MethodSource("kernels")
    void longSumsKeepTheirDigits(Kernels<double[]> kernels) {
        double tenth = KernelsUnderTest.round(kernels, 0.1);
        for (int inner : new int[] {1, 3, 300}) {
            int n = 100_003 / inner;
            double[] x = new double[n * inner];
            Arrays.fill(x, tenth);
            double[] y = new double[n * inner];
            kernels.cumsum(x, 0, y, 0, 1, n, inner);
            double rounding = KernelsUnderTest.rounding(kernels);
            for (int i = 0; i < y.length; i++) {
                double exact = (i / inner + 1) * tenth;
                assertThat(y[i]).isCloseTo(exact, within(2 * rounding * exact));
            }
            double[] z = new double[2 * inner];
            kernels.scatterAddRows(x, 0, new int[n], z, inner, inner);
            assertThat(Arrays.copyOf(z, inner)).containsOnly(0.0);
            for (int i = inner; i < 2 * inner; i++) {
                assertThat(z[i] / (n * tenth)).isCloseTo(1.0, within(60 * rounding));
            }
        }
    }
}
