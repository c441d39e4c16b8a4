package rewind.autograd.kernel;

import java.util.Arrays;

/**
 * Making, reading and writing {@code float[]}. Written by hand for each array type, as its signatures say {@code double}
 * whatever the array holds.
 */
abstract class F32Arrays implements Kernels<float[]> {
    @Override
    public float[] allocate(int length) {
        return new float[length];
    }

    @Override
    public int length(float[] x) {
        return x.length;
    }

    @Override
    public double get(float[] x, int index) {
        return x[index];
    }

    @Override
    public void set(float[] x, int index, double value) {
        x[index] = (float) value;
    }

    @Override
    public void fill(double value, float[] y, int yo, int n) {
        Arrays.fill(y, yo, yo + n, (float) value);
    }

    @Override
    public void copy(float[] x, int xo, float[] y, int yo, int n) {
        System.arraycopy(x, xo, y, yo, n);
    }

    @Override
    public void fromDoubles(double[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = (float) x[xo + i];
        }
    }

    @Override
    public void toDoubles(float[] x, int xo, double[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = x[xo + i];
        }
    }
}
