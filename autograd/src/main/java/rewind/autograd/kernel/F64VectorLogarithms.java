package rewind.autograd.kernel;

import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.AND;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.NEG;
import static jdk.incubator.vector.VectorOperators.OR;
import static rewind.autograd.kernel.F64Format.BIAS;
import static rewind.autograd.kernel.F64Format.INTEGERS;
import static rewind.autograd.kernel.F64Format.INTEGERS_BITS;
import static rewind.autograd.kernel.F64Format.LN2;
import static rewind.autograd.kernel.F64Format.LN2_LOW;
import static rewind.autograd.kernel.F64Format.MANTISSA;
import static rewind.autograd.kernel.F64Format.MANTISSA_BITS;
import static rewind.autograd.kernel.F64Format.ONE;
import static rewind.autograd.kernel.F64Format.ROOT_HALF;
import static rewind.autograd.kernel.F64Format.SIGN;
import static rewind.autograd.kernel.F64VectorPairwise.LANES;
import static rewind.autograd.kernel.F64VectorPairwise.SPECIES;

import jdk.incubator.vector.DoubleVector;

/** Loops around ln x with the Vector API, made as {@link F64VectorExponentials} are and for the same reason. */
interface F64VectorLogarithms extends F64Elementwise, F64Functions {
    @Override
    default void log(double[] x, int xo, double[] y, int yo, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            DoubleVector v = DoubleVector.fromArray(SPECIES, x, xo + i);
            // the mantissa m in [√½, √2) and the exponent k, kept as k + BIAS
            var shifted = v.viewAsIntegralLanes().lanewise(ADD, ONE - ROOT_HALF);
            var exponent = shifted.lanewise(LSHR, MANTISSA_BITS);
            DoubleVector k =
                    exponent.lanewise(OR, INTEGERS_BITS).viewAsFloatingLanes().sub(INTEGERS + BIAS);
            DoubleVector m =
                    shifted.lanewise(AND, MANTISSA).lanewise(ADD, ROOT_HALF).viewAsFloatingLanes();
            DoubleVector f = m.sub(1.0);
            DoubleVector s = f.div(f.add(2.0));
            DoubleVector z = s.mul(s);
            DoubleVector w = z.mul(z);
            DoubleVector even = w.fma(L6, L4).lanewise(FMA, w, L2).lanewise(FMA, w, L0);
            DoubleVector odd = w.fma(L5, L3).lanewise(FMA, w, L1);
            DoubleVector h = f.mul(f).mul(0.5);
            DoubleVector p = odd.fma(z, even).fma(z, h).mul(s);
            DoubleVector l = k.lanewise(FMA, LN2, f.sub(h.sub(k.lanewise(FMA, LN2_LOW, p))));
            if (v.compare(GE, Double.MIN_NORMAL)
                    .and(v.compare(LE, Double.MAX_VALUE))
                    .allTrue()) {
                l.intoArray(y, yo + i);
                continue;
            }
            for (int j = 0; j < LANES; j++) {
                y[yo + i + j] = F64Functions.log(x[xo + i + j]);
            }
        }
        if (i < n) {
            double[] rest = F64VectorExponentials.rest(x, xo + i, n - i, 1.0);
            log(rest, 0, rest, 0, LANES);
            copy(rest, 0, y, yo + i, n - i);
        }
    }

    /**
     * ln u with u = 1 + x rounded, and what the rounding lost added to f. The result has the sign of x, also if it is
     * −0.
     */
    @Override
    default void log1p(double[] x, int xo, double[] y, int yo, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            DoubleVector v = DoubleVector.fromArray(SPECIES, x, xo + i);
            DoubleVector u = v.add(1.0);
            DoubleVector v1 = u.sub(1.0);
            DoubleVector lost = v.sub(v1).add(v1.sub(u).add(1.0));
            // the mantissa m in [√½, √2) and the exponent k, kept as k + BIAS
            var shifted = u.viewAsIntegralLanes().lanewise(ADD, ONE - ROOT_HALF);
            var exponent = shifted.lanewise(LSHR, MANTISSA_BITS);
            DoubleVector k =
                    exponent.lanewise(OR, INTEGERS_BITS).viewAsFloatingLanes().sub(INTEGERS + BIAS);
            DoubleVector m =
                    shifted.lanewise(AND, MANTISSA).lanewise(ADD, ROOT_HALF).viewAsFloatingLanes();
            DoubleVector scale = exponent.lanewise(NEG)
                    .lanewise(ADD, 2 * BIAS)
                    .lanewise(LSHL, MANTISSA_BITS)
                    .viewAsFloatingLanes();
            DoubleVector f = lost.fma(scale, m.sub(1.0));
            DoubleVector s = f.div(f.add(2.0));
            DoubleVector z = s.mul(s);
            DoubleVector w = z.mul(z);
            DoubleVector even = w.fma(L6, L4).lanewise(FMA, w, L2).lanewise(FMA, w, L0);
            DoubleVector odd = w.fma(L5, L3).lanewise(FMA, w, L1);
            DoubleVector h = f.mul(f).mul(0.5);
            DoubleVector p = odd.fma(z, even).fma(z, h).mul(s);
            DoubleVector l = k.lanewise(FMA, LN2, f.sub(h.sub(k.lanewise(FMA, LN2_LOW, p))));
            DoubleVector signed = l.viewAsIntegralLanes()
                    .lanewise(OR, v.viewAsIntegralLanes().lanewise(AND, SIGN))
                    .viewAsFloatingLanes();
            if (v.compare(GT, -1.0).and(v.compare(LE, LOG1P_LIMIT)).allTrue()) {
                signed.intoArray(y, yo + i);
                continue;
            }
            for (int j = 0; j < LANES; j++) {
                y[yo + i + j] = F64Functions.log1p(x[xo + i + j]);
            }
        }
        if (i < n) {
            double[] rest = F64VectorExponentials.rest(x, xo + i, n - i, 1.0);
            log1p(rest, 0, rest, 0, LANES);
            copy(rest, 0, y, yo + i, n - i);
        }
    }

    @Override
    default void logSigmoid(double[] x, int xo, double[] y, int yo, int n) {
        double[] t = new double[Math.min(n, CHUNK)];
        for (int i = 0; i < n; i += CHUNK) {
            int length = Math.min(CHUNK, n - i);
            for (int j = 0; j < length; j++) {
                t[j] = -Math.abs(x[xo + i + j]);
            }
            exp(t, 0, t, 0, length);
            log1p(t, 0, t, 0, length);
            for (int j = 0; j < length; j++) {
                y[yo + i + j] = Math.min(x[xo + i + j], 0.0) - t[j];
            }
        }
    }
}
