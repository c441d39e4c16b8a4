package rewind.autograd.kernel;

import static jdk.incubator.vector.VectorOperators.AND;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.OR;
import static rewind.autograd.kernel.F64Format.BIAS;
import static rewind.autograd.kernel.F64Format.EXP_LIMIT;
import static rewind.autograd.kernel.F64Format.LN2;
import static rewind.autograd.kernel.F64Format.LN2_LOW;
import static rewind.autograd.kernel.F64Format.LONG;
import static rewind.autograd.kernel.F64Format.MANTISSA_BITS;
import static rewind.autograd.kernel.F64Format.ROUND;
import static rewind.autograd.kernel.F64Format.SIGN;
import static rewind.autograd.kernel.F64VectorPairwise.LANES;
import static rewind.autograd.kernel.F64VectorPairwise.SPECIES;

import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;

/**
 * Loops around eˣ with the Vector API, the steps of {@link F64Functions} with whole vectors.
 *
 * <p>The API's own {@code EXP} and {@code TANH} would not do: they are computed by {@code Math} until the JIT compiles the
 * loop and by another library, with other last bits, after that, so that a program would not repeat its own results. These
 * are as fast.
 *
 * <p>The lines that compute eʳ − 1 stand in every loop because vectors must not cross a method's boundary. A vector with an
 * element for which they do not hold (huge, NaN, a subnormal result) is computed element by element.
 */
interface F64VectorExponentials extends F64Elementwise, F64Functions {
    /** The {@code n} last elements, too few for a vector, and something harmless for the missing ones. */
    static double[] rest(double[] x, int xo, int n, double missing) {
        double[] rest = F64Scratch.get().rest;
        Arrays.fill(rest, n, LANES, missing);
        System.arraycopy(x, xo, rest, 0, n);
        return rest;
    }

