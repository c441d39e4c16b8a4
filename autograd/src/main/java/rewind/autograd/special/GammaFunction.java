package rewind.autograd.special;

import org.apache.commons.math3.special.Gamma;

/**
 * The logarithm of the gamma function and its derivatives.
 *
 * <p>Method: far to the right the asymptotic series (NIST DLMF 5.11.1, 5.15.8); to there by the recurrence Γ(x + 1) = x Γ(x); left of 0 by
 * the reflection Γ(x) Γ(1 − x) = π/sin πx. Where ln Γ has its zeros, at 1 and 2, it is Commons Math's, which keeps its digits there.
 */
public final class GammaFunction {
    /** B₂, B₄, … of Bernoulli. */
    private static final double[] BERNOULLI = {
        1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6, -3617.0 / 510
    };

    private static final double HALF_LOG_TWO_PI = 0.5 * StrictMath.log(2 * Math.PI);

    /** From here on, plus the order, the series has all digits. */
    private static final double FAR = 12;

    private GammaFunction() {}

    /** Returns ln |Γ(x)|, ∞ at its poles 0, −1, −2, … and at ±∞; within 5 ulp for x &gt; 0. */
    public static double logGamma(double x) {
        if (Double.isInfinite(x) || isPole(x)) {
            return Double.POSITIVE_INFINITY;
        } else if (x < 0) {
            double sine = StrictMath.sin(Math.PI * (x - Math.rint(x)));
            return StrictMath.log(Math.PI / Math.abs(x * sine)) - logGamma(-x);
        } else if (x < 0.5) {
            return Gamma.logGamma1p(x) - StrictMath.log(x);
        } else if (x >= FAR) {
            return (x - 0.5) * StrictMath.log(x) - x + HALF_LOG_TWO_PI + series(-1, x);
        }
        double product = 1;
        double y = x;
        while (y > 2.5) {
            y -= 1;
            product *= y;
        }
        // NaN comes this far and stays
        return StrictMath.log(product) + Gamma.logGamma1p(y - 1);
    }

    /**
     * Returns the derivative number {@code order} of the digamma function ψ = (ln Γ)′, that function itself for 0; at the poles 0, −1, −2, …
     * it is ∞ for odd orders, else NaN, as it has other signs at the two sides.
     */
    public static double polygamma(int order, double x) {
        if (isPole(x)) {
            return order % 2 == 1 ? Double.POSITIVE_INFINITY : Double.NaN;
        } else if (x < 0) {
            double sign = order % 2 == 0 ? 1 : -1;
            double angle = Math.PI * (x - Math.rint(x));
            return sign * polygamma(order, 1 - x) - StrictMath.pow(Math.PI, order + 1) * cotangent(order, angle);
        }
        double factorial = factorial(order);
        double sum = 0;
        double y = x;
        while (y < FAR + order) {
            sum += factorial * StrictMath.pow(y, -order - 1);
            y += 1;
        }
        double first = order == 0 ? -StrictMath.log(y) : factorial / order * StrictMath.pow(y, -order);
        double far = first + 0.5 * factorial * StrictMath.pow(y, -order - 1) + series(order, y);
        return (order % 2 == 0 ? -1 : 1) * (far + sum);
    }

    private static boolean isPole(double x) {
        return x <= 0 && x == Math.rint(x);
    }

    /** Σ_k B₂ₖ (2k + order − 1)!/(2k)! x^(−2k − order). */
    private static double series(int order, double x) {
        double sum = 0;
        for (int k = BERNOULLI.length; k >= 1; k--) {
            double ratio = 1;
            for (int i = 1; i < order; i++) {
                ratio *= 2 * k + i;
            }
            for (int i = order; i < 1; i++) {
                ratio /= 2 * k + i;
            }
            sum = sum / (x * x) + BERNOULLI[k - 1] * ratio;
        }
        return sum * StrictMath.pow(x, -2 - order);
    }

    /** The derivative of cot u of some order: a polynomial in cot u, as (cot u)′ = −1 − cot² u. */
    private static double cotangent(int order, double u) {
        double[] polynomial = {0, 1};
        for (int n = 0; n < order; n++) {
            double[] derivative = new double[polynomial.length + 1];
            for (int power = 1; power < polynomial.length; power++) {
                derivative[power - 1] -= power * polynomial[power];
                derivative[power + 1] -= power * polynomial[power];
            }
            polynomial = derivative;
        }
        double cotangent = 1 / StrictMath.tan(u);
        double value = 0;
        for (int power = polynomial.length - 1; power >= 0; power--) {
            value = value * cotangent + polynomial[power];
        }
        return value;
    }

    private static double factorial(int n) {
        double product = 1;
        for (int i = 2; i <= n; i++) {
            product *= i;
        }
        return product;
    }
}
