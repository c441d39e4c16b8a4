package rewind.nn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.commons.math3.random.Well19937c;
import org.apache.commons.math3.stat.StatUtils;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Layers;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.layer.Lengths;

/** Scaling by its formulas, back again, and with a model. */
class ScalingTest {
    private static Model model() {
        return Sequential.of(Layers.dense(1)).build(Shape.of(2), 1);
    }

    private static double[] feature(Tensor x, int feature) {
        return x.reshape(x.size() / x.size(-1), x.size(-1)).select(1, feature).toArray();
    }

    @Property
    void everyFeatureHasMeanZeroAndDeviationOne(@ForAll @IntRange(min = 2, max = 9) int samples, @ForAll long seed) {
        Tensor x = Tensor.randn(new Well19937c(seed), samples, 4, 3)
                .mul(Tensor.of(1, 1e3, 1e-3))
                .add(Tensor.of(0, 1e4, 7));
        Tensor scaled = Scaling.standard(x).apply(x);
        for (int feature = 0; feature < 3; feature++) {
            double[] values = feature(scaled, feature);
            assertThat(StatUtils.mean(values)).isCloseTo(0, within(1e-9));
            assertThat(StatUtils.populationVariance(values)).isCloseTo(1, within(1e-9));
        }
    }

    @Property
    void theLeastAndGreatestValuesBecomeTheLimits(
            @ForAll @IntRange(min = 2, max = 9) int samples,
            @ForAll @DoubleRange(min = -3, max = 3) double low,
            @ForAll @DoubleRange(min = 0.1, max = 5) double range,
            @ForAll long seed) {
        Tensor x = Tensor.randn(new Well19937c(seed), samples, 2).mul(Tensor.of(1, 1e3));
        Tensor scaled = Scaling.minMax(x, low, low + range).apply(x);
        for (int feature = 0; feature < 2; feature++) {
            assertThat(StatUtils.min(feature(scaled, feature))).isCloseTo(low, within(1e-12));
            assertThat(StatUtils.max(feature(scaled, feature))).isCloseTo(low + range, within(1e-12));
        }
        Tensor unit = Scaling.minMax(x).apply(x);
        assertThat(unit.min().toDouble()).isZero();
        assertThat(unit.max().toDouble()).isEqualTo(1);
    }

    /** Rounding is relative to the value and the centre, which is at most a range or 1 away from the data: four operations. */
    @Property(tries = 300)
    void invertUndoesApply(
            @ForAll @Size(min = 1, max = 12) List<@DoubleRange(min = -1e6, max = 1e6) Double> drawn,
            @ForAll @DoubleRange(min = -1e7, max = 1e7) double other) {
        Tensor x = Tensor.of(drawn.stream().mapToDouble(Double::doubleValue).toArray())
                .expandDims(1);
        Tensor elsewhere = Tensor.of(new double[][] {{other}});
        for (Scaling scaling : List.of(Scaling.standard(x), Scaling.minMax(x), Scaling.minMax(x, -1, 2))) {
            for (Tensor value : List.of(x, elsewhere)) {
                double largest = value.abs().max().toDouble()
                        + x.abs().max().toDouble()
                        + Math.max(1, x.max().sub(x.min()).toDouble());
                assertThat(scaling.invert(scaling.apply(value)).isClose(value, 0, 4 * Math.ulp(largest)))
                        .isTrue();
            }
        }
    }

    @Test
    void aConstantFeatureDoesNotDivideByZero() {
        Tensor x = Tensor.of(new double[][] {{0.1, 1}, {0.1, 2}, {0.1, 3}});
        assertThat(feature(Scaling.standard(x).apply(x), 0)).containsOnly(0);
        assertThat(feature(Scaling.minMax(x, -1, 1).apply(x), 0)).containsOnly(-1);
        assertThat(Scaling.standard(x)
                        .invert(Tensor.of(new double[][] {{0, 0}}))
                        .toArray())
                .containsExactly(0.1, 2);
    }

    @Test
    void paddingDoesNotCount() {
        Dataset data = Dataset.ragged(
                List.of(new double[][] {{10}, {20}}, new double[][] {{30}, {40}, {60}}), Tensor.zeros(2, 1));
        assertThat(Scaling.standard(data)).hasToString("centre 32.0\nscale " + Math.sqrt(296));
        assertThat(Scaling.minMax(data, 0, 1)).hasToString("centre 10.0\nscale 50.0");
        assertThat(Scaling.minMax(data.x())).hasToString("centre 0.0\nscale 60.0");
        Dataset two = Dataset.ragged(
                List.of(new double[][] {{10, -1}, {20, -2}}, new double[][] {{30, -3}, {40, -4}, {60, -9}}),
                Tensor.zeros(2, 1));
        assertThat(Scaling.minMax(two, 0, 1)).hasToString("centre 10.0 -9.0\nscale 50.0 8.0");
    }

    @Test
    void aStreamIsScaledAsTheWholeInMemory() {
        Tensor x = Tensor.randn(new Well19937c(3), 3000, 2);
        SampleStream stream = SampleStream.of(() ->
                IntStream.range(0, 3000).mapToObj(i -> new Sample(x.select(0, i), Tensor.zeros(1))));
        assertThat(Scaling.standard(stream)).hasToString(Scaling.standard(x).toString());
    }

