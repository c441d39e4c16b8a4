package rewind.autograd.kernel;

import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.MAX;
import static jdk.incubator.vector.VectorOperators.MIN;
import static rewind.autograd.kernel.F64Format.GROUP;
import static rewind.autograd.kernel.F64VectorPairwise.LANES;
import static rewind.autograd.kernel.F64VectorPairwise.SPECIES;

import jdk.incubator.vector.DoubleVector;

/** Sums, in the order of {@link F64Sums}, and extremes with the Vector API; bit for bit the results of the plain loops. */
interface F64VectorReductions extends F64Reductions, F64Moves {
    @Override
    default double[] partial(int length) {
        return F64Scratch.get().partial(length);
    }

    @Override
    default double blockSum(double[] x, int xo, int n) {
        if (n < FEW) {
            return F64Sums.few(x, xo, n);
        }
        int whole = n - n % GROUP;
        double[] group = F64Scratch.get().group;
        for (int p = 0; p < GROUP; p += LANES) {
            DoubleVector sum = DoubleVector.zero(SPECIES);
            int at = xo + p;
            int i = 0;
            for (; i <= n - 4 * GROUP; i += 4 * GROUP) {
                DoubleVector v0 = DoubleVector.fromArray(SPECIES, x, at + i);
                DoubleVector v1 = DoubleVector.fromArray(SPECIES, x, at + i + GROUP);
                DoubleVector v2 = DoubleVector.fromArray(SPECIES, x, at + i + 2 * GROUP);
                DoubleVector v3 = DoubleVector.fromArray(SPECIES, x, at + i + 3 * GROUP);
                sum = sum.add(v0.add(v1).add(v2.add(v3)));
            }
            for (; i < whole; i += GROUP) {
                sum = sum.add(DoubleVector.fromArray(SPECIES, x, at + i));
            }
            sum.intoArray(group, p);
        }
        // not by reduceLanes: the order in which it adds is not specified
        return F64Sums.few(group, 0, GROUP) + F64Sums.few(x, xo + whole, n - whole);
    }

    @Override
    default double blockSumSquares(double[] x, int xo, int n) {
        if (n < FEW) {
            return F64Sums.fewSquares(x, xo, n);
        }
        int whole = n - n % GROUP;
        double[] group = F64Scratch.get().group;
        for (int p = 0; p < GROUP; p += LANES) {
            DoubleVector sum = DoubleVector.zero(SPECIES);
            int at = xo + p;
            int i = 0;
            for (; i <= n - 4 * GROUP; i += 4 * GROUP) {
                DoubleVector v0 = DoubleVector.fromArray(SPECIES, x, at + i);
                DoubleVector v1 = DoubleVector.fromArray(SPECIES, x, at + i + GROUP);
                DoubleVector v2 = DoubleVector.fromArray(SPECIES, x, at + i + 2 * GROUP);
                DoubleVector v3 = DoubleVector.fromArray(SPECIES, x, at + i + 3 * GROUP);
                sum = sum.add(v0.mul(v0).add(v1.mul(v1)).add(v2.mul(v2).add(v3.mul(v3))));
            }
            for (; i < whole; i += GROUP) {
                DoubleVector v = DoubleVector.fromArray(SPECIES, x, at + i);
                sum = sum.add(v.mul(v));
            }
            sum.intoArray(group, p);
        }
        return F64Sums.few(group, 0, GROUP) + F64Sums.fewSquares(x, xo + whole, n - whole);
    }

    @Override
    default void addFour(double[] x, int xo, int step, double[] y, int yo, int width) {
        int j = 0;
        for (; j <= width - LANES; j += LANES) {
            int at = xo + j;
            DoubleVector r0 = DoubleVector.fromArray(SPECIES, x, at);
            DoubleVector r1 = DoubleVector.fromArray(SPECIES, x, at + step);
            DoubleVector r2 = DoubleVector.fromArray(SPECIES, x, at + 2 * step);
            DoubleVector r3 = DoubleVector.fromArray(SPECIES, x, at + 3 * step);
            DoubleVector sum = DoubleVector.fromArray(SPECIES, y, yo + j);
            sum.add(r0.add(r1).add(r2.add(r3))).intoArray(y, yo + j);
        }
        F64Reductions.super.addFour(x, xo + j, step, y, yo + j, width - j);
    }

    @Override
    default void addFourSquares(double[] x, int xo, int step, double[] y, int yo, int width) {
        int j = 0;
        for (; j <= width - LANES; j += LANES) {
            int at = xo + j;
            DoubleVector r0 = DoubleVector.fromArray(SPECIES, x, at);
            DoubleVector r1 = DoubleVector.fromArray(SPECIES, x, at + step);
            DoubleVector r2 = DoubleVector.fromArray(SPECIES, x, at + 2 * step);
            DoubleVector r3 = DoubleVector.fromArray(SPECIES, x, at + 3 * step);
            DoubleVector squares = r0.mul(r0).add(r1.mul(r1)).add(r2.mul(r2).add(r3.mul(r3)));
            DoubleVector.fromArray(SPECIES, y, yo + j).add(squares).intoArray(y, yo + j);
        }
        F64Reductions.super.addFourSquares(x, xo + j, step, y, yo + j, width - j);
    }

    @Override
    default void addRunningRow(double[] x, int xo, double[] y, int yo, double[] sum, double[] lost, int from, int n) {
        int i = from;
        for (; i <= n - LANES; i += LANES) {
            DoubleVector s = DoubleVector.fromArray(SPECIES, sum, i);
            DoubleVector v = DoubleVector.fromArray(SPECIES, x, xo + i);
            DoubleVector t = s.add(v);
            DoubleVector added = t.sub(s);
            DoubleVector all = DoubleVector.fromArray(SPECIES, lost, i)
                    .add(s.sub(t.sub(added)).add(v.sub(added)));
            t.intoArray(sum, i);
            all.intoArray(lost, i);
            t.blend(t.add(all), t.abs().compare(LE, Double.MAX_VALUE)).intoArray(y, yo + i);
        }
        F64Moves.super.addRunningRow(x, xo, y, yo, sum, lost, i, n);
    }

    @Override
    default double rowMax(double[] x, int xo, int n) {
        if (n < 2 * LANES) {
            return F64Reductions.super.rowMax(x, xo, n);
        }
        DoubleVector m0 = DoubleVector.broadcast(SPECIES, Double.NEGATIVE_INFINITY);
        DoubleVector m1 = m0;
        int i = 0;
        for (; i <= n - 2 * LANES; i += 2 * LANES) {
            m0 = m0.max(DoubleVector.fromArray(SPECIES, x, xo + i));
            m1 = m1.max(DoubleVector.fromArray(SPECIES, x, xo + i + LANES));
        }
        return Math.max(F64Reductions.super.rowMax(x, xo + i, n - i), m0.max(m1).reduceLanes(MAX));
    }

    @Override
    default double rowMin(double[] x, int xo, int n) {
        if (n < 2 * LANES) {
            return F64Reductions.super.rowMin(x, xo, n);
        }
        DoubleVector m0 = DoubleVector.broadcast(SPECIES, Double.POSITIVE_INFINITY);
        DoubleVector m1 = m0;
        int i = 0;
        for (; i <= n - 2 * LANES; i += 2 * LANES) {
            m0 = m0.min(DoubleVector.fromArray(SPECIES, x, xo + i));
            m1 = m1.min(DoubleVector.fromArray(SPECIES, x, xo + i + LANES));
        }
        return Math.min(F64Reductions.super.rowMin(x, xo + i, n - i), m0.min(m1).reduceLanes(MIN));
    }
}
