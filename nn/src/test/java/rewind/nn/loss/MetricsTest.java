package rewind.nn.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static rewind.nn.Metrics.accuracy;
import static rewind.nn.Metrics.fScore;
import static rewind.nn.Metrics.negativePredictiveValue;
import static rewind.nn.Metrics.precision;
import static rewind.nn.Metrics.recall;
import static rewind.nn.Metrics.rootMeanSquaredError;
import static rewind.nn.Metrics.specificity;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.DType;
import rewind.autograd.Tensor;
import rewind.nn.Metrics;
import rewind.nn.fixture.Json;

/** Metrics against counting by hand; {@link rewind.nn.GoldenTest} compares with another library. */
public class MetricsTest {
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
                    metric.name()
                            + ": the target must have the shape of the output [4, 2], got [4]; of numbers of classes oneHot(2) makes targets");
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
    public static Tensor scores(RandomGenerator rng, int samples, int columns) {
        return Tensor.zeros(samples, columns).map(zero -> rng.nextInt(5) / 4.0);
    }

    private static Tensor as(DType dtype, Tensor x) {
        double[] values = x.toArray();
        int[] next = {0};
        return Tensor.zeros(dtype, x.shape()).map(zero -> values[next[0]++]);
    }

    /** The class of a row, by sorting its columns; of one column, by rounding a half to even. */
    public static int classOf(Tensor x, int row) {
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
    public static void same(double actual, Object recorded) {
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
