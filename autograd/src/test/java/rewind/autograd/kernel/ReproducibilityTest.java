package rewind.autograd.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.autograd.kernel.KernelsUnderTest.factors;
import static rewind.autograd.kernel.KernelsUnderTest.packed;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rewind.fixture.ChildJvm;

/**
 * A program that is run again gives the same bits, although each time the JIT compiles the loops at another moment: the
 * interpreter, which runs them first, and compiled code agree.
 */
class ReproducibilityTest {
    private static final int LENGTH = 1001;

    @Test
    void theInterpreterAgreesWithCompiledCode() {
        KernelsUnderTest.requireVectors();
        for (int i = 0; i < 20; i++) {
            digests(20_020);
        }
        List<String> compiled = List.of();
        for (int i = 0; i < 200; i++) {
            compiled = digests(LENGTH);
        }
        String interpreted = ChildJvm.run(List.of("-Xint", "--add-modules", "jdk.incubator.vector"), Digests.class);
        assertThat(interpreted.lines().filter(line -> line.contains(" = "))).containsExactlyElementsOf(compiled);
    }

    /** Neither do results depend on the length of the machine's vectors: sums have an order of their own. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void resultsAreThoseOfOtherVectors(int avx) {
        KernelsUnderTest.requireVectors();
        String other = ChildJvm.run(
                List.of(
                        "-Xint",
                        "-XX:+IgnoreUnrecognizedVMOptions",
                        "-XX:UseAVX=" + avx,
                        "--add-modules",
                        "jdk.incubator.vector"),
                Digests.class);
        assertThat(other.lines().filter(line -> line.contains(" = "))).containsExactlyElementsOf(digests(LENGTH));
    }

    private static List<String> digests(int n) {
        List<String> digests = digests(new F64VectorKernels(), n);
        digests.addAll(digests(FloatsAsDoubles.of(new F32VectorKernels()), n));
        return digests;
    }

    private static List<String> digests(Kernels<double[]> kernels, int n) {
        List<String> digests = new ArrayList<>();
        double[] x = KernelsUnderTest.gaussians(kernels, new Random(37), n, 5.0);
        double[] y = new double[n];
        for (ElementwiseFunctions function : ElementwiseFunctions.values()) {
            double[] arguments = Arrays.stream(x).map(function.domain).toArray();
            function.loop.apply(kernels, arguments, 0, y, 0, n);
            digests.add("elementwise " + function + " = " + Arrays.hashCode(y));
        }
        double[] r = new double[6];
        kernels.sum(x, 0, r, 0, 1, n, 1);
        kernels.norm(x, 0, r, 1, 1, n, 1);
        kernels.max(x, 0, r, 2, 1, n, 1);
        kernels.min(x, 0, r, 3, 1, n, 1);
        kernels.logSumExp(x, 0, r, 4, 1, n, 1);
        digests.add("reductions = " + Arrays.toString(r));
        kernels.softmax(x, 0, y, 0, 7, n / 7, 1);
        digests.add("softmax = " + Arrays.hashCode(y));
        for (int[] shape : new int[][] {{1, n / 3, 3}, {7, 11, n / 77}, {1, n / 50, 50}}) {
            Arrays.fill(y, 0.0);
            kernels.sum(x, 0, y, 0, shape[0], shape[1], shape[2]);
            digests.add("sum of " + Arrays.toString(shape) + " = " + Arrays.hashCode(y));
            kernels.norm(x, 0, y, 0, shape[0], shape[1], shape[2]);
            digests.add("norm of " + Arrays.toString(shape) + " = " + Arrays.hashCode(y));
            kernels.softmax(x, 0, y, 0, shape[0], shape[1], shape[2]);
            digests.add("softmax of " + Arrays.toString(shape) + " = " + Arrays.hashCode(y));
            kernels.logSoftmax(x, 0, y, 0, shape[0], shape[1], shape[2]);
            digests.add("logSoftmax of " + Arrays.toString(shape) + " = " + Arrays.hashCode(y));
            kernels.cumsum(x, 0, y, 0, shape[0], shape[1], shape[2]);
            digests.add("cumsum of " + Arrays.toString(shape) + " = " + Arrays.hashCode(y));
        }
        for (int form = 0; form < 4; form++) {
            for (int m : new int[] {1, 5, 20}) {
                double[] c = new double[m * 29];
                kernels.matmul(new Matmul<>(
                        factors(x, (form & 1) != 0, 0),
                        factors(x, (form & 2) != 0, 9),
                        c,
                        new int[] {0},
                        false,
                        m,
                        29,
                        17));
                digests.add("matmul " + form + " " + m + " = " + Arrays.hashCode(c));
            }
        }
        for (int n1 : new int[] {1, 3, 5, 7, 11, 15, 21}) {
            for (int form = 0; form < 4; form++) {
                double[] c = new double[23 * n1];
                kernels.matmul(new Matmul<>(
                        factors(x, (form & 1) != 0, 0),
                        factors(x, (form & 2) != 0, 9),
                        c,
                        new int[] {0},
                        false,
                        23,
                        n1,
                        37));
                digests.add("matmul of " + n1 + " columns " + form + " = " + Arrays.hashCode(c));
            }
        }
        double[] packed = new double[kernels.packedLength(29, 17)];
        for (int m : new int[] {1, 3, 15, 24}) {
            double[] c = new double[2 * m * 29];
            kernels.pack(x, 9, m == 3, packed, 0, 29, 17);
            int[] destinations = {0, m * 29, 0};
            int[] same = {0, 0, 0};
            kernels.matmul(new Matmul<>(
                    factors(x, false, new int[] {3, 2, 1}), packed(packed, same), c, destinations, false, m, 29, 17));
            kernels.matmul(Matmul.sums(
                    new Matmul.Factors<>(List.of(x, x), new int[] {1, 0}, Matmul.Storage.TRANSPOSED),
                    new Matmul.Factors<>(List.of(x, x), new int[] {2, 0}, Matmul.Storage.PLAIN),
                    1,
                    c,
                    0,
                    m,
                    29,
                    11));
            digests.add("matmul of items " + m + " = " + Arrays.hashCode(c));
        }
        return digests;
    }

    /** Prints the digests of the JVM it runs in. */
    static final class Digests {
        private Digests() {}

        public static void main(String[] args) {
            digests(LENGTH).forEach(System.out::println);
        }
    }
}
