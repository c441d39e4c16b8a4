package rewind.autograd.kernel;

/** The layout of a {@code double} and what follows from it. Written by hand for each floating-point type. */
final class F64Format {
    /** Bits right of the exponent. */
    static final int MANTISSA_BITS = 52;

    /** What the exponent field of 1 holds. */
    static final int BIAS = 1023;

    static final long SIGN = Long.MIN_VALUE;
    static final long MANTISSA = (1L << MANTISSA_BITS) - 1;
    static final long ONE = (long) BIAS << MANTISSA_BITS;

    /** The bits of √½. */
    static final long ROOT_HALF = 0x3fe6a09e667f3bcdL;

    /** 2⁵², from which on numbers are integers: or-ing it to the bits of a small integer i gives the number 2⁵² + i. */
    static final double INTEGERS = 4503599627370496.0;

    static final long INTEGERS_BITS = (long) (BIAS + MANTISSA_BITS) << MANTISSA_BITS;

    /** 1.5·2⁵²: adding it rounds a number to an integer, which the last bits of the sum then hold. */
    static final double ROUND = 6755399441055744.0;

    /** ln 2 is this and {@link #LN2_LOW}. */
    static final double LN2 = 0.6931471805599453;

    static final double LN2_LOW = 2.3190468138462996e-17;

    /** For |x| up to this eˣ is a normal number, and 1 + e^−x is 1 from there on. */
    static final double EXP_LIMIT = 708.0;

    /** Whether eˣ needs the long one of its two polynomials. */
    static final boolean LONG = true;

    /** The elements of 64 bytes, the longest vector there is: sums are taken in groups of so many, whatever the machine's vectors. */
    static final int GROUP = 8;

    private F64Format() {}

    /** 2ᵏ, a normal number. */
    static double power(double k) {
        return Double.longBitsToDouble(Double.doubleToRawLongBits(k + (ROUND + BIAS)) << MANTISSA_BITS);
    }

    /** The k of a positive normal number 2ᵏ·m with m in [√½, √2). */
    static double exponent(double x) {
        return (double) (((Double.doubleToRawLongBits(x) + (ONE - ROOT_HALF)) >>> MANTISSA_BITS) - BIAS);
    }

    /** The m of such a number. */
    static double mantissa(double x) {
        return Double.longBitsToDouble(((Double.doubleToRawLongBits(x) + (ONE - ROOT_HALF)) & MANTISSA) + ROOT_HALF);
    }
}
