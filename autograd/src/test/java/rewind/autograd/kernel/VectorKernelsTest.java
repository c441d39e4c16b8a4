package rewind.autograd.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.autograd.kernel.KernelsUnderTest.GUARD;
import static rewind.autograd.kernel.KernelsUnderTest.LENGTHS;
import static rewind.autograd.kernel.KernelsUnderTest.choose;
import static rewind.autograd.kernel.KernelsUnderTest.gaussians;
import static rewind.autograd.kernel.KernelsUnderTest.guarded;
import static rewind.autograd.kernel.KernelsUnderTest.plain;
import static rewind.autograd.kernel.KernelsUnderTest.round;
import static rewind.autograd.kernel.KernelsUnderTest.ulps;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The vector loops of one operand, compiled, against the plain ones and against themselves. */
@ParameterizedClass
@MethodSource("vectorKernels")
class VectorKernelsTest {
    /** Calls after which the JIT has compiled a loop; before, the test would run in the interpreter. */
    private static final int WARM_UP = 6000;

    private static final double[] SPECIAL = {
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        0.0,
        -0.0,
        Double.MIN_VALUE,
        -Double.MIN_VALUE,
        1e-310,
        -1e-310,
        Double.MIN_NORMAL,
        -Double.MIN_NORMAL,
        1e-300,
        -1e-300,
        1e-20,
        -1e-20,
        Math.ulp(1.0),
        1.0 - Math.ulp(0.5),
        1.0,
        1.0 + Math.ulp(1.0),
        -1.0 + Math.ulp(0.5),
        -1.0,
        -1.0 - Math.ulp(1.0),
        Math.sqrt(0.5),
        Math.sqrt(2.0),
        0.34657359027997264,
        -0.34657359027997264,
        22.0,
        -22.0,
        37.0,
        -37.0,
        700.0,
        -700.0,
        708.0,
        -708.0,
        708.3964185322641,
        -708.3964185322641,
        709.782712893384,
        709.7827128933841,
        -745.1332191019411,
        -745.1332191019412,
        800.0,
        -800.0,
        1e10,
        -1e10,
        1e300,
        -1e300,
        Double.MAX_VALUE,
        -Double.MAX_VALUE
    };

    private static final double[] SPECIAL_FLOATS = {
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        0.0,
        -0.0,
        Float.MIN_VALUE,
        -Float.MIN_VALUE,
        1e-40f,
        -1e-40f,
        Float.MIN_NORMAL,
        -Float.MIN_NORMAL,
        1e-30f,
        -1e-30f,
        Math.ulp(1.0f),
        1.0f - Math.ulp(0.5f),
        1.0,
        1.0f + Math.ulp(1.0f),
        -1.0f + Math.ulp(0.5f),
        -1.0,
        -1.0f - Math.ulp(1.0f),
        0.70710677f,
        0.7071068f,
        1.4142135f,
        0.34657359f,
        -0.34657359f,
        9.0,
        -9.0,
        16.0,
        -16.0,
        22.0,
        87.0,
        -87.0,
        87.33654f,
        -87.33654f,
        -87.33655f,
        88.72283f,
        88.72284f,
        -103.27892f,
        -103.97207f,
        -103.97209f,
        200.0,
        -200.0,
        1e10f,
        -1e10f,
        1e30f,
        -1e30f,
        Float.MAX_VALUE,
        -Float.MAX_VALUE
    };

    @Parameter
    private Kernels<double[]> vector;

    static List<Named<Kernels<double[]>>> vectorKernels() {
        return KernelsUnderTest.vector();
    }

    private void warmUp(ElementwiseFunctions function) {
        double[] x = gaussians(vector, new Random(1), 67, 2.0);
        double[] y = new double[x.length];
        for (int i = 0; i < WARM_UP; i++) {
            function.loop.apply(vector, x, 0, y, 0, x.length);
        }
    }

    private double[] arguments(ElementwiseFunctions function, int n) {
        double[] x = gaussians(vector, new Random(7), n, 1.0);
        for (int i = 0; i < n; i++) {
            x[i] = round(vector, function.domain.applyAsDouble(x[i] * Math.pow(10.0, i % 5 - 2)));
            if (i % 11 == 3) {
                x[i] = special()[i / 11 % special().length];
            }
        }
        return x;
    }

    /** Whatever stands beside it, wherever it stands: the same number gives the same bits, as it does alone. */
    @ParameterizedTest
    @EnumSource
    void valuesDependNeitherOnPositionNorOnLength(ElementwiseFunctions function) {
        warmUp(function);
        double[] x = arguments(function, LENGTHS[LENGTHS.length - 1]);
        double[] alone = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            alone[i] = function.single(vector, x[i]);
        }
        for (int n : LENGTHS) {
            for (int offset = 0; offset < 4; offset++) {
                double[] source = guarded(n + 7);
                System.arraycopy(x, 0, source, offset, n);
                double[] y = guarded(n + 11);
                function.loop.apply(vector, source, offset, y, 2 * offset, n);
                assertSurrounded(y, 2 * offset, alone, n);
                function.loop.apply(vector, source, offset, source, offset, n);
                assertSurrounded(source, offset, alone, n);
            }
        }
    }

    private double[] special() {
        return choose(vector, SPECIAL, SPECIAL_FLOATS);
    }

    private static void assertSurrounded(double[] y, int offset, double[] expected, int n) {
        for (int i = 0; i < y.length; i++) {
            boolean inside = i >= offset && i < offset + n;
            double wanted = inside ? expected[i - offset] : GUARD;
            if (ulps(y[i], wanted) != 0.0) {
                assertThat(y[i]).as("element %d of %d from %d", i, n, offset).isEqualTo(wanted);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void isThePlainKernel(ElementwiseFunctions function) {
        warmUp(function);
        Random random = new Random(11);
        for (int i = 0; i < 40_000; i++) {
            double drawn = random.nextGaussian() * Math.pow(10.0, random.nextInt(6) - 3);
            assertSame(function, round(vector, function.domain.applyAsDouble(drawn)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void specialValuesAreThoseOfThePlainKernel(ElementwiseFunctions function) {
        warmUp(function);
        for (double x : special()) {
            assertSame(function, x);
        }
    }

    private void assertSame(ElementwiseFunctions function, double x) {
        double actual = function.single(vector, x);
        double expected = function.single(plain(vector), x);
        if (ulps(actual, expected) != 0.0) {
            assertThat(actual).as("%s(%s)", function, x).isEqualTo(expected);
        }
    }
}
