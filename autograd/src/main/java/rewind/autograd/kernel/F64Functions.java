package rewind.autograd.kernel;

import static rewind.autograd.kernel.F64Format.EXP_LIMIT;
import static rewind.autograd.kernel.F64Format.LN2;
import static rewind.autograd.kernel.F64Format.LN2_LOW;
import static rewind.autograd.kernel.F64Format.LONG;
import static rewind.autograd.kernel.F64Format.ROUND;

import rewind.autograd.special.ErrorFunction;

/**
 * eˣ, ln x and what follows from them, of one number. {@link F64VectorExponentials} and {@link F64VectorLogarithms} take the
 * same steps with whole vectors, and give the same bits.
 *
 * <p>{@code Math} would not do: the interpreter, compiled code and other versions of Java have other last bits. Additions,
 * multiplications and fused multiply-adds are the same everywhere, and so is {@code StrictMath}, which computes what the
 * polynomials do not hold for: huge numbers, NaN, subnormal results.
 *
 * <p>Exponentials: x = k·ln 2 + r with |r| ≤ ½ ln 2, eʳ − 1 = r + r²·E(r), eˣ = 2ᵏ·eʳ, where E is the polynomial that is
 * best in relative error (Remez's algorithm): of degree 9 for doubles (2·10⁻¹⁷), of degree 4 for floats (1·10⁻⁷, of which
 * r²·E brings less than a fifth into the result).
 *
 * <p>Logarithms: x = 2ᵏ·m with m in [√½, √2), f = m − 1, s = f/(2 + f); then ln m = f − f²/2 + s·(f²/2 + s²·L(s²)), which
 * rounds only what is small beside f, with L the polynomial of degree 6 that is best for 2·artanh s (relative error
 * 10⁻¹⁸); ln x = k·ln 2 + ln m.
 *
 * <p>Errors against the exact value, at most: exp 1.1 ulp, log 1 ulp, log1p and logSigmoid 2 ulp, sigmoid 2.5 ulp, expm1 and
 * tanh 3 ulp, normalCdf 7 ulp.
 *
 * <p>A processor without fused multiply-adds (x86 before 2013) has the same results from Java's exact arithmetic, with which
 * a training takes 13 times as long: the bits are worth more than its speed.
 */
@SuppressWarnings("cast") // the casts of StrictMath's results matter in the float twin
interface F64Functions {
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

    double L0 = 0.6666666666666734;
    double L1 = 0.399999999994143;
    double L2 = 0.2857142874247878;
    double L3 = 0.2222219856314627;
    double L4 = 0.18183564882434278;
    double L5 = 0.1531403546052129;
    double L6 = 0.14796109022462095;

    /** Beyond, 2⁻ᵏ would not be a normal number. */
    double LOG1P_LIMIT = 0.25 * Double.MAX_VALUE;

    static double exp(double x) {
        if (!(Math.abs(x) <= EXP_LIMIT)) {
            return (double) StrictMath.exp(x);
        }
        double k = powerOfTwo(x);
        return (growth(remainder(x, k)) + 1.0) * F64Format.power(k);
    }

    /** eˣ − 1 = 2ᵏ·(eʳ − 1) + (2ᵏ − 1); only −0 does not have its sign by then. */
    static double expm1(double x) {
        if (!(Math.abs(x) <= EXP_LIMIT)) {
            return (double) StrictMath.expm1(x);
        }
        double k = powerOfTwo(x);
        double scale = F64Format.power(k);
        return Math.copySign(Math.fma(growth(remainder(x, k)), scale, scale - 1.0), x);
    }

    /** tanh |x| = t/(t + 2) with t = e^2|x| − 1, which is exact near 0, and the sign of x. */
    static double tanh(double x) {
        double w = Math.min(Math.abs(x) * 2.0, TANH_LIMIT);
        double k = powerOfTwo(w);
        double scale = F64Format.power(k);
        double t = Math.fma(growth(remainder(w, k)), scale, scale - 1.0);
        return Math.copySign(t / (t + 2.0), x);
    }

    static double sigmoid(double x) {
        double e = exp(-Math.abs(x));
        return (x >= 0.0 ? 1.0 : e) / (e + 1.0);
    }

