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
import rewind.nn.data.Csv;

/** The parts of the forecast: reading, cutting into windows, the ways of forecasting. */
class ForecastPartsTest {
    private static final double[] LINE = {1, 2, 4, 7, 11, 16, 22, 29, 37, 46};

    @TempDir
    Path folder;

    private static Series series(double... values) {
        double[] times = new double[values.length];
        Arrays.setAll(times, i -> i + 1);
        return new Series(
                "test.csv", List.of("y"), "row", times, Tensor.of(values).expandDims(1));
    }

    private Series read(String text, String... columns) throws IOException {
        Path file = Files.writeString(folder.resolve("a.csv"), text);
        return Series.read(Csv.of(file), columns.length == 0 ? null : List.of(columns));
    }

    @Test
    void theSunspotNumbersAreComplete() {
        Series series = Series.read(Series.sunspots(), null);
        assertThat(series.names()).containsExactly("sunspots");
        assertThat(series.column(0)).hasSize(3177).startsWith(58, 62.6, 70).endsWith(57, 66, 37);
        assertThat(series.timeName()).isEqualTo("year");
        assertThat(series.times()[0]).isEqualTo(1749 + 0.5 / 12);
        assertThat(series.times()[3176]).isEqualTo(2013 + 8.5 / 12);
        assertThat(series.timesAhead(132)[0]).isCloseTo(2013 + 9.5 / 12, within(1e-6));
        assertThat(series.timesAhead(132)[131]).isCloseTo(2024 + 8.5 / 12, within(1e-6));
    }

    @Test
    void theReferenceFiguresAreReproduced() {
        Tensor values = Series.read(Series.sunspots(), null).values();
        assertThat(Forecaster.persistence(values).rootMeanSquareError(values, 0, 1, 2541, 3177))
                .isCloseTo(18.13074198789025, within(1e-10));
        assertThat(LinearAutoregression.fit(values, 24, 2541).rootMeanSquareError(values, 0, 1, 2541, 3177))
                .isCloseTo(16.261438745117577, within(1e-9)); // NumPy's lstsq
    }

    @Test
    void columnsAreInTheOrderInWhichTheyWereChosen() throws IOException {
        Series series = read("b,year,a\n1,1900,2\n3,1902,4\n", "a", "b");
        assertThat(series.names()).containsExactly("a", "b");
        assertThat(series.values().toRows()).isDeepEqualTo(new double[][] {{2, 1}, {4, 3}});
        assertThat(series.times()).containsExactly(1900, 1902);
        assertThat(series.timesAhead(2)).containsExactly(1904, 1906);
    }

    @Test
    void withoutAYearTheTimesAreTheNumbersOfTheRows() throws IOException {
        Series series = read("\uFEFF\"a, b\", c\r\n\"1.5\", 2\r\n\r\n 3 ,\"4\n\"\n", "a, b");
        assertThat(series.column(0)).containsExactly(1.5, 3);
        assertThat(series.times()).containsExactly(1, 2);
        assertThat(series.timeName()).isEqualTo("row");
        assertThat(read("a,b\n1,2\n3,4").column(0)).containsExactly(2, 4);
    }

    @Test
    void theLineOfAWrongCellIsNamed() {
        assertFails("a,b\n1,1\n\n2,2\n3,x\n", "a.csv:5: column b must be a finite decimal number, got 'x'");
        assertFails("a\n1\n\n2\n", "a.csv:3: the cell of column a is missing"); // of one column, an empty line is one
        assertFails("a,b\n1,2\n3", "a.csv:3: the cell of column b is missing");
        assertFails("year,b\n1900,2\nlast,3\n", "a.csv:3: column year must be a finite decimal number, got 'last'");
        assertFails("a,a\n1,2\n", "a.csv:1: two columns have the name a");
    }

    private void assertFails(String text, String message) {
        Assertions.assertThatThrownBy(() -> read(text))
                .isInstanceOf(InputException.class)
                .hasMessage(folder.resolve(message).toString());
    }

    @Test
    void anAutoregressionFindsTheCoefficientsOfItsSeries() {
        double[] values = new double[60];
        values[0] = 1;
        values[1] = -2;
        for (int t = 2; t < values.length; t++) {
            values[t] = 3 + 0.5 * values[t - 2] - 0.9 * values[t - 1];
        }
        LinearAutoregression fitted = LinearAutoregression.fit(series(values).values(), 2, 40);
        assertThat(fitted.coefficients().get(0)).containsExactly(new double[] {3, 0.5, -0.9}, within(1e-9));
        assertThat(fitted.forecast(40, 60, 1).toArray())
                .containsExactly(Arrays.copyOfRange(values, 40, 60), within(1e-9));
        assertThat(fitted.forecast(40, 41, 20).toArray()) // from its own forecasts
                .containsExactly(Arrays.copyOfRange(values, 40, 60), within(1e-7));
    }

