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
import rewind.autograd.special.ErrorFunction;

/**
 * Loops around eˣ with the Vector API.
 *
 * <p>They are built from additions, multiplications and fused multiply-adds, and not from the API's own {@code EXP} and
 * {@code TANH}: those are computed by {@code Math} until the JIT compiles the loop and by another library, with other
 * last bits, after that, so that a program would not repeat its own results. These give the same bits in the
 * interpreter, in compiled code and on every machine, and are as fast.
 *
 * <p>Method: x = k·ln 2 + r with |r| ≤ ½ ln 2, eʳ − 1 = r + r²·E(r), eˣ = 2ᵏ·eʳ, where E is the polynomial that is
 * best in relative error (Remez's algorithm): of degree 9 for doubles (2·10⁻¹⁷), of degree 4 for floats (1·10⁻⁷, of which
 * r²·E brings less than a fifth into the result). The lines that do so stand in every loop because vectors
 * must not cross a method's boundary. An element for which they do not hold (huge, NaN, a subnormal result) is computed
 * as in the plain kernels.
 *
 * <p>Errors against the exact value, at most: exp 1.1 ulp, sigmoid 2.5 ulp, expm1 and tanh 3 ulp, normalCdf 7 ulp.
 */
@SuppressWarnings("cast") // the casts of Math results matter in the float twin
interface F64VectorExponentials extends F64Elementwise {
    double LOG2E = 1.4426950408889634;

    // the coefficients of E, of degree 9 or 4
    double E0 = LONG ? 0.5000000000000006 : 0.5;
    double E1 = LONG ? 0.16666666666666588 : 0.16666578;
    double E2 = LONG ? 0.041666666666576375 : 0.041666854;
    double E3 = LONG ? 0.00833333333338989 : 0.0083631463;
    double E4 = LONG ? 0.001388888893170136 : 0.0013901287;
    double E5 = 0.00019841269718357403;
    double E6 = 0.000024801505098126724;
    double E7 = 0.000002755740799735015;
    double E8 = 0.000000276261117367996;
    double E9 = 0.000000025053682815585815;

    /** From here on tanh ½x is 1. */
    double TANH_LIMIT = 44.0;

    /** Up to here e^(−½y²) is a normal number. */
    double CDF_LIMIT = LONG ? 37.5 : 13.0;

    /** The tail of the normal distribution from y on is e^(−½y²)·q·R(s) with q = 1/(y + K) and s = S y q − 1 in [−1, 1]. */
    double K = LONG ? 5.0 : 4.0;

    double S = LONG ? 2.2652519893899204 : 2.60377358;

    // the coefficients of R, of degree 21 or 9
    double R0 = LONG ? 0.85443406044254564 : 0.919567842;
    double R1 = LONG ? -0.70226510638242093 : -0.630340576;
    double R2 = LONG ? 0.48345157412994613 : 0.316916544;
    double R3 = LONG ? -0.27597741180127662 : -0.111290686;
    double R4 = LONG ? 0.12755866895192551 : 0.0228555331;
    double R5 = LONG ? -0.045337094957954231 : -0.000275060863;
    double R6 = LONG ? 0.010831557485928834 : -0.00116063602;
    double R7 = LONG ? -0.00082341636349897232 : 0.000151144808;
    double R8 = LONG ? -0.00051477585597458351 : 0.0000549687271;
    double R9 = LONG ? 0.0001863618202342429 : -0.0000105774908;
    double R10 = 0.0000050367675047772999;
    double R11 = -0.000017141419871281689;
    double R12 = 0.0000016942022905257386;
    double R13 = 0.0000015208215660983342;
    double R14 = -0.00000027030988815661479;
    double R15 = -0.00000015320508145336168;
    double R16 = 0.000000031359585893466727;
    double R17 = 0.000000017762451578050722;
    double R18 = -0.0000000029733512566300528;
    double R19 = -0.0000000020527695491385793;
    double R20 = 0.00000000018006736770093334;
    double R21 = 0.00000000015920181649086327;

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
            double[] usual = new double[LANES];
            e.intoArray(usual, 0);
            for (int j = 0; j < LANES; j++) {
                double element = x[xo + i + j];
                y[yo + i + j] = Math.abs(element) <= EXP_LIMIT ? usual[j] : (double) Math.exp(element);
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
            double[] usual = new double[LANES];
            signed.intoArray(usual, 0);
            for (int j = 0; j < LANES; j++) {
                double element = x[xo + i + j];
                y[yo + i + j] = Math.abs(element) <= EXP_LIMIT ? usual[j] : (double) Math.expm1(element);
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
            double[] usual = new double[LANES];
            s.intoArray(usual, 0);
            for (int j = 0; j < LANES; j++) {
                double element = x[xo + i + j];
                y[yo + i + j] = Math.abs(element) <= EXP_LIMIT ? usual[j] : F64Elementwise.sigmoid(element);
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
            double[] usual = new double[LANES];
            whole.intoArray(usual, 0);
            for (int j = 0; j < LANES; j++) {
                double element = x[xo + i + j];
                y[yo + i + j] = Math.abs(element) <= CDF_LIMIT ? usual[j] : (double) ErrorFunction.normalCdf(element);
            }
        }
        if (i < n) {
            double[] rest = rest(x, xo + i, n - i, 1.0);
            normalCdf(rest, 0, rest, 0, LANES);
            copy(rest, 0, y, yo + i, n - i);
        }
    }
}
