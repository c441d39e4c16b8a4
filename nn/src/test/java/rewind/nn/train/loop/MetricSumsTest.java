package rewind.nn.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static rewind.nn.Metrics.accuracy;
import static rewind.nn.Metrics.fScore;
import static rewind.nn.Metrics.negativePredictiveValue;
import static rewind.nn.Metrics.precision;
import static rewind.nn.Metrics.recall;
import static rewind.nn.Metrics.rootMeanSquaredError;
import static rewind.nn.Metrics.specificity;
import static rewind.nn.loss.MetricsTest.scores;

import java.util.List;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.loss.Metric;

/** Metrics counted batch by batch. */
class MetricSumsTest {
    @Test
    void countedBatchByBatchTheyAreThoseOfAllSamples() {
        RandomGenerator rng = new Well19937c(3);
        Tensor output = scores(rng, 11, 3);
        Tensor target = scores(rng, 11, 3);
        List<Metric> metrics = List.of(
                accuracy(),
                recall(0),
                precision(),
                fScore(2),
                specificity(),
                negativePredictiveValue(),
                rootMeanSquaredError());
        MetricSums sums = new MetricSums(metrics);
        for (int from = 0; from < 11; from += 4) {
            sums.add(output.slice(0, from, Math.min(11, from + 4)), target.slice(0, from, Math.min(11, from + 4)));
        }
        metrics.forEach(metric ->
                assertThat(sums.values().get(metric.name())).isCloseTo(metric.of(output, target), within(1e-15)));
        assertThat(sums.state().keySet()).as("no outputs").allMatch(name -> name.startsWith("sums/"));
    }

    @Test
    void aNaNInAnyBatchShows() {
        Tensor good = Tensor.of(new double[][] {{1}, {0}});
        for (Metric metric : List.of(accuracy(), recall(), rootMeanSquaredError())) {
            MetricSums sums = new MetricSums(List.of(metric));
            sums.add(good, good);
            sums.add(Tensor.full(DType.FLOAT64, Double.NaN, 2, 1), good);
            sums.add(good, good);
            assertThat(sums.values().get(metric.name())).as("%s", metric).isNaN();
        }
    }

    @Test
    void sumsOfOnesOwn() {
        Metric error = Metric.ofSums(
                "meanAbsoluteError",
                (output, target) -> new double[] {output.sub(target).abs().sum().toDouble(), output.size()},
                sums -> sums[0] / sums[1]);
        Tensor output = Tensor.of(1, 2, 3, 4);
        assertThat(error.of(output, Tensor.zeros(4))).isEqualTo(2.5);
        assertThat(error).hasToString("meanAbsoluteError");
        MetricSums sums = new MetricSums(List.of(error, Metric.named("all", (o, t) -> o.size())));
        sums.add(output.slice(0, 0, 1), Tensor.zeros(1));
        sums.add(output.slice(0, 1, 4), Tensor.zeros(3));
        assertThat(sums.values()).containsEntry("meanAbsoluteError", 2.5).containsEntry("all", 4.0);
        MetricSums restored = new MetricSums(List.of(error, Metric.named("all", (o, t) -> o.size())));
        restored.restore(new SavedTensors("saved", "sums", sums.state()), 1, Shape.of(1));
        restored.add(Tensor.ones(1).mul(5), Tensor.zeros(1));
        assertThat(restored.values()).containsEntry("meanAbsoluteError", 3.0).containsEntry("all", 5.0);
    }
}