    @Override
    default void exp(double[] x, int xo, double[] y, int yo, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            DoubleVector v = DoubleVector.fromArray(SPECIES, x, xo + i);
            DoubleVector k = v.mul(LOG2E).add(ROUND).sub(ROUND);
            DoubleVector r = k.lanewise(FMA, -LN2, v);
            r = k.lanewise(FMA, -LN2_LOW, r);
            DoubleVector z = r.mul(r);
            DoubleVector odd = LONG
                    ? z.fma(E9, E7).lanewise(FMA, z, E5).lanewise(FMA, z, E3).lanewise(FMA, z, E1)
                    : z.fma(E3, E1);
            DoubleVector even = LONG
                    ? z.fma(E8, E6).lanewise(FMA, z, E4).lanewise(FMA, z, E2).lanewise(FMA, z, E0)
                    : z.fma(E4, E2).lanewise(FMA, z, E0);
            DoubleVector p = odd.fma(r, even).fma(z, r);
            DoubleVector scale = k.add(ROUND + BIAS)
                    .viewAsIntegralLanes()
                    .lanewise(LSHL, MANTISSA_BITS)
                    .viewAsFloatingLanes();
            DoubleVector e = p.add(1.0).mul(scale);
            if (v.abs().compare(LE, EXP_LIMIT).allTrue()) {
                e.intoArray(y, yo + i);
                continue;
            }
            for (int j = 0; j < LANES; j++) {
                y[yo + i + j] = F64Functions.exp(x[xo + i + j]);
            }
        }
        if (i < n) {
            double[] rest = rest(x, xo + i, n - i, 1.0);
            exp(rest, 0, rest, 0, LANES);
            copy(rest, 0, y, yo + i, n - i);
        }
    }

    /** eˣ − 1 = 2ᵏ·(eʳ − 1) + (2ᵏ − 1). */
    @Override
    default void expm1(double[] x, int xo, double[] y, int yo, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            DoubleVector v = DoubleVector.fromArray(SPECIES, x, xo + i);
            DoubleVector k = v.mul(LOG2E).add(ROUND).sub(ROUND);
            DoubleVector r = k.lanewise(FMA, -LN2, v);
            r = k.lanewise(FMA, -LN2_LOW, r);
            DoubleVector z = r.mul(r);
            DoubleVector odd = LONG
                    ? z.fma(E9, E7).lanewise(FMA, z, E5).lanewise(FMA, z, E3).lanewise(FMA, z, E1)
                    : z.fma(E3, E1);
            DoubleVector even = LONG
                    ? z.fma(E8, E6).lanewise(FMA, z, E4).lanewise(FMA, z, E2).lanewise(FMA, z, E0)
                    : z.fma(E4, E2).lanewise(FMA, z, E0);
            DoubleVector p = odd.fma(r, even).fma(z, r);
            DoubleVector scale = k.add(ROUND + BIAS)
                    .viewAsIntegralLanes()
                    .lanewise(LSHL, MANTISSA_BITS)
                    .viewAsFloatingLanes();
            DoubleVector e = p.fma(scale, scale.sub(1.0));
            // only −0 does not have its sign by now
            DoubleVector signed = e.viewAsIntegralLanes()
                    .lanewise(OR, v.viewAsIntegralLanes().lanewise(AND, SIGN))
                    .viewAsFloatingLanes();
            if (v.abs().compare(LE, EXP_LIMIT).allTrue()) {
                signed.intoArray(y, yo + i);
                continue;
            }
            for (int j = 0; j < LANES; j++) {
                y[yo + i + j] = F64Functions.expm1(x[xo + i + j]);
            }
        }
        if (i < n) {
            double[] rest = rest(x, xo + i, n - i, 1.0);
            expm1(rest, 0, rest, 0, LANES);
            copy(rest, 0, y, yo + i, n - i);
        }
    }

    /** tanh |x| = t/(t + 2) with t = e^2|x| − 1, which is exact near 0, and the sign of x. */
    @Override
    default void tanh(double[] x, int xo, double[] y, int yo, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            DoubleVector v = DoubleVector.fromArray(SPECIES, x, xo + i);
            DoubleVector w = v.abs().mul(2.0).min(TANH_LIMIT);
            DoubleVector k = w.mul(LOG2E).add(ROUND).sub(ROUND);
            DoubleVector r = k.lanewise(FMA, -LN2, w);
            r = k.lanewise(FMA, -LN2_LOW, r);
            DoubleVector z = r.mul(r);
            DoubleVector odd = LONG
                    ? z.fma(E9, E7).lanewise(FMA, z, E5).lanewise(FMA, z, E3).lanewise(FMA, z, E1)
                    : z.fma(E3, E1);
            DoubleVector even = LONG
                    ? z.fma(E8, E6).lanewise(FMA, z, E4).lanewise(FMA, z, E2).lanewise(FMA, z, E0)
                    : z.fma(E4, E2).lanewise(FMA, z, E0);
            DoubleVector p = odd.fma(r, even).fma(z, r);
            DoubleVector scale = k.add(ROUND + BIAS)
                    .viewAsIntegralLanes()
                    .lanewise(LSHL, MANTISSA_BITS)
                    .viewAsFloatingLanes();
            DoubleVector t = p.fma(scale, scale.sub(1.0));
            DoubleVector magnitude = t.div(t.add(2.0));
            magnitude
                    .viewAsIntegralLanes()
                    .lanewise(OR, v.viewAsIntegralLanes().lanewise(AND, SIGN))
                    .viewAsFloatingLanes()
                    .intoArray(y, yo + i);
        }
        if (i < n) {
            double[] rest = rest(x, xo + i, n - i, 1.0);
            tanh(rest, 0, rest, 0, LANES);
            copy(rest, 0, y, yo + i, n - i);
        }
    }

    @Override
    default void sigmoid(double[] x, int xo, double[] y, int yo, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            DoubleVector v = DoubleVector.fromArray(SPECIES, x, xo + i);
            DoubleVector w = v.abs().neg();
            DoubleVector k = w.mul(LOG2E).add(ROUND).sub(ROUND);
            DoubleVector r = k.lanewise(FMA, -LN2, w);
            r = k.lanewise(FMA, -LN2_LOW, r);
            DoubleVector z = r.mul(r);
            DoubleVector odd = LONG
                    ? z.fma(E9, E7).lanewise(FMA, z, E5).lanewise(FMA, z, E3).lanewise(FMA, z, E1)
                    : z.fma(E3, E1);
            DoubleVector even = LONG
                    ? z.fma(E8, E6).lanewise(FMA, z, E4).lanewise(FMA, z, E2).lanewise(FMA, z, E0)
                    : z.fma(E4, E2).lanewise(FMA, z, E0);
            DoubleVector p = odd.fma(r, even).fma(z, r);
            DoubleVector scale = k.add(ROUND + BIAS)
                    .viewAsIntegralLanes()
                    .lanewise(LSHL, MANTISSA_BITS)
                    .viewAsFloatingLanes();
            DoubleVector e = p.add(1.0).mul(scale);
            DoubleVector s = e.blend(1.0, v.compare(GE, 0.0)).div(e.add(1.0));
            if (w.compare(GE, -EXP_LIMIT).allTrue()) {
                s.intoArray(y, yo + i);
                continue;
            }
            for (int j = 0; j < LANES; j++) {
                y[yo + i + j] = F64Functions.sigmoid(x[xo + i + j]);
            }
        }
        if (i < n) {
            double[] rest = rest(x, xo + i, n - i, 1.0);
            sigmoid(rest, 0, rest, 0, LANES);
            copy(rest, 0, y, yo + i, n - i);
        }
    }

    /** The tail from y = |x| on, or what it leaves of 1; what y² loses in rounding is put into the exponent's remainder. */
    @Override
    default void normalCdf(double[] x, int xo, double[] y, int yo, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            DoubleVector v = DoubleVector.fromArray(SPECIES, x, xo + i);
            DoubleVector u = v.abs();
            DoubleVector q = DoubleVector.broadcast(SPECIES, 1.0).div(u.add(K));
            DoubleVector s = u.mul(q).lanewise(FMA, S, -1.0);
            DoubleVector w = s.mul(s);
            DoubleVector odd = LONG
                    ? w.fma(R21, R19)
                            .lanewise(FMA, w, R17)
                            .lanewise(FMA, w, R15)
                            .lanewise(FMA, w, R13)
                            .lanewise(FMA, w, R11)
                            .lanewise(FMA, w, R9)
                            .lanewise(FMA, w, R7)
                            .lanewise(FMA, w, R5)
                            .lanewise(FMA, w, R3)
                            .lanewise(FMA, w, R1)
                    : w.fma(R9, R7).lanewise(FMA, w, R5).lanewise(FMA, w, R3).lanewise(FMA, w, R1);
            DoubleVector even = LONG
                    ? w.fma(R20, R18)
                            .lanewise(FMA, w, R16)
                            .lanewise(FMA, w, R14)
                            .lanewise(FMA, w, R12)
                            .lanewise(FMA, w, R10)
                            .lanewise(FMA, w, R8)
                            .lanewise(FMA, w, R6)
                            .lanewise(FMA, w, R4)
                            .lanewise(FMA, w, R2)
                            .lanewise(FMA, w, R0)
                    : w.fma(R8, R6).lanewise(FMA, w, R4).lanewise(FMA, w, R2).lanewise(FMA, w, R0);
            DoubleVector factor = odd.fma(s, even).mul(q);
            DoubleVector square = u.mul(u);
            DoubleVector lost = u.fma(u, square.neg());
            DoubleVector h = square.mul(-0.5);
            DoubleVector k = h.mul(LOG2E).add(ROUND).sub(ROUND);
            DoubleVector r = k.lanewise(FMA, -LN2, h);
            r = lost.lanewise(FMA, -0.5, k.lanewise(FMA, -LN2_LOW, r));
            DoubleVector z = r.mul(r);
            odd = LONG ? z.fma(E9, E7).lanewise(FMA, z, E5).lanewise(FMA, z, E3).lanewise(FMA, z, E1) : z.fma(E3, E1);
            even = LONG
                    ? z.fma(E8, E6).lanewise(FMA, z, E4).lanewise(FMA, z, E2).lanewise(FMA, z, E0)
                    : z.fma(E4, E2).lanewise(FMA, z, E0);
            DoubleVector p = odd.fma(r, even).fma(z, r);
            DoubleVector scale = k.add(ROUND + BIAS)
                    .viewAsIntegralLanes()
                    .lanewise(LSHL, MANTISSA_BITS)
                    .viewAsFloatingLanes();
            DoubleVector tail = p.fma(scale, scale).mul(factor);
            DoubleVector whole = tail.blend(tail.neg().add(1.0), v.compare(GT, 0.0));
            if (u.compare(LE, CDF_LIMIT).allTrue()) {
                whole.intoArray(y, yo + i);
                continue;
            }
            for (int j = 0; j < LANES; j++) {
                y[yo + i + j] = F64Functions.normalCdf(x[xo + i + j]);
            }
        }
        if (i < n) {
            double[] rest = rest(x, xo + i, n - i, 1.0);
            normalCdf(rest, 0, rest, 0, LANES);
            copy(rest, 0, y, yo + i, n - i);
        }
    }
}
