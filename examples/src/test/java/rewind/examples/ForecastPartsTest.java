package rewind.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.Tensor;
import rewind.nn.data.Dataset;

/** The parts of the forecast: the ways of forecasting, the choice among them, what a network reads. */
class ForecastPartsTest {
    private static final double[] LINE = {1, 2, 4, 7, 11, 16, 22, 29, 37, 46};

    private static Tensor column(double... values) {
        return Tensor.of(values).expandDims(1);
    }

    /** A season of 12 on a rising level, with noise; positive. */
    private static double[] seasonal(int count, long seed) {
        RandomGenerator rng = new Well19937c(seed);
        return IntStream.range(0, count)
                .mapToDouble(t -> 50 + 0.3 * t + 10 * Math.sin(t * Math.PI / 6) + rng.nextGaussian())
                .toArray();
    }

    private static Forecaster persistence() {
        return Forecaster.of(List.of(Forecaster.seasonalNaive(1)));
    }

    private static double error(ColumnForecaster forecaster, double[] values, int from, int ahead) {
        Errors errors = new Errors(ahead);
        errors.add(forecaster.forecast(values, from, values.length, ahead), values, from, values.length);
        return errors.rootMeanSquare(ahead);
    }

    private static double[] sunspots() {
        return ForecastReadingTest.sunspots().column(0);
    }

    @Test
    void theReferenceFiguresAreReproduced() {
        double[] values = sunspots();
        assertThat(error(Forecaster.seasonalNaive(1), values, 2541, 1)).isCloseTo(18.13074198789025, within(1e-10));
        assertThat(error(LinearAutoregression.fit(values, 24, 2541), values, 2541, 1))
                .isCloseTo(16.261438745117577, within(1e-9)); // NumPy's lstsq
    }

    @Test
    void anAutoregressionFindsTheCoefficientsOfItsSeries() {
        double[] values = new double[60];
        values[0] = 1;
        values[1] = -2;
        for (int t = 2; t < values.length; t++) {
            values[t] = 3 + 0.5 * values[t - 2] - 0.9 * values[t - 1];
        }
        LinearAutoregression fitted = LinearAutoregression.fit(values, 2, 40);
        assertThat(fitted.coefficients()).containsExactly(new double[] {3, 0.5, -0.9}, within(1e-9));
        assertThat(fitted.forecast(values, 40, 41, 20)[0]) // from its own forecasts
                .containsExactly(Arrays.copyOfRange(values, 40, 60), within(1e-7));
    }

    @Test
    void anUndeterminedAutoregressionHasNoError() {
        double[] values = new double[100];
        values[3] = 1;
        assertThat(error(LinearAutoregression.fit(values, 24, 80), values, 80, 1))
                .isNaN();
    }

    @Test
    void theSeasonalNaiveForecastRepeatsTheLastSeason() {
        assertThat(Forecaster.seasonalNaive(3).forecast(LINE, 5, 7, 5))
                .isDeepEqualTo(new double[][] {{4, 7, 11, 4, 7}, {7, 11, 16, 7, 11}});
        assertThat(Forecaster.seasonalNaive(1).forecast(LINE, 5, 6, 2)).isDeepEqualTo(new double[][] {{11, 11}});
    }

    @Test
    void anErrorAheadIsThatOfTheForecastsMadeSoMuchEarlier() {
        // of rows 7, 8, 9 forecast as rows 4, 5, 6
        assertThat(error(Forecaster.seasonalNaive(1), LINE, 5, 3))
                .isCloseTo(Math.sqrt((18 * 18 + 21 * 21 + 24 * 24) / 3.0), within(1e-12));
    }

    @Test
    void missingValuesAreNotTested() {
        double[] values = LINE.clone();
        values[8] = Double.NaN;
        Errors errors = new Errors(1);
        errors.add(Forecaster.seasonalNaive(1).forecast(LINE, 5, 10, 1), values, 5, 10);
        assertThat(errors.counts()).containsExactly(4);
        assertThat(errors.rootMeanSquare(1)).isCloseTo(Math.sqrt((25 + 36 + 49 + 81) / 4.0), within(1e-12));
    }

