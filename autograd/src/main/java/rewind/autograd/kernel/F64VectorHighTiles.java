package rewind.autograd.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Tiles of 8 rows and 3, 2 or 1 vectors, or of 6 rows and 2 or 1 where there are only 16 registers: C = S + A·B, where A
 * was copied column after column, as many elements to each, and B row after row.
 *
 * <p>A method that the JIT first compiles while it runs (on-stack replacement) keeps vectors in objects, and is a hundred
 * times slower until it is compiled again; so nothing but a few thousand calls makes these fast.
 */
final class F64VectorHighTiles {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    private F64VectorHighTiles() {}

    static void tile8x3(
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
        DoubleVector u4 = DoubleVector.fromArray(SPECIES, s, so + 4 * ss);
        DoubleVector v4 = DoubleVector.fromArray(SPECIES, s, so + 4 * ss + LANES);
        DoubleVector w4 = DoubleVector.fromArray(SPECIES, s, so + 4 * ss + 2 * LANES);
        DoubleVector u5 = DoubleVector.fromArray(SPECIES, s, so + 5 * ss);
        DoubleVector v5 = DoubleVector.fromArray(SPECIES, s, so + 5 * ss + LANES);
        DoubleVector w5 = DoubleVector.fromArray(SPECIES, s, so + 5 * ss + 2 * LANES);
        DoubleVector u6 = DoubleVector.fromArray(SPECIES, s, so + 6 * ss);
        DoubleVector v6 = DoubleVector.fromArray(SPECIES, s, so + 6 * ss + LANES);
        DoubleVector w6 = DoubleVector.fromArray(SPECIES, s, so + 6 * ss + 2 * LANES);
        DoubleVector u7 = DoubleVector.fromArray(SPECIES, s, so + 7 * ss);
        DoubleVector v7 = DoubleVector.fromArray(SPECIES, s, so + 7 * ss + LANES);
        DoubleVector w7 = DoubleVector.fromArray(SPECIES, s, so + 7 * ss + 2 * LANES);
        for (int p = 0; p < depth; p++) {
            int ap = ao + p * 8;
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
            r = DoubleVector.broadcast(SPECIES, a[ap + 4]);
            u4 = r.fma(b0, u4);
            v4 = r.fma(b1, v4);
            w4 = r.fma(b2, w4);
            r = DoubleVector.broadcast(SPECIES, a[ap + 5]);
            u5 = r.fma(b0, u5);
            v5 = r.fma(b1, v5);
            w5 = r.fma(b2, w5);
            r = DoubleVector.broadcast(SPECIES, a[ap + 6]);
            u6 = r.fma(b0, u6);
            v6 = r.fma(b1, v6);
            w6 = r.fma(b2, w6);
            r = DoubleVector.broadcast(SPECIES, a[ap + 7]);
            u7 = r.fma(b0, u7);
            v7 = r.fma(b1, v7);
            w7 = r.fma(b2, w7);
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
        u4.intoArray(c, co + 4 * cs);
        v4.intoArray(c, co + 4 * cs + LANES);
        w4.intoArray(c, co + 4 * cs + 2 * LANES);
        u5.intoArray(c, co + 5 * cs);
        v5.intoArray(c, co + 5 * cs + LANES);
        w5.intoArray(c, co + 5 * cs + 2 * LANES);
        u6.intoArray(c, co + 6 * cs);
        v6.intoArray(c, co + 6 * cs + LANES);
        w6.intoArray(c, co + 6 * cs + 2 * LANES);
        u7.intoArray(c, co + 7 * cs);
        v7.intoArray(c, co + 7 * cs + LANES);
        w7.intoArray(c, co + 7 * cs + 2 * LANES);
    }

    static void tile8x2(
            double[] a, int ao, double[] b, int bo, double[] s, int so, int ss, double[] c, int co, int cs, int depth) {
        DoubleVector u0 = DoubleVector.fromArray(SPECIES, s, so);
        DoubleVector v0 = DoubleVector.fromArray(SPECIES, s, so + LANES);
        DoubleVector u1 = DoubleVector.fromArray(SPECIES, s, so + ss);
        DoubleVector v1 = DoubleVector.fromArray(SPECIES, s, so + ss + LANES);
        DoubleVector u2 = DoubleVector.fromArray(SPECIES, s, so + 2 * ss);
        DoubleVector v2 = DoubleVector.fromArray(SPECIES, s, so + 2 * ss + LANES);
        DoubleVector u3 = DoubleVector.fromArray(SPECIES, s, so + 3 * ss);
        DoubleVector v3 = DoubleVector.fromArray(SPECIES, s, so + 3 * ss + LANES);
        DoubleVector u4 = DoubleVector.fromArray(SPECIES, s, so + 4 * ss);
        DoubleVector v4 = DoubleVector.fromArray(SPECIES, s, so + 4 * ss + LANES);
        DoubleVector u5 = DoubleVector.fromArray(SPECIES, s, so + 5 * ss);
        DoubleVector v5 = DoubleVector.fromArray(SPECIES, s, so + 5 * ss + LANES);
        DoubleVector u6 = DoubleVector.fromArray(SPECIES, s, so + 6 * ss);
        DoubleVector v6 = DoubleVector.fromArray(SPECIES, s, so + 6 * ss + LANES);
        DoubleVector u7 = DoubleVector.fromArray(SPECIES, s, so + 7 * ss);
        DoubleVector v7 = DoubleVector.fromArray(SPECIES, s, so + 7 * ss + LANES);
        for (int p = 0; p < depth; p++) {
            int ap = ao + p * 8;
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
            r = DoubleVector.broadcast(SPECIES, a[ap + 4]);
            u4 = r.fma(b0, u4);
            v4 = r.fma(b1, v4);
            r = DoubleVector.broadcast(SPECIES, a[ap + 5]);
            u5 = r.fma(b0, u5);
            v5 = r.fma(b1, v5);
            r = DoubleVector.broadcast(SPECIES, a[ap + 6]);
            u6 = r.fma(b0, u6);
            v6 = r.fma(b1, v6);
            r = DoubleVector.broadcast(SPECIES, a[ap + 7]);
            u7 = r.fma(b0, u7);
            v7 = r.fma(b1, v7);
        }
        u0.intoArray(c, co);
        v0.intoArray(c, co + LANES);
        u1.intoArray(c, co + cs);
        v1.intoArray(c, co + cs + LANES);
        u2.intoArray(c, co + 2 * cs);
        v2.intoArray(c, co + 2 * cs + LANES);
        u3.intoArray(c, co + 3 * cs);
        v3.intoArray(c, co + 3 * cs + LANES);
        u4.intoArray(c, co + 4 * cs);
        v4.intoArray(c, co + 4 * cs + LANES);
        u5.intoArray(c, co + 5 * cs);
        v5.intoArray(c, co + 5 * cs + LANES);
        u6.intoArray(c, co + 6 * cs);
        v6.intoArray(c, co + 6 * cs + LANES);
        u7.intoArray(c, co + 7 * cs);
        v7.intoArray(c, co + 7 * cs + LANES);
    }

    static void tile8x1(
            double[] a, int ao, double[] b, int bo, double[] s, int so, int ss, double[] c, int co, int cs, int depth) {
        DoubleVector u0 = DoubleVector.fromArray(SPECIES, s, so);
        DoubleVector u1 = DoubleVector.fromArray(SPECIES, s, so + ss);
        DoubleVector u2 = DoubleVector.fromArray(SPECIES, s, so + 2 * ss);
        DoubleVector u3 = DoubleVector.fromArray(SPECIES, s, so + 3 * ss);
        DoubleVector u4 = DoubleVector.fromArray(SPECIES, s, so + 4 * ss);
        DoubleVector u5 = DoubleVector.fromArray(SPECIES, s, so + 5 * ss);
        DoubleVector u6 = DoubleVector.fromArray(SPECIES, s, so + 6 * ss);
        DoubleVector u7 = DoubleVector.fromArray(SPECIES, s, so + 7 * ss);
        for (int p = 0; p < depth; p++) {
            int ap = ao + p * 8;
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
            r = DoubleVector.broadcast(SPECIES, a[ap + 4]);
            u4 = r.fma(b0, u4);
            r = DoubleVector.broadcast(SPECIES, a[ap + 5]);
            u5 = r.fma(b0, u5);
            r = DoubleVector.broadcast(SPECIES, a[ap + 6]);
            u6 = r.fma(b0, u6);
            r = DoubleVector.broadcast(SPECIES, a[ap + 7]);
            u7 = r.fma(b0, u7);
        }
        u0.intoArray(c, co);
        u1.intoArray(c, co + cs);
        u2.intoArray(c, co + 2 * cs);
        u3.intoArray(c, co + 3 * cs);
        u4.intoArray(c, co + 4 * cs);
        u5.intoArray(c, co + 5 * cs);
        u6.intoArray(c, co + 6 * cs);
        u7.intoArray(c, co + 7 * cs);
    }

    static void tile6x2(
            double[] a, int ao, double[] b, int bo, double[] s, int so, int ss, double[] c, int co, int cs, int depth) {
        DoubleVector u0 = DoubleVector.fromArray(SPECIES, s, so);
        DoubleVector v0 = DoubleVector.fromArray(SPECIES, s, so + LANES);
        DoubleVector u1 = DoubleVector.fromArray(SPECIES, s, so + ss);
        DoubleVector v1 = DoubleVector.fromArray(SPECIES, s, so + ss + LANES);
        DoubleVector u2 = DoubleVector.fromArray(SPECIES, s, so + 2 * ss);
        DoubleVector v2 = DoubleVector.fromArray(SPECIES, s, so + 2 * ss + LANES);
        DoubleVector u3 = DoubleVector.fromArray(SPECIES, s, so + 3 * ss);
        DoubleVector v3 = DoubleVector.fromArray(SPECIES, s, so + 3 * ss + LANES);
        DoubleVector u4 = DoubleVector.fromArray(SPECIES, s, so + 4 * ss);
        DoubleVector v4 = DoubleVector.fromArray(SPECIES, s, so + 4 * ss + LANES);
        DoubleVector u5 = DoubleVector.fromArray(SPECIES, s, so + 5 * ss);
        DoubleVector v5 = DoubleVector.fromArray(SPECIES, s, so + 5 * ss + LANES);
        for (int p = 0; p < depth; p++) {
            int ap = ao + p * 6;
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
            r = DoubleVector.broadcast(SPECIES, a[ap + 4]);
            u4 = r.fma(b0, u4);
            v4 = r.fma(b1, v4);
            r = DoubleVector.broadcast(SPECIES, a[ap + 5]);
            u5 = r.fma(b0, u5);
            v5 = r.fma(b1, v5);
        }
        u0.intoArray(c, co);
        v0.intoArray(c, co + LANES);
        u1.intoArray(c, co + cs);
        v1.intoArray(c, co + cs + LANES);
        u2.intoArray(c, co + 2 * cs);
        v2.intoArray(c, co + 2 * cs + LANES);
        u3.intoArray(c, co + 3 * cs);
        v3.intoArray(c, co + 3 * cs + LANES);
        u4.intoArray(c, co + 4 * cs);
        v4.intoArray(c, co + 4 * cs + LANES);
        u5.intoArray(c, co + 5 * cs);
        v5.intoArray(c, co + 5 * cs + LANES);
    }

    static void tile6x1(
            double[] a, int ao, double[] b, int bo, double[] s, int so, int ss, double[] c, int co, int cs, int depth) {
        DoubleVector u0 = DoubleVector.fromArray(SPECIES, s, so);
        DoubleVector u1 = DoubleVector.fromArray(SPECIES, s, so + ss);
        DoubleVector u2 = DoubleVector.fromArray(SPECIES, s, so + 2 * ss);
        DoubleVector u3 = DoubleVector.fromArray(SPECIES, s, so + 3 * ss);
        DoubleVector u4 = DoubleVector.fromArray(SPECIES, s, so + 4 * ss);
        DoubleVector u5 = DoubleVector.fromArray(SPECIES, s, so + 5 * ss);
        for (int p = 0; p < depth; p++) {
            int ap = ao + p * 6;
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
            r = DoubleVector.broadcast(SPECIES, a[ap + 4]);
            u4 = r.fma(b0, u4);
            r = DoubleVector.broadcast(SPECIES, a[ap + 5]);
            u5 = r.fma(b0, u5);
        }
        u0.intoArray(c, co);
        u1.intoArray(c, co + cs);
        u2.intoArray(c, co + 2 * cs);
        u3.intoArray(c, co + 3 * cs);
        u4.intoArray(c, co + 4 * cs);
        u5.intoArray(c, co + 5 * cs);
    }
}
