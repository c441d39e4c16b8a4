package rewind.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.random.MersenneTwister;
import org.junit.jupiter.api.Test;
import rewind.autograd.fixture.Differences;
import rewind.autograd.fixture.Draws;
import rewind.autograd.fixture.Operations;

/** Derivatives of functions: against closed forms, of any order, and inside each other. */
class GradTest {
    private static final Tensor X = Tensor.of(0.5, -1, 2);

    // ---- closed forms ----

    @Test
    void gradientOfAPolynomial() {
        Grad.ValueAndGradient both = Grad.valueAndGradient(x -> x.pow(3).sum(), X);
        assertThat(both.value().toDouble()).isEqualTo(0.125 - 1 + 8);
        assertThat(both.gradient().toArray()).containsExactly(0.75, 3, 12);
        assertThat(both.value().isRecorded()).isFalse();
        assertThat(both.gradient().isRecorded()).isFalse();
    }

    @Test
    void gradientsOfAListAreInItsOrder() {
        List<Tensor> at = List.of(Tensor.of(new double[][] {{1, 2}, {3, 4}}), Tensor.of(5.0, 6));
        Grad.ValueAndGradients both = Grad.valueAndGradient(
                in -> in.get(0).mul(in.get(1)).sum().mul(in.get(0).get(0, 0)), at);
        assertThat(both.value().toDouble()).isEqualTo(56);
        assertThat(both.gradients()).hasSize(2);
        // in.get(0).get is a number, and so a constant
        assertThat(both.gradients().get(0).toArray()).containsExactly(5, 6, 5, 6);
        assertThat(both.gradients().get(1).toArray()).containsExactly(4, 6);
        assertThat(Grad.gradient(in -> in.get(0).sum(), at)).hasSize(2);
    }

    /** d^k/dx^k of x⁵ and of sin x, each by k nested calls. */
    @Test
    void derivativesUpToTheFourthOrder() {
        double x = 0.7;
        double[] powers = {Math.pow(x, 5), 5 * Math.pow(x, 4), 20 * Math.pow(x, 3), 60 * x * x, 120 * x};
        double[] sines = {Math.sin(x), Math.cos(x), -Math.sin(x), -Math.cos(x), Math.sin(x)};
        UnaryOperator<Tensor> power = v -> v.pow(5);
        UnaryOperator<Tensor> sine = Tensor::sin;
        UnaryOperator<Tensor> tanh = Tensor::tanh;
        for (int order = 0; order <= 4; order++) {
            assertThat(power.apply(Tensor.of(x)).toDouble()).isCloseTo(powers[order], within(1e-14));
            assertThat(sine.apply(Tensor.of(x)).toDouble()).isCloseTo(sines[order], within(1e-14));
            power = derivative(power);
            sine = derivative(sine);
            tanh = order < 3 ? derivative(tanh) : tanh;
        }
        double t = Math.tanh(x);
        double third = (1 - t * t) * (6 * t * t - 2);
        assertThat(tanh.apply(Tensor.of(x)).toDouble()).isCloseTo(third, within(1e-14));
    }

    @Test
    void jacobianOfAVectorFunction() {
        Tensor a = Tensor.of(new double[][] {{1, 2, 3}, {4, 5, 6}});
        Tensor jacobian = Grad.jacobian(x -> a.matmul(x.square().expandDims(1)).reshape(2), X);
        // a_ij · 2 x_j
        assertThat(jacobian.toRows()).isDeepEqualTo(new double[][] {{1, -4, 12}, {4, -10, 24}});
        assertThat(Grad.jacobian(x -> x.slice(0, 0, 0), X).shape()).isEqualTo(Shape.of(0, 3));
        assertThat(Grad.jacobian(x -> x.sum(), Tensor.zeros(2, 0)).shape()).isEqualTo(Shape.of(2, 0));
        assertThat(Grad.jacobian(Tensor::exp, Tensor.of(0.0)).toDouble()).isEqualTo(1);
    }

    @Test
    void hessianOfAQuadraticForm() {
        Tensor a = Tensor.of(new double[][] {{2, 1, 0}, {3, 4, -1}, {0, 5, 6}});
        UnaryOperator<Tensor> form =
                x -> x.expandDims(0).matmul(a).matmul(x.expandDims(1)).reshape();
        assertThat(Grad.hessian(form, X).toRows()).isDeepEqualTo(new double[][] {{4, 4, 0}, {4, 8, 4}, {0, 4, 12}});
        Tensor v = Tensor.of(1.0, 10, 100);
        assertThat(Grad.hvp(form, X, v).toArray()).containsExactly(44, 484, 1240);
    }

