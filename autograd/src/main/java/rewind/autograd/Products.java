package rewind.autograd;

import java.util.Arrays;
import java.util.stream.IntStream;
import rewind.autograd.require.Check;
import rewind.autograd.require.CheckReturnValue;

/** Products of matrices, of vectors, and of elements along axes. */
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

    /** Returns Πx, 1 over no elements; in pairs, so that its derivatives are right where elements are 0. Pullback: dx = dy times the others. */
    default Tensor prod(Axes axes) {
        Shape shape = self().shape();
        int[] over = axes.in("prod", shape);
        Shape result = axes.reduced(shape, over);
        int count = Arrays.stream(over).map(shape::size).reduce(1, Math::multiplyExact);
        if (count == 0) {
            return self().sum(axes).add(1);
        }
        int[] kept = IntStream.range(0, shape.rank())
                .filter(axis -> Arrays.binarySearch(over, axis) < 0)
                .toArray();
        int[] order = IntStream.concat(Arrays.stream(over), Arrays.stream(kept)).toArray();
        Tensor rows = self().permute(order).reshape(count, result.size());
        while (rows.size(0) > 1) {
            int half = rows.size(0) / 2;
            Tensor pairs = rows.slice(0, 0, half).mul(rows.slice(0, half, 2 * half));
            rows = rows.size(0) == 2 * half ? pairs : Tensor.concat(0, pairs, rows.slice(0, 2 * half, 2 * half + 1));
        }
        return rows.reshape(result.toArray());
    }

    /** Returns Πx over axes that disappear. */
    default Tensor prod(int... axes) {
        return prod(Axes.of(axes));
    }

    /**
     * Returns the running products y_k = x_0 ⊙ … ⊙ x_k along an axis, from products of neighbours, of neighbours of those and so on, so that
     * derivatives are right where elements are 0.
     */
    default Tensor cumprod(int axis) {
        Tensor y = self();
        int size = y.shape().size(y.shape().axis("cumprod", axis));
        for (int step = 1; step < size; step *= 2) {
            y = y.mul(y.slice(axis, 0, size - step).pad(axis, step, 0, 1));
        }
        return y;
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
