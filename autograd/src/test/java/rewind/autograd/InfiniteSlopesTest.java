package rewind.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/**
 * An element at which a slope is infinite spoils no other one: its derivative is 0 wherever the result does not depend on it, and NaN,
 * not 0, where a derivative vanishes that meets it on its way.
 */
class InfiniteSlopesTest {
    private static final int COUNT = 4;

    /** Functions of single elements that have an infinite slope at 0, and none above. */
    private static final Map<String, UnaryOperator<Tensor>> STEEP = new TreeMap<>(Map.of(
            "sqrt", Tensor::sqrt,
            "log", Tensor::log,
            "log1p", x -> x.sub(1).log1p(),
            "reciprocal", Tensor::reciprocal,
            "pow", x -> x.pow(0.5),
            "pow of tensors", x -> x.pow(x.mul(0).add(0.25)),
            "div", x -> x.oneMinus().div(x),
            "cube root", x -> x.pow(-1.0 / 3),
            "sqrt of log", x -> x.add(1).log().sqrt()));

    /** What keeps elements, or rows of one, apart from each other. */
    private static final List<UnaryOperator<Tensor>> APART = List.of(
            x -> x,
            x -> x.reshape(COUNT, 1).mul(Tensor.full(x.dtype(), 3, 1, 1)).sum(1),
            x -> x.flip(0).flip(0),
            x -> x.reshape(2, 2).transpose().add(x.scalar(0)).transpose().reshape(COUNT),
            x -> Tensor.concat(0, x.slice(0, 0, 2), x.slice(0, 2, COUNT)),
            x -> x.reshape(COUNT, 1)
                    .broadcastTo(Shape.of(COUNT, 3))
                    .slice(1, 1, 2)
                    .max(1));

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void elementsAreIndependent(@ForAll DType dtype, @ForAll @IntRange(max = 39) int seed) {
        STEEP.forEach((name, steep) -> {
            SplittableRandom rng = new SplittableRandom(seed);
            UnaryOperator<Tensor> before = APART.get(rng.nextInt(APART.size()));
            UnaryOperator<Tensor> after = APART.get(rng.nextInt(APART.size()));
            UnaryOperator<Tensor> f = x -> after.apply(steep.apply(before.apply(x)));
            double[] numbers = rng.doubles(COUNT, 0.1, 0.9).toArray();
            int at = rng.nextInt(COUNT);
            numbers[at] = 0;
            Tensor x = Tensor.of(numbers).to(dtype);
            // the same elsewhere, but smooth here
            numbers[at] = 0.5;
            Tensor smooth = Tensor.of(numbers).to(dtype);
            Tensor direction = Tensor.ones(dtype, COUNT).sub(one(dtype, at));

            assertSame(name, Grad.jacobian(f, x), Grad.jacobian(f, smooth), at);
            assertThat(Grad.jacobian(f, x).get(at, at)).as(name).matches(slope -> Double.isInfinite(slope));
            UnaryOperator<Tensor> sum = v -> f.apply(v).sum();
            assertSame(name, Grad.hessian(sum, x), Grad.hessian(sum, smooth), at);
            assertRow(name, Grad.jvp(f, x, direction), Grad.jvp(f, smooth, direction), at);
            assertRow(name, Grad.vjp(f, x, direction), Grad.vjp(f, smooth, direction), at);
            assertRow(name, Grad.hvp(sum, x, direction), Grad.hvp(sum, smooth, direction), at);
        });
    }

