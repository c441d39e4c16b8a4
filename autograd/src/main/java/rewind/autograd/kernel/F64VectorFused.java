package rewind.autograd.kernel;

import static jdk.incubator.vector.VectorOperators.NE;
import static rewind.autograd.kernel.F64VectorPairwise.LANES;
import static rewind.autograd.kernel.F64VectorPairwise.SPECIES;

import jdk.incubator.vector.DoubleVector;

/**
 * Choices and what takes several operations in one pass with the Vector API where all operands are walked along, in choices also where one is repeated; bit for bit the results of the plain loops.
 */
interface F64VectorFused extends F64Pairwise {
    @Override
    default void addMul(
            double[] x,
            int xo,
            int xs,
            double[] a,
            int ao,
            int as,
            double[] b,
            int bo,
            int bs,
            double[] y,
            int yo,
            int n) {
        int i = 0;
        if (xs == 1 && as == 1 && bs == 1) {
            for (; i <= n - LANES; i += LANES) {
                DoubleVector term = DoubleVector.fromArray(SPECIES, x, xo + i);
                DoubleVector left = DoubleVector.fromArray(SPECIES, a, ao + i);
                DoubleVector right = DoubleVector.fromArray(SPECIES, b, bo + i);
                term.add(left.mul(right)).intoArray(y, yo + i);
            }
        }
        F64Pairwise.super.addMul(x, xo + i * xs, xs, a, ao + i * as, as, b, bo + i * bs, bs, y, yo + i, n - i);
    }

    @Override
    default void tanhPullback(double[] y, int yo, int ys, double[] dy, int dyo, int dys, double[] dx, int dxo, int n) {
        int i = 0;
        if (ys == 1 && dys == 1) {
            DoubleVector one = DoubleVector.broadcast(SPECIES, 1.0);
            for (; i <= n - LANES; i += LANES) {
                DoubleVector value = DoubleVector.fromArray(SPECIES, y, yo + i);
                DoubleVector cotangent = DoubleVector.fromArray(SPECIES, dy, dyo + i);
                cotangent.mul(one.sub(value.mul(value))).intoArray(dx, dxo + i);
            }
        }
        F64Pairwise.super.tanhPullback(y, yo + i * ys, ys, dy, dyo + i * dys, dys, dx, dxo + i, n - i);
    }

    @Override
    default void sigmoidPullback(
            double[] y, int yo, int ys, double[] dy, int dyo, int dys, double[] dx, int dxo, int n) {
        int i = 0;
        if (ys == 1 && dys == 1) {
            DoubleVector one = DoubleVector.broadcast(SPECIES, 1.0);
            for (; i <= n - LANES; i += LANES) {
                DoubleVector value = DoubleVector.fromArray(SPECIES, y, yo + i);
                DoubleVector cotangent = DoubleVector.fromArray(SPECIES, dy, dyo + i);
                cotangent.mul(value.mul(one.sub(value))).intoArray(dx, dxo + i);
            }
        }
        F64Pairwise.super.sigmoidPullback(y, yo + i * ys, ys, dy, dyo + i * dys, dys, dx, dxo + i, n - i);
    }

    @Override
    default void where(
            double[] c,
            int co,
            int cs,
            double[] x,
            int xo,
            int xs,
            double[] y,
            int yo,
            int ys,
            double[] z,
            int zo,
            int n) {
        int i = 0;
        if (cs == 1 && xs == 1 && ys == 1) {
            for (; i <= n - LANES; i += LANES) {
                DoubleVector condition = DoubleVector.fromArray(SPECIES, c, co + i);
                DoubleVector left = DoubleVector.fromArray(SPECIES, x, xo + i);
                DoubleVector right = DoubleVector.fromArray(SPECIES, y, yo + i);
                right.blend(left, condition.compare(NE, 0.0)).intoArray(z, zo + i);
            }
        } else if (cs == 1 && xs == 1 && n > 0) {
            DoubleVector right = DoubleVector.broadcast(SPECIES, y[yo]);
            for (; i <= n - LANES; i += LANES) {
                DoubleVector condition = DoubleVector.fromArray(SPECIES, c, co + i);
                DoubleVector left = DoubleVector.fromArray(SPECIES, x, xo + i);
                right.blend(left, condition.compare(NE, 0.0)).intoArray(z, zo + i);
            }
        } else if (cs == 1 && ys == 1 && n > 0) {
            DoubleVector left = DoubleVector.broadcast(SPECIES, x[xo]);
            for (; i <= n - LANES; i += LANES) {
                DoubleVector condition = DoubleVector.fromArray(SPECIES, c, co + i);
                DoubleVector right = DoubleVector.fromArray(SPECIES, y, yo + i);
                right.blend(left, condition.compare(NE, 0.0)).intoArray(z, zo + i);
            }
        }
        F64Pairwise.super.where(c, co + i * cs, cs, x, xo + i * xs, xs, y, yo + i * ys, ys, z, zo + i, n - i);
    }

    @Override
    default void masked(double[] w, int wo, int ws, double[] x, int xo, int xs, double[] z, int zo, int n) {
        DoubleVector zero = DoubleVector.zero(SPECIES);
        int i = 0;
        if (ws == 1 && xs == 1) {
            for (; i <= n - LANES; i += LANES) {
                DoubleVector factor = DoubleVector.fromArray(SPECIES, w, wo + i);
                DoubleVector value = DoubleVector.fromArray(SPECIES, x, xo + i);
                zero.blend(factor.mul(value), factor.compare(NE, zero)).intoArray(z, zo + i);
            }
        } else if (ws == 1 && n > 0) {
            DoubleVector value = DoubleVector.broadcast(SPECIES, x[xo]);
            for (; i <= n - LANES; i += LANES) {
                DoubleVector factor = DoubleVector.fromArray(SPECIES, w, wo + i);
                zero.blend(factor.mul(value), factor.compare(NE, zero)).intoArray(z, zo + i);
            }
        } else if (xs == 1 && n > 0 && w[wo] != 0.0) {
            mul(w, wo, ws, x, xo, xs, z, zo, n);
            return;
        }
        F64Pairwise.super.masked(w, wo + i * ws, ws, x, xo + i * xs, xs, z, zo + i, n - i);
    }
}
