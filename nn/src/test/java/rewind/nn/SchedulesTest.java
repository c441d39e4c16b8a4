package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static rewind.nn.Schedules.cosine;
import static rewind.nn.Schedules.exponential;
import static rewind.nn.Schedules.linear;
import static rewind.nn.Schedules.steady;
import static rewind.nn.Schedules.warmUp;

import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.data.Dataset;
import rewind.nn.fixture.Flat;
import rewind.nn.optimize.Schedule;

/** Schedules against the values that EpyNN gave, and against their formulas. */
class SchedulesTest {
    @Property
    void exponentialIsConstantFactorsWithinAndBetweenCycles(
            @ForAll @DoubleRange(min = 0.01, max = 2) double decay,
            @ForAll @DoubleRange(min = 0, max = 0.9) double descent,
            @ForAll @IntRange(min = 1, max = 12) int cycle,
            @ForAll @IntRange(min = 2, max = 60) int epochs) {
        double[] rates = rates(exponential(decay, descent, cycle), 0.3, epochs);

        assertThat(rates[0]).isEqualTo(0.3);
        for (int x = 1; x < epochs; x++) {
            boolean first = x % cycle == 0;
            double expected = first ? rates[x - cycle] * (1 - descent) : rates[x - 1] * Math.exp(-decay);
            assertThat(rates[x]).as("epoch %s", x).isCloseTo(expected, within(1e-12 * expected));
        }
    }

    @Property
    void withoutCyclesAllEpochsAreOne(
            @ForAll @DoubleRange(min = 0, max = 2) double decay,
            @ForAll @DoubleRange(min = 0, max = 0.9) double descent,
            @ForAll @IntRange(min = 1, max = 60) int epochs) {
        double[] rates = rates(exponential(decay), 0.3, epochs);

        assertThat(rates).isEqualTo(rates(exponential(decay, descent, 0), 0.3, epochs));
        assertThat(rates).isEqualTo(rates(exponential(decay, descent, epochs), 0.3, epochs));
        if (decay == 0) {
            assertThat(rates[epochs - 1] * Math.exp(-5.0 / epochs)).isCloseTo(0.3 * Math.exp(-5), within(1e-12));
        }
    }

    @Property
    void linearIsAReciprocalThatGrowsByAConstant(
            @ForAll @DoubleRange(min = 0.01, max = 2) double decay, @ForAll @IntRange(min = 1, max = 60) int epochs) {
        double[] rates = rates(linear(decay), 0.3, epochs);
        double[] byDefault = rates(linear(0), 0.3, epochs);

        for (int x = 0; x < epochs; x++) {
            assertThat(0.3 / rates[x])
                    .as("epoch %s", x)
                    .isCloseTo(1 + 100 * decay * x, within(1e-12 * (1 + 100 * decay * x)));
            assertThat(0.3 / byDefault[x]).as("epoch %s", x).isCloseTo(1 + 500.0 * x / epochs, within(1e-9));
        }
    }

    /** (1 + cos 2a)/2 = cos² a, and there are c steps of a = π/2c. */
    @Property
    void cosineIsASquaredQuarterWaveInEveryCycle(
            @ForAll @DoubleRange(min = 0, max = 0.3) double minimum,
            @ForAll @IntRange(min = 0, max = 12) int cycle,
            @ForAll @IntRange(min = 1, max = 60) int epochs) {
        double[] rates = rates(cosine(minimum, cycle), 0.3, epochs);

        int c = cycle == 0 ? epochs : cycle;
        for (int x = 0; x < epochs; x++) {
            double wave = Math.cos((x - c * Math.floor((double) x / c)) * Math.PI / 2 / c);
            double expected = wave * wave * 0.3 + (1 - wave * wave) * minimum;
            assertThat(rates[x]).as("epoch %s", x).isCloseTo(expected, within(1e-15));
        }
    }

    @Test
    void cosineFallsFromTheRateTowardsTheMinimum() {
        assertThat(rates(cosine(), 0.2, 4)).containsExactly(new double[] {0.2, 0.17071, 0.1, 0.02929}, within(1e-5));
        assertThat(rates(cosine(0.1), 0.2, 2)).containsExactly(new double[] {0.2, 0.15}, within(1e-15));
        assertThat(rates(cosine(0.1, 2), 0.2, 5))
                .containsExactly(new double[] {0.2, 0.15, 0.2, 0.15, 0.2}, within(1e-15));
        assertThat(rates(cosine(0.2), 0.2, 3)).containsExactly(0.2, 0.2, 0.2);
    }

