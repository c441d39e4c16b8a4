package rewind.autograd.buffer;

import rewind.autograd.kernel.Kernels;

/**
 * Matrices in the order in which the kernels read the right factors of products. What many products use, the weights of a recurrent
 * cell above all, is arranged once. The field is final so that a thread that sees the object sees the elements.
 */
record Packed(Object array) {
    /** op(b) of every matrix, op transposing it where told; in memory of b's lender. */
    static Packed of(Buffer b, boolean tb) {
        Kernels<Object> kernels = b.kernels();
        int n = b.fromEnd(tb ? -2 : -1);
        int k = b.fromEnd(tb ? -1 : -2);
        int matrices = Sizes.count(Sizes.leading(b.sizes()));
        int length = kernels.packedLength(n, k);
        Object array = b.lease() == null
                ? kernels.allocate(matrices * length)
                : b.lease().take(kernels, matrices * length);
        Runnable arranging = () -> {
            for (int i = 0; i < matrices; i++) {
                kernels.pack(b.data, b.offset + i * n * k, tb, array, i * length, n, k);
            }
        };
        arranging.run();
        if (b.script() != null) {
            int size = matrices * length;
            b.script().note(arranging, new Buffer(array, 0, new int[] {size}, size, kernels, b.lease()), b);
        }
        return new Packed(array);
    }
}
