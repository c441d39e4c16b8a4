package rewind.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The derivatives that the documentation promises where a function has none, or more than one, and for NaN and infinity. */
@ParameterizedClass
@EnumSource
class KinkTest {
    private static final double INF = Double.POSITIVE_INFINITY;
    private static final double NAN = Double.NaN;

    @Parameter
    private DType dtype;

    @Test
    void activationsAtZero() {
        assertSlopes(Tensor::abs, of(-2, -0.0, 0, 2), -1, 0, 0, 1);
        assertSlopes(Tensor::sign, of(-2, 0, 2), 0, 0, 0);
        assertSlopes(Tensor::relu, of(-2, -0.0, 0, 2), 0, 0, 0, 1);
        assertSlopes(x -> x.leakyRelu(0.1), of(-2, -0.0, 0, 2), 0.1, 0.1, 0.1, 1);
        assertSlopes(x -> x.elu(3), of(-0.0, 0, 2), 3, 3, 1);
        assertSlopes(x -> slopes(v -> v.elu(3), x), of(-0.0, 0, 2), 3, 3, 0);
        double alpha = 1.6732632423543772;
        double scale = 1.0507009873554805;
        assertSlopes(Tensor::selu, of(0.0, 2), alpha * scale, scale);
    }

    @Test
    void clampPassesTheDerivativeOnItsBounds() {
        assertSlopes(x -> x.clamp(-1, 2), of(-1.5, -1, 0, 2, 2.5), 0, 1, 1, 1, 0);
        assertSlopes(x -> x.clamp(1, 1), of(0.0, 1, 2), 0, 1, 0);
        assertSlopes(x -> x.clamp(-INF, INF), of(-INF, 0, 1e308), 1, 1, 1);
        assertThat(of(NAN).clamp(0, 1).toDouble()).isNaN();
    }

    @Test
    void tiesAreShared() {
        Tensor x = of(1.0, 2, 3);
        Tensor y = of(3.0, 2, 1);
        assertSlopes(in -> in.get(0).maximum(in.get(1)), List.of(x, y), new double[][] {{0, 0.5, 1}, {1, 0.5, 0}});
        assertSlopes(in -> in.get(0).minimum(in.get(1)), List.of(x, y), new double[][] {{1, 0.5, 0}, {0, 0.5, 1}});
        assertSlopes(v -> v.maximum(2), x, 0, 0.5, 1);
        assertSlopes(v -> v.minimum(2), x, 1, 0.5, 0);
        assertSlopes(v -> v.maximum(v), x, 1, 1, 1);
        Tensor rows = of(new double[][] {{4, 4, 1, 4}, {0, 0, 0, 5}});
        double third = 1.0 / 3;
        assertSlopes(v -> v.max(1), rows, third, third, 0, third, 0, 0, 0, 1);
        assertSlopes(v -> v.min(1), rows, 0, 0, 1, 0, third, third, third, 0);
        assertSlopes(v -> v.max(), rows, 0, 0, 0, 0, 0, 0, 0, 1);
        assertSlopes(v -> v.min(0, 1), rows, 0, 0, 0, 0, third, third, third, 0);
        assertSlopes(v -> slopes(u -> u.max(1).square(), v), rows, NAN, NAN, 0, NAN, 0, 0, 0, 2);
    }

    @Test
    void rootsAndLogarithmsAtZero() {
        assertSlopes(Tensor::sqrt, of(0.0, 4), INF, 0.25);
        assertSlopes(Tensor::log, of(0.0, 4), INF, 0.25);
        assertSlopes(Tensor::log1p, of(-1.0, 1), INF, 0.5);
        assertSlopes(Tensor::reciprocal, of(0.0, 2), -INF, -0.25);
        Tensor rows = of(new double[][] {{0, 0}, {3, 4}});
        assertSlopes(x -> x.norm(1), rows, 0, 0, 0.6, 0.8);
        assertSlopes(x -> x.norm(), Tensor.zeros(dtype, 2, 2), 0, 0, 0, 0);
    }

    @Test
    void powersAtZero() {
        Tensor zero = of(0.0);
        double[] powers = {-1, 0, 0.5, 1, 2, 3};
        double[] slopes = {-INF, 0, INF, 1, 0, 0};
        double[] second = {INF, 0, -INF, 0, 2, 0};
        for (int i = 0; i < powers.length; i++) {
            double p = powers[i];
            Tensor exponent = of(p);
            assertSlopes(x -> x.pow(p), zero, slopes[i]);
            assertSlopes(x -> x.pow(exponent), zero, slopes[i]);
            assertSlopes(x -> slopes(v -> v.pow(p), x), zero, second[i]);
        }
        Tensor nonnegative = of(0.0, 0.5, 1, 2);
        assertSlopes(exponent -> zero.pow(exponent), nonnegative, 0, 0, 0, 0);
        assertSlopes(x -> slopes(v -> v.pow(of(2.0)), x), zero, 2);
    }