    @Test
    void singlePrecisionStays() {
        Tensor x = Tensor.of(Shape.of(2, 1), new float[] {1, 4});
        Tensor scaled = Scaling.minMax(x).apply(x);
        assertThat(scaled.dtype()).isEqualTo(DType.FLOAT32);
        assertThat(Scaling.minMax(x).invert(scaled).toArray()).containsExactly(1, 4);
    }

    @Test
    void chosenFeaturesAreScaledAlike() {
        Tensor x = Tensor.randn(new Well19937c(4), 5, 3);
        Scaling scaling = Scaling.standard(x);
        Tensor chosen =
                scaling.features(2, 0, 2).apply(x.transpose().gather(2, 0, 2).transpose());
        assertThat(chosen.toArray())
                .isEqualTo(
                        scaling.apply(x).transpose().gather(2, 0, 2).transpose().toArray());
    }

    @Property(tries = 200)
    void aModelKeepsAScalingToTheLastBit(
            @ForAll @Size(min = 2, max = 6) List<@DoubleRange(min = -1e300, max = 1e300) Double> drawn) {
        List<double[]> rows = new ArrayList<>();
        drawn.forEach(value -> rows.add(new double[] {value / 3, Math.sqrt(Math.abs(value)), -0.0}));
        Tensor x = Tensor.of(rows.toArray(double[][]::new));
        Model model = model();
        Scaling fitted = Scaling.minMax(x);
        fitted.noteIn(model, "x");
        Scaling.minMax(x.mul(2)).noteIn(model, "y");
        Scaling read = Scaling.of(model, "x");
        assertThat(read).hasToString(fitted.toString());
        assertThat(read.apply(x).toArray()).containsExactly(fitted.apply(x).toArray());
        assertThat(read.invert(x).toArray()).containsExactly(fitted.invert(x).toArray());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void isRefused(String message, ThrowingCallable refused) {
        assertThatThrownBy(refused)
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    static List<Arguments> isRefused() {
        Scaling two = Scaling.standard(Tensor.zeros(3, 2));
        return List.of(
                refusal(
                        "scaling: there must be an axis of features, (samples, features), got the shape [3];"
                                + " expandDims(1) makes one feature of a vector",
                        () -> Scaling.standard(Tensor.of(1, 2, 3))),
                refusal(
                        "scaling: the last axis must have 2 features, got the shape [4, 3]",
                        () -> two.apply(Tensor.zeros(4, 3))),
                refusal(
                        "scaling: the last axis must have 2 features, got the shape [4, 1]",
                        () -> two.invert(Tensor.zeros(4, 1))),
                refusal(
                        "scaling: feature 1 must be finite, got NaN",
                        () -> Scaling.minMax(Tensor.of(new double[][] {{1, Double.NaN}}))),
                refusal(
                        "scaling: there must be at least one value to fit to",
                        () -> Scaling.standard(Tensor.zeros(0, 2))),
                refusal(
                        "scaling: low must be less than high, got 1.0 and 1.0",
                        () -> Scaling.minMax(Tensor.zeros(1, 1), 1, 1)),
                refusal(
                        "scaling: low must be less than high, got -1.0E308 and 1.0E308",
                        () -> Scaling.minMax(Tensor.zeros(1, 1), -1e308, 1e308)),
                refusal(
                        "scaling: the values of feature 0 are too large or too far apart to be scaled",
                        () -> Scaling.minMax(Tensor.of(new double[][] {{-1e308}, {1e308}}))),
                refusal(
                        "scaling: the values of feature 1 are too large or too far apart to be scaled",
                        () -> Scaling.standard(Tensor.of(new double[][] {{0, -1e200}, {1, 1e200}}))),
                refusal(
                        "scaling: there must be at least one value to fit to",
                        () -> Scaling.standard(SampleStream.of(Stream::empty))),
                refusal(
                        "scaling: there must be at least one value to fit to",
                        () -> Scaling.standard(
                                new Dataset(Tensor.zeros(2, 3, 1), Tensor.zeros(2, 1)).lengths(Lengths.of(0, 0)))),
                refusal(
                        "scaling: the last axis must have 2 features, got the shape [100, 4]",
                        () -> Scaling.standard(new Dataset(Tensor.zeros(1124, 2), Tensor.zeros(1124, 1))
                                .map(batch -> batch.size() > 100 ? batch : batch.mapX(x -> Tensor.concat(1, x, x))))),
                refusal(
                        "scaling: there must be an axis of features, (samples, features), got the shape [2];"
                                + " expandDims(1) makes one feature of a vector",
                        () -> two.apply(Tensor.of(1, 2))),
                refusal("scaling: there are the features 0 to 1, got 2", () -> two.features(0, 2)),
                refusal(
                        "scaling: the model has no scaling x; before it is saved, noteIn(model, \"x\") adds it",
                        () -> Scaling.of(model(), "x")),
                refusal(
                        "scaling: a text must have the lines 'centre …' and 'scale …', got 'centre 1.0'",
                        () -> Scaling.of(model().note("scaling/x", "centre 1.0"), "x")),
                refusal(
                        "scaling: there must be numbers, got 'centre 1.0 two'",
                        () -> Scaling.of(model().note("scaling/x", "centre 1.0 two\nscale 1.0 1.0"), "x")),
                refusal(
                        "scaling: there must be as many finite centres as scales that are not 0, got 'centre 1.0\nscale 0.0'",
                        () -> Scaling.of(model().note("scaling/x", "centre 1.0\nscale 0.0"), "x")));
    }

    private static Arguments refusal(String message, ThrowingCallable refused) {
        return arguments(message, refused);
    }
}
