package rewind.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.random.MersenneTwister;
import org.apache.commons.math3.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Derivatives of functions of values that consist of tensors, of samples one by one, and of samples of a batch. */
class GradOfSeveralTest {
    /** A layer. */
    private record Affine(Tensor w, Tensor b) implements Grad.Tensors<Affine> {
        static Affine drawn(RandomGenerator rng, int in, int out) {
            return new Affine(Tensor.randn(rng, in, out), Tensor.randn(rng, out));
        }

        Tensor of(Tensor x) {
            return x.matmul(w).add(b).tanh();
        }

        @Override
        public List<Tensor> values() {
            return List.of(w, b);
        }

        @Override
        public Affine with(List<Tensor> values) {
            assertThat(values.get(0).shape()).isEqualTo(w.shape());
            assertThat(values.get(1).shape()).isEqualTo(b.shape());
            return withAxes(values);
        }

        @Override
        public Affine zip(Affine others, BinaryOperator<Tensor> f) {
            return new Affine(f.apply(w, others.w), f.apply(b, others.b));
        }

        @Override
        public Affine withAxes(List<Tensor> values) {
            return new Affine(values.get(0), values.get(1));
        }
    }

    private static void assertSame(Affine one, Affine other) {
        for (int i = 0; i < 2; i++) {
            assertNear(one.values().get(i), other.values().get(i));
        }
    }

    private static void assertNear(Tensor one, Tensor other) {
        assertThat(one.shape()).isEqualTo(other.shape());
        assertThat(one.sub(other).abs().sum().toDouble()).isLessThan(1e-11);
    }

    @Property(tries = 20)
    void derivativesAreThoseOfEachTensor(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 3) int in,
            @ForAll @IntRange(min = 1, max = 3) int out) {
        RandomGenerator rng = new MersenneTwister(seed);
        Affine p = Affine.drawn(rng, in, out);
        Affine v = Affine.drawn(rng, in, out);
        Tensor x = Tensor.randn(rng, 4, in);
        Function<Affine, Tensor> loss = at -> at.of(x).square().sum();
        Grad.ValueAndGradientOf<Affine> both = Grad.valueAndGradient(loss, p);
        assertNear(both.value(), loss.apply(p));
        assertNear(
                both.gradient().w(),
                Grad.gradient(w -> new Affine(w, p.b()).of(x).square().sum(), p.w()));
        assertSame(Grad.gradient(loss, p), both.gradient());

        Affine jacobian = Grad.jacobian(at -> at.of(x), p);
        assertNear(jacobian.w(), Grad.jacobian(w -> new Affine(w, p.b()).of(x), p.w()));
        assertNear(jacobian.b(), Grad.jacobian(b -> new Affine(p.w(), b).of(x), p.b()));

        Affine product = Grad.hvp(loss, p, v);
        Affine gradientOfSlope = Grad.gradient(
                at -> {
                    Affine g = Grad.gradient(loss, at);
                    return g.w().mul(v.w()).sum().add(g.b().mul(v.b()).sum());
                },
                p);
        assertSame(product, gradientOfSlope);
    }

    @Property(tries = 20)
    void gradientsPerSampleAddUp(@ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int samples) {
        RandomGenerator rng = new MersenneTwister(seed);
        Affine p = Affine.drawn(rng, 3, 2);
        Tensor x = Tensor.randn(rng, samples, 3);
        Tensor y = Tensor.randn(rng, samples, 2);
        Affine each = Grad.gradientsPerSample(
                (at, sample) -> at.of(sample.get(0)).sub(sample.get(1)).square().sum(), p, List.of(x, y));
        assertThat(each.w().shape()).isEqualTo(Shape.of(samples, 3, 2));
        assertThat(each.b().shape()).isEqualTo(Shape.of(samples, 2));
        Affine all = Grad.gradient(at -> at.of(x).sub(y).square().sum(), p);
        assertSame(new Affine(each.w().sum(0), each.b().sum(0)), all);
    }

    @Property(tries = 20)
    void jacobiansAreThoseOfEverySampleAlone(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 4) int samples,
            @ForAll @IntRange(min = 1, max = 3) int out) {
        RandomGenerator rng = new MersenneTwister(seed);
        Affine p = Affine.drawn(rng, 3, out);
        Tensor x = Tensor.randn(rng, samples, 3);
        Tensor all = Grad.jacobians(p::of, x);
        assertThat(all.shape()).isEqualTo(Shape.of(samples, out, 3));
        for (int i = 0; i < samples; i++) {
            Tensor alone = x.select(0, i);
            assertNear(
                    all.select(0, i), Grad.jacobian(at -> p.of(at.reshape(1, 3)).reshape(out), alone));
        }
        // of a scalar per sample the Hessians: derivatives of derivatives
        Tensor hessians =
                Grad.jacobians(at -> Grad.gradient(v -> p.of(v).sum(1).square().sum(), at), x);
        assertThat(hessians.shape()).isEqualTo(Shape.of(samples, 3, 3));
        Tensor first = Grad.hessian(at -> p.of(at.reshape(1, 3)).sum(1).square().sum(), x.select(0, 0));
        assertNear(hessians.select(0, 0), first);
    }

    @Test
    void nothingIsOfNothing() {
        assertThat(Grad.jacobians(x -> x.mul(2), Tensor.zeros(0, 3)).shape()).isEqualTo(Shape.of(0, 3, 3));
        Affine p = Affine.drawn(new MersenneTwister(1), 2, 2);
        Affine none = Grad.jacobian(at -> at.of(Tensor.zeros(0, 2)), p);
        assertThat(none.w().shape()).isEqualTo(Shape.of(0, 2, 2, 2));
    }

    @Test
    void whatDoesNotFitIsTold() {
        Tensor x = Tensor.zeros(3, 2);
        assertThatThrownBy(() -> Grad.jacobians(v -> v.sum(), x))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("jacobians: there must be a result for every sample, got [] for samples [3, 2]");
        Affine p = Affine.drawn(new MersenneTwister(1), 2, 2);
        assertThatThrownBy(() ->
                        Grad.gradientsPerSample((at, in) -> at.of(in.get(0)).sum(), p, List.of(x, Tensor.zeros(2, 2))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "gradientsPerSample: there must be tensors of at least one sample, as many in each, got [[3, 2], [2, 2]]");
    }
}
