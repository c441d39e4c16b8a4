package rewind.autograd.check;

/**
 * A derivative that was not confirmed by its reference.
 *
 * @param ofElement whether it is the derivative by an element, or along a random direction
 * @param position of the element in row-major order, or of the direction
 * @param scale what their difference is compared with
 * @param kink the slopes on both sides if the verdict is that there is a kink, else null
 */
record Finding(
        boolean ofElement,
        int position,
        double reverse,
        Reference reference,
        double scale,
        Verdict verdict,
        Kink kink) {
    /** The same as a kink. */
    Finding at(Kink slopes) {
        return new Finding(ofElement, position, reverse, reference, scale, Verdict.KINK, slopes);
    }

    /** The same without a verdict, with the reference that knows how little it tells. */
    Finding inconclusive(Reference uncertain) {
        return new Finding(ofElement, position, reverse, uncertain, scale, Verdict.INCONCLUSIVE, null);
    }

    /** |reverse − reference|, infinite if one of them is not finite. */
    double distance() {
        return distance(reverse, reference);
    }

    static double distance(double reverse, Reference reference) {
        double distance = Math.abs(reverse - reference.value());
        return Double.isFinite(distance) ? distance : Double.POSITIVE_INFINITY;
    }

    double relativeError() {
        return distance() / scale;
    }
}
