package rewind.autograd;

import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import rewind.autograd.TensorOperation.Computation;
import rewind.autograd.TensorOperation.Forward;
import rewind.autograd.matrix.Factorizations;
import rewind.autograd.require.Check;
import rewind.autograd.require.CheckReturnValue;

/**
 * Matrices in the last two axes: parts of them, equations and factorizations, for every matrix by itself. Those are computed in double
 * precision. An equation or factorization that does not exist is an error that names the matrix.
 */
@CheckReturnValue
public sealed interface LinearAlgebra permits Tensor {
    /** Returns the diagonals of matrices [m, n], vectors of the smaller size. Pullback: dy on the diagonal, zeros elsewhere. */
    default Tensor diagonal() {
        requireMatrices("diagonal");
        return self().maskedBy(triangle(false, 0).mul(triangle(true, 0)))
                .sum(self().size(-2) <= self().size(-1) ? -1 : -2);
    }

    /**
     * Returns matrices [n, n] with the vectors of the last axis as their diagonals, zeros elsewhere. Pullback: the diagonal of dy.
     *
     * @throws IllegalArgumentException if there is no axis
     */
    default Tensor diag() {
        Check.that(self().rank() >= 1, "diag: the tensor must have at least one axis, got the shape []");
        return self().expandDims(-1).maskedBy(Tensor.eye(self().dtype(), self().size(-1)));
    }

    /** Returns matrices with zeros above the diagonal. Pullback: dy with zeros above the diagonal. */
    default Tensor lower() {
        requireMatrices("lower");
        return self().maskedBy(triangle(true, 0));
    }

    /** Returns matrices with zeros below the diagonal. Pullback: dy with zeros below the diagonal. */
    default Tensor upper() {
        requireMatrices("upper");
        return self().maskedBy(triangle(false, 0));
    }

    /** Returns Σ_i x_ii, one number per matrix. */
    default Tensor trace() {
        requireMatrices("trace");
        return diagonal().sum(-1);
    }

    /** 1 where the column is at most the row plus an offset, or at least; else 0. */
    private Tensor triangle(boolean lower, int offset) {
        int columns = self().size(-1);
        return self().dtype().generate(Shape.of(self().size(-2), columns), i -> {
            int beyond = (int) i % columns - (int) i / columns - offset;
            return (lower ? beyond <= 0 : beyond >= 0) ? 1 : 0;
        });
    }

    /**
     * Returns x of A·x = b, by factors with partial pivoting; leading axes broadcast. Pullbacks: db = A⁻ᵀ·dx, dA = −db·xᵀ.
     *
     * @param b matrices [n, k]; a vector is one with {@code expandDims(-1)}
     * @throws IllegalArgumentException if shapes do not fit, or a matrix is singular
     */
    default Tensor solve(Tensor b) {
        return solve("solve", b);
    }

    private Tensor solve(String asked, Tensor b) {
        Tensor a = spread(asked, self(), b);
        Tensor right = spread(asked, b, self());
        requireSystem(asked, a, right);
        int n = a.size(-1);
        int columns = right.size(-1);
        Forward forward = each(
                asked,
                "be invertible, but is singular",
                a.shape(),
                (in, out) -> Factorizations.solve(in[0], in[1], n, columns, out));
        return Op.compute(
                "solve",
                right.shape(),
                forward,
                new Tensor[] {a, right},
                x -> dx -> a.transpose().solve(dx).matmul(x.transpose()).neg(),
                x -> dx -> a.transpose().solve(dx));
    }

