package rewind.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with options and files is told in one line; the exit status is 2 and nothing is drawn. */
class ForecastErrorsTest {
    @TempDir
    Path folder;

    private Run forecast(String data) {
        return Run.of("--data", data, "--window", "24", "--picture", folder + "/forecast.png");
    }

    private Path write(String... lines) throws IOException {
        return Files.write(folder.resolve("data.csv"), List.of(lines));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--units 0              | --units must be 1 to 10000, got 0",
                "--units 99999          | --units must be 1 to 10000, got 99999",
                "--units x              | Invalid value for option '--units': 'x' is not an int",
                "--epochs 0             | --epochs must be positive, got 0",
                "--batch-size -3        | --batch-size must be positive, got -3",
                "--learning-rate 0      | --learning-rate must be positive, got 0.0",
                "--learning-rate NaN    | --learning-rate must be positive, got NaN",
                "--window 0             | --window must be positive, got 0",
                "--window 24 --step 0   | --step must be positive, got 0",
                "--window 24 --step 5   | --step must divide the window of 24, got 5",
                "--networks -1          | --networks must be 0 to 100, got -1",
                "--season 0             | --season must be 1 to 10000, got 0",
                "--window 2541          | --window must leave a sample in the 2541 values to train on, got 2541",
                "--window 2147483646    | --window must leave a sample in the 2541 values to train on, got 2147483646",
                "--cell tree            | Invalid value for option '--cell': expected one of [RNN, GRU, LSTM, MGU] (case-insensitive) but was 'tree'",
                "--horizons 1,0         | --horizons must be 1 to 1000, got 0",
                "--horizons 700         | --horizons must lie within the test part of 636 values, got 700",
                "--data none.csv        | none.csv: no such file",
                "--picture none/a.png   | cannot write none/a.png",
                "--picture /            | cannot write /",
                "--decimal x            | --decimal must be a point or a comma, got 'x'",
                "--colour red           | Unknown options: '--colour', 'red'",
                "--units 3 forecast     | options must follow the name forecast",
            })
    void wrongArgumentsAreOneLineAndStatus2(String args, String message) {
        assertFailed(Run.of(args.split(" ", -1)), message);
    }

    private static void assertFailed(Run result, String message) {
        assertThat(result.err()).isEqualToNormalizingNewlines("rewind: " + message + "\n");
        assertThat(result.out()).isEmpty();
        assertThat(result.status()).isEqualTo(2);
    }

    @Test
    void aColumnThatIsNotThereIsOneLine() {
        String file = Series.class.getResource("sunspots-monthly.csv").toString();
        assertFailed(
                Run.of("--column", "sunspots,temperature"),
                file + ":1: there must be a column temperature among [year, month, sunspots]");
    }

    @Test
    void wrongCellsAreOneLineWithFileAndLine() throws IOException {
        for (String cell : List.of("abc", "Infinity", "1e999")) {
            Path file = write("month,height", "1,5.5", "2," + cell, "3,7");
            assertFailed(
                    forecast(file.toString()),
                    file + ":3: column height must be a finite number, got '" + cell
                            + "'; if that means that it is missing, say so with --missing-mark");
        }
        assertThat(folder.resolve("forecast.png")).doesNotExist();
    }

    @Test
    void wrongFilesAreOneLine() throws IOException {
        Path empty = Files.createFile(folder.resolve("empty.csv"));
        assertFailed(forecast(empty.toString()), empty + ": the file is empty, its first line must name the columns");
        Path data = write("height", "1", "2");
        assertFailed(forecast(data.toString()), data + ": the first 80 % of the values must be at least 8, got 1");
        assertFailed(
                forecast(write("height").toString()),
                data + ": the first 80 % of the values must be at least 8, got 0");
        write(IntStream.range(0, 100)
                .mapToObj(i -> i == 0 ? "height" : i + "e200")
                .toArray(String[]::new));
        assertFailed(forecast(data.toString()), data + ": the values of height are too large for their squares");
        write(IntStream.range(0, 100)
                .mapToObj(i -> i == 0 ? "height" : i + "e-200")
                .toArray(String[]::new));
        assertFailed(forecast(data.toString()), data + ": the values of height are too small for their squares");
        assertThat(folder.resolve("forecast.png")).doesNotExist();
    }
}
