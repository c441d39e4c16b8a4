package rewind.nn;

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

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/** Metrics against counting by hand; {@link GoldenTest} compares with another library. */
class MetricsTest {
    @Property(edgeCases = EdgeCasesMode.NONE)
    void countingByHand(
            @ForAll @IntRange(min = 1, max = 20) int samples,
            @ForAll @IntRange(min = 1, max = 4) int columns,
            @ForAll @IntRange(max = 3) int anyClass,
            @ForAll long seed) {
        RandomGenerator rng = new Well19937c(seed);
        Tensor output = scores(rng, samples, columns);
        Tensor target = scores(rng, samples, columns);
        int positive = anyClass % Math.max(columns, 2);

        int[][] n = new int[2][2]; // [is positive][is taken for positive]
        int right = 0;
        for (int i = 0; i < samples; i++) {
            int actual = classOf(target, i);
            int predicted = classOf(output, i);
            n[actual == positive ? 1 : 0][predicted == positive ? 1 : 0]++;
            right += actual == predicted ? 1 : 0;
        }
        double recall = n[1][1] / (double) (n[1][1] + n[1][0]);
        double precision = n[1][1] / (double) (n[1][1] + n[0][1]);

        same(accuracy().of(output, target), (double) right / samples);
        same(recall(positive).of(output, target), recall);
        same(precision(positive).of(output, target), precision);
        same(specificity(positive).of(output, target), n[0][0] / (double) (n[0][0] + n[0][1]));
        same(negativePredictiveValue(positive).of(output, target), n[0][0] / (double) (n[0][0] + n[1][0]));
        double f = fScore(positive).of(output, target);
        same(f, 2.0 * n[1][1] / (2.0 * n[1][1] + n[0][1] + n[1][0]));
        if (recall > 0 && precision > 0) {
            same(f, 2 / (1 / recall + 1 / precision));
        }
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void otherWaysToGiveTheSame(@ForAll @IntRange(min = 1, max = 8) int samples, @ForAll long seed) {
        RandomGenerator rng = new Well19937c(seed);
        Tensor column = scores(rng, samples, 1);
        Tensor target = scores(rng, samples, 1);
        Tensor wide = scores(rng, 2 * samples, 3);
        Tensor wideTarget = scores(rng, 2 * samples, 3);

        for (Metric metric : classification()) {
            double value = metric.of(column, target);
            same(metric.of(column.reshape(samples), target.reshape(samples)), value);
            same(metric.of(column.reshape(1, samples, 1), target.reshape(1, samples, 1)), value);
            Tensor both = Tensor.concat(1, column.oneMinus(), column);
            same(metric.of(both, Tensor.concat(1, target.oneMinus(), target)), value);
            for (DType dtype : DType.values()) {
                same(metric.of(as(dtype, column), target), value);
            }
            same(
                    metric.of(wide.reshape(2, samples, 3), wideTarget.reshape(2, samples, 3)),
                    metric.of(wide, wideTarget));
        }
    }

    @Test
    void theClassIsOneUnlessGiven() {
        Tensor output = Tensor.of(0.9, 0.8, 0.7, 0.6, 0.2, 0.1, 0.3);
        Tensor target = Tensor.of(1.0, 0, 1, 0, 0, 1, 1); // tp 2, fp 2, fn 2, tn 1
        assertThat(recall().of(output, target)).isEqualTo(0.5);
        assertThat(precision().of(output, target)).isEqualTo(0.5);
        assertThat(fScore().of(output, target)).isEqualTo(0.5);
        assertThat(specificity().of(output, target)).isEqualTo(1 / 3.0);
        assertThat(negativePredictiveValue().of(output, target)).isEqualTo(1 / 3.0);
        assertThat(accuracy().of(output, target)).isEqualTo(3 / 7.0);
    }

    /** The example of {@link Metric}. */
    @Test
    void aRecallIsNoMeanOfTheRecallsOfBatches() {
        Tensor found = Tensor.ones(1);
        Tensor missed = Tensor.zeros(9);
        double first = recall().of(found, Tensor.ones(1));
        double second = recall().of(missed, Tensor.ones(9));

        assertThat((first + second) / 2).isEqualTo(0.5);
        assertThat(recall().of(Tensor.concat(0, found, missed), Tensor.ones(10)))
                .isEqualTo(0.1);
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void errorsOfRegression(
            @ForAll @IntRange(min = 1, max = 6) int m, @ForAll @IntRange(min = 1, max = 4) int n, @ForAll long seed) {
        RandomGenerator rng = new Well19937c(seed);
        Tensor output = Tensor.randn(rng, m, n, 2);
        Tensor target = Tensor.randn(rng, m, n, 2);

        double[] distances = target.sub(output).toArray();
        double squares = 0;
        for (double each : distances) {
            squares += Math.pow(each, 2);
        }
        same(rootMeanSquaredError().of(output, target), Math.sqrt(squares / (m * n * 2)));
    }

    @Test
    void nothingIsUndefined() {
        for (Metric metric : classification()) {
            assertThat(metric.of(Tensor.zeros(0, 3), Tensor.zeros(0, 3)))
                    .as(metric.name())
                    .isNaN();
            assertThat(metric.of(Tensor.zeros(0), Tensor.zeros(0)))
                    .as(metric.name())
                    .isNaN();
        }
        assertThat(rootMeanSquaredError().of(Tensor.zeros(0, 2), Tensor.zeros(0, 2)))
                .isNaN();
    }

    @Test
    void aNaNShows() {
        Tensor good = Tensor.of(new double[][] {{0, 1}, {1, 0}, {1, 0}, {0, 1}});
        Tensor bad = Tensor.of(new double[][] {{0, 1}, {Double.NaN, 0}, {0, 1}, {1, 0}});
        for (Metric metric : all()) {
            assertThat(metric.of(good, bad)).as(metric.name()).isNaN();
            assertThat(metric.of(bad, good)).as(metric.name()).isNaN();
            assertThat(metric.of(good, good.oneMinus())).as(metric.name()).isNotNaN();
        }
    }

    @Test
    void names() {
        assertThat(all())
                .extracting(Metric::name)
                .containsExactly(
                        "accuracy",
                        "recall",
                        "precision",
                        "fScore",
                        "specificity",
                        "negativePredictiveValue",
                        "rootMeanSquaredError");
        assertThat(Stream.of(recall(1), recall(0), precision(2), fScore(3), specificity(0), negativePredictiveValue(4)))
                .extracting(Metric::name)
                .containsExactly(
                        "recall",
                        "recall(0)",
                        "precision(2)",
                        "fScore(3)",
                        "specificity(0)",
                        "negativePredictiveValue(4)");
        assertThat(recall(0)).hasToString("recall(0)");
        assertThat(rootMeanSquaredError()).hasToString("rootMeanSquaredError");
    }

    @Test
    void oneOfOnesOwn() {
        Metric accuracy = Metric.named("own", (scores, target) -> accuracy().of(scores.sigmoid(), target));
        assertThat(accuracy.name()).isEqualTo("own");
        assertThat(accuracy).hasToString("own");
        assertThat(accuracy.of(Tensor.of(-1.0, 0.2, 3), Tensor.of(0.0, 1, 0))).isEqualTo(2 / 3.0);
    }

    @Test
    void refusesShapes() {
        for (Metric metric : all()) {
            refuses(
                    () -> metric.of(Tensor.zeros(4, 2), Tensor.zeros(4)),
                    metric.name() + ": the target must have the shape of the output [4, 2], got [4]");
        }
        for (Metric metric : classification()) {
            refuses(
                    () -> metric.of(Tensor.ones(1), Tensor.of(1.0)),
                    metric.name() + ": the target must have the shape of the output [1], got []");
            String must = metric.name() + ": there must be an axis of samples and at least one class, got the shape ";
            refuses(() -> metric.of(Tensor.of(1.0), Tensor.of(1.0)), must + "[]");
            refuses(() -> metric.of(Tensor.zeros(4, 0), Tensor.zeros(4, 0)), must + "[4, 0]");
        }
    }

    @Test
    void refusesClasses() {
        refuses(() -> recall(-1), "recall: the positive class must not be negative, got -1");
        refuses(
                () -> precision(3).of(Tensor.zeros(5, 3), Tensor.zeros(5, 3)),
                "precision(3): the positive class must be less than the number of classes 3, got 3");
        refuses(
                () -> fScore(2).of(Tensor.zeros(5, 1), Tensor.zeros(5, 1)),
                "fScore(2): the positive class must be less than the number of classes 2, got 2");
    }

    /** One column is a probability, of class 1; several may be any scores. */
    @Test
    void targetsOfOneColumnAreProbabilities() {
        Tensor output = Tensor.of(new double[][] {{0.2}, {0.9}});
        for (Metric metric : classification()) {
            for (double other : new double[] {-0.1, 1.1, 7}) {
                refuses(
                        () -> metric.of(output, Tensor.of(new double[][] {{0.5}, {other}})),
                        metric.name() + ": targets of one column must be probabilities of class 1, from 0 to 1, got "
                                + other + "; of other quantities rootMeanSquaredError() tells how good they are met");
            }
            assertThat(metric.of(output, Tensor.of(new double[][] {{0}, {Double.NaN}})))
                    .isNaN();
            Tensor scores = Tensor.of(new double[][] {{-3, 7}, {5, -1}});
            assertThat(metric.of(scores, scores)).isEqualTo(1);
        }
        assertThat(accuracy().of(output, Tensor.of(new double[][] {{0}, {1}}))).isEqualTo(1);
    }

    private static List<Metric> all() {
        return Stream.concat(classification().stream(), Stream.of(rootMeanSquaredError()))
                .toList();
    }

    private static List<Metric> classification() {
        return List.of(accuracy(), recall(), precision(), fScore(), specificity(), negativePredictiveValue());
    }

    /** Multiples of 1/4 from 0 to 1: with ties, and 0.5. */
    private static Tensor scores(RandomGenerator rng, int samples, int columns) {
        return Tensor.zeros(samples, columns).map(zero -> rng.nextInt(5) / 4.0);
    }

    private static Tensor as(DType dtype, Tensor x) {
        double[] values = x.toArray();
        int[] next = {0};
        return Tensor.zeros(dtype, x.shape()).map(zero -> values[next[0]++]);
    }

    /** The class of a row, by sorting its columns; of one column, by rounding a half to even. */
    static int classOf(Tensor x, int row) {
        double[] values = x.toRows()[row];
        if (values.length == 1) {
            return (int) Math.rint(values[0]);
        }
        return IntStream.range(0, values.length)
                .boxed()
                .sorted((i, j) -> Double.compare(values[j], values[i]))
                .findFirst()
                .orElseThrow();
    }

    /** Equal to 1e-12, or both NaN. */
    static void same(double actual, Object recorded) {
        double expected = Json.number(recorded);
        if (Double.isNaN(expected)) {
            assertThat(actual).isNaN();
        } else {
            assertThat(actual).isCloseTo(expected, within(1e-12));
        }
    }

    private static void refuses(Runnable call, String message) {
        assertThatThrownBy(call::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    // ---- batch by batch ----

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

    /** Of a million numbers, and of numbers of very different size. */
    @Test
    void longSumsKeepTheirDigits() {
        int n = 1_000_000;
        Tensor output = Tensor.arange(n).mul(0.1).map(Math::sin).expandDims(1);
        Tensor target = output.add(Tensor.arange(n).expandDims(1).mul(1e-7));
        java.math.BigDecimal exact = java.math.BigDecimal.ZERO;
        double[] a = output.toArray();
        double[] y = target.toArray();
        for (int i = 0; i < n; i++) {
            exact = exact.add(new java.math.BigDecimal((y[i] - a[i]) * (y[i] - a[i])));
        }
        double expected = Math.sqrt(exact.doubleValue() / n);
        assertThat(Metrics.rootMeanSquaredError().of(output, target)).isCloseTo(expected, within(2e-16));
    }
}
