package rewind.nn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.random.Well19937c;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/** Windows in memory and over a stream against loops over the definition. */
class WindowsTest {
    private static Tensor series(int steps) {
        return Tensor.randn(new Well19937c(steps), steps, 3);
    }

    @Property
    void everyNumberIsWhereTheDefinitionSays(
            @ForAll @IntRange(min = 1, max = 30) int steps,
            @ForAll @IntRange(min = 1, max = 6) int length,
            @ForAll @IntRange(min = 1, max = 4) int horizon,
            @ForAll @IntRange(min = 1, max = 12) int stride) {
        Assume.that(steps >= length + horizon);
        Tensor series = series(steps);
        int[] inputs = {2, 0};
        int[] targets = {1, 1, 0};
        Windows windows = Windows.of(length)
                .horizon(horizon)
                .stride(stride)
                .inputs(inputs)
                .targets(targets);
        List<Double> x = new ArrayList<>();
        List<Double> y = new ArrayList<>();
        int samples = 0;
        for (int start = 0; start + length + horizon <= steps; start += stride) {
            samples++;
            for (int t = 0; t < length; t++) {
                for (int input : inputs) {
                    x.add(series.get(start + t, input));
                }
            }
            for (int k = 0; k < horizon; k++) {
                for (int target : targets) {
                    y.add(series.get(start + length + k, target));
                }
            }
        }
        Dataset streamed = windows.over(rows(series)).batches(100).toList().get(0);
        for (Dataset data : List.of(windows.over(series), streamed)) {
            assertThat(data.x().shape()).isEqualTo(Shape.of(samples, length, 2));
            assertThat(data.y().shape()).isEqualTo(Shape.of(samples, horizon * 3));
            assertThat(data.x().toArray()).containsExactly(x.toArray(Double[]::new));
            assertThat(data.y().toArray()).containsExactly(y.toArray(Double[]::new));
        }
    }

    private static Rows rows(Tensor series) {
        return () -> Arrays.stream(series.toRows());
    }

    @Test
    void withoutOptionsAllColumnsOfTheNextStepAreForecast() {
        Tensor series = series(6);
        Dataset data = Windows.of(4).over(series);
        assertThat(data.x().toArray())
                .isEqualTo(Tensor.stack(0, series.slice(0, 0, 4), series.slice(0, 1, 5))
                        .toArray());
        assertThat(data.y().toArray()).isEqualTo(series.slice(0, 4, 6).toArray());
    }

    @Test
    void theLastWindowEndsWithTheSeries() {
        Tensor series = series(6);
        Tensor last = Windows.of(2).horizon(9).inputs(1).last(series);
        assertThat(last.shape()).isEqualTo(Shape.of(1, 2, 1));
        assertThat(last.toArray()).containsExactly(series.get(4, 1), series.get(5, 1));
        assertThat(Windows.of(6).last(series).toArray()).isEqualTo(series.toArray());
    }

    @Test
    void aStreamTooShortForAWindowHasNoSample() {
        assertThat(Windows.of(4).over(rows(series(4))).batches(3)).isEmpty();
        assertThat(Windows.of(4).over(rows(series(0))).counted().samples()).hasValue(0);
    }

    @Test
    void theRowsAreClosedWithTheBatches() {
        List<String> log = new ArrayList<>();
        Rows rows = () -> Arrays.stream(series(9).toRows()).onClose(() -> log.add("closed"));
        try (Stream<Dataset> batches =
                Windows.of(2).over(rows).slice(1, 5).map(batch -> batch).batches(2, Optional.empty())) {
            assertThat(batches.findFirst().orElseThrow().x().get(0, 0, 0))
                    .isEqualTo(series(9).get(1, 0));
            assertThat(log).isEmpty();
        }
        assertThat(log).containsExactly("closed");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void isRefused(String message, ThrowingCallable refused) {
        assertThatThrownBy(refused)
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    static List<Arguments> isRefused() {
        Rows ragged = () -> Stream.of(new double[2], new double[3]);
        return List.of(
                refusal("windows: the length must be positive, got 0", () -> Windows.of(0)),
                refusal(
                        "windows: the horizon must be positive, got 0",
                        () -> Windows.of(1).horizon(0)),
                refusal(
                        "windows: the stride must be positive, got 0",
                        () -> Windows.of(1).stride(0)),
                refusal(
                        "windows: a series must have at least the 6 steps of one window and its horizon, got 5",
                        () -> Windows.of(4).horizon(2).over(series(5))),
                refusal(
                        "windows: a series must have at least the 6 steps of one window, got 5",
                        () -> Windows.of(6).last(series(5))),
                refusal(
                        "windows: a series must be (steps, features), got the shape [3]; expandDims(1) makes one feature of a vector",
                        () -> Windows.of(1).over(Tensor.of(1, 2, 3))),
                refusal(
                        "windows: targets must be columns 0 to 2, got [1, 3]",
                        () -> Windows.of(1).targets(1, 3).over(series(5))),
                refusal(
                        "windows: inputs must be columns 0 to 2, got [-1]",
                        () -> Windows.of(1)
                                .inputs(-1)
                                .over(rows(series(5)))
                                .batches(1)
                                .toList()),
                refusal(
                        "windows: row 1 must have as many columns as the one before, got 3",
                        () -> Windows.of(1).over(ragged).batches(1).toList()));
    }

    private static Arguments refusal(String message, ThrowingCallable refused) {
        return arguments(message, refused);
    }

    @Test
    void noSpanIsTooLongToBeCounted() {
        Windows windows = Windows.of(2).horizon(Integer.MAX_VALUE);
        assertThatThrownBy(() -> windows.over(Tensor.ones(5, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "windows: length and horizon must have fewer than 2^31 steps together, got 2 and 2147483647");
    }

    /** A sample must have something to read and something to forecast. */
    @Test
    void noColumnIsRefused() {
        refuses(
                () -> Windows.of(2).targets(),
                "windows: targets must be at least one column; without this option they are all");
        refuses(
                () -> Windows.of(2).inputs(),
                "windows: inputs must be at least one column; without this option they are all");
        refuses(
                () -> Windows.of(2).over(Tensor.zeros(5, 0)),
                "windows: a series must have a column, got the shape [5, 0]");
        refuses(
                () -> Windows.of(2).last(Tensor.zeros(5, 0)),
                "windows: a series must have a column, got the shape [5, 0]");
        refuses(
                () -> Windows.of(2)
                        .over(() -> Stream.of(new double[0], new double[0], new double[0]))
                        .batches(1)
                        .toList(),
                "windows: a series must have a column, got a row of none");
    }

    private static void refuses(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    /** The longest span that can be counted is no mistake, the series is. */
    @Test
    void theLongestSpan() {
        Windows windows = Windows.of(1).horizon(Integer.MAX_VALUE - 1);
        assertThatThrownBy(() -> windows.over(Tensor.ones(5, 1)))
                .hasMessage(
                        "windows: a series must have at least the 2147483647 steps of one window and its horizon, got 5");
        assertThat(windows.over(rows(series(9))).batches(1)).isEmpty();
    }

    @Test
    void itTellsWhatItIs() {
        assertThat(Windows.of(3).inputs(0, 2).targets(1).stride(4))
                .hasToString("Windows of 3, horizon 1, stride 4, inputs [0, 2], targets [1]");
    }
}