    /**
     * Returns x of T·x = b for the lower or upper triangle T of A, whose other elements are not read; leading axes broadcast. Pullbacks:
     * db = T⁻ᵀ·dx, dA = −db·xᵀ in the triangle, else 0.
     *
     * @param b matrices [n, k]; a vector is one with {@code expandDims(-1)}
     * @throws IllegalArgumentException if shapes do not fit, or an element of a diagonal is 0
     */
    default Tensor solveTriangular(Tensor b, boolean lower) {
        Tensor a = spread("solveTriangular", self(), b);
        Tensor right = spread("solveTriangular", b, self());
        requireSystem("solveTriangular", a, right);
        int n = a.size(-1);
        int columns = right.size(-1);
        Forward forward = each("solveTriangular", "have no 0 on its diagonal", a.shape(), (in, out) -> {
            System.arraycopy(in[1], 0, out, 0, out.length);
            return Factorizations.substitute(in[0], out, n, columns, lower, false);
        });
        return Op.compute(
                new Computation("solveTriangular", forward, Map.of("lower", lower)),
                right.shape(),
                new Tensor[] {a, right},
                x -> dx -> {
                    Tensor db = a.transpose().solveTriangular(dx, !lower);
                    return db.matmul(x.transpose()).neg().maskedBy(((LinearAlgebra) a).triangle(lower, 0));
                },
                x -> dx -> a.transpose().solveTriangular(dx, !lower));
    }

    /**
     * Returns the inverse matrices. To multiply by one, {@link #solve} takes less and is more accurate.
     *
     * @throws IllegalArgumentException if matrices are not square, or one is singular
     */
    default Tensor inverse() {
        requireSquare("inverse");
        return solve("inverse", Tensor.eye(self().dtype(), self().size(-1)));
    }

    /**
     * Returns ln |det x|, one number per matrix. Pullback: dx = dy·x⁻ᵀ.
     *
     * @throws IllegalArgumentException if matrices are not square, or one is singular
     */
    default Tensor logDet() {
        requireSquare("logDet");
        Tensor x = self();
        int n = x.size(-1);
        Forward forward = each("logDet", "be invertible, but is singular", x.shape(), (in, out) -> {
            boolean found = Factorizations.lu(in[0], n, new int[n]);
            for (int i = 0; i < n; i++) {
                out[0] += StrictMath.log(Math.abs(in[0][i * n + i]));
            }
            return found;
        });
        Rule rule = y -> dy -> x.inverse().transpose().mul(dy.expandDims(-1).expandDims(-1));
        return Op.compute("logDet", x.shape().beforeMatrix(), forward, new Tensor[] {x}, rule);
    }

    /**
     * Returns the lower triangle L with L·Lᵀ = x for symmetric positive definite x; of others (x + xᵀ)/2 counts. Pullback: dx = (s + sᵀ)/2
     * with s = L⁻ᵀ·Φ(Lᵀ·dL)·L⁻¹, where Φ takes the lower triangle with half its diagonal.
     *
     * @throws IllegalArgumentException if matrices are not square, or one is not positive definite
     */
    default Tensor cholesky() {
        requireSquare("cholesky");
        Tensor x = self();
        int n = x.size(-1);
        Forward forward = each(
                "cholesky", "be positive definite", x.shape(), (in, out) -> Factorizations.cholesky(in[0], n, out));
        return Op.compute("cholesky", x.shape(), forward, new Tensor[] {x}, l -> dl -> {
            Tensor product = l.transpose().matmul(dl.lower());
            Tensor half = ((LinearAlgebra) product)
                    .triangle(true, 0)
                    .add(((LinearAlgebra) product).triangle(true, -1))
                    .mul(0.5);
            Tensor upper = l.transpose();
            Tensor s = upper.solveTriangular(product.maskedBy(half), false);
            return symmetric(upper.solveTriangular(s.transpose(), false));
        });
    }