    @Test
    void productsWithJacobians() {
        UnaryOperator<Tensor> f = x -> x.square().expandDims(1).mul(Tensor.of(1.0, 10));
        Tensor v = Tensor.of(1.0, 2, 3);
        assertThat(Grad.jvp(f, X, v).toRows()).isDeepEqualTo(new double[][] {{1, 10}, {-4, -40}, {12, 120}});
        assertThat(Grad.vjp(f, X, Tensor.ones(3, 2)).toArray()).containsExactly(11, -22, 44);
    }

    // ---- properties ----

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void hessiansOfAnyFunction(@ForAll @IntRange(max = 20) int seed) {
        Draws draws = new Draws(seed, "hessian");
        Tensor x = draws.tensor(Operations.ANY, draws.filledShape(0));
        Tensor v = draws.tensor(Operations.ANY, x.shape().toArray());
        Tensor w = draws.tensor(Operations.ANY, x.size(), x.size());
        UnaryOperator<Tensor> f = in ->
                in.reshape(1, -1).matmul(w).tanh().square().sum().add(in.sin().sum());
        int n = x.size();
        Tensor hessian = Grad.hessian(f, x);
        assertThat(hessian.shape()).isEqualTo(x.shape().followedBy(x.shape()));
        Tensor matrix = hessian.reshape(n, n);
        // sums of at most 64 terms below 100; differences are good to 1e-8 here
        assertThat(matrix.isClose(matrix.transpose(), 0, 1e-11)).isTrue();
        for (int i = 0; i < n; i++) {
            int row = i;
            Tensor differences = Differences.gradient(at -> Grad.gradient(f, at).toArray()[row], x);
            assertThat(matrix.select(0, i).isClose(differences.reshape(n), 1e-6, 1e-6))
                    .isTrue();
        }
        Tensor product = matrix.matmul(v.reshape(n, 1)).reshape(x.shape().toArray());
        assertThat(Grad.hvp(f, x, v).isClose(product, 0, 1e-11)).isTrue();
    }

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void jacobiansOfAnyShape(@ForAll @IntRange(max = 20) int seed) {
        Draws draws = new Draws(seed, "jacobian");
        Tensor x = draws.tensor(Operations.ANY, draws.filledShape(0));
        int[] shape = draws.shape();
        int m = Shape.of(shape).size();
        Tensor w = draws.tensor(Operations.ANY, x.size(), m);
        UnaryOperator<Tensor> f = in -> in.reshape(1, -1).matmul(w).sigmoid().reshape(shape);
        Tensor jacobian = Grad.jacobian(f, x);
        assertThat(jacobian.shape()).isEqualTo(Shape.of(shape).followedBy(x.shape()));
        Tensor rows = jacobian.reshape(m, x.size());
        for (int i = 0; i < m; i++) {
            int row = i;
            Tensor differences = Differences.gradient(at -> f.apply(at).toArray()[row], x);
            assertThat(rows.select(0, i).isClose(differences.reshape(-1), 1e-6, 1e-8))
                    .isTrue();
        }
        Tensor v = draws.tensor(Operations.ANY, x.shape().toArray());
        Tensor dy = draws.tensor(Operations.ANY, shape);
        Tensor forward = rows.matmul(v.reshape(x.size(), 1)).reshape(shape);
        Tensor back = dy.reshape(1, m).matmul(rows).reshape(x.shape().toArray());
        assertThat(Grad.jvp(f, x, v).isClose(forward, 0, 1e-12)).isTrue();
        assertThat(Grad.vjp(f, x, dy).isClose(back, 0, 1e-12)).isTrue();
    }

