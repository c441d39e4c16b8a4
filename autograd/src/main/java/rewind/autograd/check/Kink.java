package rewind.autograd.check;

/** The slopes on both sides of a point, where they differ. */
record Kink(double below, double above) {
    double jump() {
        return Math.abs(above - below);
    }

    /** Whether a number lies between the slopes, or outside by no more than allowed. */
    boolean covers(double slope, double allowed) {
        return slope >= Math.min(below, above) - allowed && slope <= Math.max(below, above) + allowed;
    }
}
