package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;

import rewind.autograd.Tensor;

/** Compares arrays as a whole: max|a − b| ≤ relative·max|b| + absolute, and no NaN. */
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
            largest = Math.max(largest, Math.abs(each));
        }
        double allowed = relative * largest + absolute;
        for (int i = 0; i < a.length; i++) {
            assertThat(Math.abs(a[i] - b[i]))
                    .as("%s %s, element %s: got %s, expected %s", what, actual.shape(), i, a[i], b[i])
                    .isLessThanOrEqualTo(allowed);
        }
    }
}
