package rewind.nn.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static rewind.nn.Layers.*;
import static rewind.nn.Losses.*;
import static rewind.nn.Metrics.accuracy;
import static rewind.nn.Optimizers.*;

import java.util.Arrays;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.PoissonDistribution;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.check.GradientCheck;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Dataset;
import rewind.nn.layer.Activation;

/** Likelihoods against Commons Math, quantiles against sorted data, classes by number against one-hot. */
class LikelihoodsTest {
    @Property(tries = 30, edgeCases = EdgeCasesMode.NONE)
    void densitiesAreThoseOfCommonsMath(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 3) int n, @ForAll @IntRange(min = 1, max = 3) int k) {
        RandomGenerator rng = new Well19937c(seed);
        Tensor y = Tensor.randn(rng, 2, n).mul(3);
        Tensor two = Tensor.randn(rng, 2, 2 * n);
        double[] gaussian = gaussianLikelihood().perSample(two, y).toArray();
        Tensor three = Tensor.randn(rng, 2, 3 * k * n);
        double[] mixture = gaussianMixtureLikelihood(k).perSample(three, y).toArray();
        for (int i = 0; i < 2; i++) {
            double one = 0;
            double mixed = 0;
            for (int j = 0; j < n; j++) {
                one -= new NormalDistribution(null, two.get(i, j), Math.exp(two.get(i, n + j))).logDensity(y.get(i, j))
                        / n;
                double density = 0;
                double all = 0;
                for (int c = 0; c < k; c++) {
                    double weight = Math.exp(three.get(i, c * n + j));
                    all += weight;
                    density += weight
                            * new NormalDistribution(
                                            null,
                                            three.get(i, (k + c) * n + j),
                                            Math.exp(three.get(i, (2 * k + c) * n + j)))
                                    .density(y.get(i, j));
                }
                mixed -= Math.log(density / all) / n;
            }
            assertThat(gaussian[i]).isCloseTo(one, within(1e-9 * (1 + Math.abs(one))));
            if (Double.isFinite(mixed)) {
                assertThat(mixture[i]).isCloseTo(mixed, within(1e-9 * (1 + Math.abs(mixed))));
            }
        }
        GradientCheck.of(out -> gaussianLikelihood().of(out, y)).at(two).verify();
        GradientCheck.of(out -> gaussianMixtureLikelihood(k).of(out, y))
                .at(three)
                .verify();
    }

    @Property(tries = 30, edgeCases = EdgeCasesMode.NONE)
    void poisson(@ForAll @IntRange(max = 20) int count, @ForAll long seed) {
        double logRate = new Well19937c(seed).nextGaussian();
        double expected = -new PoissonDistribution(Math.exp(logRate)).logProbability(count);
        double value = poissonLikelihood()
                .perSample(Tensor.of(new double[][] {{logRate}}), Tensor.of(new double[][] {{count}}))
                .toArray()[0];
        assertThat(value).isCloseTo(expected, within(1e-9 * (1 + Math.abs(expected))));
        assertThat(poissonLikelihood().objection(-1))
                .contains("poissonLikelihood: targets must be counts, not negative");
    }

    /** What minimises the loss of quantiles are quantiles: as many of the data lie below as they say. */
    @Test
    void quantilesAreThoseOfTheData() {
        Tensor data = Tensor.randn(new Well19937c(7), 101, 1);
        double[] sorted = data.toArray();
        Arrays.sort(sorted);
        double[] q = {0.1, 0.5, 0.9};
        for (int i = 0; i < q.length; i++) {
            Loss loss = quantile(q[i]);
            double[] losses = Arrays.stream(sorted)
                    .map(x -> loss.of(Tensor.full(x, 101, 1), data).toDouble())
                    .toArray();
            double least = Arrays.stream(losses).min().orElseThrow();
            assertThat(losses[(int) (q[i] * 101)]).isEqualTo(least);
        }
        Tensor three = Tensor.of(new double[][] {{1, 2, 3}});
        Tensor target = Tensor.of(new double[][] {{2.5}});
        double mean = (0.1 * 1.5 + 0.5 * 0.5 + 0.1 * 0.5) / 3;
        assertThat(quantile(q).perSample(three, target).toArray()).containsExactly(new double[] {mean}, within(1e-15));
        assertThat(quantile(0.5)
                        .perSample(Tensor.of(new double[][] {{1}}), Tensor.of(new double[][] {{4}}))
                        .toArray())
                .containsExactly(1.5);
        assertThatThrownBy(() -> quantile(0, 0.5))
                .hasMessage("quantile: quantiles must be between 0 and 1, got [0.0, 0.5]");
    }

    @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
    void divergenceIsCrossEntropyLessEntropy(@ForAll long seed) {
        RandomGenerator rng = new Well19937c(seed);
        Tensor scores = Tensor.randn(rng, 3, 4).mul(5);
        Tensor y = Tensor.randn(rng, 3, 4).softmax(-1);
        Tensor own = kullbackLeibler().perSample(Activation.SOFTMAX, y.log(), y);
        assertThat(own.abs().max().toDouble()).isLessThan(1e-14);
        Tensor divergence = kullbackLeibler().perSample(Activation.SOFTMAX, scores, y);
        Tensor expected = y.mul(y.log().sub(scores.logSoftmax(-1))).sum(-1);
        assertThat(divergence.sub(expected).abs().max().toDouble()).isLessThan(1e-11);
        Tensor one = Tensor.of(new double[][] {{0, 1}});
        assertThat(kullbackLeibler()
                        .perSample(Activation.SOFTMAX, Tensor.zeros(1, 2), one)
                        .toArray())
                .containsExactly(new double[] {Math.log(2)}, within(1e-15));
    }

    @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
    void numbersOfClassesAreOneHot(@ForAll long seed, @ForAll @IntRange(min = 2, max = 4) int classes) {
        RandomGenerator rng = new Well19937c(seed);
        Tensor scores = Tensor.randn(rng, 5, classes);
        double[] ids = new double[5];
        Arrays.setAll(ids, i -> rng.nextInt(classes));
        double[] weights = new double[classes];
        Arrays.setAll(weights, i -> rng.nextDouble());
        Tensor column = Tensor.of(ids);
        Loss loss = categoricalFocalCrossEntropy(2).smoothed(0.1).weighted(weights);
        double[] expected = loss.perSample(Activation.SOFTMAX, scores, column.oneHot(classes))
                .toArray();
        assertThat(loss.ofIds(classes)
                        .perSample(Activation.SOFTMAX, scores, column)
                        .toArray())
                .isEqualTo(expected);
        assertThat(loss.ofIds(classes)
                        .perSample(Activation.SOFTMAX, scores, column.expandDims(1))
                        .toArray())
                .isEqualTo(expected);
    }

    @Test
    void aModelIsTrainedOnNumbersOfClasses() {
        Tensor x = Tensor.randn(new Well19937c(2), 60, 4, 2);
        Tensor ids = x.sum(1, 2).greater(0);
        Loss loss = categoricalCrossEntropy().ofIds(2);
        Model byIds = Model.build(Sequential.of(gru(3), dense(2, "softmax")), Shape.of(4, 2), 1);
        Model byOneHot = Model.build(Sequential.of(gru(3), dense(2, "softmax")), Shape.of(4, 2), 1);
        Dataset data = new Dataset(x, ids.expandDims(1));
        var history = Training.of(byIds)
                .loss(loss)
                .metrics(accuracy())
                .optimizer(adam(0.05))
                .epochs(8)
                .batchSize(20)
                .fit(data);
        Training.of(byOneHot)
                .loss(categoricalCrossEntropy())
                .optimizer(adam(0.05))
                .epochs(8)
                .batchSize(20)
                .fit(new Dataset(x, ids.oneHot(2)));
        assertThat(byIds.parameters().flatten().toArray())
                .isEqualTo(byOneHot.parameters().flatten().toArray());
        assertThat(history.epochs().get(7).metrics().get("accuracy")).isGreaterThan(0.8);
        assertThatThrownBy(() -> Training.of(byIds)
                        .loss(loss)
                        .fit(new Dataset(x, ids.mul(2).expandDims(1))))
                .hasMessageContaining("ofIds: targets must be the number of a class, 0 to 1");
        assertThatThrownBy(() -> loss.of(Tensor.zeros(2, 2), Tensor.zeros(2, 2)))
                .hasMessageContaining("ofIds: targets must be");
    }

    @Test
    void whatDoesNotFitIsTold() {
        assertThatThrownBy(() -> gaussianLikelihood().of(Tensor.zeros(2, 3), Tensor.zeros(2, 1)))
                .hasMessage(
                        "gaussianLikelihood: the output must have 2 columns for each of a target (batch, …, columns), got the shapes"
                                + " [2, 3] and [2, 1]");
        assertThatThrownBy(() -> gaussianMixtureLikelihood(0))
                .hasMessage("gaussianMixtureLikelihood: there must be a component, got 0");
        assertThatThrownBy(() -> categoricalCrossEntropy().ofIds(1))
                .hasMessage("ofIds: there must be at least two classes, got 1");
    }
}