    /**
     * Returns Q and R with x = Q·R for matrices [m, n] with m ≥ n: Q [m, n] has orthonormal columns, R [n, n] is an upper triangle with a
     * positive diagonal. Pullback: dx = (dQ + Q·copy(R·dRᵀ − dQᵀ·Q))·R⁻ᵀ, copy the lower triangle and its mirror image.
     *
     * @throws IllegalArgumentException if m &lt; n, or the columns of a matrix are linearly dependent
     */
    default List<Tensor> qr() {
        requireMatrices("qr");
        Tensor x = self();
        int m = x.size(-2);
        int n = x.size(-1);
        Check.that(m >= n, "qr: matrices must not have more columns than rows, got %s; use transpose", x.shape());
        Forward forward = each(
                "qr", "have linearly independent columns", x.shape(), (in, out) -> Factorizations.qr(in[0], m, n, out));
        Tensor both = Op.compute("qr", x.shape().with(x.rank() - 2, m + n), forward, new Tensor[] {x}, y -> dy -> {
            Tensor q = y.slice(-2, 0, m);
            Tensor r = y.slice(-2, m, m + n);
            Tensor dq = dy.slice(-2, 0, m);
            Tensor dr = dy.slice(-2, m, m + n).upper();
            Tensor product = r.matmul(dr.transpose()).sub(dq.transpose().matmul(q));
            Tensor strict = product.maskedBy(((LinearAlgebra) product).triangle(true, -1));
            Tensor copied = product.lower().add(strict.transpose());
            return r.solveTriangular(dq.add(q.matmul(copied)).transpose(), false)
                    .transpose();
        });
        return both.split(-2, m, n);
    }

    /**
     * Returns the eigenvalues λ [n] of symmetric matrices from the smallest to the largest, and V [n, n], whose columns are the eigenvectors:
     * x = V·diag(λ)·Vᵀ; of others (x + xᵀ)/2 counts. Of each vector the first largest component is positive. Pullback: dx = (s + sᵀ)/2 with
     * s = V·(diag(dλ) + (Vᵀ·dV)_ij/(λ_j − λ_i))·Vᵀ. Vectors of equal eigenvalues have no derivative: it is infinite or NaN if something
     * arrives there.
     *
     * @throws IllegalArgumentException if matrices are not square, or an element is not finite
     */
    default List<Tensor> eigh() {
        requireSquare("eigh");
        Tensor x = self();
        int n = x.size(-1);
        Forward forward = each("eigh", "be finite", x.shape(), (in, out) -> Factorizations.eigh(in[0], n, out));
        Tensor both = Op.compute("eigh", x.shape().with(x.rank() - 2, n + 1), forward, new Tensor[] {x}, y -> dy -> {
            Tensor values = y.select(-2, 0);
            Tensor v = y.slice(-2, 1, n + 1);
            Tensor inner = overGaps(v.transpose().matmul(dy.slice(-2, 1, n + 1)), values);
            Tensor s = dy.select(-2, 0).diag().add(inner);
            return symmetric(v.matmul(s).matmul(v.transpose()));
        });
        return List.of(both.select(-2, 0), both.slice(-2, 1, n + 1));
    }

    /**
     * Returns U [m, k], the singular values s [k] from the largest to the smallest, and V [n, k] with x = U·diag(s)·Vᵀ for matrices [m, n], k
     * the smaller of m and n. Of each column of V the first largest component is positive. Pullback:
     * dx = U·((J + Jᵀ)·diag(s) + diag(s)·(K + Kᵀ) + diag(ds))·Vᵀ + (1 − U·Uᵀ)·dU·diag(1/s)·Vᵀ + U·diag(1/s)·dVᵀ·(1 − V·Vᵀ) with
     * J = (Uᵀ·dU)_ij/(s_j² − s_i²), K likewise from V. Vectors of equal singular values, or of 0, have no derivative: it is infinite or NaN
     * if something arrives there.
     *
     * @throws IllegalArgumentException if an element is not finite, or matrices have no element
     */
    default List<Tensor> svd() {
        requireMatrices("svd");
        Tensor x = self();
        int m = x.size(-2);
        int n = x.size(-1);
        int k = Math.min(m, n);
        Check.that(k > 0, "svd: matrices must have elements, got the shape %s", x.shape());
        Forward forward = each("svd", "be finite", x.shape(), (in, out) -> Factorizations.svd(in[0], m, n, out));
        Shape shape = x.shape().with(x.rank() - 2, m + 1 + n).with(x.rank() - 1, k);
        Tensor all = Op.compute("svd", shape, forward, new Tensor[] {x}, y -> dy -> {
            Tensor u = y.slice(-2, 0, m);
            Tensor s = y.slice(-2, m, m + 1); // [1, k]: a factor of columns
            Tensor v = y.slice(-2, m + 1, m + 1 + n);
            Tensor du = dy.slice(-2, 0, m);
            Tensor dv = dy.slice(-2, m + 1, m + 1 + n);
            Tensor squares = y.select(-2, m).square();
            Tensor ofU = u.transpose().matmul(du);
            Tensor ofV = v.transpose().matmul(dv);
            Tensor inner = twice(overGaps(ofU, squares))
                    .mul(s)
                    .add(twice(overGaps(ofV, squares)).mul(s.transpose()))
                    .add(dy.select(-2, m).diag());
            Tensor dx = u.matmul(inner).matmul(v.transpose());
            if (m > k) {
                dx = dx.add(du.sub(u.matmul(ofU)).div(s).matmul(v.transpose()));
            }
            return n > k ? dx.add(u.matmul(dv.sub(v.matmul(ofV)).div(s).transpose())) : dx;
        });
        return List.of(all.slice(-2, 0, m), all.select(-2, m), all.slice(-2, m + 1, m + 1 + n));
    }

