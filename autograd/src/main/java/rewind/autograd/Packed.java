package rewind.autograd;

import rewind.autograd.kernel.Kernels;

/**
 * A tensor of matrices in the order in which the kernels read the right factors of products. What many products use, the weights of a
 * recurrent cell above all, is arranged once. The field is final so that a thread that sees the object sees the elements.
 */
record Packed(Object array) {
    /** op(b) of every matrix, op transposing it where told; memory is that of b's tape, if it is on one. */
    static Packed of(Tensor b, boolean tb) {
        Kernels<Object> kernels = b.kernels();
        int n = b.size(tb ? -2 : -1);
        int k = b.size(tb ? -1 : -2);
        int matrices = MatrixProduct.leading(b).size();
        int length = kernels.packedLength(n, k);
        Object array = b.places.isNone()
                ? kernels.allocate(matrices * length)
                : TensorRecording.of(b.places.iterator().next()).allocate(kernels, b.dtype(), matrices * length);
        for (int i = 0; i < matrices; i++) {
            kernels.pack(b.data, b.offset + i * n * k, tb, array, i * length, n, k);
        }
        return new Packed(array);
    }
}
