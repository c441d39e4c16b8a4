package rewind.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.apache.commons.math3.random.Well19937c;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import rewind.autograd.program.Program;

/** Factorizations multiplied out, what does not exist, and points without a derivative. */
class LinearAlgebraTest {
    private static final Tensor SINGULAR = Tensor.of(new double[][] {{0.1, 0.2}, {0.3, 0.6}});
    private static final Tensor PAIR = Tensor.stack(0, Tensor.eye(2), SINGULAR);

    private static void assertRefused(String message, ThrowingCallable call) {
        assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
    }

    @Test
    void theMatrixThatHasNoneIsNamed() {
        assertRefused("inverse: matrix [1] of the shape [2, 2, 2] must be invertible, but is singular", PAIR::inverse);
        assertRefused(
                "solve: matrix [1] of the shape [2, 2, 2] must be invertible, but is singular",
                () -> PAIR.solve(Tensor.eye(2)));
        assertRefused("logDet: matrix [1] of the shape [2, 2, 2] must be invertible, but is singular", PAIR::logDet);
        assertRefused(
                "cholesky: the matrix of the shape [2, 2] must be positive definite",
                () -> Tensor.eye(2).neg().cholesky());
        assertRefused("cholesky: matrix [1] of the shape [2, 2, 2] must be positive definite", PAIR::cholesky);
        assertRefused("qr: matrix [1] of the shape [2, 2, 2] must have linearly independent columns", PAIR::qr);
        assertRefused(
                "solveTriangular: the matrix of the shape [2, 2] must have no 0 on its diagonal",
                () -> Tensor.zeros(2, 2).solveTriangular(Tensor.eye(2), true));
        assertRefused(
                "eigh: the matrix of the shape [1, 1] must be finite",
                () -> Tensor.full(Double.NaN, 1, 1).eigh());
        assertRefused(
                "svd: the matrix of the shape [1, 1] must be finite",
                () -> Tensor.full(Double.NaN, 1, 1).svd());
    }

    @Test
    void shapesThatDoNotFitAreRefused() {
        assertRefused(
                "trace: the tensor must have at least two axes, got the shape [3]",
                () -> Tensor.ones(3).trace());
        assertRefused(
                "inverse: matrices must be square, got the shape [2, 3]",
                () -> Tensor.ones(2, 3).inverse());
        assertRefused(
                "solve: the right side must have as many rows as the matrices [2, 2], got [3, 1]",
                () -> Tensor.eye(2).solve(Tensor.ones(3, 1)));
        assertRefused(
                "qr: matrices must not have more columns than rows, got [2, 3]; use transpose",
                () -> Tensor.ones(2, 3).qr());
        assertRefused(
                "einsum: axes of the name j in \"ij,jk->ik\" must have one size, got 3 and 2",
                () -> Tensor.einsum("ij,jk->ik", Tensor.ones(2, 3), Tensor.ones(2, 3)));
        assertRefused(
                "einsum: the result of \"ij->ik\" must name axes of operands, each once",
                () -> Tensor.einsum("ij->ik", Tensor.ones(2, 3)));
    }

