package rewind.autograd.kernel;

/** The layout of a {@code float} and what follows from it. Written by hand for each floating-point type. */
final class F32Format {
    /** Bits right of the exponent. */
    static final int MANTISSA_BITS = 23;

    /** What the exponent field of 1 holds. */
    static final int BIAS = 127;

    static final int SIGN = Integer.MIN_VALUE;
    static final int MANTISSA = (1 << MANTISSA_BITS) - 1;
    static final int ONE = BIAS << MANTISSA_BITS;

    /** The bits of √½. */
    static final int ROOT_HALF = 0x3f3504f3;

    /** 2²³, from which on numbers are integers: or-ing it to the bits of a small integer i gives the number 2²³ + i. */
    static final float INTEGERS = 8388608.0f;

    static final int INTEGERS_BITS = (BIAS + MANTISSA_BITS) << MANTISSA_BITS;

    /** 1.5·2²³: adding it rounds a number to an integer, which the last bits of the sum then hold. */
    static final float ROUND = 12582912.0f;

    /** ln 2 is this and {@link #LN2_LOW}. */
    static final float LN2 = 0.6931472f;

    static final float LN2_LOW = -1.9046542e-9f;

    /** For |x| up to this eˣ is a normal number, and 1 + e^−x is 1 from there on. */
    static final float EXP_LIMIT = 87.0f;

    /** Whether eˣ needs the long one of its two polynomials. */
    static final boolean LONG = false;

    /** The elements of 64 bytes, the longest vector there is: sums are taken in groups of so many, whatever the machine's vectors. */
    static final int GROUP = 16;

    private F32Format() {}

    /** 2ᵏ, a normal number. */
    static float power(float k) {
        return Float.intBitsToFloat(Float.floatToRawIntBits(k + (ROUND + BIAS)) << MANTISSA_BITS);
    }

    /** The k of a positive normal number 2ᵏ·m with m in [√½, √2). */
    static float exponent(float x) {
        return (float) (((Float.floatToRawIntBits(x) + (ONE - ROOT_HALF)) >>> MANTISSA_BITS) - BIAS);
    }

    /** The m of such a number. */
    static float mantissa(float x) {
        return Float.intBitsToFloat(((Float.floatToRawIntBits(x) + (ONE - ROOT_HALF)) & MANTISSA) + ROOT_HALF);
    }
}
