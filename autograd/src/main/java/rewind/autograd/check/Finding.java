package rewind.autograd.check;

/**
 * A derivative that differs from its reference.
 *
 * @param ofElement whether it is the derivative by an element, or along a random direction
 * @param position of the element in row-major order, or of the direction
 * @param scale what their difference is compared with
 */
record Finding(boolean ofElement, int position, double reverse, Reference reference, double scale) {
    /** |reverse − reference|, infinite if one of them is not finite. */
    double distance() {
        double distance = Math.abs(reverse - reference.value());
        return Double.isFinite(distance) ? distance : Double.POSITIVE_INFINITY;
    }

    double relativeError() {
        return distance() / scale;
    }
}
