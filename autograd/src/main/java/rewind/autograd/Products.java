package rewind.autograd;

/** Products of matrices and vectors. */
sealed interface Products permits Tensor {
    /**
     * Returns the matrix product x·y of [m, k] and [k, n]; with more axes that of every pair of matrices in the last two, the leading
     * axes broadcast. Pullbacks: dx = dz·yᵀ, dy = xᵀ·dz.
     *
     * @throws IllegalArgumentException if an operand has less than two axes, or the inner sizes differ
     */
    default Tensor matmul(Tensor y) {
        Tensor x = self();
        Check.that(
                x.rank() >= 2 && y.rank() >= 2,
                "matmul: both operands must have at least two axes, got %s and %s; use dot for vectors, or expandDims",
                x.shape(),
                y.shape());
        Check.that(
                x.size(-1) == y.size(-2),
                "matmul: columns of left %s must equal rows of right %s",
                x.shape(),
                y.shape());
        return product(x, false, y, false);
    }

    /**
     * Returns the inner product Σ x_i y_i of two vectors, a scalar.
     *
     * @throws IllegalArgumentException unless both are vectors of one length
     */
    default Tensor dot(Tensor y) {
        Check.that(
                self().rank() == 1 && self().shape().equals(y.shape()),
                "dot: operands must be vectors of one length, got %s and %s",
                self().shape(),
                y.shape());
        return self().mul(y).sum();
    }

    /**
     * Returns the matrix x_i y_j of two vectors.
     *
     * @throws IllegalArgumentException unless both are vectors
     */
    default Tensor outer(Tensor y) {
        Check.that(
                self().rank() == 1 && y.rank() == 1,
                "outer: operands must be vectors, got %s and %s",
                self().shape(),
                y.shape());
        return self().expandDims(1).mul(y.expandDims(0));
    }

    private Tensor self() {
        return (Tensor) this;
    }

    /** op(a)·op(b) with op transposing the last two axes where told; its pullbacks are products of the same kind. */
    private static Tensor product(Tensor a, boolean ta, Tensor b, boolean tb) {
        if (a.rank() > 2 && b.rank() == 2 && !ta) {
            return sharedRight(a, b, tb);
        }
        int m = a.size(ta ? -1 : -2);
        int k = a.size(ta ? -2 : -1);
        int n = b.size(tb ? -2 : -1);
        Shape aBatch = a.shape().range(0, a.rank() - 2);
        Shape bBatch = b.shape().range(0, b.rank() - 2);
        Shape batch = Shape.common(aBatch, bBatch);
        Check.that(
                batch != null,
                "matmul: axes before the last two must broadcast (equal or 1, aligned at the last of them), got %s and %s",
                a.shape(),
                b.shape());
        Op.Forward kernel = (kernels, in, out) -> {
            int[] as = aBatch.positionsIn(batch);
            int[] bs = bBatch.positionsIn(batch);
            for (int i = 0; i < batch.size(); i++) {
                int ao = in[0].offset + as[i] * m * k;
                int bo = in[1].offset + bs[i] * k * n;
                kernels.matmul(
                        in[0].data, ao, ta, in[1].data, bo, tb, out.data, out.offset + i * m * n, false, m, n, k);
            }
        };
        return Op.compute(
                "matmul",
                batch.followedBy(Shape.of(m, n)),
                kernel,
                new Tensor[] {a, b},
                c -> dc -> ta ? product(b, tb, dc, true) : product(dc, false, b, !tb),
                c -> dc -> tb ? product(dc, true, a, ta) : product(a, !ta, dc, false));
    }

    /** Many matrices times one: a single product of all their rows. */
    private static Tensor sharedRight(Tensor a, Tensor b, boolean tb) {
        Shape batch = a.shape().range(0, a.rank() - 1);
        Tensor rows = a.reshape(batch.size(), a.size(-1));
        Tensor product = product(rows, false, b, tb);
        return product.reshape(batch.followedBy(Shape.of(product.size(1))).toArray());
    }
}