    @Test
    void aLinearModelContinuesWhatItsFormDescribesExactly() {
        double[] values = IntStream.range(0, 80)
                .mapToDouble(t -> 7 + 2 * t + 5 * Math.sin(t * Math.PI / 6) - 3 * Math.cos(t * Math.PI / 3))
                .toArray();
        double[] growth = Arrays.stream(values).map(v -> Math.exp(v / 40)).toArray();
        for (double[] each : List.of(values, growth)) {
            ColumnForecaster model = new LinearModel.Form(each == growth, 0, true, 12, 0, new int[0], 0).fit(each, 50);
            double[] next = model.forecast(each, 50, 51, 12)[0];
            for (int k = 0; k < 12; k++) {
                assertThat(next[k]).isCloseTo(each[50 + k], within(1e-9 * each[50 + k]));
            }
        }
    }

    @Test
    void wavesFindTheirCoefficients() {
        double[] values = IntStream.range(0, 60)
                .mapToDouble(t -> 4 + 2 * Math.cos(t * Math.PI / 6) - Math.sin(t * Math.PI / 3))
                .toArray();
        assertThat(Waves.fit(values, 12, 2).coefficients())
                .containsExactly(new double[] {4, 2, 0, 0, -1}, within(1e-10));
        assertThat(Waves.fit(values, 12, 6).without(values)).containsExactly(new double[60], within(1e-10));
    }

    @Test
    void smoothingAddsWhatItsEquationsSay() {
        double[] values = {3, 5, 4};
        Smoothing.Form form = new Smoothing.Form(false, 0.5, 1);
        double[] ahead = new Smoothing(new Scale.Own(), form, 0.5, 0.2, 0).forecast(values, 3, 4, 2)[0];
        double level = 3 + 0.5 * 2; // the first error is 0, the second 2
        double slope = 0.2 * 2;
        double error = 4 - (level + 0.5 * slope);
        level += 0.5 * slope + 0.5 * error;
        slope = 0.5 * slope + 0.2 * error;
        assertThat(ahead).containsExactly(new double[] {level + 0.5 * slope, level + 0.75 * slope}, within(1e-14));
    }

    /** The candidates know nothing of what is after the values to train on, and a forecast nothing of what is after it begins. */
    @Property(tries = 6)
    void nothingOfTheFutureReachesAForecast(@ForAll @IntRange(min = 30, max = 90) int train, @ForAll long seed) {
        double[] values = seasonal(train + 20, seed);
        double[] changed = values.clone();
        Arrays.fill(changed, train, changed.length, -1000);
        Candidates.Chosen chosen = new Candidates(train, 12).choose(values, train, 6);
        assertThat(new Candidates(train, 12).choose(changed, train, 6).candidates())
                .hasToString(chosen.candidates().toString());
        double[][] forecasts = chosen.fit(values, train).forecast(values, train, train + 10, 6);
        assertThat(chosen.fit(changed, train).forecast(changed, train, train + 1, 6)[0])
                .containsExactly(forecasts[0]);
        assertThat(chosen.fit(values, train).forecast(Arrays.copyOf(values, train + 4), train + 4, train + 5, 6)[0])
                .containsExactly(forecasts[4]);
    }

    @Test
    void theChosenModelsBeatTheSeasonalNaiveForecast() {
        double[] values = seasonal(150, 3);
        ColumnForecaster chosen =
                new Candidates(120, 12).choose(values, 120, 12).fit(values, 120);
        for (int ahead : List.of(1, 6, 12)) {
            assertThat(error(chosen, values, 120, ahead))
                    .isLessThan(0.8 * error(Forecaster.seasonalNaive(12), values, 120, ahead));
        }
    }

    /** Of values that never changed every model is right, and the mean, say, wrong for ever when they do. */
    @Property(tries = 20)
    void afterAConstantThereIsPersistence(@ForAll @IntRange(min = 8, max = 60) int train, @ForAll double constant) {
        double[] values = new double[train + 5];
        Arrays.fill(values, constant);
        values[train + 1] = constant + 1;
        double[][] forecasts = new Candidates(train, 4)
                .choose(values, train, 2)
                .fit(values, train)
                .forecast(values, train, train + 4, 2);
        assertThat(forecasts[0]).containsOnly(constant);
        assertThat(forecasts[2]).containsOnly(values[train + 1]);
    }

