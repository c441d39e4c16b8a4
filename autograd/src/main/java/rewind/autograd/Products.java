package rewind.autograd;

import rewind.autograd.require.Check;
import rewind.autograd.require.CheckReturnValue;

/** Products of matrices and vectors. */
@CheckReturnValue
public sealed interface Products permits Tensor {
    /**
     * Returns the matrix product x·y of [m, k] and [k, n]; with more axes that of every pair of matrices in the last two, the leading
     * axes broadcast. Pullbacks: dx = dz·yᵀ, dy = xᵀ·dz.
     *
     * <p>The k products of an element are added one after another, in halves if they are more than 2048: however large k is, the error is
     * at most some 2100 ulp of Σ|x y|, and near 50 where signs or roundings vary. {@code x.mul(y).sum(axis)} has one of log k ulp.
     *
     * @throws IllegalArgumentException if an operand has less than two axes, or the inner sizes differ
     */
    default Tensor matmul(Tensor y) {
        return TensorOperation.MatrixProduct.of(self(), false, y, false, leadingAxes("matmul", self(), y));
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

    /** The leading axes of a product. */
    private static Shape leadingAxes(String name, Tensor x, Tensor y) {
        Shape left = x.shape();
        Shape right = y.shape();
        Check.that(
                x.rank() >= 2 && y.rank() >= 2,
                "%s: both operands must have at least two axes, got %s and %s; use dot for vectors, or expandDims",
                name,
                left,
                right);
        Check.that(x.size(-1) == y.size(-2), "%s: columns of left %s must equal rows of right %s", name, left, right);
        Shape batch = Shape.common(left.beforeMatrix(), right.beforeMatrix());
        Check.that(
                batch != null,
                "%s: axes before the last two must broadcast (equal or 1, aligned at the last of them), got %s and %s",
                name,
                left,
                right);
        return batch;
    }

    private Tensor self() {
        return (Tensor) this;
    }
}
