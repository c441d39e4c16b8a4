package rewind.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.rnn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rewind.autograd.Tensor;
import rewind.nn.Dataset;
import rewind.nn.Model;
import rewind.nn.Parameters;
import rewind.nn.Sequential;

/** The parts of the forecast: reading, cutting into windows, the ways of forecasting. */
class ForecastPartsTest {
    private static final double[] LINE = {1, 2, 4, 7, 11, 16, 22, 29, 37, 46};

    @TempDir
    Path folder;

    private static Series series(double... values) {
        double[] times = new double[values.length];
        Arrays.setAll(times, i -> i + 1);
        return new Series("test.csv", "y", "row", times, values);
    }

    private Series read(String text, String column) throws IOException {
        return Series.read(Files.writeString(folder.resolve("a.csv"), text), column);
    }

    @Test
    void theSunspotNumbersAreComplete() {
        Series series = Series.sunspots(null);
        assertThat(series.name()).isEqualTo("sunspots");
        assertThat(series.values()).hasSize(3177).startsWith(58, 62.6, 70).endsWith(57, 66, 37);
        assertThat(series.timeName()).isEqualTo("year");
        assertThat(series.times()[0]).isEqualTo(1749 + 0.5 / 12);
        assertThat(series.times()[3176]).isEqualTo(2013 + 8.5 / 12);
        assertThat(series.timesAhead(132)[0]).isCloseTo(2013 + 9.5 / 12, within(1e-6));
        assertThat(series.timesAhead(132)[131]).isCloseTo(2024 + 8.5 / 12, within(1e-6));
    }

    @Test
    void theReferenceFiguresAreReproduced() {
        double[] values = Series.sunspots(null).values();
        assertThat(Forecaster.persistence(values).rootMeanSquareError(values, 2541, 3177))
                .isCloseTo(18.13074198789025, within(1e-10));
        assertThat(LinearAutoregression.fit(values, 24, 2541).rootMeanSquareError(values, 2541, 3177))
                .isCloseTo(16.261438745117577, within(1e-9)); // NumPy's lstsq
    }

    @Test
    void quotesSpacesBlankLinesAndAByteOrderMarkAreUnderstood() throws IOException {
        Series series = read("\uFEFF\"a, b\", c\r\n\"1.5\", 2\r\n\r\n 3 ,\"4\n\"\n", "a, b");
        assertThat(series.values()).containsExactly(1.5, 3);
        assertThat(series.times()).containsExactly(1, 2);
        assertThat(read("a,b\n1,2\n3,4", null).values()).containsExactly(2, 4);
    }

    @Test
    void aYearAloneIsATimeToo() throws IOException {
        Series series = read("year,y\n1900,2\n1902,3\n", null);
        assertThat(series.times()).containsExactly(1900, 1902);
        assertThat(series.timesAhead(2)).containsExactly(1904, 1906);
    }

    @Test
    void theLineOfAWrongCellIsNamed() {
        assertFails("a\n1\n\n2\nx\n", "a.csv:5: column a must be a finite number, got 'x'");
        assertFails("a,b\n1,2\n3", "a.csv:3: no cell in column b");
        assertFails("year,b\n1900,2\nlast,3\n", "a.csv:3: column year must be a finite number, got 'last'");
        assertFails("a,a\n1,2\n", "a.csv:1: The header contains a duplicate name: \"a\" in [a, a]");
        assertFails("a\n1\n\"2\n", "a.csv: (startline 3) EOF reached before encapsulated token finished");
    }

    private void assertFails(String text, String message) {
        Assertions.assertThatThrownBy(() -> read(text, null))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith(folder.resolve(message).toString());
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
        assertThat(fitted.forecast(40, 60)).containsExactly(Arrays.copyOfRange(values, 40, 60), within(1e-9));
    }

    @Test
    void anUndeterminedAutoregressionHasNoError() {
        double[] values = new double[100];
        values[3] = 1;
        assertThat(LinearAutoregression.fit(values, 24, 80).rootMeanSquareError(values, 80, 100))
                .isNaN();
    }

