package rewind.autograd.check;

import java.util.Locale;

/**
 * A number to compare a derivative with.
 *
 * @param origin what reports call it
 * @param uncertainty by how much it may itself be wrong
 * @param step the step h of the difference that gave it, NaN if it is none
 */
record Reference(String origin, double value, double uncertainty, double step) {
    static final String DIFFERENCE = "central difference";

    static Reference difference(double value, double uncertainty, double step) {
        return new Reference(DIFFERENCE, value, uncertainty, step);
    }

    static Reference given(String origin, double value, double uncertainty) {
        return new Reference(origin, value, uncertainty, Double.NaN);
    }

    @Override
    public String toString() {
        String number = String.format(Locale.ROOT, "%s %.10g", origin, value);
        return Double.isNaN(step) || !Double.isFinite(value)
                ? number
                : number + String.format(Locale.ROOT, " ± %.0e   (h = %.1e)", uncertainty, step);
    }
}