    /** Dots are the axes without names, from the last one on; what the result leaves out of them is summed. */
    @Test
    void dotsAreAxesWithoutNames() {
        Well19937c rng = new Well19937c(1);
        Tensor x = Tensor.randn(rng, 5, 2, 3, 4);
        Tensor y = Tensor.randn(rng, 2, 4, 6);
        assertNear(Tensor.einsum("...ij,...jk->...ik", x, y), x.matmul(y));
        assertNear(Tensor.einsum("... i j, j k -> ... i k", x, y.select(0, 1)), x.matmul(y.select(0, 1)));
        assertNear(Tensor.einsum("i...->...i", x), x.permute(1, 2, 3, 0));
        assertNear(Tensor.einsum("a...j->a", x), x.sum(1, 2, 3));
        Tensor one = Tensor.randn(rng, 5, 1, 4, 6);
        assertNear(Tensor.einsum("...ij,...jk->...ik", x, one), x.matmul(one));
        assertNear(
                Tensor.einsum("...ij,...jk->...ik", one.transpose(), x.transpose()),
                x.matmul(one).transpose());
        assertNear(Tensor.einsum("...,...->...", y, Tensor.of(3.0).sum()), y.mul(3));
        assertNear(Tensor.einsum("...ii->...i", Tensor.eye(3).broadcastTo(1, 2, 3, 3)), Tensor.ones(1, 2, 3));
        assertNear(
                Grad.gradient(v -> Tensor.einsum("...ij,...jk->...ik", x, v).sum(), one),
                Grad.gradient(v -> x.matmul(v).sum(), one));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.einsum("...ij,jk->ik", y.select(0, 0).select(0, 0), y));
        assertThatIllegalArgumentException().isThrownBy(() -> Tensor.einsum("...i,...i->...", x, Tensor.ones(3, 3, 4)));
        assertThatIllegalArgumentException().isThrownBy(() -> Tensor.einsum("......i->i", x));
    }

    @Property(tries = 30)
    void factorsMultiplyToTheMatrix(@ForAll @LongRange(max = 1000) long seed) {
        Well19937c rng = new Well19937c(seed);
        Tensor x = Tensor.randn(rng, 3, 6, 4);
        List<Tensor> qr = x.qr();
        assertNear(qr.get(0).matmul(qr.get(1)), x);
        assertNear(qr.get(0).transpose().matmul(qr.get(0)), Tensor.eye(4).broadcastTo(3, 4, 4));
        List<Tensor> svd = x.svd();
        assertNear(svd.get(0).mul(svd.get(1).expandDims(-2)).matmul(svd.get(2).transpose()), x);
        Tensor square = x.transpose().matmul(x);
        List<Tensor> eigh = square.eigh();
        assertNear(
                eigh.get(1).mul(eigh.get(0).expandDims(-2)).matmul(eigh.get(1).transpose()), square);
        assertNear(eigh.get(0).flip(-1), svd.get(1).square());
        Tensor l = square.cholesky();
        assertNear(l.matmul(l.transpose()), square);
        assertNear(l.diagonal().log().sum(-1).mul(2), square.logDet());
        assertNear(square.matmul(square.inverse()), Tensor.eye(4).broadcastTo(3, 4, 4));
    }

    private static void assertNear(Tensor actual, Tensor expected) {
        double scale = 1 + expected.abs().max().toDouble();
        assertThat(actual.isClose(expected, 0, 1e-9 * scale * scale))
                .as("%s is %s", actual, expected)
                .isTrue();
    }

    /** What one row is small by is no rounding of another one. */
    @Test
    void rowsOfDifferentSizesAreIndependent() {
        Tensor rows = Tensor.of(new double[][] {{1, 1}, {1e-20, 2e-20}});
        assertNear(rows.matmul(rows.inverse()), Tensor.eye(2));
        Tensor graded = Tensor.of(new double[][] {{1, 1e-20}, {1e-20, 2e-40}});
        assertThat(graded.logDet().toDouble()).isCloseTo(Math.log(1e-40), within(1e-9));
        assertRefused(
                "logDet: the matrix of the shape [2, 2] must be invertible, but is singular",
                () -> SINGULAR.mul(Tensor.of(new double[][] {{1}, {1e-20}})).logDet());
    }

    @Test
    void eigenvaluesOfAnySize() {
        Tensor x = Tensor.of(new double[][] {{2, 1}, {1, 2}});
        for (double size : new double[] {1e-310, 1e-200, 1e200, 5e307}) {
            List<Tensor> parts = x.mul(size).eigh();
            assertNear(parts.get(0).div(size), Tensor.of(1, 3));
            assertNear(parts.get(1), x.eigh().get(1));
        }
    }

    /** Sums of eigenvalues have a derivative where single ones have not. */
    @Test
    void equalValues() {
        Tensor gradient = Grad.gradient(x -> x.eigh().get(0).sum(), Tensor.eye(3));
        assertThat(gradient.isClose(Tensor.eye(3), 0, 1e-14)).isTrue();
        Tensor nuclear = Grad.gradient(x -> x.svd().get(1).sum(), Tensor.eye(3));
        assertThat(nuclear.isClose(Tensor.eye(3), 0, 1e-14)).isTrue();
        Tensor vectors = Grad.gradient(
                x -> x.eigh().get(1).mul(Tensor.arange(9).reshape(3, 3)).sum(), Tensor.eye(3));
        assertThat(vectors.isFinite()).isFalse();
    }

    /** A program runs again with other numbers, and refuses a matrix then that has no solution. */
    @Test
    void programsOfEquations() {
        Tensor a = Tensor.of(new double[][] {{2, 1}, {1, 3}});
        Tensor b = Tensor.of(new double[][] {{1}, {2}});
        Program program = Program.of(in -> in.get(0).solve(in.get(1)), a, b);
        Tensor other = Tensor.of(new double[][] {{4, 0}, {0, 5}});
        assertThat(program.run(other, b).toArray()).containsExactly(new double[] {0.25, 0.4}, within(1e-15));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> program.run(SINGULAR, b))
                .withMessageContaining("must be invertible");
        assertThat(program.equations().text()).contains("solve(");
    }
}
