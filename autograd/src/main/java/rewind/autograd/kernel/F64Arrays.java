package rewind.autograd.kernel;

import java.util.Arrays;

/**
 * Making, reading and writing {@code double[]}. Written by hand for each array type, as its signatures say {@code
 * double} whatever the array holds.
 */
interface F64Arrays extends Kernels<double[]> {
    @Override
    default double[] allocate(int length) {
        return new double[length];
    }

    @Override
    default int length(double[] x) {
        return x.length;
    }

    @Override
    default double get(double[] x, int index) {
        return x[index];
    }

    @Override
    default void set(double[] x, int index, double value) {
        x[index] = value;
    }

    @Override
    default void fill(double value, double[] y, int yo, int n) {
        Arrays.fill(y, yo, yo + n, value);
    }

    @Override
    default void copy(double[] x, int xo, double[] y, int yo, int n) {
        System.arraycopy(x, xo, y, yo, n);
    }

    @Override
    default void fromDoubles(double[] x, int xo, double[] y, int yo, int n) {
        System.arraycopy(x, xo, y, yo, n);
    }

    @Override
    default void toDoubles(double[] x, int xo, double[] y, int yo, int n) {
        System.arraycopy(x, xo, y, yo, n);
    }
}
