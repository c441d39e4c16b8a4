package rewind.autograd.kernel;

import java.util.Arrays;

/**
 * Making, reading and writing {@code float[]}. Written by hand for each array type, as its signatures say {@code double}
 * whatever the array holds.
 */
interface F32Arrays extends Kernels<float[]> {
    @Override
    default float[] allocate(int length) {
        return new float[length];
    }

    @Override
    default int length(float[] x) {
        return x.length;
    }

    @Override
    default double get(float[] x, int index) {
        return x[index];
    }

    @Override
    default void set(float[] x, int index, double value) {
        x[index] = (float) value;
    }

    @Override
    default void fill(double value, float[] y, int yo, int n) {
        Arrays.fill(y, yo, yo + n, (float) value);
    }

    @Override
    default void copy(float[] x, int xo, float[] y, int yo, int n) {
        System.arraycopy(x, xo, y, yo, n);
    }

    @Override
    default void fromDoubles(double[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = (float) x[xo + i];
        }
    }

    @Override
    default void toDoubles(float[] x, int xo, double[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = x[xo + i];
        }
    }
}