    /** What a function makes of an element that is then cut off, in every way to cut it. */
    @Property(generation = GenerationMode.EXHAUSTIVE)
    void whatIsCutOffDoesNotCount(@ForAll DType dtype, @ForAll boolean undefined) {
        Tensor x = Tensor.of(undefined ? -1 : 0, 0.5, 0.25).to(dtype);
        Tensor inner = x.slice(0, 1, 3);
        Tensor chosen = Tensor.of(0.0, 1, 1).to(dtype);
        STEEP.forEach((name, steep) -> {
            Tensor alone = Grad.gradient(v -> steep.apply(v).sum(), inner);
            List<UnaryOperator<Tensor>> cuts = List.of(
                    v -> steep.apply(v).slice(0, 1, 3),
                    v -> steep.apply(v).gather(1, 2),
                    v -> steep.apply(v).maskedBy(chosen),
                    v -> Tensor.where(chosen, steep.apply(v), v.scalar(7)),
                    v -> Tensor.where(chosen, steep.apply(v), v.mul(v.notEqualTo(x))));
            for (UnaryOperator<Tensor> cut : cuts) {
                double[] gradient =
                        Grad.gradient(v -> cut.apply(v).sum(), x).add(0).toArray();
                assertThat(gradient).as(name).containsExactly(0, alone.get(0), alone.get(1));
            }
        });
    }

    /** ln(x + 4) by way of logarithms: its slope at 0 is ¼, which is lost in ∞·0, but 0 is wrong. */
    @Test
    void aProbabilityOfZeroIsNoMask() {
        Tensor x = Tensor.of(0.0, 4);
        double[] gradient = Grad.gradient(v -> v.log().logSumExp(), x).toArray();
        assertThat(gradient[0]).isNaN();
        assertThat(gradient[1]).isEqualTo(0.25);
    }

    @Test
    void derivativesOfOtherBranchesAreKept() {
        UnaryOperator<Tensor> f =
                v -> Tensor.where(v.greater(0), v.sqrt(), v.pow(3).mul(2)).sum();
        Tensor x = Tensor.of(-1, 4, 0);
        assertThat(Grad.gradient(f, x).toArray()).containsExactly(6, 0.25, 0);
        assertThat(Grad.hessian(f, x).toArray()).containsExactly(-12, 0, 0, 0, -0.03125, 0, 0, 0, 0);
        assertThat(Grad.jvp(v -> v.relu().sqrt(), x, Tensor.ones(3)).toArray()).containsExactly(0, 0.25, 0);
        Tensor third = Grad.hessian(v -> Grad.gradient(f, v).sum(), x);
        assertThat(third.toArray()).containsExactly(12, 0, 0, 0, 3.0 / 256, 0, 0, 0, 12);
    }

    /** √x·√(sin x) and the like have the derivative 1 at 0, although 0 arrives at the roots; √x² has none. */
    @Property(generation = GenerationMode.EXHAUSTIVE)
    void derivativesThatVanishAreNotTakenForNone(@ForAll DType dtype) {
        List<UnaryOperator<Tensor>> functions = List.of(
                x -> x.sqrt().mul(x.sin().sqrt()),
                x -> x.square().sqrt(),
                x -> x.reshape(3, 1).sqrt().matmul(x.sqrt().reshape(1, 3)).sum(),
                x -> x.log().exp());
        Tensor x = Tensor.of(0, 0.5, 0).to(dtype);
        for (UnaryOperator<Tensor> f : functions) {
            double[] gradient = Grad.gradient(v -> f.apply(v).sum(), x).toArray();
            assertThat(gradient[0]).matches(g -> !Double.isFinite(g));
            assertThat(gradient[1]).isFinite();
            assertThat(gradient[2]).matches(g -> !Double.isFinite(g));
        }
    }

    private static Tensor one(DType dtype, int at) {
        Tensor one = Tensor.zeros(dtype, COUNT);
        return one.add(Tensor.arange(COUNT).to(dtype).equalTo(at));
    }

    private static void assertSame(String name, Tensor actual, Tensor expected, int at) {
        for (int row = 0; row < COUNT; row++) {
            for (int column = 0; column < COUNT; column++) {
                if (row != at || column != at) {
                    double value = row == at || column == at ? 0 : expected.get(row, column);
                    assertThat(actual.get(row, column) + 0.0)
                            .as("%s %s %s %s", name, row, column, actual)
                            .isEqualTo(value);
                }
            }
        }
    }

    private static void assertRow(String name, Tensor actual, Tensor expected, int at) {
        for (int i = 0; i < COUNT; i++) {
            assertThat(actual.get(i) + 0.0).as("%s %s", name, i).isEqualTo(i == at ? 0 : expected.get(i));
        }
    }
}