    /** product_ij/(values_j − values_i), 0 on the diagonal, and where the product is. */
    private static Tensor overGaps(Tensor product, Tensor values) {
        Tensor eye = Tensor.eye(product.dtype(), product.size(-1));
        Tensor gaps = values.expandDims(-2).sub(values.expandDims(-1)).add(eye);
        return gaps.reciprocal().maskedBy(product.maskedBy(eye.oneMinus()));
    }

    private static Tensor twice(Tensor x) {
        return x.add(x.transpose());
    }

    private static Tensor symmetric(Tensor x) {
        return twice(x).mul(0.5);
    }

    // ---- matrix by matrix ----

    /** Writes what a function makes of one matrix of each operand, all with the same leading axes; if it is false, the condition does not hold. */
    private static Forward each(
            String name, String condition, Shape shape, BiPredicate<double[][], double[]> function) {
        Shape batch = shape.beforeMatrix();
        return (k, in, out) -> {
            int count = batch.size();
            for (int i = 0; i < count; i++) {
                double[][] matrices = new double[in.length][];
                for (int j = 0; j < in.length; j++) {
                    matrices[j] = new double[in[j].size() / count];
                    k.toDoubles(in[j].data, in[j].offset + i * matrices[j].length, matrices[j], 0, matrices[j].length);
                }
                double[] result = new double[out.size() / count];
                if (!function.test(matrices, result)) {
                    String which = batch.rank() == 0 ? "the matrix" : "matrix " + batch.index(i);
                    throw Check.failure("%s: %s of the shape %s must %s", name, which, shape, condition);
                }
                k.fromDoubles(result, 0, out.data, out.offset + i * result.length, result.length);
            }
        };
    }

    /** An operand repeated along the leading axes that the other one has. */
    private static Tensor spread(String name, Tensor x, Tensor like) {
        ((LinearAlgebra) x).requireMatrices(name);
        ((LinearAlgebra) like).requireMatrices(name);
        Shape batch =
                Shape.broadcast(name, x.shape().beforeMatrix(), like.shape().beforeMatrix());
        return x.broadcastTo(batch.followedBy(x.size(-2), x.size(-1), x.shape()));
    }

    private static void requireSystem(String name, Tensor a, Tensor b) {
        ((LinearAlgebra) a).requireSquare(name);
        Check.that(
                a.size(-1) == b.size(-2),
                "%s: the right side must have as many rows as the matrices %s, got %s",
                name,
                a.shape(),
                b.shape());
    }

    private void requireMatrices(String name) {
        Check.that(
                self().rank() >= 2,
                "%s: the tensor must have at least two axes, got the shape %s",
                name,
                self().shape());
    }

    private void requireSquare(String name) {
        requireMatrices(name);
        Check.that(
                self().size(-1) == self().size(-2),
                "%s: matrices must be square, got the shape %s",
                name,
                self().shape());
    }

    private Tensor self() {
        return (Tensor) this;
    }
}
