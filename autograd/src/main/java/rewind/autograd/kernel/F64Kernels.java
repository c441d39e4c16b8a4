package rewind.autograd.kernel;

import java.util.List;
import rewind.autograd.threads.Workers;

/** The plain loops over {@code double[]}, one family per superclass; they run on every JVM. */
class F64Kernels extends F64Moves {
    /** The threads that large matrix products are divided among. */
    Workers workers() {
        return Workers.shared();
    }

    @Override
    public void matmul(
            double[] a,
            int[] ao,
            boolean ta,
            double[] b,
            int[] bo,
            boolean tb,
            double[] c,
            int[] co,
            boolean accumulate,
            int m,
            int n,
            int k) {
        new F64Matmul(workers()).matmul(a, ao, ta, b, bo, tb, c, co, accumulate, m, n, k);
    }

    @Override
    public boolean packs(int m, int n, int k, boolean tb) {
        return F64Matmul.packs(m, n, k, tb);
    }

    @Override
    public int packedLength(int n, int k) {
        return F64Matmul.packedLength(n, k);
    }

    @Override
    public void pack(double[] b, int bo, boolean tb, double[] packed, int po, int n, int k) {
        F64Matmul.pack(b, bo, tb, packed, po, n, k);
    }

    @Override
    public void matmulPacked(
            double[] a,
            int[] ao,
            boolean ta,
            double[] packed,
            int[] bo,
            double[] c,
            int[] co,
            boolean accumulate,
            int m,
            int n,
            int k) {
        new F64Matmul(workers()).matmulPacked(a, ao, ta, packed, bo, c, co, accumulate, m, n, k);
    }

    @Override
    public void matmulSum(
            List<double[]> a,
            int[] ao,
            List<double[]> b,
            int[] bo,
            int count,
            double[] c,
            int co,
            int m,
            int n,
            int k) {
        new F64Matmul(workers()).matmulSum(a, ao, b, bo, count, c, co, m, n, k);
    }
}