    /** Whatever the values, a forecast is a number: constant, few, steps, negative, huge, zeros, a file that changes later. */
    @Property(tries = 40)
    void forecastsAreFinite(
            @ForAll @IntRange(min = 8, max = 60) int train, @ForAll @IntRange(max = 5) int kind, @ForAll long seed) {
        RandomGenerator rng = new Well19937c(seed);
        double[] values = IntStream.range(0, train + 5)
                .mapToDouble(t -> switch (kind) {
                    case 0 -> 4;
                    case 1 -> t < train / 2 ? 0 : 1;
                    case 2 -> rng.nextGaussian() * 1e100;
                    case 3 -> t % 3 == 0 ? rng.nextDouble() : 0;
                    case 4 -> t < train ? Math.exp(t / 3.0) : -7;
                    default -> t;
                })
                .toArray();
        ColumnForecaster fitted =
                new Candidates(train, 4, 7).choose(values, train, 4).fit(values, train);
        for (double[] row : fitted.forecast(values, train, values.length, 4)) {
            assertThat(Arrays.stream(row)).allMatch(Double::isFinite);
        }
    }

    @Property
    void theSeasonIsFoundAndNoneInNoise(@ForAll @IntRange(min = 5, max = 40) int period, @ForAll long seed) {
        RandomGenerator rng = new Well19937c(seed);
        double[] wave = IntStream.range(0, 6 * period + 60)
                .mapToDouble(t -> 3 * Math.sin(2 * Math.PI * t / period) + 0.1 * t + 0.3 * rng.nextGaussian())
                .toArray();
        assertThat(Periods.cycle(wave)).isBetween(period - 1, period + 1);
        assertThat(Periods.strongest(wave, Periods.within(wave.length, period, period + 2)))
                .isEqualTo(period);
        double[] noise =
                IntStream.range(0, 1000).mapToDouble(t -> rng.nextGaussian()).toArray();
        assertThat(Periods.cycle(noise)).isEqualTo(1);
    }

    @Test
    void aSampleIsAWindowAndTheErrorsOfTheBaseAfterIt() {
        Tensor line = column(LINE);
        Corrections corrections = new Corrections(line, List.of(new Scale.Own()), persistence(), 8, 4, 2, 2);
        Dataset samples = corrections.samples(line.slice(0, 0, 8));
        double mean = Arrays.stream(LINE, 0, 8).average().orElseThrow();
        double deviation = Math.sqrt(
                Arrays.stream(LINE, 0, 8).map(y -> (y - mean) * (y - mean)).sum() / 8);
        double one = Math.sqrt((4 * 4 + 5 * 5 + 6 * 6) / 3.0) / 2;
        double two = Math.sqrt((9 * 9 + 11 * 11 + 13 * 13) / 3.0);
        Tensor x = Tensor.of(new double[][][] {{{1, 2}, {4, 7}}, {{2, 4}, {7, 11}}, {{4, 7}, {11, 16}}});
        Tensor y = Tensor.of(new double[][] {{4 / one, 9 / two}, {5 / one, 11 / two}, {6 / one, 13 / two}});
        assertThat(samples.x().isClose(x.sub(mean).div(3 * deviation), 1e-14, 1e-14))
                .isTrue();
        assertThat(samples.y().isClose(y, 1e-14, 0)).isTrue();
        Tensor base = corrections.base(line, 4, 7);
        assertThat(corrections.corrected(base, samples.y()).toArray())
                .containsExactly(new double[] {11, 16, 16, 22, 22, 29}, within(1e-12));
    }

    @Test
    void onTheLogarithmicScaleErrorsAreFactors() {
        double[] doubling =
                IntStream.range(0, 12).mapToDouble(t -> Math.pow(2, t)).toArray();
        Corrections corrections = new Corrections(
                column(doubling), List.of(Scale.Logarithm.fitted(doubling)), persistence(), 12, 3, 1, 1);
        Dataset samples = corrections.samples(column(doubling));
        assertThat(samples.y().toArray()).containsOnly(new double[] {2}, within(1e-12)); // ln 2 by half of itself
        assertThat(corrections
                        .corrected(Tensor.of(new double[][][] {{{8}}}), Tensor.of(new double[][] {{2}}))
                        .toArray())
                .containsExactly(new double[] {16}, within(1e-12));
        assertThat(Scale.Logarithm.fitted(4, 8).of(-1)).isEqualTo(Math.log(2)); // no less than half the least
    }

