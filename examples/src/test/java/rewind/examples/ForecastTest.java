package rewind.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program as its user sees it: from the command line to what is printed and drawn. */
class ForecastTest {
    private static final String[] SMALL = {"--units", "3", "--epochs", "2", "--window", "24"};

    @TempDir
    Path folder;

    private record Result(int status, String out, String err) {
        double error(String forecaster) {
            Matcher line = Pattern.compile("  " + forecaster + " +(\\S+)").matcher(out);
            assertThat(line.find()).as(out).isTrue();
            return Double.parseDouble(line.group(1));
        }
    }

    private static Result run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
        return new Result(status, out.toString(), err.toString());
    }

    /** Runs a small network, its picture being forecast.png in the folder. */
    private Result small(String... args) {
        List<String> all = new ArrayList<>(List.of(SMALL));
        all.addAll(List.of("--picture", picture().toString()));
        all.addAll(List.of(args));
        return run(all.toArray(new String[0]));
    }

    private Path picture() {
        return folder.resolve("forecast.png");
    }

    private Path write(String... lines) throws IOException {
        return Files.write(folder.resolve("data.csv"), List.of(lines));
    }

    /** A file of two columns, one of them of n numbers that are not periodic. */
    private Path series(int n) throws IOException {
        List<String> lines = new ArrayList<>(List.of("height,note"));
        IntStream.range(0, n).forEach(i -> lines.add((i * i % 101 + i % 7) + ".5,x"));
        return write(lines.toArray(new String[0]));
    }

    @Test
    void printsEpochsAndATableAndDraws() throws IOException {
        Result result = small();
        assertThat(result.err()).isEmpty();
        assertThat(result.status()).isZero();
        assertThat(result.out().lines()).element(0).isEqualTo("sunspots: 3177 values, the first 2541 to train on");
        assertThat(result.out()).containsPattern("(?m)^epoch   1  train RMSE 1\\d\\.\\d\\d  test RMSE 1\\d\\.\\d\\d$");
        assertThat(result.out()).containsPattern("(?m)^epoch   2  ");
        assertThat(result.out()).contains("on the test part of 636 values");
        assertThat(result.out()).containsPattern("(?m)^  recurrent network +1\\d\\.\\d\\d$");
        assertThat(result.out()).containsPattern("(?m)^  persistence +18\\.13$");
        assertThat(result.out()).containsPattern("(?m)^  linear autoregression over 24 +16\\.26$");
        BufferedImage image = ImageIO.read(picture().toFile());
        assertThat(List.of(image.getWidth(), image.getHeight())).containsExactly(1200, 600);
        assertThat(colours(image)).contains(0xa8a8a8, 0x1f6fb4, 0xd1342f, 0xffffff);
        assertThat(Files.list(folder)).containsExactly(picture());
    }

    private static List<Integer> colours(BufferedImage image) {
        int[] pixels = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
        return Arrays.stream(pixels).map(p -> p & 0xffffff).distinct().boxed().collect(Collectors.toList());
    }

    @Test
    void theLastErrorsAreThoseOfTheTable() {
        Result result = small();
        Matcher last = Pattern.compile("epoch   2 .* test RMSE (\\S+)").matcher(result.out());
        assertThat(last.find()).isTrue();
        assertThat(result.error("recurrent network")).isEqualTo(Double.parseDouble(last.group(1)));
    }

    @Test
    void aFewEpochsBeatPersistenceClearly() {
        Result result = run(
                "--epochs",
                "8",
                "--learning-rate",
                "0.004",
                "--picture",
                picture().toString());
        assertThat(result.error("recurrent network")).isLessThan(17);
    }

    @Test
    @EnabledIfSystemProperty(named = "rewind.long", matches = "true")
    void theDefaultsBeatTheAutoregression() {
        for (String seed : List.of("1", "2", "3")) {
            Result result = run("--seed", seed, "--picture", picture().toString());
            assertThat(result.error("recurrent network")).isLessThan(16.2);
        }
    }

    @Test
    void theSeedDecidesEverything() throws IOException {
        Result first = small("--seed", "7");
        byte[] drawn = Files.readAllBytes(picture());
        assertThat(small("--seed", "7")).isEqualTo(first);
        assertThat(Files.readAllBytes(picture())).isEqualTo(drawn);
        assertThat(small("--seed", "8").out()).isNotEqualTo(first.out());
    }

    @Test
    void theTestPartDoesNotReachTheTraining() throws IOException {
        List<String> lines = Files.readAllLines(series(300));
        Result before = small("--data", folder + "/data.csv", "--column", "height");
        for (int i = 241; i <= 300; i++) {
            lines.set(i, "1000,x");
        }
        Result after = small("--data", write(lines.toArray(new String[0])).toString(), "--column", "height");
        assertThat(trainErrors(before)).hasSize(2).isEqualTo(trainErrors(after));
        assertThat(after.error("persistence")).isGreaterThan(before.error("persistence"));
    }

    private static List<String> trainErrors(Result result) {
        return Pattern.compile("train RMSE \\S+")
                .matcher(result.out())
                .results()
                .map(MatchResult::group)
                .toList();
    }

    @Test
    void forecastIsAlsoTheNameOfTheProgram() {
        Result named = run(
                "forecast",
                "--units",
                "3",
                "--epochs",
                "2",
                "--window",
                "24",
                "--picture",
                picture().toString());
        assertThat(named).isEqualTo(small());
    }

    @Test
    void readsAColumnOfAFile() throws IOException {
        Result result = small("--data", series(120).toString(), "--column", "height");
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).startsWith("height: 120 values, the first 96 to train on");
        assertThat(picture()).exists();
    }

    @Test
    void aPictureIsReplaced() throws IOException {
        Files.writeString(picture(), "an old one");
        assertThat(small().status()).isZero();
        assertThat(ImageIO.read(picture().toFile())).isNotNull();
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
                "--window 2541          | --window and --step must leave a sample in the 2541 values to train on, got 2541 and 11",
                "--window 2147483646    | --window and --step must leave a sample in the 2541 values to train on, got 2147483646 and 11",
                "--column temperature   | sunspots-monthly.csv:1: no column temperature among [year, month, sunspots]",
                "--data none.csv        | none.csv: no such file",
                "--picture none/a.png   | cannot write none/a.png",
                "--colour red           | Unknown options: '--colour', 'red'",
                "--units 3 forecast     | options must follow the name forecast",
            })
    void wrongArgumentsAreOneLineAndStatus2(String args, String message) {
        assertFailed(run(args.split(" ", -1)), message);
    }

    private static void assertFailed(Result result, String message) {
        assertThat(result.err()).isEqualToNormalizingNewlines("rewind: " + message + "\n");
        assertThat(result.out()).isEmpty();
        assertThat(result.status()).isEqualTo(2);
    }

    @Test
    void wrongCellsAreOneLineWithFileAndLine() throws IOException {
        for (String cell : List.of("abc", "NaN", "Infinity", "1e999", "")) {
            Path file = write("month,height", "1,5.5", "2," + cell, "3,7");
            assertFailed(
                    small("--data", file.toString()),
                    file + ":3: column height must be a finite number, got '" + cell + "'");
        }
        assertThat(picture()).doesNotExist();
    }

    @Test
    void wrongFilesAreOneLine() throws IOException {
        Path empty = Files.createFile(folder.resolve("empty.csv"));
        assertFailed(
                small("--data", empty.toString()), empty + ": the file is empty, its first line must name the columns");
        Path binary = Files.write(folder.resolve("binary.csv"), "a\n\u00e9".getBytes(StandardCharsets.ISO_8859_1));
        assertFailed(small("--data", binary.toString()), binary + ": not a text file in UTF-8");
        Path data = write("height", "1", "2");
        assertFailed(
                small("--data", data.toString()), data + ": the first 80 % of the values must be at least 50, got 1");
        assertFailed(
                small("--data", write("height").toString()),
                data + ": the first 80 % of the values must be at least 50, got 0");
        write(IntStream.range(0, 100).mapToObj(i -> i == 0 ? "height" : "4").toArray(String[]::new));
        assertFailed(
                small("--data", data.toString()),
                data
                        + ": the first 79 values of height, to train on, must differ, and neither too little nor too much for their squares");
        assertThat(picture()).doesNotExist();
    }

    @Test
    void anOldPictureOutlivesAFailure() throws IOException {
        Files.writeString(picture(), "an old one");
        assertThat(small("--units", "0").status()).isEqualTo(2);
        assertThat(picture()).hasContent("an old one");
    }

    @Test
    void helpTellsEveryOption() {
        Result result = run("--help");
        assertThat(result.status()).isZero();
        assertThat(result.err()).isEmpty();
        assertThat(result.out())
                .contains("--data", "--column", "--window", "--step", "--units", "--epochs", "--batch-size")
                .contains("--learning-rate", "--seed", "--picture", "--help", "forecast");
        assertThat(run("forecast", "--help").out()).contains("Usage: rewind forecast", "--units=<n>");
    }
}
