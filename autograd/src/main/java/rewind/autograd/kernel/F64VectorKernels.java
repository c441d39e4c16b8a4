package rewind.autograd.kernel;

import static jdk.incubator.vector.VectorOperators.MAX;
import static jdk.incubator.vector.VectorOperators.MIN;

import java.util.List;
import jdk.incubator.vector.DoubleVector;

/**
 * The loops over {@code double[]} that gain from the Vector API; all others are inherited from the plain ones, many of
 * which HotSpot turns into vector code itself.
 *
 * <p>Results depend on nothing but the arguments and the length of the machine's vectors, and that only where the order
 * of a summation does.
 */
class F64VectorKernels extends F64VectorLogarithms {
    @Override
    double blockSum(double[] x, int xo, int n) {
        if (n < 4 * LANES) {
            return super.blockSum(x, xo, n);
        }
        DoubleVector s0 = DoubleVector.zero(SPECIES);
        DoubleVector s1 = DoubleVector.zero(SPECIES);
        DoubleVector s2 = DoubleVector.zero(SPECIES);
        DoubleVector s3 = DoubleVector.zero(SPECIES);
        int i = 0;
        for (; i <= n - 4 * LANES; i += 4 * LANES) {
            s0 = s0.add(DoubleVector.fromArray(SPECIES, x, xo + i));
            s1 = s1.add(DoubleVector.fromArray(SPECIES, x, xo + i + LANES));
            s2 = s2.add(DoubleVector.fromArray(SPECIES, x, xo + i + 2 * LANES));
            s3 = s3.add(DoubleVector.fromArray(SPECIES, x, xo + i + 3 * LANES));
        }
        double[] lanes = new double[LANES];
        s0.add(s1).add(s2.add(s3)).intoArray(lanes, 0);
        // not by reduceLanes: the order in which it adds is not specified
        return super.blockSum(lanes, 0, LANES) + super.blockSum(x, xo + i, n - i);
    }

    @Override
    double blockSumSquares(double[] x, int xo, int n) {
        if (n < 4 * LANES) {
            return super.blockSumSquares(x, xo, n);
        }
        DoubleVector s0 = DoubleVector.zero(SPECIES);
        DoubleVector s1 = DoubleVector.zero(SPECIES);
        DoubleVector s2 = DoubleVector.zero(SPECIES);
        DoubleVector s3 = DoubleVector.zero(SPECIES);
        int i = 0;
        for (; i <= n - 4 * LANES; i += 4 * LANES) {
            DoubleVector v0 = DoubleVector.fromArray(SPECIES, x, xo + i);
            DoubleVector v1 = DoubleVector.fromArray(SPECIES, x, xo + i + LANES);
            DoubleVector v2 = DoubleVector.fromArray(SPECIES, x, xo + i + 2 * LANES);
            DoubleVector v3 = DoubleVector.fromArray(SPECIES, x, xo + i + 3 * LANES);
            s0 = v0.fma(v0, s0);
            s1 = v1.fma(v1, s1);
            s2 = v2.fma(v2, s2);
            s3 = v3.fma(v3, s3);
        }
        double[] lanes = new double[LANES];
        s0.add(s1).add(s2.add(s3)).intoArray(lanes, 0);
        return super.blockSum(lanes, 0, LANES) + super.blockSumSquares(x, xo + i, n - i);
    }

    @Override
    double rowMax(double[] x, int xo, int n) {
        if (n < 2 * LANES) {
            return super.rowMax(x, xo, n);
        }
        DoubleVector m0 = DoubleVector.broadcast(SPECIES, Double.NEGATIVE_INFINITY);
        DoubleVector m1 = m0;
        int i = 0;
        for (; i <= n - 2 * LANES; i += 2 * LANES) {
            m0 = m0.max(DoubleVector.fromArray(SPECIES, x, xo + i));
            m1 = m1.max(DoubleVector.fromArray(SPECIES, x, xo + i + LANES));
        }
        return Math.max(super.rowMax(x, xo + i, n - i), m0.max(m1).reduceLanes(MAX));
    }

    @Override
    double rowMin(double[] x, int xo, int n) {
        if (n < 2 * LANES) {
            return super.rowMin(x, xo, n);
        }
        DoubleVector m0 = DoubleVector.broadcast(SPECIES, Double.POSITIVE_INFINITY);
        DoubleVector m1 = m0;
        int i = 0;
        for (; i <= n - 2 * LANES; i += 2 * LANES) {
            m0 = m0.min(DoubleVector.fromArray(SPECIES, x, xo + i));
            m1 = m1.min(DoubleVector.fromArray(SPECIES, x, xo + i + LANES));
        }
        return Math.min(super.rowMin(x, xo + i, n - i), m0.min(m1).reduceLanes(MIN));
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
