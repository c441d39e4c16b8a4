package rewind.autograd.kernel;

import jdk.incubator.vector.DoubleVector;

/** {@link F64Fused} with the Vector API where all operands are walked along; bit for bit the results of the plain loops. */
abstract class F64VectorFused extends F64VectorPairwise {
    @Override
    public void addProduct(
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
        super.addProduct(x, xo + i * xs, xs, a, ao + i * as, as, b, bo + i * bs, bs, y, yo + i, n - i);
    }

    @Override
    public void tanhPullback(double[] y, int yo, int ys, double[] dy, int dyo, int dys, double[] dx, int dxo, int n) {
        int i = 0;
        if (ys == 1 && dys == 1) {
            DoubleVector one = DoubleVector.broadcast(SPECIES, 1.0);
            for (; i <= n - LANES; i += LANES) {
                DoubleVector value = DoubleVector.fromArray(SPECIES, y, yo + i);
                DoubleVector cotangent = DoubleVector.fromArray(SPECIES, dy, dyo + i);
                cotangent.mul(one.sub(value.mul(value))).intoArray(dx, dxo + i);
            }
        }
        super.tanhPullback(y, yo + i * ys, ys, dy, dyo + i * dys, dys, dx, dxo + i, n - i);
    }

    @Override
    public void sigmoidPullback(
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
        super.sigmoidPullback(y, yo + i * ys, ys, dy, dyo + i * dys, dys, dx, dxo + i, n - i);
    }
}