    @Test
    void powersOfNegativeNumbers() {
        assertSlopes(x -> x.pow(3), of(-2.0), 12);
        assertSlopes(x -> x.pow(of(3.0)), of(-2.0), 12);
        assertSlopes(x -> x.pow(-2), of(-2.0), 0.25);
        assertSlopes(y -> of(-2.0).pow(y), of(3.0), NAN);
    }

    /** Whatever stands where the condition says otherwise has no influence, on derivatives of either order. */
    @Test
    void whereIgnoresWhatIsNotSelected() {
        Tensor condition = of(1.0, 0, 1, 0);
        Tensor x = of(2.0, NAN, 3, INF);
        Tensor y = of(-INF, 5, NAN, 7);
        Function<List<Tensor>, Tensor> cubes =
                in -> Tensor.where(condition, in.get(0), in.get(1)).pow(3);
        assertSlopes(cubes, List.of(x, y), new double[][] {{12, 0, 27, 0}, {0, 75, 0, 147}});
        Function<List<Tensor>, Tensor> slopes = in -> {
            List<Tensor> both = Grad.gradient(v -> cubes.apply(v).sum(), in);
            return both.get(0).add(both.get(1));
        };
        assertSlopes(slopes, List.of(x, y), new double[][] {{12, 0, 18, 0}, {0, 30, 0, 42}});
    }

    @Test
    void whereHasNoDerivativeForItsCondition() {
        assertSlopes(c -> Tensor.where(c, of(1.0), of(2.0)), of(0.0, 1, NAN), 0, 0, 0);
        assertThat(Tensor.where(of(NAN), of(1.0), of(2.0)).toDouble()).isEqualTo(1);
    }

    @Test
    void nanStaysNan() {
        Tensor x = of(NAN, 1);
        assertThat(x.relu().toArray()).containsExactly(NAN, 1);
        assertThat(x.maximum(0).toArray()).containsExactly(NAN, 1);
        assertThat(x.minimum(2).toArray()).containsExactly(NAN, 1);
        assertThat(x.sign().toArray()).containsExactly(NAN, 1);
        assertThat(x.max().toDouble()).isNaN();
        assertThat(x.min().toDouble()).isNaN();
        assertThat(x.argMax(0).toDouble()).isZero();
        assertThat(x.equalTo(x).toArray()).containsExactly(0, 1);
        assertThat(x.notEqualTo(x).toArray()).containsExactly(1, 0);
        assertThat(of(-1.0).sqrt().toDouble()).isNaN();
        assertThat(of(-1.0).log().toDouble()).isNaN();
        assertThat(of(0.0).log().toDouble()).isEqualTo(-INF);
    }

    @Test
    void reductionsOfNothing() {
        Tensor nothing = Tensor.zeros(dtype, 2, 0);
        assertThat(nothing.sum().toDouble()).isZero();
        assertThat(nothing.sum(1).toArray()).containsExactly(0, 0);
        assertThat(nothing.norm(1).toArray()).containsExactly(0, 0);
        assertThat(nothing.logSumExp(1).toArray()).containsExactly(-INF, -INF);
        assertThat(nothing.mean(1).toArray()).containsExactly(NAN, NAN);
        assertThat(nothing.variance().toDouble()).isNaN();
        assertThat(nothing.softmax(1).shape()).isEqualTo(Shape.of(2, 0));
        assertThat(Tensor.zeros(dtype, 2, 0).matmul(Tensor.ones(dtype, 0, 2)).toArray())
                .containsExactly(0, 0, 0, 0);
    }

    // ---- helpers ----

    private Tensor of(double value) {
        return Tensor.full(dtype, value);
    }

    private Tensor of(double... values) {
        return Tensor.of(values).to(dtype);
    }

    private Tensor of(double[][] rows) {
        return Tensor.of(rows).to(dtype);
    }

    /** ∂Σf/∂x. */
    private static Tensor slopes(UnaryOperator<Tensor> f, Tensor x) {
        return Grad.gradient(v -> f.apply(v).sum(), x);
    }

    private void assertSlopes(UnaryOperator<Tensor> f, Tensor x, double... expected) {
        assertSlopes(in -> f.apply(in.get(0)), List.of(x), new double[][] {expected});
    }

    private void assertSlopes(Function<List<Tensor>, Tensor> f, List<Tensor> inputs, double[][] expected) {
        List<Tensor> slopes = Grad.gradient(in -> f.apply(in).sum(), inputs);
        for (int i = 0; i < expected.length; i++) {
            // adding 0 turns −0 into 0
            assertThat(slopes.get(i).add(0).toArray())
                    .containsExactly(of(expected[i]).toArray());
        }
    }
}
