package rewind.autograd.check;

import java.util.Locale;

/**
 * A number to compare a derivative with.
 *
 * @param origin what reports call it
 * @param uncertainty by how much it may itself be wrong
 * @param step the step h of the difference that gave it, NaN if it is none
 * @param resolved whether it shows the function on a scale where that is smooth, so that a number beyond the uncertainty is wrong
 */
record Reference(String origin, double value, double uncertainty, double step, boolean resolved) {
    static final String DIFFERENCE = "central difference";

    static Reference difference(double value, double uncertainty, double step) {
        return new Reference(DIFFERENCE, value, uncertainty, step, true);
    }

    static Reference given(String origin, double value, double uncertainty) {
        return new Reference(origin, value, uncertainty, Double.NaN, true);
    }

    /** The same with a larger uncertainty. */
    Reference widened(double by) {
        return new Reference(origin, value, uncertainty + by, step, resolved);
    }

    Reference resolved(boolean is) {
        return new Reference(origin, value, uncertainty, step, is);
    }

    @Override
    public String toString() {
        String number = String.format(Locale.ROOT, "%s %.10g", origin, value);
        return Double.isNaN(step) || !Double.isFinite(value)
                ? number
                : number + String.format(Locale.ROOT, " ± %.0e   (h = %.1e)", uncertainty, step);
    }
}