    /** Whichever way is taken, a row is a product from the left and a column one from the right. */
    @Property(tries = 60)
    void jacobiansByRowsAndByColumnsAreTheSame(
            @ForAll @IntRange(max = 1000) int seed,
            @ForAll @IntRange(min = 1, max = 4) int n,
            @ForAll @IntRange(min = 1, max = 12) int m) {
        Draws draws = new Draws(seed, "both ways");
        Tensor x = draws.tensor(Operations.ANY, n);
        Tensor w = draws.tensor(Operations.ANY, n, m);
        UnaryOperator<Tensor> f =
                in -> in.reshape(1, n).matmul(w).tanh().reshape(m).mul(in.sum());
        Tensor jacobian = Grad.jacobian(f, x);
        for (int i = 0; i < m; i++) {
            Tensor row = Grad.vjp(f, x, Tensor.eye(m).select(0, i));
            assertThat(jacobian.select(0, i).isClose(row, 1e-12, 1e-14)).isTrue();
        }
        for (int j = 0; j < n; j++) {
            Tensor column = Grad.jvp(f, x, Tensor.eye(n).select(0, j));
            assertThat(jacobian.select(1, j).isClose(column, 1e-12, 1e-14)).isTrue();
        }
        UnaryOperator<Tensor> norm = in -> Grad.jacobian(f, in).square().sum();
        Tensor differences = Differences.gradient(in -> norm.apply(in).toDouble(), x);
        assertThat(Grad.gradient(norm, x).isClose(differences, 1e-6, 1e-7)).isTrue();
    }

    /** At a corner or a pole, what reverse mode says is said by columns, too; and of what does not depend on x, in its type. */
    @Test
    void jacobiansByColumnsKeepTheConventions() {
        List<UnaryOperator<Tensor>> singular = List.of(
                Tensor::abs,
                Tensor::sqrt,
                Tensor::relu,
                Tensor::sign,
                Tensor::log,
                in -> in.pow(0.5),
                in -> in.clamp(0, 1),
                in -> Tensor.where(in.greater(0), Tensor::sqrt, v -> v, in));
        for (UnaryOperator<Tensor> each : singular) {
            for (double at : new double[] {0, -0.0, 1, -1, Double.POSITIVE_INFINITY, Double.NaN}) {
                Tensor x = Tensor.of(at);
                double[] columns = Grad.jacobian(in -> Tensor.stack(0, Collections.nCopies(5, each.apply(in))), x)
                        .toArray();
                assertThat(columns).containsOnly(Grad.jacobian(each, x).toArray());
            }
        }
        Tensor x = Tensor.ones(DType.FLOAT32, 2);
        Tensor constant = Grad.jacobian(in -> Tensor.ones(9), x);
        assertThat(constant.dtype()).isEqualTo(DType.FLOAT32);
        assertThat(constant.toRows()).isDeepEqualTo(new double[9][2]);
        assertThat(Grad.jacobian(
                                in -> Tensor.concat(0, Collections.nCopies(4, in))
                                        .to(DType.FLOAT64),
                                x)
                        .dtype())
                .isEqualTo(DType.FLOAT32);
    }

    // ---- derivatives inside derivatives ----

    /** d/dx (x · d/dy (x + y)) = 1: a derivative that took the inner variable for the outer one would give 2. */
    @Test
    void innerAndOuterVariablesAreNotConfused() {
        UnaryOperator<Tensor> f = x -> x.mul(Grad.gradient(y -> x.add(y), Tensor.of(1.0)));
        assertThat(Grad.gradient(f, Tensor.of(1.0)).toDouble()).isEqualTo(1);
        // d/dx (x · d/dy (x y)|_{y=x}) = d/dx x² = 2x
        UnaryOperator<Tensor> g = x -> x.mul(Grad.gradient(y -> x.mul(y), x));
        assertThat(Grad.gradient(g, Tensor.of(3.0)).toDouble()).isEqualTo(6);
        // d/dx d/dy (x² y³) at y = x: d/dx 3 x⁴ = 12 x³
        UnaryOperator<Tensor> h = x -> Grad.gradient(y -> x.square().mul(y.pow(3)), x);
        assertThat(Grad.gradient(h, Tensor.of(2.0)).toDouble()).isEqualTo(96);
    }

    /** x ↦ x · d/dy (y · d/dz (x y z)) = x · d/dy (x y²) = 2 x² y, at y = x² : 2 x⁴. */
    @Test
    void threeLevelsWithVariablesOfAll() {
        UnaryOperator<Tensor> f =
                x -> x.mul(Grad.gradient(y -> y.mul(Grad.gradient(z -> x.mul(y).mul(z), x.add(y))), x.square()));
        assertThat(f.apply(Tensor.of(3.0)).toDouble()).isEqualTo(2 * 81);
        assertThat(Grad.gradient(f, Tensor.of(3.0)).toDouble()).isEqualTo(8 * 27);
        assertThat(Grad.gradient(x -> Grad.gradient(f, x), Tensor.of(3.0)).toDouble())
                .isEqualTo(24 * 9);
    }

