package rewind.autograd.buffer;

import java.util.Arrays;
import rewind.autograd.kernel.Kernels;
import rewind.autograd.kernel.Matmul;

/** Products of every pair of matrices in the last two axes of two buffers. */
public final class MatrixProducts {
    private static final int[] ONE = {};

    private MatrixProducts() {}

    /**
     * c = op(a)·op(b), or c += op(a)·op(b), op transposing the matrices where told. The leading axes broadcast; over those that c lacks
     * the products are summed.
     */
    public static void multiply(Buffer a, boolean ta, Buffer b, boolean tb, Buffer c, boolean accumulate) {
        Kernels<Object> kernels = c.kernels();
        int[] as = Sizes.leading(a.sizes());
        int[] bs = Sizes.leading(b.sizes());
        int[] cs = Sizes.leading(c.sizes());
        int m = c.fromEnd(-2);
        int n = c.fromEnd(-1);
        int k = a.fromEnd(ta ? -2 : -1);
        if (!ta
                && Sizes.count(bs) == 1
                && Arrays.equals(as, cs)) { // many matrices times one: a single product of all their rows
            m *= Sizes.count(as);
            as = ONE;
            bs = ONE;
            cs = ONE;
        } else if (ta
                && !tb
                && Sizes.count(cs) == 1
                && Arrays.equals(as, bs)) { // a sum of products: one of all their rows
            k *= Sizes.count(as);
            as = ONE;
            bs = ONE;
            cs = ONE;
        }
        int[] all = Sizes.common(Sizes.common(as, bs), cs);
        if (Sizes.count(all) == 0 && !accumulate) {
            Loops.fill(0, c, 0, c.size());
            return;
        }
        int[] ao = positions(a.offset, as, all, m * k);
        int[] co = positions(c.offset, cs, all, m * n);
        Buffer packed = kernels.packs(m, n, k, tb) ? b.packed(tb, c.script()) : null;
        Matmul.Factors<Object> right = packed == null
                ? factors(b.data, positions(b.offset, bs, all, k * n), tb)
                : Matmul.Factors.in(
                        packed.data, positions(0, bs, all, kernels.packedLength(n, k)), Matmul.Storage.PACKED);
        run(
                new Matmul<>(factors(a.data, ao, ta), right, c.data, co, accumulate, m, n, k),
                c,
                a,
                packed == null ? b : packed);
    }

    /** Computes products of matrices in some buffers. */
    public static void run(Matmul<Object> products, Buffer c, Buffer... factors) {
        if (c.script() == null) {
            c.kernels().matmul(products);
            return;
        }
        Runnable product = c.kernels().product(products);
        product.run();
        c.script().note(product, c, factors);
    }

    private static Matmul.Factors<Object> factors(Object array, int[] at, boolean transposed) {
        return Matmul.Factors.in(array, at, transposed ? Matmul.Storage.TRANSPOSED : Matmul.Storage.PLAIN);
    }

    /** Where the matrices of a buffer stand, one for every matrix of a batch. */
    public static int[] positions(Buffer matrices, int... batch) {
        int step = matrices.fromEnd(-2) * matrices.fromEnd(-1);
        return positions(matrices.offset, Sizes.leading(matrices.sizes()), batch, step);
    }

    private static int[] positions(int offset, int[] of, int[] all, int step) {
        if (all.length == 0) {
            return new int[] {offset};
        }
        int[] positions = Sizes.positionsIn(of, all);
        for (int i = 0; i < positions.length; i++) {
            positions[i] = offset + positions[i] * step;
        }
        return positions;
    }
}