    @Property
    void warmUpRampsThenHandsOverTheRemainingEpochs(
            @ForAll @IntRange(min = 0, max = 10) int ramp, @ForAll @IntRange(min = 1, max = 30) int epochs) {
        Schedule then = (learningRate, epoch, all) -> learningRate * (10 + epoch) + 1000 * all;
        double[] rates = rates(warmUp(ramp, then), 0.3, epochs);

        for (int x = 0; x < epochs; x++) {
            double expected = x < ramp ? 0.3 * (x + 1) / (ramp + 1) : then.at(0.3, x - ramp, epochs - ramp);
            assertThat(rates[x]).as("epoch %s", x).isCloseTo(expected, within(1e-15));
        }
    }

    @Test
    void warmUpReachesTheFullRateInEqualSteps() {
        assertThat(rates(warmUp(3, steady()), 0.4, 6))
                .containsExactly(new double[] {0.1, 0.2, 0.3, 0.4, 0.4, 0.4}, within(1e-15));
        assertThat(rates(warmUp(3, cosine()), 0.4, 5))
                .containsExactly(new double[] {0.1, 0.2, 0.3, 0.4, 0.2}, within(1e-15));
        assertThat(rates(warmUp(3, exponential(0)), 0.4, 2)).containsExactly(new double[] {0.1, 0.2}, within(1e-15));
    }

    @Test
    void equalSchedulesAreEqual() {
        assertThat(warmUp(2, exponential(0.1, 0.2, 3))).isEqualTo(warmUp(2, exponential(0.1, 0.2, 3)));
        assertThat(cosine()).isEqualTo(cosine(0, 0)).isNotEqualTo(cosine(0.1));
    }

    @Test
    void refusesNumbersOutOfRange() {
        refuses(() -> exponential(-1), "exponential: the decay must be finite and not negative, got -1.0");
        refuses(() -> exponential(1, 1, 0), "exponential: the descent must be at least 0 and less than 1, got 1.0");
        refuses(() -> exponential(1, -0.5, 0), "exponential: the descent must be at least 0 and less than 1, got -0.5");
        refuses(() -> exponential(1, 0.5, -2), "exponential: the cycle must be finite and not negative, got -2");
        refuses(() -> linear(Double.NaN), "linear: the decay must be finite and not negative, got NaN");
        refuses(() -> cosine(-0.1), "cosine: the minimum must be finite and not negative, got -0.1");
        refuses(() -> cosine(0, -3), "cosine: the cycle must be finite and not negative, got -3");
        refuses(() -> cosine(0.2).at(0.1, 0, 5), "cosine: the learning rate must be at least the minimum 0.2, got 0.1");
        refuses(() -> warmUp(-1, steady()), "warmUp: the number of epochs must be finite and not negative, got -1");
    }

    @Test
    void refusesEpochsOutOfRange() {
        refuses(() -> exponential(1).at(0.1, 0, 0), "exponential: the epoch must be at least 0 and less than 0, got 0");
        refuses(() -> linear(1).at(0.1, -1, 5), "linear: the epoch must be at least 0 and less than 5, got -1");
        refuses(() -> cosine().at(0.1, 5, 5), "cosine: the epoch must be at least 0 and less than 5, got 5");
        refuses(() -> warmUp(1, steady()).at(0.1, 5, 5), "warmUp: the epoch must be at least 0 and less than 5, got 5");
    }

    private static void refuses(Runnable call, String message) {
        assertThatThrownBy(call::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    private static double[] rates(Schedule schedule, double learningRate, int epochs) {
        return IntStream.range(0, epochs)
                .mapToDouble(epoch -> schedule.at(learningRate, epoch, epochs))
                .toArray();
    }

    /** A rate of 0 is a rate: such an epoch changes nothing. */
    @Test
    void aRateMayBeZero() {
        Model model = Sequential.of(Layers.dense(1)).build(Shape.of(1), 1);
        double[] before = Flat.of(model);
        Dataset data = new Dataset(Tensor.ones(2, 1), Tensor.ones(2, 1));
        Training.of(model).schedule((rate, epoch, epochs) -> 0).epochs(2).fit(data);
        assertThat(Flat.of(model)).isEqualTo(before);
    }

    @Test
    void aScheduleOfOnesOwnMustGiveARate() {
        Model model = Sequential.of(Layers.dense(1)).build(Shape.of(1), 1);
        Dataset data = new Dataset(Tensor.ones(2, 1), Tensor.ones(2, 1));
        for (double bad : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> Training.of(model)
                            .schedule((rate, epoch, epochs) -> epoch == 1 ? bad : rate)
                            .fit(data))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("training: a schedule must give a rate that is finite and not negative, got " + bad
                            + " in epoch 2");
        }
    }
}