    @Test
    void everyKindOfDerivativeCanStandInsideAnother() {
        Tensor x = Tensor.of(2.0, 3);
        Tensor v = Tensor.of(1.0, 10);
        UnaryOperator<Tensor> cubes = in -> in.pow(3).sum();
        assertThat(sumGradient(in -> Grad.vjp(y -> y.square().mul(in), in, v), x)
                        .toArray())
                .containsExactly(8, 120);
        assertThat(sumGradient(in -> Grad.jvp(y -> y.square().mul(in), in, v), x)
                        .toArray())
                .containsExactly(8, 120);
        assertThat(sumGradient(in -> Grad.jvp(Tensor::square, x, in), v).toArray())
                .containsExactly(4, 6);
        assertThat(sumGradient(in -> Grad.vjp(Tensor::square, x, in), v).toArray())
                .containsExactly(4, 6);
        assertThat(sumGradient(in -> Grad.jacobian(Tensor::square, in), x).toArray())
                .containsExactly(2, 2);
        assertThat(sumGradient(in -> Grad.hessian(cubes, in), x).toArray()).containsExactly(6, 6);
        assertThat(sumGradient(in -> Grad.hvp(cubes, in, v), x).toArray()).containsExactly(6, 60);
        assertThat(sumGradient(in -> Grad.hvp(cubes, x, in), v).toArray()).containsExactly(12, 18);
        assertThat(sumGradient(in -> Grad.valueAndGradient(cubes, in).value(), x)
                        .toArray())
                .containsExactly(12, 27);
        assertThat(Grad.jvp(in -> Grad.gradient(cubes, in), x, v).toArray()).containsExactly(12, 180);
    }

    @Test
    void insideATapeOfTheUsers() {
        Tape tape = new Tape();
        Tensor x = tape.watch(Tensor.of(2.0));
        Tensor scale = tape.watch(Tensor.of(5.0));
        Tensor slope = Grad.gradient(v -> v.pow(3).mul(scale), x);
        assertThat(slope.toDouble()).isEqualTo(60);
        Gradients gradients = tape.backward(slope);
        assertThat(gradients.of(x).toDouble()).isEqualTo(60);
        assertThat(gradients.of(scale).toDouble()).isEqualTo(12);
    }

    @Test
    void aTapeOfTheUsersInside() {
        UnaryOperator<Tensor> slopeOfCube = x -> {
            Tape tape = new Tape();
            Tensor inner = tape.watch(x);
            return tape.backward(inner.pow(3)).of(inner);
        };
        assertThat(slopeOfCube.apply(Tensor.of(2.0)).toDouble()).isEqualTo(12);
        assertThat(Grad.gradient(slopeOfCube, Tensor.of(2.0)).toDouble()).isEqualTo(12);
    }

    /** Even where it is a value of the function, recorded on both tapes. */
    @Test
    void theInnerGradientIsAConstantOnTheInnerTapeOnly() {
        UnaryOperator<Tensor> slopeOfExp = x -> {
            Tape tape = new Tape();
            Tensor inner = tape.watch(x);
            Tensor y = Tensor.op("exp", in -> in[0].exp(), List.of(inner), z -> dz -> z);
            Tensor slope = tape.backward(y).of(inner);
            int size = tape.size();
            assertThat(slope.mul(2).isRecorded()).isTrue();
            assertThat(tape.size()).isEqualTo(size);
            return slope;
        };
        assertThat(Grad.gradient(slopeOfExp, Tensor.of(2.0)).toDouble()).isEqualTo(Math.exp(2));
    }

    /** The outer derivative needs what the inner tape computed. */
    @Test
    void closingATapeInsideAnotherDerivativeIsAnError() {
        UnaryOperator<Tensor> slopeOfCube = x -> {
            try (Tape tape = new Tape(new Workspace())) {
                Tensor inner = tape.watch(x);
                return tape.backward(inner.pow(3)).of(inner);
            }
        };
        assertThat(slopeOfCube.apply(Tensor.of(2.0)).toDouble()).isEqualTo(12);
        assertThatThrownBy(() -> Grad.gradient(slopeOfCube, Tensor.of(2.0)))
                .hasMessage("pow: a value of a closed tape was used; detach() what must outlive the tape");
    }

