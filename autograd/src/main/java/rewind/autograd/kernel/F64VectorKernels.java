package rewind.autograd.kernel;

import java.util.List;

/**
 * The loops over {@code double[]} that gain from the Vector API; all others are inherited from the plain ones, many of
 * which HotSpot turns into vector code itself.
 *
 * <p>Results depend on nothing but the arguments: not on the length of the machine's vectors either.
 */
class F64VectorKernels extends F64VectorReductions {
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
        new F64VectorMatmul(workers()).matmul(a, ao, ta, b, bo, tb, c, co, accumulate, m, n, k);
    }

    @Override
    public boolean packs(int m, int n, int k, boolean tb) {
        return F64VectorMatmul.packs(m, n, k, tb);
    }

    @Override
    public int packedLength(int n, int k) {
        return F64VectorMatmul.packedLength(n, k);
    }

    @Override
    public void pack(double[] b, int bo, boolean tb, double[] packed, int po, int n, int k) {
        F64VectorMatmul.pack(b, bo, tb, packed, po, n, k);
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
        new F64VectorMatmul(workers()).matmulPacked(a, ao, ta, packed, bo, c, co, accumulate, m, n, k);
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
        new F64VectorMatmul(workers()).matmulSum(a, ao, b, bo, count, c, co, m, n, k);
    }
}