    @Test
    void aNetworkThatHasNotLearnedIsItsBase() {
        Tensor line = column(LINE);
        Corrections corrections = new Corrections(line, List.of(new Scale.Own()), persistence(), 8, 4, 2, 2);
        Network.Settings settings = new Network.Settings(CellKind.GRU, 3, 4, 2, 5, 4, 0.01, 1);
        Network network = Network.of(corrections, settings, 1);
        assertThat(network.forecast(line, 4, 10, 1).toArray())
                .containsExactly(new double[] {7, 11, 16, 22, 29, 37}, within(1e-12));
        network.train(line.slice(0, 0, 8), 5);
        assertThat(network.forecast(line, 4, 10, 2).slice(1, 0, 1).toArray()).doesNotContain(7, 11, 16);
        double[] changed = LINE.clone();
        changed[6] = 1000;
        Tensor before = network.forecast(line, 4, 7, 2);
        assertThat(network.forecast(column(changed), 4, 7, 2).toArray()).containsExactly(before.toArray());
    }

    @Test
    void manyForecastsAreThoseOfEachAlone() {
        Tensor values = column(sunspots());
        Corrections corrections = new Corrections(values, List.of(new Scale.Own()), persistence(), 2541, 24, 12, 12);
        Network network = Network.of(corrections, new Network.Settings(CellKind.RNN, 4, 24, 12, 1, 256, 0.01, 1), 1);
        network.train(values.slice(0, 0, 800), 1);
        Tensor all = network.forecast(values, 2541, 3177, 12);
        for (int i = 0; i < all.size(0); i += 97) {
            Tensor alone = network.forecast(values, 2541 + i, 2542 + i, 12);
            assertThat(alone.isClose(all.slice(0, i, i + 1), 1e-9, 1e-9)).isTrue();
        }
    }

    @Test
    void aFreeRunGoesOnFromItsOwnForecasts() {
        Forecaster sums = (values, from, to, ahead) -> { // the sum of the two before, and once more
            Tensor next = values.slice(0, from - 2, from).sum(0).reshape(1, 1, 1);
            return Tensor.concat(1, next, next);
        };
        assertThat(sums.freeRun(column(1, 2), 5, 2).toArray()).containsExactly(3, 3, 6, 6, 12);
    }

    @Test
    void whatDoesNotPayHasNoWeight() {
        double[] values = new double[100];
        Arrays.setAll(values, t -> t % 7);
        Tensor series = column(values);
        Tensor right = Forecaster.of(List.of(Forecaster.seasonalNaive(7)))
                .forecast(series, 50, 100, 3)
                .add(0.1);
        Tensor wrong = persistence().forecast(series, 50, 100, 3);
        assertThat(Combination.weights(List.of(right, wrong), series, 50, 100))
                .usingRecursiveComparison()
                .isEqualTo(List.of(new double[] {1}, new double[] {0}));
        List<double[]> turned = Combination.weights(List.of(wrong, right), series, 50, 100);
        assertThat(turned.get(1)[0]).isEqualTo(50 / 80.0); // the less, the fewer rows have shown it
        assertThat(turned.get(0)[0]).isCloseTo(30 / 80.0, within(1e-15));
    }

    @Test
    void fittingLooksAtTheRowsToTrainOnAlone() {
        double[] values = seasonal(120, 5);
        double[] changed = values.clone();
        Arrays.fill(changed, 96, 120, 7);
        Network.Settings settings = new Network.Settings(CellKind.RNN, 3, 12, 12, 4, 16, 0.01, 1);
        List<Tensor> forecasts = List.of(values, changed).stream()
                .map(each -> new Fitting(column(each), 96, 6, new int[] {12}, settings, 1, validated -> {})
                        .fit()
                        .forecast(column(values), 96, 120, 6))
                .toList();
        assertThat(forecasts.get(0).toArray()).containsExactly(forecasts.get(1).toArray());
        assertThat(Collections.max(
                        Arrays.stream(forecasts.get(0).toArray()).boxed().toList()))
                .isLessThan(200);
    }
}
