package rewind.autograd.kernel;

import java.lang.ref.WeakReference;

/**
 * The buffers that one thread uses again and again for products and sums. They are forgotten when memory is collected
 * between two products: they can be large, and a thread may never compute a product again.
 */
final class F64Scratch {
    private static final ThreadLocal<WeakReference<F64Scratch>> OF_THREAD = new ThreadLocal<>();

    private double[] rows = {};
    private double[] panels = {};
    private double[] whole = {};
    private double[] partial = {};

    /** The running sums of four scalar products. */
    final double[] sums = new double[4 * F64Format.GROUP];

    /** The group of running sums of one row. */
    final double[] group = new double[F64Format.GROUP];

    /** What is left of a row when whole vectors of it are done. */
    final double[] rest = new double[F64VectorPairwise.LANES];

    final F64VectorTiles tiles = new F64VectorTiles();

    private F64Scratch() {}

    static F64Scratch get() {
        WeakReference<F64Scratch> kept = OF_THREAD.get();
        F64Scratch scratch = kept == null ? null : kept.get();
        if (scratch == null) {
            scratch = new F64Scratch();
            OF_THREAD.set(new WeakReference<>(scratch));
        }
        return scratch;
    }

    /** Room for copied rows of A, or one of its columns. */
    double[] rows(int length) {
        if (rows.length < length) {
            rows = new double[length];
        }
        return rows;
    }

    /** Room for copied panels of a block of B, or for Cᵀ. */
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

    /** Room for sums of some rows. */
    double[] partial(int length) {
        if (partial.length < length) {
            partial = new double[length];
        }
        return partial;
    }
}