    static double logSigmoid(double x) {
        return Math.min(x, 0.0) - log1p(exp(-Math.abs(x)));
    }

    /** The tail from y = |x| on, or what it leaves of 1; what y² loses in rounding is put into the exponent's remainder. */
    static double normalCdf(double x) {
        double y = Math.abs(x);
        if (!(y <= CDF_LIMIT)) {
            return (double) ErrorFunction.normalCdf(x);
        }
        double q = 1.0 / (y + K);
        double square = y * y;
        double lost = Math.fma(y, y, -square);
        double h = square * -0.5;
        double k = powerOfTwo(h);
        double scale = F64Format.power(k);
        double p = growth(Math.fma(lost, -0.5, remainder(h, k)));
        double tail = Math.fma(p, scale, scale) * (tail(Math.fma(y * q, S, -1.0)) * q);
        return x > 0.0 ? 1.0 - tail : tail;
    }

    static double log(double x) {
        if (!(x >= Double.MIN_NORMAL && x <= Double.MAX_VALUE)) {
            return (double) StrictMath.log(x);
        }
        return log(F64Format.exponent(x), F64Format.mantissa(x) - 1.0);
    }

    /** ln u with u = 1 + x rounded, and what the rounding lost added to f; the sign of x, also if it is −0. */
    static double log1p(double x) {
        if (!(x > -1.0 && x <= LOG1P_LIMIT)) {
            return (double) StrictMath.log1p(x);
        }
        double u = x + 1.0;
        double v = u - 1.0;
        double lost = (x - v) + ((v - u) + 1.0);
        double k = F64Format.exponent(u);
        double f = Math.fma(lost, F64Format.power(-k), F64Format.mantissa(u) - 1.0);
        return Math.copySign(log(k, f), x);
    }

    /** The k of x = k·ln 2 + r. */
    private static double powerOfTwo(double x) {
        return x * LOG2E + ROUND - ROUND;
    }

    /** The r of x = k·ln 2 + r. */
    private static double remainder(double x, double k) {
        return Math.fma(k, -LN2_LOW, Math.fma(k, -LN2, x));
    }

    /** eʳ − 1 = r + r²·E(r). */
    private static double growth(double r) {
        double z = r * r;
        double odd =
                LONG ? Math.fma(Math.fma(Math.fma(Math.fma(z, E9, E7), z, E5), z, E3), z, E1) : Math.fma(z, E3, E1);
        double even = LONG
                ? Math.fma(Math.fma(Math.fma(Math.fma(z, E8, E6), z, E4), z, E2), z, E0)
                : Math.fma(Math.fma(z, E4, E2), z, E0);
        return Math.fma(Math.fma(odd, r, even), z, r);
    }

    /** R(s). */
    private static double tail(double s) {
        double w = s * s;
        double odd = Math.fma(w, R9, R7);
        double even = Math.fma(w, R8, R6);
        if (LONG) {
            odd = Math.fma(Math.fma(Math.fma(w, R21, R19), w, R17), w, R15);
            odd = Math.fma(Math.fma(Math.fma(Math.fma(odd, w, R13), w, R11), w, R9), w, R7);
            even = Math.fma(Math.fma(Math.fma(w, R20, R18), w, R16), w, R14);
            even = Math.fma(Math.fma(Math.fma(Math.fma(even, w, R12), w, R10), w, R8), w, R6);
        }
        odd = Math.fma(Math.fma(Math.fma(odd, w, R5), w, R3), w, R1);
        even = Math.fma(Math.fma(Math.fma(even, w, R4), w, R2), w, R0);
        return Math.fma(odd, s, even);
    }

    /** k·ln 2 + ln(1 + f). */
    private static double log(double k, double f) {
        double s = f / (f + 2.0);
        double z = s * s;
        double w = z * z;
        double even = Math.fma(Math.fma(Math.fma(w, L6, L4), w, L2), w, L0);
        double odd = Math.fma(Math.fma(w, L5, L3), w, L1);
        double h = f * f * 0.5;
        double p = Math.fma(Math.fma(odd, z, even), z, h) * s;
        return Math.fma(k, LN2, f - (h - Math.fma(k, LN2_LOW, p)));
    }
}
