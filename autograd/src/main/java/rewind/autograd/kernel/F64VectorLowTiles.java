package rewind.autograd.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Tiles of 4, 2 and 1 rows for what the highest tiles leave, see {@link F64VectorHighTiles}.
 */
final class F64VectorLowTiles {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int ROWS = F64VectorPacking.ROWS;

    private F64VectorLowTiles() {}

    static void tile4x3(
            double[] a, int ao, double[] b, int bo, double[] s, int so, int ss, double[] c, int co, int cs, int depth) {
        DoubleVector u0 = DoubleVector.fromArray(SPECIES, s, so);
        DoubleVector v0 = DoubleVector.fromArray(SPECIES, s, so + LANES);
        DoubleVector w0 = DoubleVector.fromArray(SPECIES, s, so + 2 * LANES);
        DoubleVector u1 = DoubleVector.fromArray(SPECIES, s, so + ss);
        DoubleVector v1 = DoubleVector.fromArray(SPECIES, s, so + ss + LANES);
        DoubleVector w1 = DoubleVector.fromArray(SPECIES, s, so + ss + 2 * LANES);
        DoubleVector u2 = DoubleVector.fromArray(SPECIES, s, so + 2 * ss);
        DoubleVector v2 = DoubleVector.fromArray(SPECIES, s, so + 2 * ss + LANES);
        DoubleVector w2 = DoubleVector.fromArray(SPECIES, s, so + 2 * ss + 2 * LANES);
        DoubleVector u3 = DoubleVector.fromArray(SPECIES, s, so + 3 * ss);
        DoubleVector v3 = DoubleVector.fromArray(SPECIES, s, so + 3 * ss + LANES);
        DoubleVector w3 = DoubleVector.fromArray(SPECIES, s, so + 3 * ss + 2 * LANES);
        for (int p = 0; p < depth; p++) {
            int ap = ao + p * ROWS;
            int bp = bo + p * 3 * LANES;
            DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, bp);
            DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, bp + LANES);
            DoubleVector b2 = DoubleVector.fromArray(SPECIES, b, bp + 2 * LANES);
            DoubleVector r = DoubleVector.broadcast(SPECIES, a[ap]);
            u0 = r.fma(b0, u0);
            v0 = r.fma(b1, v0);
            w0 = r.fma(b2, w0);
            r = DoubleVector.broadcast(SPECIES, a[ap + 1]);
            u1 = r.fma(b0, u1);
            v1 = r.fma(b1, v1);
            w1 = r.fma(b2, w1);
            r = DoubleVector.broadcast(SPECIES, a[ap + 2]);
            u2 = r.fma(b0, u2);
            v2 = r.fma(b1, v2);
            w2 = r.fma(b2, w2);
            r = DoubleVector.broadcast(SPECIES, a[ap + 3]);
            u3 = r.fma(b0, u3);
            v3 = r.fma(b1, v3);
            w3 = r.fma(b2, w3);
        }
        u0.intoArray(c, co);
        v0.intoArray(c, co + LANES);
        w0.intoArray(c, co + 2 * LANES);
        u1.intoArray(c, co + cs);
        v1.intoArray(c, co + cs + LANES);
        w1.intoArray(c, co + cs + 2 * LANES);
        u2.intoArray(c, co + 2 * cs);
        v2.intoArray(c, co + 2 * cs + LANES);
        w2.intoArray(c, co + 2 * cs + 2 * LANES);
        u3.intoArray(c, co + 3 * cs);
        v3.intoArray(c, co + 3 * cs + LANES);
        w3.intoArray(c, co + 3 * cs + 2 * LANES);
    }

    static void tile4x2(
            double[] a, int ao, double[] b, int bo, double[] s, int so, int ss, double[] c, int co, int cs, int depth) {
        DoubleVector u0 = DoubleVector.fromArray(SPECIES, s, so);
        DoubleVector v0 = DoubleVector.fromArray(SPECIES, s, so + LANES);
        DoubleVector u1 = DoubleVector.fromArray(SPECIES, s, so + ss);
        DoubleVector v1 = DoubleVector.fromArray(SPECIES, s, so + ss + LANES);
        DoubleVector u2 = DoubleVector.fromArray(SPECIES, s, so + 2 * ss);
        DoubleVector v2 = DoubleVector.fromArray(SPECIES, s, so + 2 * ss + LANES);
        DoubleVector u3 = DoubleVector.fromArray(SPECIES, s, so + 3 * ss);
        DoubleVector v3 = DoubleVector.fromArray(SPECIES, s, so + 3 * ss + LANES);
        for (int p = 0; p < depth; p++) {
            int ap = ao + p * ROWS;
            int bp = bo + p * 2 * LANES;
            DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, bp);
            DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, bp + LANES);
            DoubleVector r = DoubleVector.broadcast(SPECIES, a[ap]);
            u0 = r.fma(b0, u0);
            v0 = r.fma(b1, v0);
            r = DoubleVector.broadcast(SPECIES, a[ap + 1]);
            u1 = r.fma(b0, u1);
            v1 = r.fma(b1, v1);
            r = DoubleVector.broadcast(SPECIES, a[ap + 2]);
            u2 = r.fma(b0, u2);
            v2 = r.fma(b1, v2);
            r = DoubleVector.broadcast(SPECIES, a[ap + 3]);
            u3 = r.fma(b0, u3);
            v3 = r.fma(b1, v3);
        }
        u0.intoArray(c, co);
        v0.intoArray(c, co + LANES);
        u1.intoArray(c, co + cs);
        v1.intoArray(c, co + cs + LANES);
        u2.intoArray(c, co + 2 * cs);
        v2.intoArray(c, co + 2 * cs + LANES);
        u3.intoArray(c, co + 3 * cs);
        v3.intoArray(c, co + 3 * cs + LANES);
    }

    static void tile4x1(
            double[] a, int ao, double[] b, int bo, double[] s, int so, int ss, double[] c, int co, int cs, int depth) {
        DoubleVector u0 = DoubleVector.fromArray(SPECIES, s, so);
        DoubleVector u1 = DoubleVector.fromArray(SPECIES, s, so + ss);
        DoubleVector u2 = DoubleVector.fromArray(SPECIES, s, so + 2 * ss);
        DoubleVector u3 = DoubleVector.fromArray(SPECIES, s, so + 3 * ss);
        for (int p = 0; p < depth; p++) {
            int ap = ao + p * ROWS;
            int bp = bo + p * LANES;
            DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, bp);
            DoubleVector r = DoubleVector.broadcast(SPECIES, a[ap]);
            u0 = r.fma(b0, u0);
            r = DoubleVector.broadcast(SPECIES, a[ap + 1]);
            u1 = r.fma(b0, u1);
            r = DoubleVector.broadcast(SPECIES, a[ap + 2]);
            u2 = r.fma(b0, u2);
            r = DoubleVector.broadcast(SPECIES, a[ap + 3]);
            u3 = r.fma(b0, u3);
        }
        u0.intoArray(c, co);
        u1.intoArray(c, co + cs);
        u2.intoArray(c, co + 2 * cs);
        u3.intoArray(c, co + 3 * cs);
    }

    static void tile2x3(
            double[] a, int ao, double[] b, int bo, double[] s, int so, int ss, double[] c, int co, int cs, int depth) {
        DoubleVector u0 = DoubleVector.fromArray(SPECIES, s, so);
        DoubleVector v0 = DoubleVector.fromArray(SPECIES, s, so + LANES);
        DoubleVector w0 = DoubleVector.fromArray(SPECIES, s, so + 2 * LANES);
        DoubleVector u1 = DoubleVector.fromArray(SPECIES, s, so + ss);
        DoubleVector v1 = DoubleVector.fromArray(SPECIES, s, so + ss + LANES);
        DoubleVector w1 = DoubleVector.fromArray(SPECIES, s, so + ss + 2 * LANES);
        for (int p = 0; p < depth; p++) {
            int ap = ao + p * ROWS;
            int bp = bo + p * 3 * LANES;
            DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, bp);
            DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, bp + LANES);
            DoubleVector b2 = DoubleVector.fromArray(SPECIES, b, bp + 2 * LANES);
            DoubleVector r = DoubleVector.broadcast(SPECIES, a[ap]);
            u0 = r.fma(b0, u0);
            v0 = r.fma(b1, v0);
            w0 = r.fma(b2, w0);
            r = DoubleVector.broadcast(SPECIES, a[ap + 1]);
            u1 = r.fma(b0, u1);
            v1 = r.fma(b1, v1);
            w1 = r.fma(b2, w1);
        }
        u0.intoArray(c, co);
        v0.intoArray(c, co + LANES);
        w0.intoArray(c, co + 2 * LANES);
        u1.intoArray(c, co + cs);
        v1.intoArray(c, co + cs + LANES);
        w1.intoArray(c, co + cs + 2 * LANES);
    }

    static void tile2x2(
            double[] a, int ao, double[] b, int bo, double[] s, int so, int ss, double[] c, int co, int cs, int depth) {
        DoubleVector u0 = DoubleVector.fromArray(SPECIES, s, so);
        DoubleVector v0 = DoubleVector.fromArray(SPECIES, s, so + LANES);
        DoubleVector u1 = DoubleVector.fromArray(SPECIES, s, so + ss);
        DoubleVector v1 = DoubleVector.fromArray(SPECIES, s, so + ss + LANES);
        for (int p = 0; p < depth; p++) {
            int ap = ao + p * ROWS;
            int bp = bo + p * 2 * LANES;
            DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, bp);
            DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, bp + LANES);
            DoubleVector r = DoubleVector.broadcast(SPECIES, a[ap]);
            u0 = r.fma(b0, u0);
            v0 = r.fma(b1, v0);
            r = DoubleVector.broadcast(SPECIES, a[ap + 1]);
            u1 = r.fma(b0, u1);
            v1 = r.fma(b1, v1);
        }
        u0.intoArray(c, co);
        v0.intoArray(c, co + LANES);
        u1.intoArray(c, co + cs);
        v1.intoArray(c, co + cs + LANES);
    }

    static void tile2x1(
            double[] a, int ao, double[] b, int bo, double[] s, int so, int ss, double[] c, int co, int cs, int depth) {
        DoubleVector u0 = DoubleVector.fromArray(SPECIES, s, so);
        DoubleVector u1 = DoubleVector.fromArray(SPECIES, s, so + ss);
        for (int p = 0; p < depth; p++) {
            int ap = ao + p * ROWS;
            int bp = bo + p * LANES;
            DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, bp);
            DoubleVector r = DoubleVector.broadcast(SPECIES, a[ap]);
            u0 = r.fma(b0, u0);
            r = DoubleVector.broadcast(SPECIES, a[ap + 1]);
            u1 = r.fma(b0, u1);
        }
        u0.intoArray(c, co);
        u1.intoArray(c, co + cs);
    }

    static void tile1x3(
            double[] a, int ao, double[] b, int bo, double[] s, int so, int ss, double[] c, int co, int cs, int depth) {
        DoubleVector u0 = DoubleVector.fromArray(SPECIES, s, so);
        DoubleVector v0 = DoubleVector.fromArray(SPECIES, s, so + LANES);
        DoubleVector w0 = DoubleVector.fromArray(SPECIES, s, so + 2 * LANES);
        for (int p = 0; p < depth; p++) {
            int ap = ao + p * ROWS;
            int bp = bo + p * 3 * LANES;
            DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, bp);
            DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, bp + LANES);
            DoubleVector b2 = DoubleVector.fromArray(SPECIES, b, bp + 2 * LANES);
            DoubleVector r = DoubleVector.broadcast(SPECIES, a[ap]);
            u0 = r.fma(b0, u0);
            v0 = r.fma(b1, v0);
            w0 = r.fma(b2, w0);
        }
        u0.intoArray(c, co);
        v0.intoArray(c, co + LANES);
        w0.intoArray(c, co + 2 * LANES);
    }

    static void tile1x2(
            double[] a, int ao, double[] b, int bo, double[] s, int so, int ss, double[] c, int co, int cs, int depth) {
        DoubleVector u0 = DoubleVector.fromArray(SPECIES, s, so);
        DoubleVector v0 = DoubleVector.fromArray(SPECIES, s, so + LANES);
        for (int p = 0; p < depth; p++) {
            int ap = ao + p * ROWS;
            int bp = bo + p * 2 * LANES;
            DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, bp);
            DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, bp + LANES);
            DoubleVector r = DoubleVector.broadcast(SPECIES, a[ap]);
            u0 = r.fma(b0, u0);
            v0 = r.fma(b1, v0);
        }
        u0.intoArray(c, co);
        v0.intoArray(c, co + LANES);
    }

    static void tile1x1(
            double[] a, int ao, double[] b, int bo, double[] s, int so, int ss, double[] c, int co, int cs, int depth) {
        DoubleVector u0 = DoubleVector.fromArray(SPECIES, s, so);
        for (int p = 0; p < depth; p++) {
            int ap = ao + p * ROWS;
            int bp = bo + p * LANES;
            DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, bp);
            DoubleVector r = DoubleVector.broadcast(SPECIES, a[ap]);
            u0 = r.fma(b0, u0);
        }
        u0.intoArray(c, co);
    }
}
