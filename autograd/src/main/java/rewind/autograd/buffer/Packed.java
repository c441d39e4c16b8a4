package rewind.autograd.buffer;

import rewind.autograd.kernel.Kernels;

/**
 * Matrices in the order in which the kernels read the right factors of products. What many products use, the weights of a recurrent
 * cell above all, is arranged once.
 */
final class Packed {
    private Packed() {}

    /** op(b) of every matrix, op transposing it where told; in memory of b's lender. A script notes it, unless b is a constant. */
    static Buffer of(Buffer b, boolean tb, Script script) {
        Kernels<Object> kernels = b.kernels();
        int n = b.fromEnd(tb ? -2 : -1);
        int k = b.fromEnd(tb ? -1 : -2);
        int matrices = Sizes.count(Sizes.leading(b.sizes()));
        int length = kernels.packedLength(n, k);
        int size = matrices * length;
        Object array = b.lease() == null ? kernels.allocate(size) : b.lease().take(kernels, size);
        Runnable arranging = () -> {
            for (int i = 0; i < matrices; i++) {
                kernels.pack(b.data, b.offset + i * n * k, tb, array, i * length, n, k);
            }
        };
        arranging.run();
        // made when the array is filled: who sees a buffer sees the elements that its array had then
        Buffer packed = new Buffer(array, 0, new int[] {size}, size, kernels, b.lease());
        if (script != null && (b.script() != null || script.varies(b))) {
            script.note(arranging, packed, b);
        }
        return packed;
    }
}
