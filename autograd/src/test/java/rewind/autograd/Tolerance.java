package rewind.autograd;

import org.assertj.core.data.Offset;

/** How far a number may be from what is expected. */
final class Tolerance {
    private Tolerance() {}

    /** Relative to what is expected, or to 1 where that is smaller; nothing but itself is near to what is not finite. */
    static Offset<Double> of(double relative, double expected) {
        return Offset.offset(Double.isFinite(expected) ? relative * Math.max(1, Math.abs(expected)) : 0);
    }

    /** The largest of the finite numbers' sizes, and 1. */
    static double scale(double... expected) {
        double largest = 1;
        for (double each : expected) {
            largest = Double.isFinite(each) ? Math.max(largest, Math.abs(each)) : largest;
        }
        return largest;
    }
}
