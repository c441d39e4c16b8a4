package rewind.autograd.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both implementations against values of 60 digits. */
class ElementwiseAccuracyTest {
    private static final double[] SCALES = {1e-12, 1e-3, 0.3, 1.0, 3.0, 20.0, 200.0};
    private static final int PER_SCALE = 40;

    @TestFactory
    List<DynamicTest> staysWithinItsBound() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Named<Kernels<double[]>> kernels : KernelsUnderTest.all()) {
            for (ElementwiseFunctions function : ElementwiseFunctions.values()) {
                tests.add(DynamicTest.dynamicTest(
                        kernels.getName() + " " + function, () -> staysWithinItsBound(kernels.getPayload(), function)));
            }
        }
        return tests;
    }

    private static void staysWithinItsBound(Kernels<double[]> kernels, ElementwiseFunctions function) {
        double[] x = arguments(kernels, function);
        double[] y = new double[x.length];
        function.loop.apply(kernels, x, 0, y, 0, x.length);
        for (int i = 0; i < x.length; i++) {
            assertThat(function.error(kernels, y[i], x[i]))
                    .as("error in ulp of %s(%s) = %s", function, x[i], y[i])
                    .isLessThanOrEqualTo(function.bound);
        }
    }

    private static double[] arguments(Kernels<double[]> kernels, ElementwiseFunctions function) {
        Random random = new Random(20240607);
        double largest = KernelsUnderTest.choose(kernels, 200.0, 80.0); // e^−80 is a normal float
        double[] x = new double[SCALES.length * PER_SCALE];
        for (int i = 0; i < x.length; i++) {
            double scale = Math.min(SCALES[i / PER_SCALE], largest);
            double drawn = function.domain.applyAsDouble(scale * (2.0 * random.nextDouble() - 1.0));
            x[i] = KernelsUnderTest.round(kernels, drawn);
        }
        return x;
    }

    static List<Named<Kernels<double[]>>> kernels() {
        return KernelsUnderTest.all();
    }

    static List<Named<Kernels<float[]>>> floatKernels() {
        List<Named<Kernels<float[]>>> kernels = new ArrayList<>();
        kernels.add(Named.of("plain", new F32Kernels()));
        if (KernelsUnderTest.vectorModulePresent()) {
            kernels.add(Named.of("vector", new F32VectorKernels()));
        }
        return kernels;
    }

    /** Every 16411th of all floats, against the plain kernel of doubles, whose own error is 10⁻⁹ float ulp. */
    @ParameterizedTest
    @MethodSource("floatKernels")
    void floatsOfAllMagnitudes(Kernels<float[]> kernels) {
        Kernels<double[]> asDoubles = FloatsAsDoubles.of(kernels);
        double[] x = new double[261_712];
        Arrays.setAll(x, i -> Float.intBitsToFloat(16_411 * i));
        for (ElementwiseFunctions function : ElementwiseFunctions.values()) {
            double[] expected = new double[x.length];
            double[] y = new double[x.length];
            double[] inDomain = Arrays.stream(x)
                    .map(v -> (float) function.domain.applyAsDouble(v))
                    .toArray();
            function.loop.apply(new F64Kernels(), inDomain, 0, expected, 0, x.length);
            function.loop.apply(asDoubles, inDomain, 0, y, 0, x.length);
            double bound = function.bound;
            for (int i = 0; i < x.length; i++) {
                float rounded = (float) expected[i];
                boolean same = Float.compare((float) y[i], rounded) == 0;
                if (!same && !(Math.abs(y[i] - expected[i]) <= bound * Math.ulp(rounded))) {
                    assertThat(y[i]).as("%s(%s)", function, inDomain[i]).isEqualTo(expected[i]);
                }
            }
        }
    }

    static List<Named<Kernels<double[]>>> doubleKernels() {
        return KernelsUnderTest.all().stream()
                .filter(kernels -> !KernelsUnderTest.isSingle(kernels.getPayload()))
                .toList();
    }

    /** Φ to 17 digits by mpmath 1.3 at 50 digits. */
    @ParameterizedTest
    @MethodSource("doubleKernels")
    void normalCdfIsAccurateInTheLowerTail(Kernels<double[]> kernels) {
        double[][] table = {
            {-37.0, 5.725571222524577e-300},
            {-36.5, 5.544725713074845e-292},
            {-30.0, 4.906713927148187e-198},
            {-25.3, 1.5971151302422e-141},
            {-20.0, 2.7536241186062337e-89},
            {-15.7, 7.56210317468378e-56},
            {-10.0, 7.619853024160525e-24},
            {-8.3, 5.205569744890254e-17},
            {-6.0, 9.86587645037698e-10},
            {-5.7, 5.990371401063528e-09},
            {-5.6, 1.071759025831093e-08},
            {-5.0, 2.866515718791939e-07},
            {-4.1, 2.065750691254677e-05},
            {-3.0, 0.0013498980316300946},
            {-2.0, 0.02275013194817921},
            {-1.5, 0.06680720126885807},
            {-1.0, 0.15865525393145705},
            {-0.7, 0.24196365222307303},
            {-0.66, 0.25462691467133614},
            {-0.3, 0.3820885778110474},
            {-0.001, 0.49960105778608893},
            {1e-10, 0.5000000000398942},
            {0.25, 0.5987063256829237},
            {0.66, 0.7453730853286639},
            {0.67, 0.7485711049046899},
            {1.0, 0.8413447460685429},
            {2.0, 0.9772498680518208},
            {3.5, 0.9997673709209645},
            {5.65, 0.9999999919776081},
            {5.66, 0.9999999924313503},
            {7.0, 0.9999999999987201}
        };
        for (double[] row : table) {
            double[] y = {row[0]};
            kernels.normalCdf(y, 0, y, 0, 1);
            assertThat(Math.abs(y[0] - row[1]) / row[1])
                    .as("relative error of Φ(%s)", row[0])
                    .isLessThan(2e-15);
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void normalCdfHasItsLimits(Kernels<double[]> kernels) {
        double[] y = {
            Double.NEGATIVE_INFINITY, -1e300, -40.0, 0.0, -0.0, 40.0, 1e300, Double.POSITIVE_INFINITY, Double.NaN
        };
        kernels.normalCdf(y, 0, y, 0, y.length);
        assertThat(y).containsExactly(0.0, 0.0, 0.0, 0.5, 0.5, 1.0, 1.0, 1.0, Double.NaN);
    }

    /** The identity is exact to the last bit where the function's second term is below half an ulp. */
    @ParameterizedTest
    @MethodSource("kernels")
    void tinyArgumentsKeepTheirDigits(Kernels<double[]> kernels) {
        double[] tiny = KernelsUnderTest.choose(
                kernels,
                new double[] {1e-9, -1e-17, 1.2345e-100, 1e-300, -1.2345e-307, 3e-310, -4.9e-324, 0.0, -0.0},
                new double[] {1e-9f, -1e-17f, 1.2345e-20f, 1e-37f, -1.2345e-38f, 3e-40f, -1.4e-45f, 0.0, -0.0});
        for (ElementwiseFunctions function :
                List.of(ElementwiseFunctions.EXPM1, ElementwiseFunctions.LOG1P, ElementwiseFunctions.TANH)) {
            for (double x : tiny) {
                double y = function.single(kernels, x);
                double allowed = Math.abs(x) > 1e-10 ? 1e-9 * Math.abs(x) : 0.0;
                assertThat(y).as("%s(%s)", function, x).isBetween(x - allowed, x + allowed);
                assertThat(Math.copySign(1.0, y)).isEqualTo(Math.copySign(1.0, x));
            }
        }
    }
}