    @Test
    void anUndeterminedAutoregressionHasNoError() {
        double[] values = new double[100];
        values[3] = 1;
        Tensor column = series(values).values();
        assertThat(LinearAutoregression.fit(column, 24, 80).rootMeanSquareError(column, 0, 1, 80, 100))
                .isNaN();
    }

    @Test
    void anErrorAheadIsThatOfTheForecastsMadeSoMuchEarlier() {
        Tensor values = series(LINE).values();
        double error = Forecaster.persistence(values).rootMeanSquareError(values, 0, 3, 5, 10);
        // of rows 7, 8, 9 forecast as rows 4, 5, 6
        assertThat(error).isCloseTo(Math.sqrt((18 * 18 + 21 * 21 + 24 * 24) / 3.0), within(1e-12));
    }

    @Test
    void aSampleIsAWindowAndTheChangesAfterIt() {
        Series line = series(LINE);
        Changes changes = new Changes(line, 8, 4, 2);
        Dataset samples = changes.samples(line.values().slice(0, 0, 8));
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
        Tensor window = Tensor.of(new double[][][] {{{1}, {2}, {4}, {7}}});
        assertThat(changes.rows(window, samples.y().slice(0, 0, 1)).toArray())
                .containsExactly(new double[] {11, 16}, within(1e-12));
    }

    @Test
    void everyColumnHasScalesOfItsOwn() {
        Tensor both = Tensor.stack(1, Tensor.of(LINE), Tensor.of(LINE).mul(-100).add(7));
        Series two = new Series("test.csv", List.of("a", "b"), "row", new double[10], both);
        Dataset samples = new Changes(two, 8, 4, 2).samples(both);
        assertThat(samples.x().shape().toArray()).containsExactly(5, 2, 4);
        Tensor x = samples.x().reshape(5, 4, 2);
        assertThat(x.select(2, 1).isClose(x.select(2, 0).neg(), 1e-12, 1e-12)).isTrue();
        Tensor y = samples.y().reshape(5, 2, 2);
        assertThat(y.select(2, 1).isClose(y.select(2, 0).neg(), 1e-12, 1e-12)).isTrue();
    }

    /** A network whose output is the same whatever it reads. */
    private static Network constant(double first, double second) {
        Series line = series(LINE);
        Changes changes = new Changes(line, 8, 4, 2);
        Model model = Sequential.of(rnn(3), dense(2)).build(changes.shape(), 1);
        Parameters zero = model.parameters().map((name, value) -> value.mul(0));
        model.set(zero.with("dense/b", Tensor.of(new double[][] {{first, second}})));
        return new Network(line.values(), changes, model);
    }

    @Test
    void aNetworkThatSaysNothingIsPersistence() {
        Network network = constant(0, 0);
        assertThat(network.forecast(4, 10, 1).toArray()).containsExactly(7, 11, 16, 22, 29, 37);
        assertThat(network.freeRun(5).toArray()).containsExactly(46, 46, 46, 46, 46);
    }

    @Test
    void aFreeRunGoesOnFromItsOwnForecasts() {
        Network network = constant(2, 0.5);
        Tensor zeros = Tensor.zeros(1, 4, 1);
        double[] changes = network.changes()
                .rows(zeros, Tensor.of(new double[][] {{2, 0.5}}))
                .toArray();
        double one = changes[0];
        double two = changes[1];
        assertThat(network.forecast(9, 10, 1).toArray()).containsExactly(37 + one);
        double[] expected = {46 + one, 46 + two, 46 + two + one, 46 + 2 * two, 46 + 2 * two + one};
        assertThat(network.freeRun(5).toArray()).containsExactly(expected, within(1e-12));
    }

    @Test
    void aForecastKnowsOnlyWhatWasBefore() {
        Series line = series(LINE);
        Changes changes = new Changes(line, 8, 4, 2);
        Model model = Sequential.of(rnn(3), dense(2)).build(changes.shape(), 1);
        double[] forecasts =
                new Network(line.values(), changes, model).forecast(4, 10, 1).toArray();
        double[] changed = LINE.clone();
        changed[6] = 1000;
        Tensor values = series(changed).values();
        double[] others = new Network(values, changes, model).forecast(4, 10, 1).toArray();
        assertThat(Arrays.copyOf(others, 3)).containsExactly(Arrays.copyOf(forecasts, 3));
        for (int i : List.of(3, 4, 5)) {
            assertThat(others[i]).isNotEqualTo(forecasts[i]);
        }
    }

    @Test
    void manyForecastsAreThoseOfEachAlone() {
        Series series = Series.read(Series.sunspots(), null);
        Changes changes = new Changes(series, 2541, 24, 12);
        Network network = new Network(
                series.values(), changes, Sequential.of(rnn(4), dense(12)).build(changes.shape(), 1));
        Tensor all = network.forecast(2541, 3177, 14);
        for (int i = 0; i < all.size(0); i += 97) {
            Tensor alone = network.forecast(2541 + i, 2542 + i, 14);
            assertThat(alone.isClose(all.slice(0, i, i + 1), 1e-9, 1e-9)).isTrue();
        }
    }
}
