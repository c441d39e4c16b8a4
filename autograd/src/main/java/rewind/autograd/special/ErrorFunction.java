package rewind.autograd.special;

/**
 * The error function and the normal distribution function by W. J. Cody's rational approximations, in three ranges.
 *
 * <p>Near 0, Φ(x) is ½ + x·R(x²), and erf(x) what stands beside ½, for √2·x, twice; beyond, the tail is e^(−x²/2)·R, so that the
 * lower tail keeps its relative accuracy, 6 ulp, down to the smallest normal numbers. (Commons Math's {@code Erf.erfc} is off by 1,400
 * ulp there.) The exponent of erfc is that of its own argument, as that of √2·x would be rounded.
 *
 * <p>W. J. Cody, "Rational Chebyshev approximations for the error function", Math. Comp. 23 (1969), 631–637,
 * doi:10.1090/S0025-5718-1969-0247736-4; coefficients for Φ from "Algorithm 715", ACM TOMS 19 (1993), 22–30,
 * doi:10.1145/151271.151273.
 */
public final class ErrorFunction {
    /** Up to here there is no tail. */
    private static final double CENTRE = 0.66291;

    private static final double ROOT_TWO = Math.sqrt(2);

    private ErrorFunction() {}

    /** Returns Φ(x) = erfc(−x/√2)/2. */
    public static double normalCdf(double x) {
        double y = Math.abs(x);
        if (y <= CENTRE) {
            return 0.5 + x * centre(x * x);
        }
        if (y > 40) {
            // the tail is smaller than any number, and y² may overflow
            return x > 0 ? 1 : 0;
        }
        double tail = factor(y) * power(y, 0.5);
        // NaN comes this far and stays
        return x > 0 ? 1 - tail : tail;
    }

    /** Returns erf(x) = 2/√π ∫₀ˣ e^(−t²) dt. */
    public static double erf(double x) {
        double y = Math.abs(x);
        if (ROOT_TWO * y <= CENTRE) {
            return 2 * ROOT_TWO * x * centre(2 * x * x);
        }
        return y > 6 ? Math.signum(x) : Math.copySign(1 - tail(y), x);
    }

    /** Returns erfc(x) = 1 − erf(x), without cancellation. */
    public static double erfc(double x) {
        double y = Math.abs(x);
        if (ROOT_TWO * y <= CENTRE) {
            return 1 - erf(x);
        }
        double tail = y > 28 ? 0 : tail(y);
        return x < 0 ? 2 - tail : tail;
    }

    /** erfc(y) beyond the centre. */
    private static double tail(double y) {
        return 2 * factor(ROOT_TWO * y) * power(y, 1);
    }

    /** e^(−c y²): the square is split into that of sixteenths and a remainder, as rounding y² would cost y² ulp. */
    private static double power(double y, double c) {
        double head = Math.floor(y * 16) / 16;
        double rest = (y - head) * (y + head);
        return StrictMath.exp(-c * head * head) * StrictMath.exp(-c * rest);
    }

    /** e^(y²/2)·Φ(−y). */
    private static double factor(double y) {
        return y <= 5.656854249492381 ? middle(y) : far(y);
    }

    private static double centre(double z) {
        double p = 0.065682337918207449113 * z + 2.2352520354606839287;
        p = p * z + 161.02823106855587881;
        p = p * z + 1067.6894854603709582;
        p = p * z + 18154.981253343561249;
        double q = z + 47.20258190468824187;
        q = q * z + 976.09855173777669322;
        q = q * z + 10260.932208618978205;
        q = q * z + 45507.789335026729956;
        return p / q;
    }

    private static double middle(double y) {
        double p = 0.000000010765576773720192317 * y + 0.39894151208813466764;
        p = p * y + 8.8831497943883759412;
        p = p * y + 93.506656132177855979;
        p = p * y + 597.27027639480026226;
        p = p * y + 2494.5375852903726711;
        p = p * y + 6848.1904505362823326;
        p = p * y + 11602.651437647350124;
        p = p * y + 9842.7148383839780218;
        double q = y + 22.266688044328115691;
        q = q * y + 235.38790178262499861;
        q = q * y + 1519.377599407554805;
        q = q * y + 6485.558298266760755;
        q = q * y + 18615.571640885098091;
        q = q * y + 34900.952721145977266;
        q = q * y + 38912.003286093271411;
        q = q * y + 19685.429676859990727;
        return p / q;
    }

    private static double far(double y) {
        double z = 1.0 / (y * y);
        double p = 0.02307344176494017303 * z + 0.21589853405795699;
        p = p * z + 0.1274011611602473639;
        p = p * z + 0.022235277870649807;
        p = p * z + 0.001421619193227893466;
        p = p * z + 0.000029112874951168792;
        double q = z + 1.28426009614491121;
        q = q * z + 0.468238212480865118;
        q = q * z + 0.0659881378689285515;
        q = q * z + 0.00378239633202758244;
        q = q * z + 0.0000729751555083966205;
        // 1/√(2π), the limit of y times the tail over e^(−y²/2)
        return (0.398942280401432677939946 - z * p / q) / y;
    }
}
