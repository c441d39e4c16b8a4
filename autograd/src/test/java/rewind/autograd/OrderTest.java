package rewind.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import rewind.autograd.program.Program;

/** Order with ties and NaN, products with zeros, indices and whole numbers. */
class OrderTest {
    private static final Tensor TIES = Tensor.of(2, Double.NaN, 1, 2, -0.0, 0.0);

    private static void assertRefused(String message, ThrowingCallable call) {
        assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
    }

    @Test
    void equalElementsKeepTheirOrderAndNaNComesLast() {
        assertThat(TIES.argSort(0).toIntArray()).containsExactly(4, 5, 2, 0, 3, 1);
        assertThat(TIES.argTopK(0, 3).toIntArray()).containsExactly(0, 3, 2);
        assertThat(TIES.sort(0).toArray()).containsExactly(-0.0, 0.0, 1, 2, 2, Double.NaN);
        Tensor gradient = Grad.gradient(x -> x.topK(0, 1).sum(), TIES);
        assertThat(gradient.toArray()).containsExactly(1, 0, 0, 0, 0, 0);
    }

    @Test
    void quantilesLieBetweenElements() {
        Tensor x = Tensor.of(new double[][] {{4, 1, 3, 2}, {8, 8, 8, 8}});
        assertThat(x.median(1).toArray()).containsExactly(2.5, 8);
        assertThat(x.quantile(1, 0).toArray()).containsExactly(1, 8);
        assertThat(x.quantile(1, 1).toArray()).containsExactly(4, 8);
        assertThat(x.quantile(-1, 0.25).toArray()).containsExactly(1.75, 8);
        assertRefused("quantile: q must be one of 0 to 1, got 1.5", () -> x.quantile(0, 1.5));
        assertRefused(
                "quantile: axis 0 must not be empty, got [0]",
                () -> Tensor.zeros(0).median(0));
    }

    @Test
    void productsWithZerosHaveTheirDerivatives() {
        Tensor one = Grad.gradient(x -> x.prod(), Tensor.of(2, 0, 3, 4));
        assertThat(one.toArray()).containsExactly(0, 24, 0, 0);
        Tensor two = Grad.gradient(x -> x.prod(), Tensor.of(2, 0, 0));
        assertThat(two.toArray()).containsExactly(0, 0, 0);
        Tensor hessian = Grad.hessian(x -> x.prod(), Tensor.of(2, 0, 0));
        assertThat(hessian.toArray()).containsExactly(0, 0, 0, 0, 0, 2, 0, 2, 0);
        Tensor running = Grad.gradient(x -> x.cumprod(0).sum(), Tensor.of(2, 0, 3));
        assertThat(running.toArray()).containsExactly(1, 8, 0);
        assertThat(Tensor.zeros(2, 0).prod(1).toArray()).containsExactly(1, 1);
    }

    @Test
    void indicesThatDoNotFitAreRefused() {
        Tensor x = Tensor.arange(6).reshape(2, 3);
        assertRefused(
                "takeAlongAxis: index 3 must lie inside axis 1 of the shape [2, 3]",
                () -> x.takeAlongAxis(1, Tensor.of(new int[][] {{0}, {3}})));
        assertRefused(
                "takeAlongAxis: indices must have the shape [2, 3] but for axis 1, got [3, 1]",
                () -> x.takeAlongAxis(1, Tensor.zeros(3, 1)));
        assertRefused(
                "scatterAdd: there must be one index for each element that is added, got [2, 1] and [2, 2]",
                () -> x.scatterAdd(1, Tensor.zeros(2, 1), Tensor.zeros(2, 2)));
        assertRefused("topK: k must be one of 0 to the size of axis 0 of [2, 3], got 3", () -> x.topK(0, 3));
        assertRefused("pad: counts must not be negative, got -1 and 0 for the shape [2, 3]", () -> x.pad(0, -1, 0, 7));
        assertRefused("tile: counts must not be negative, got [-1] for the shape [2, 3]", () -> x.tile(-1));
        assertRefused("polygamma: the order must not be negative, got -1", () -> x.polygamma(-1));
    }

    @Test
    void wholeNumbers() {
        Tensor ids = Tensor.of(new int[] {3, 1, 2});
        assertThat(ids.dtype()).isEqualTo(DType.FLOAT64);
        assertThat(ids.toIntArray()).containsExactly(3, 1, 2);
        assertThat(Tensor.of(Shape.of(1, 2), new int[] {3, 1}).shape()).isEqualTo(Shape.of(1, 2));
        assertRefused(
                "toIntArray: element [1] of [2] must be a whole number, got 0.5",
                () -> Tensor.of(1, 0.5).toIntArray());
        assertRefused(
                "toIntArray: element [0] of [1] must be a whole number, got 3.0E9",
                () -> Tensor.of(new double[] {3e9}).toIntArray());
    }

    /** In a program the order is that of the numbers that it is run with. */
    @Test
    void programsOrderAnew() {
        Program program = Program.of(in -> in.get(0).sort(0), Tensor.of(3, 1, 2));
        assertThat(program.run(Tensor.of(1, 3, 2)).toArray()).containsExactly(1, 2, 3);
        Tensor gradient = program.adjoint().run(Tensor.of(1, 3, 2), Tensor.of(10, 20, 30));
        assertThat(gradient.toArray()).containsExactly(10, 30, 20);
    }
}
