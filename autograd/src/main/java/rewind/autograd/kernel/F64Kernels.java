package rewind.autograd.kernel;

/** The plain loops over {@code double[]}, one family per superclass; they run on every JVM. */
class F64Kernels extends F64Moves {
    @Override
    public void matmul(
            double[] a,
            int ao,
            boolean ta,
            double[] b,
            int bo,
            boolean tb,
            double[] c,
            int co,
            boolean accumulate,
            int m,
            int n,
            int k) {
        F64Matmul.matmul(a, ao, ta, b, bo, tb, c, co, accumulate, m, n, k);
    }
}
