package rewind.nn.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static rewind.nn.Metrics.accuracy;
import static rewind.nn.Metrics.fScore;
import static rewind.nn.Metrics.negativePredictiveValue;
import static rewind.nn.Metrics.precision;
import static rewind.nn.Metrics.recall;
import static rewind.nn.Metrics.rootMeanSquaredError;
import static rewind.nn.Metrics.specificity;
import static rewind.nn.loss.MetricsTest.scores;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
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

    @Test
    void nothingIsCountedWithoutMetrics() {
        assertThat(new MetricSums(List.of()).isEmpty()).isTrue();
        assertThat(new MetricSums(List.of(accuracy())).isEmpty()).isFalse();
    }

    /** Of one batch and the next, and of what was saved. */
    @Test
    void sumsAreAlwaysAsMany() {
        Metric own = Metric.ofSums("own", (output, target) -> new double[output.size()], sums -> sums[0]);
        MetricSums restored = new MetricSums(List.of(own));
        restored.restore(saved(Map.of("sums/own", Tensor.of(1.0, 2))), 1, Shape.of());
        refuses(
                () -> restored.add(Tensor.ones(3), Tensor.ones(3)),
                "saved: the metric own must have as many sums as before, 2, got 3");
    }

    /** Of four samples with three numbers each; what they cannot have been counted to is refused. */
    @Test
    void sumsAreThoseOfSomeSamples() {
        takesBack(accuracy(), true, new double[][] {{2, 4}, {0, 4}, {4, 4}, {0, 0}});
        takesBack(accuracy(), false, new double[][] {{5, 4}, {1.5, 4}, {-1, 4}, {2, 5}, {2, 3.5}, {0, -1}});
        takesBack(recall(), true, new double[][] {{1, 1, 1, 1}, {4, 0, 0, 0}, {0, 0, 0, 0}, {0, 1, 0, 2}});
        takesBack(recall(), false, new double[][] {{5, 0, 0, 0}, {0.5, 0.5, 1, 1}, {2, 1, 1, 1}, {-1, 2, 1, 1}});
        takesBack(rootMeanSquaredError(), true, new double[][] {{0, 12}, {1.5, 12}, {0, 0}});
        takesBack(rootMeanSquaredError(), false, new double[][] {{-1, 12}, {1, 13}, {1, 1.5}, {1, -1}});
    }

    /** Outputs without axes are one number each. */
    @Test
    void sumsOfSingleNumbers() {
        MetricSums restored = new MetricSums(List.of(accuracy()));
        restored.restore(saved(Map.of("sums/accuracy", Tensor.of(3.0, 4))), 4, Shape.of());
        assertThat(restored.values()).containsEntry("accuracy", 0.75);
        refuses(
                () -> restored.restore(saved(Map.of("sums/accuracy", Tensor.of(3.0, 5))), 4, Shape.of()),
                "saved: metrics/sums accuracy must be sums of 4 samples with outputs [], got [3.0, 5.0]");
        assertThatThrownBy(() -> restored.restore(saved(Map.of("sums/accuracy", Tensor.ones(1))), 4, Shape.of()))
                .hasMessageStartingWith("saved: the metric accuracy must have more sums: ");
    }

    private static SavedTensors saved(Map<String, Tensor> tensors) {
        return new SavedTensors("saved", "metrics", tensors);
    }

    /** Those of metrics that need all samples at once. */
    @Test
    void outputsThatWereKeptMustFit() {
        Metric last = Metric.named(
                "last", (output, target) -> output.get(output.size(0) - 1, 0) - target.get(target.size(0) - 1, 0));
        MetricSums restored = new MetricSums(List.of(last));
        restored.restore(kept(Tensor.ones(2, 3), Tensor.zeros(2, 3)), 2, Shape.of(3));
        assertThat(restored.values()).containsEntry("last", 1.0);
        restored.add(Tensor.full(5, 1, 3), Tensor.zeros(1, 3));
        assertThat(restored.values()).containsEntry("last", 5.0);

        String before = "saved: the %s for metrics must be as before, [2, 3], got [1, %s]";
        refuses(() -> restored.add(Tensor.ones(1, 2), Tensor.ones(1, 3)), before.formatted("outputs", 2));
        refuses(
                () -> restored.add(Tensor.ones(DType.FLOAT32, 1, 3), Tensor.ones(1, 3)),
                before.formatted("outputs", 3));
        refuses(() -> restored.add(Tensor.ones(1, 3), Tensor.ones(1, 2)), before.formatted("targets", 2));

        refusesKept(
                Tensor.ones(2, 3), Tensor.zeros(1, 3), "and targets must be as many, got the shapes [2, 3] and [1, 3]");
        refusesKept(Tensor.of(1.0), Tensor.zeros(1, 3), "and targets must be as many, got the shapes [] and [1, 3]");
        refusesKept(Tensor.ones(1, 3), Tensor.of(1.0), "and targets must be as many, got the shapes [1, 3] and []");
        refusesKept(
                Tensor.ones(2, 2),
                Tensor.zeros(2, 3),
                "must have 3 numbers each as in the model, got the shape [2, 2]");
        MetricSums single = new MetricSums(List.of(Metric.named("all", (output, target) -> output.size())));
        single.restore(kept(Tensor.ones(2), Tensor.zeros(2)), 2, Shape.of());
        assertThat(single.values()).containsEntry("all", 2.0);
    }

    private static SavedTensors kept(Tensor outputs, Tensor targets) {
        return saved(Map.of("outputs", outputs, "targets", targets));
    }

    private static void refusesKept(Tensor outputs, Tensor targets, String message) {
        MetricSums restored = new MetricSums(List.of(Metric.named("any", (output, target) -> 0)));
        refuses(() -> restored.restore(kept(outputs, targets), 2, Shape.of(3)), "saved: metrics outputs " + message);
    }

    /** An exception of a metric is its own, unless what it gets is partly from a file. */
    @Test
    void aMetricThatThrows() {
        Metric failing = Metric.named("failing", (output, target) -> {
            throw new IllegalStateException("planned");
        });
        MetricSums sums = new MetricSums(List.of(failing));
        sums.add(Tensor.ones(2, 3), Tensor.ones(2, 3));
        assertThatThrownBy(sums::values)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("planned");
        MetricSums restored = new MetricSums(List.of(failing));
        restored.restore(saved(sums.state()), 2, Shape.of(3));
        refuses(restored::values, "saved: metrics cannot be computed of what it had and what came then: planned");
    }

    private static void takesBack(Metric metric, boolean possible, double[]... cases) {
        for (double[] sums : cases) {
            MetricSums restored = new MetricSums(List.of(metric));
            Map<String, Tensor> saved = Map.of("sums/" + metric.name(), Tensor.of(sums));
            ThrowingCallable restore =
                    () -> restored.restore(new SavedTensors("saved", "metrics", saved), 4, Shape.of(3));
            if (possible) {
                assertThatCode(restore)
                        .as("%s of %s", metric, Arrays.toString(sums))
                        .doesNotThrowAnyException();
                assertThat(restored.state().get("sums/" + metric.name()).toArray())
                        .containsExactly(sums);
            } else {
                assertThatThrownBy(restore)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("saved: metrics/sums %s must be sums of 4 samples with outputs [3], got %s"
                                .formatted(metric.name(), Arrays.toString(sums)));
            }
        }
    }

    private static void refuses(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }
}
