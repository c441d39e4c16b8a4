package rewind.autograd.kernel;

import java.util.Arrays;

/**
 * Making, reading and writing {@code double[]}. Written by hand for each array type, as its signatures say {@code
 * double} whatever the array holds.
 */
abstract class F64Arrays implements Kernels<double[]> {
    @Override
    public double[] allocate(int length) {
        return new double[length];
    }

    @Override
    public int length(double[] x) {
        return x.length;
    }

    @Override
    public double get(double[] x, int index) {
        return x[index];
    }

    @Override
    public void set(double[] x, int index, double value) {
        x[index] = value;
    }

    @Override
    public void fill(double value, double[] y, int yo, int n) {
        Arrays.fill(y, yo, yo + n, value);
    }

    @Override
    public void copy(double[] x, int xo, double[] y, int yo, int n) {
        System.arraycopy(x, xo, y, yo, n);
    }

    @Override
    public void fromDoubles(double[] x, int xo, double[] y, int yo, int n) {
        System.arraycopy(x, xo, y, yo, n);
    }

    @Override
    public void toDoubles(double[] x, int xo, double[] y, int yo, int n) {
        System.arraycopy(x, xo, y, yo, n);
    }
}
