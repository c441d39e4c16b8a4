package rewind.autograd.check;

/**
 * A number to compare a derivative with.
 *
 * @param uncertainty by how much it may itself be wrong
 * @param step the step h of the difference that gave it, NaN for a derivation
 */
record Reference(double value, double uncertainty, double step) {
    boolean isDifference() {
        return !Double.isNaN(step);
    }
}