    @Test
    void aSampleIsAWindowAndTheChangesAfterIt() {
        Windows windows = new Windows(series(LINE), 8, 4, 2);
        Dataset samples = windows.samples(LINE, 8);
        double mean = (1 + 2 + 4 + 7 + 11 + 16 + 22 + 29) / 8.0;
        double scale = 3
                * Math.sqrt(Arrays.stream(LINE, 0, 8)
                                .map(y -> (y - mean) * (y - mean))
                                .sum()
                        / 8);
        double one = Math.sqrt((1 + 4 + 9 + 16 + 25 + 36 + 49) / 7.0) / 2;
        double two = Math.sqrt((9 + 25 + 49 + 81 + 121 + 169) / 6.0);
        assertThat(samples.size()).isEqualTo(3);
        Tensor x = Tensor.of(new double[][][] {{{1, 2}, {4, 7}}, {{2, 4}, {7, 11}}, {{4, 7}, {11, 16}}});
        Tensor y = Tensor.of(new double[][] {{4 / one, 9 / two}, {5 / one, 11 / two}, {6 / one, 13 / two}});
        assertThat(samples.x().isClose(x.sub(mean).div(scale), 1e-14, 1e-14)).isTrue();
        assertThat(samples.y().isClose(y, 1e-14, 0)).isTrue();
        assertThat(windows.value(7, samples.y().get(0, 0), 0)).isCloseTo(11, within(1e-12));
        assertThat(windows.value(7, samples.y().get(0, 1), 1)).isCloseTo(16, within(1e-12));
    }

    /** A network whose output is the same whatever it reads. */
    private static Network constant(double[] values, double first, double second) {
        Windows windows = new Windows(series(values), 8, 4, 2);
        Model model = Sequential.of(rnn(3), dense(2)).build(windows.shape(), 1);
        Parameters zero = model.parameters().map((name, value) -> value.mul(0));
        model.set(zero.with("dense/b", Tensor.of(new double[][] {{first, second}})));
        return new Network(values, windows, model);
    }

    @Test
    void aNetworkThatSaysNothingIsPersistence() {
        Network network = constant(LINE, 0, 0);
        assertThat(network.forecast(4, 10)).containsExactly(7, 11, 16, 22, 29, 37);
        assertThat(network.freeRun(5)).containsExactly(46, 46, 46, 46, 46);
    }

    @Test
    void aFreeRunGoesOnFromItsOwnForecasts() {
        Network network = constant(LINE, 2, 0.5);
        double one = network.windows().value(0, 2, 0);
        double two = network.windows().value(0, 0.5, 1);
        assertThat(network.forecast(9, 10)).containsExactly(37 + one);
        double[] expected = {46 + one, 46 + two, 46 + two + one, 46 + 2 * two, 46 + 2 * two + one};
        assertThat(network.freeRun(5)).containsExactly(expected, within(1e-12));
    }

    @Test
    void aForecastKnowsOnlyWhatWasBefore() {
        Windows windows = new Windows(series(LINE), 8, 4, 2);
        Model model = Sequential.of(rnn(3), dense(2)).build(windows.shape(), 1);
        double[] changed = LINE.clone();
        Arrays.fill(changed, 6, 10, -50);
        double[] forecasts = new Network(LINE, windows, model).forecast(4, 10);
        double[] others = new Network(changed, windows, model).forecast(4, 10);
        assertThat(Arrays.copyOf(others, 3)).containsExactly(Arrays.copyOf(forecasts, 3));
        for (int i : List.of(3, 4, 5)) {
            assertThat(others[i]).isNotEqualTo(forecasts[i]);
        }
    }

    @Test
    void manyForecastsAreThoseOfEachAlone() {
        double[] values = Series.sunspots(null).values();
        Windows windows = new Windows(Series.sunspots(null), 2541, 24, 12);
        Network network =
                new Network(values, windows, Sequential.of(rnn(4), dense(12)).build(windows.shape(), 1));
        double[] all = network.forecast(2541, 3177);
        for (int i = 0; i < all.length; i += 97) {
            assertThat(network.forecast(2541 + i, 2542 + i)[0]).isCloseTo(all[i], within(1e-9));
        }
    }
}
