package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.Assume;
import rewind.autograd.DType;
import rewind.autograd.Tensor;

/** Compares arrays as a whole: max|a − b| ≤ relative·max|b| + absolute, over what is finite; the rest must be the same, and no NaN. */
final class Near {
    private final double relative;
    private final double absolute;

    private Near(double relative, double absolute) {
        this.relative = relative;
        this.absolute = absolute;
    }

    static Near within(double relative, double absolute) {
        return new Near(relative, absolute);
    }

    /**
     * For values and gradients of recurrent layers of small {@link Sizes} against formulas in doubles. The absolute part is the rounding
     * of 1 − y² next to y = 1, multiplied through the sums. Of FLOAT32 the relative part counts roundings: 7 steps with up to 5 gates, each
     * with 12 products and two functions of 4 ulp, are 700, of terms up to three times as large as what is compared.
     */
    static Near formulas(DType dtype) {
        double relative = dtype == DType.FLOAT32 ? 3 * 700 * dtype.epsilon() : 1e-10;
        return within(relative, 45 * dtype.epsilon());
    }

    /** Leaves out what grows so much, through gates without a bound, that products of it overflow in FLOAT32. */
    static void assumeModerate(DType dtype, double[][][] states) {
        double largest = Arrays.stream(states)
                .flatMap(Arrays::stream)
                .flatMapToDouble(Arrays::stream)
                .map(Math::abs)
                .max()
                .orElse(0);
        Assume.that(dtype == DType.FLOAT64 || largest < 1e4);
    }

    /** Compares with {@code double[]…[]} nested as deep as the tensor has axes. */
    void verify(String what, Tensor actual, Object expected) {
        verify(what, actual, Tensor.ofNested(expected));
    }

    void verify(String what, Tensor actual, Tensor expected) {
        assertThat(actual.shape()).as("shape of %s", what).isEqualTo(expected.shape());
        double[] a = actual.toArray();
        double[] b = expected.toArray();
        double largest = 0;
        for (double each : b) {
            largest = Double.isInfinite(each) ? largest : Math.max(largest, Math.abs(each));
        }
        double allowed = relative * largest + absolute;
        for (int i = 0; i < a.length; i++) {
            double difference = Double.isInfinite(b[i]) && a[i] == b[i] ? 0 : Math.abs(a[i] - b[i]);
            assertThat(difference)
                    .as("%s %s, element %s: got %s, expected %s", what, actual.shape(), i, a[i], b[i])
                    .isLessThanOrEqualTo(allowed);
        }
    }
}
