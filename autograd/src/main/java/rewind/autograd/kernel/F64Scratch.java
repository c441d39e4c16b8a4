package rewind.autograd.kernel;

/** The buffers that one thread uses again and again for {@link F64VectorProduct}. */
final class F64Scratch {
    private static final ThreadLocal<F64Scratch> OF_THREAD = ThreadLocal.withInitial(F64Scratch::new);

    private double[] rows = {};
    private double[] panels = {};
    private double[] whole = {};

    /** A tile. */
    final double[] tile = new double[F64VectorTiles.ROWS * F64VectorTiles.WIDTH];

    private F64Scratch() {}

    static F64Scratch get() {
        return OF_THREAD.get();
    }

    /** Room for copied rows of A. */
    double[] rows(int length) {
        if (rows.length < length) {
            rows = new double[length];
        }
        return rows;
    }

    /** Room for copied panels of a block of B. */
    double[] panels(int length) {
        if (panels.length < length) {
            panels = new double[length];
        }
        return panels;
    }

    /** Room for several factors B, copied completely. */
    double[] whole(int length) {
        if (whole.length < length) {
            whole = new double[length];
        }
        return whole;
    }
}