    /** Also if what they return is a variable further out. */
    @Test
    void functionsThatIgnoreTheirInput() {
        Tensor zeros = Tensor.zeros(3);
        UnaryOperator<Tensor> seven = x -> Tensor.of(7.0);
        assertThat(Grad.gradient(seven, X).toArray()).isEqualTo(zeros.toArray());
        assertThat(Grad.hessian(seven, X).toArray()).containsOnly(0).hasSize(9);
        assertThat(Grad.hvp(seven, X, X).toArray()).isEqualTo(zeros.toArray());
        assertThat(Grad.jvp(seven, X, X).toDouble()).isZero();
        assertThat(Grad.vjp(seven, X, Tensor.of(1.0)).toArray()).isEqualTo(zeros.toArray());
        assertThat(Grad.jacobian(x -> Tensor.ones(2), X).toArray())
                .containsOnly(0)
                .hasSize(6);
        assertThat(Grad.gradient(x -> Grad.gradient(y -> x.square().sum(), x).sum(), X)
                        .toArray())
                .isEqualTo(zeros.toArray());
        assertThat(sumGradient(x -> Grad.jvp(y -> x, X, X), X).toArray()).isEqualTo(zeros.toArray());
        Tape tape = new Tape();
        Tensor outer = tape.watch(Tensor.of(4.0));
        assertThat(Grad.gradient(y -> outer, Tensor.of(1.0)).toDouble()).isZero();
        assertThat(Grad.valueAndGradient(y -> outer.mul(2), Tensor.of(1.0))
                        .value()
                        .isRecorded())
                .isTrue();
    }

    @Test
    void nothingIsLeftOnATape() {
        Tensor[] inner = new Tensor[1];
        Tensor gradient = Grad.gradient(
                x -> {
                    inner[0] = x.exp();
                    return inner[0].sum();
                },
                X);
        assertThat(gradient.isRecorded()).isFalse();
        assertThat(inner[0].isRecorded()).isFalse();
        assertThat(inner[0].mul(2).isRecorded()).isFalse();
    }

    @Test
    void errors() {
        assertThatThrownBy(() -> Grad.gradient(Tensor::exp, X))
                .hasMessage(
                        "backward: the result must be a scalar, got the shape [3]; reduce it, or pass a cotangent of"
                                + " that shape");
        Function<List<Tensor>, Tensor> list = in -> in.get(0);
        assertThatThrownBy(() -> Grad.gradient(list, List.of(X))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Grad.hessian(Tensor::exp, X)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Grad.vjp(Tensor::exp, X, Tensor.ones(2)))
                .hasMessage("backward: the cotangent must have the result's shape [3], got [2]");
        assertThatThrownBy(() -> Grad.jvp(Tensor::exp, X, Tensor.ones(2)))
                .hasMessage("jvp: the tangent must have the shape of x [3], got [2]");
        assertThatThrownBy(() -> Grad.hvp(x -> x.sum(), X, Tensor.ones(2)))
                .hasMessage("hvp: the vector must have the shape of x [3], got [2]");
    }

    /** A derivative that is taken on several threads at once. */
    @Test
    void callsShareNothing() {
        Tensor x = Tensor.randn(new MersenneTwister(5), 10);
        UnaryOperator<Tensor> f = v -> v.tanh().square().sum();
        double[] expected = Grad.hessian(f, x).toArray();
        java.util.stream.IntStream.range(0, 8)
                .parallel()
                .forEach(i -> assertThat(Grad.hessian(f, x).toArray()).isEqualTo(expected));
    }

    private static UnaryOperator<Tensor> derivative(UnaryOperator<Tensor> f) {
        return x -> Grad.gradient(f, x);
    }

    private static Tensor sumGradient(UnaryOperator<Tensor> f, Tensor x) {
        return Grad.gradient(v -> f.apply(v).sum(), x);
    }

    private static org.assertj.core.data.Offset<Double> within(double offset) {
        return org.assertj.core.data.Offset.offset(offset);
    }
}
