package rewind.nn.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.distribution.MultivariateNormalDistribution;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import rewind.autograd.DType;
import rewind.autograd.Grad;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.check.GradientCheck;
import rewind.autograd.program.Program;
import rewind.nn.layer.Pass;

/** Densities against Commons Math and by hand, draws by their moments, entropies and divergences by draws. */
class DistributionsTest {
    private static final int MANY = 20_000;

    private static Tensor factor(RandomGenerator rng, int n) {
        Tensor m = Tensor.randn(rng, n, n);
        return m.add(Tensor.eye(n).mul(m.abs().add(1))); // above the diagonal too, which is not looked at
    }

    @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
    void normal(@ForAll long seed) {
        RandomGenerator rng = new Well19937c(seed);
        Tensor mean = Tensor.randn(rng, 3);
        Tensor deviation = Tensor.uniform(rng, 0.1, 3, 2, 1);
        Tensor x = Tensor.randn(rng, 2, 3);
        Tensor densities = new Normal(mean, deviation).logDensity(x);
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 3; j++) {
                double expected =
                        new NormalDistribution(null, mean.get(j), deviation.get(i, 0)).logDensity(x.get(i, j));
                assertThat(densities.get(i, j)).isCloseTo(expected, within(1e-9 * (1 + Math.abs(expected))));
            }
        }
        GradientCheck.of((m, d) -> new Normal(m, d).logDensity(x))
                .at(mean, deviation)
                .verify();
        assertThat(new Normal(mean, deviation).entropy().shape()).isEqualTo(Shape.of(2, 3));
    }

    @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
    void multivariateNormal(@ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int n) {
        RandomGenerator rng = new Well19937c(seed);
        Tensor mean = Tensor.randn(rng, n);
        Tensor factor = factor(rng, n);
        Tensor lower = factor.lower();
        Tensor x = Tensor.randn(rng, 3, n);
        MultivariateNormal own = new MultivariateNormal(mean, factor);
        MultivariateNormalDistribution other = new MultivariateNormalDistribution(
                mean.toArray(), lower.matmul(lower.transpose()).toMatrix().getData());
        for (int i = 0; i < 3; i++) {
            double expected = Math.log(other.density(x.select(0, i).toArray()));
            assertThat(own.logDensity(x).get(i)).isCloseTo(expected, within(1e-7 * (1 + Math.abs(expected))));
        }
        GradientCheck.of((m, l) -> new MultivariateNormal(m, l).logDensity(x))
                .at(mean, factor)
                .verify();
        assertThat(own.divergence(own).toDouble()).isCloseTo(0, within(1e-10));
        // with a diagonal factor it is normal in every element
        Tensor deviation = factor.diagonal();
        MultivariateNormal apart = new MultivariateNormal(mean, Tensor.eye(n).mul(deviation));
        Normal each = new Normal(mean, deviation);
        assertThat(apart.logDensity(x)
                        .sub(each.logDensity(x).sum(-1))
                        .abs()
                        .max()
                        .toDouble())
                .isLessThan(1e-10);
        assertThat(apart.entropy().toDouble()).isCloseTo(each.entropy().sum().toDouble(), within(1e-10));
        Normal standard = new Normal(Tensor.zeros(n), Tensor.ones(n));
        MultivariateNormal standards = new MultivariateNormal(Tensor.zeros(n), Tensor.eye(n));
        assertThat(apart.divergence(standards).toDouble())
                .isCloseTo(each.divergence(standard).sum().toDouble(), within(1e-9));
    }

    /** E ln p = −H, and E[ln p − ln q] is the divergence. */
    @Test
    void entropiesAndDivergencesAreMeansOverDraws() {
        RandomGenerator rng = new Well19937c(11);
        Normal p = new Normal(Tensor.full(0.5, MANY), Tensor.full(1.5, MANY));
        Normal q = new Normal(Tensor.full(-1, MANY), Tensor.full(2, MANY));
        Tensor x = p.sample(rng);
        assertThat(p.logDensity(x).mean().toDouble()).isCloseTo(-p.entropy().get(0), within(0.03));
        assertThat(p.logDensity(x).sub(q.logDensity(x)).mean().toDouble())
                .isCloseTo(p.divergence(q).get(0), within(0.03));

        Tensor factor = Tensor.of(new double[][] {{1, 9}, {-0.8, 0.5}});
        MultivariateNormal both = new MultivariateNormal(Tensor.of(1.0, -2).broadcastTo(MANY, 2), factor);
        MultivariateNormal other =
                new MultivariateNormal(Tensor.zeros(2), Tensor.of(new double[][] {{2, 0}, {0.5, 1}}));
        Tensor y = both.sample(rng);
        assertThat(y.shape()).isEqualTo(Shape.of(MANY, 2));
        assertThat(y.mean(0).toArray()).containsExactly(new double[] {1, -2}, within(0.03));
        assertThat(y.sub(y.mean(0))
                        .transpose()
                        .matmul(y.sub(y.mean(0)))
                        .div(MANY)
                        .toArray())
                .containsExactly(new double[] {1, -0.8, -0.8, 0.89}, within(0.03));
        assertThat(both.logDensity(y).mean().toDouble())
                .isCloseTo(-both.entropy().get(0), within(0.03));
        assertThat(both.logDensity(y).sub(other.logDensity(y)).mean().toDouble())
                .isCloseTo(both.divergence(other).get(0), within(0.05));

        Uniform uniform = new Uniform(Tensor.full(-1, MANY), Tensor.full(3, MANY));
        Tensor u = uniform.sample(rng);
        assertThat(u.min().toDouble()).isBetween(-1.0, -0.99);
        assertThat(u.max().toDouble()).isBetween(2.99, 3.0);
        assertThat(uniform.logDensity(u).toArray()).containsOnly(-Math.log(4));
        assertThat(uniform.logDensity(Tensor.full(3.1, MANY)).get(0)).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(uniform.entropy().get(0)).isEqualTo(Math.log(4));

        Bernoulli coin = new Bernoulli(Tensor.full(Math.log(0.3 / 0.7), MANY));
        assertThat(coin.sample(rng).mean().toDouble()).isCloseTo(0.3, within(0.01));
        assertThat(coin.logDensity(Tensor.of(1.0)).get(0)).isCloseTo(Math.log(0.3), within(1e-12));
        assertThat(coin.entropy().get(0)).isCloseTo(-0.3 * Math.log(0.3) - 0.7 * Math.log(0.7), within(1e-12));
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void categorical(DType dtype) {
        Tensor logits = Tensor.of(0.1, 0.4, 0.2, 0.3).log().add(5).to(dtype);
        Categorical one = new Categorical(logits);
        assertThat(one.mode().toDouble()).isEqualTo(1);
        assertThat(one.logDensity(Tensor.of(3.0).to(dtype)).toDouble()).isCloseTo(Math.log(0.3), within(1e-6));
        assertThat(one.entropy().toDouble())
                .isCloseTo(
                        -Arrays.stream(new double[] {0.1, 0.4, 0.2, 0.3})
                                .map(p -> p * Math.log(p))
                                .sum(),
                        within(1e-6));
        assertThat(shares(one)).containsExactly(new double[] {0.1, 0.4, 0.2, 0.3}, within(0.015));
        assertThat(shares(one.topK(2))).containsExactly(new double[] {0, 4 / 7.0, 0, 3 / 7.0}, within(0.015));
        assertThat(shares(one.topP(0.75))).containsExactly(new double[] {0, 4 / 9.0, 2 / 9.0, 3 / 9.0}, within(0.015));
        assertThat(shares(one.topP(0.3))).containsExactly(0, 1, 0, 0);
        assertThat(shares(one.temperature(0.5)))
                .containsExactly(new double[] {1 / 30.0, 16 / 30.0, 4 / 30.0, 9 / 30.0}, within(0.015));
        assertThat(one.topK(9).logits().toArray()).isEqualTo(logits.toArray());
        assertThat(one.topK(1).entropy().toDouble()).isZero();
        assertThat(new Categorical(Tensor.zeros(dtype, 4))
                        .topK(2)
                        .logProbabilities()
                        .exp()
                        .toArray())
                .containsExactly(new double[] {0.5, 0.5, 0, 0}, within(1e-6));
        GradientCheck.of(l -> new Categorical(l).logDensity(Tensor.of(2.0)))
                .at(logits.to(DType.FLOAT64))
                .verify();
        GradientCheck.of(l -> new Categorical(l).entropy())
                .at(logits.to(DType.FLOAT64))
                .verify();
    }

    private static double[] shares(Categorical one) {
        Tensor logits = one.logits().broadcastTo(MANY, 4);
        Tensor draws = new Categorical(logits).sample(new Well19937c(5));
        return draws.oneHot(4).to(DType.FLOAT64).mean(0).toArray();
    }

    @Test
    void mixtures() {
        Tensor weights = Tensor.of(0.25, 0.75).log();
        Mixture two = new Mixture(new Categorical(weights), new Normal(Tensor.of(-1.0, 2), Tensor.of(0.5, 1)));
        double expected =
                0.25 * new NormalDistribution(-1, 0.5).density(0.3) + 0.75 * new NormalDistribution(2, 1).density(0.3);
        assertThat(two.logDensity(Tensor.of(0.3)).toDouble()).isCloseTo(Math.log(expected), within(1e-12));
        assertThat(two.logDensity(Tensor.of(0.3, 1e3)).isFinite()).isTrue();
        Mixture many = new Mixture(
                new Categorical(weights.broadcastTo(MANY, 2)),
                new Normal(Tensor.of(-1.0, 2), Tensor.of(0.5, 1).broadcastTo(MANY, 2)));
        assertThat(many.sample(new Well19937c(3)).mean().toDouble()).isCloseTo(1.25, within(0.03));
        MultivariateNormal planes = new MultivariateNormal(
                Tensor.of(new double[][] {{-1, 0}, {2, 5}}).broadcastTo(MANY, 2, 2),
                Tensor.eye(2).broadcastTo(MANY, 2, 2, 2));
        Mixture vectors = new Mixture(new Categorical(weights.broadcastTo(MANY, 2)), planes);
        Tensor x = vectors.sample(new Well19937c(4));
        assertThat(x.mean(0).toArray()).containsExactly(new double[] {1.25, 3.75}, within(0.05));
        assertThat(vectors.logDensity(x).shape()).isEqualTo(Shape.of(MANY));
    }

    @Test
    void gradientsFlowThroughDraws() {
        Tensor deviation = Tensor.of(2.0, 3);
        Tensor mean = Tensor.of(1.0, 1);
        List<Tensor> gradients = Grad.gradient(
                in -> new Normal(in.get(0), in.get(1)).sample(new Well19937c(1)).sum(), List.of(mean, deviation));
        Tensor noise = Tensor.randn(new Well19937c(1), 2);
        assertThat(gradients.get(0).toArray()).containsExactly(1, 1);
        assertThat(gradients.get(1).toArray()).isEqualTo(noise.toArray());
        Program program = Program.of(in -> new Normal(in.get(0), in.get(0)).sample(new Well19937c(1)), mean);
        assertThat(program.equations().text()).contains("~ N(0, 1)");
        assertThat(program.run(mean).toArray()).isNotEqualTo(program.run(mean).toArray());
        assertThatThrownBy(() -> new Normal(mean, mean).sample(Pass.inference()))
                .isInstanceOf(IllegalStateException.class);
    }

    /** As if a class that never comes were not there. */
    @Test
    void entropyWithoutAClassHasDerivatives() {
        Tensor logits = Tensor.of(1, Double.NEGATIVE_INFINITY, 2);
        Tensor those = Tensor.of(1, 2);
        Tensor gradient = Grad.gradient(x -> new Categorical(x).entropy(), logits);
        Tensor expected = Grad.gradient(x -> new Categorical(x).entropy(), those);
        assertThat(gradient.gather(0, 2).isClose(expected, 0, 1e-15)).isTrue();
        assertThat(gradient.get(1)).isZero();
        assertThat(Grad.gradient(x -> new Categorical(x).topK(1).entropy(), those))
                .hasToString(Tensor.zeros(2).toString());
    }

    @Test
    void whatDoesNotFitIsTold() {
        assertThatThrownBy(() -> new MultivariateNormal(Tensor.zeros(2), Tensor.zeros(2, 3)))
                .hasMessage(
                        "multivariate normal: the mean must be (…, n) and the factor (…, n, n), got the shapes [2] and [2, 3]");
        assertThatThrownBy(() -> new Categorical(Tensor.of(1.0)))
                .hasMessage("categorical: logits must be (…, classes) with a class, got the shape []");
        Categorical one = new Categorical(Tensor.zeros(2));
        assertThatThrownBy(() -> one.topK(0)).hasMessage("topK: there must be a class, got 0");
        assertThatThrownBy(() -> one.topP(0))
                .hasMessage("topP: the probability must be more than 0 and at most 1, got 0.0");
        assertThatThrownBy(() -> one.temperature(0)).hasMessage("temperature: it must be positive, got 0.0");
        MultivariateNormal two = new MultivariateNormal(Tensor.zeros(2), Tensor.eye(2));
        MultivariateNormal three = new MultivariateNormal(Tensor.zeros(3), Tensor.eye(3));
        assertThatThrownBy(() -> two.divergence(three))
                .hasMessage("divergence: both must be of vectors of one size, got 2 and 3");
    }
}
