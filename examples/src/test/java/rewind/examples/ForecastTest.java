package rewind.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The program as its user sees it: from the command line to what is printed and drawn. */
class ForecastTest {
    private static final String[] SMALL = {"--units", "3", "--epochs", "2", "--window", "24"};

    @TempDir
    Path folder;

    /** Runs a small network, its picture being forecast.png in the folder. */
    private Run small(String... args) {
        List<String> all = new ArrayList<>(List.of(SMALL));
        all.addAll(List.of("--picture", picture().toString()));
        all.addAll(List.of(args));
        return Run.of(all.toArray(new String[0]));
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
        Run result = small();
        assertThat(result.err()).isEmpty();
        assertThat(result.status()).isZero();
        assertThat(result.out().lines()).element(0).isEqualTo("sunspots: 3177 values, the first 2541 to train on");
        assertThat(result.out()).containsPattern("(?m)^epoch   1  train RMSE 1\\d\\.\\d\\d  test RMSE 1\\d\\.\\d\\d$");
        assertThat(result.out()).containsPattern("(?m)^epoch   2  ");
        assertThat(result.out()).contains("on the test part of 636 values");
        assertThat(result.out())
                .containsPattern("(?m)^  recurrent network +1\\d\\.\\d\\d +\\d\\d\\.\\d\\d +\\d\\d\\.\\d\\d$");
        assertThat(result.out()).containsPattern("(?m)^  persistence +18\\.13 +26\\.36 +35\\.41$");
        assertThat(result.out()).containsPattern("(?m)^  linear autoregression over 24 +16\\.26 +22\\.06 +27\\.62$");
        Drawn.assertDrawn(picture(), 1200, 600, Charts.GREY, Charts.BLUE, Charts.RED);
        assertThat(Files.list(folder)).containsExactly(picture());
    }

    private static double error(Run run, String forecaster) {
        Matcher line = Pattern.compile("  " + forecaster + " +(\\S+)").matcher(run.out());
        assertThat(line.find()).as(run.out()).isTrue();
        return Double.parseDouble(line.group(1));
    }

    @Test
    void theLastErrorsAreThoseOfTheTable() {
        Run result = small();
        Matcher last = Pattern.compile("epoch   2 .* test RMSE (\\S+)").matcher(result.out());
        assertThat(last.find()).isTrue();
        assertThat(error(result, "recurrent network")).isEqualTo(Double.parseDouble(last.group(1)));
    }

    @Test
    void aFewEpochsBeatPersistenceClearly() {
        Run result = Run.of(
                "--epochs",
                "8",
                "--learning-rate",
                "0.004",
                "--picture",
                picture().toString());
        assertThat(error(result, "recurrent network")).isLessThan(17);
    }

    @Test
    @EnabledIfSystemProperty(named = "rewind.long", matches = "true")
    void theDefaultsBeatTheAutoregression() {
        for (String seed : List.of("1", "2", "3")) {
            Run result = Run.of("--seed", seed, "--picture", picture().toString());
            assertThat(error(result, "recurrent network")).isLessThan(16.2);
        }
    }

    @Test
    void theSeedDecidesEverything() throws IOException {
        Run first = small("--seed", "7");
        byte[] drawn = Files.readAllBytes(picture());
        assertThat(small("--seed", "7")).isEqualTo(first);
        assertThat(Files.readAllBytes(picture())).isEqualTo(drawn);
        assertThat(small("--seed", "8").out()).isNotEqualTo(first.out());
    }

    @Test
    void theTestPartDoesNotReachTheTraining() throws IOException {
        List<String> lines = Files.readAllLines(series(300));
        Run before = small("--data", folder + "/data.csv", "--column", "height");
        for (int i = 241; i <= 300; i++) {
            lines.set(i, "1000,x");
        }
        Run after = small("--data", write(lines.toArray(new String[0])).toString(), "--column", "height");
        assertThat(trainErrors(before)).hasSize(2).isEqualTo(trainErrors(after));
        assertThat(error(after, "persistence")).isGreaterThan(error(before, "persistence"));
    }

    private static List<String> trainErrors(Run result) {
        return Pattern.compile("train RMSE \\S+")
                .matcher(result.out())
                .results()
                .map(MatchResult::group)
                .toList();
    }

    @Test
    void forecastIsAlsoTheNameOfTheProgram() {
        Run named = Run.of(
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
        Run result = small("--data", series(120).toString(), "--column", "height");
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).startsWith("height: 120 values, the first 96 to train on");
        assertThat(picture()).exists();
    }

    @Test
    void forecastsSeveralColumnsTogetherWithAnyCell() throws IOException {
        List<String> lines = new ArrayList<>(List.of("a;b"));
        IntStream.range(0, 120).forEach(i -> lines.add((i * i % 101) + ";" + Math.sin(i / 3.0)));
        String file = write(lines.toArray(new String[0])).toString();
        Run result =
                small("--data", file, "--delimiter", ";", "--columns", "b,a", "--cell", "mgu", "--horizons", "1,20");
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).startsWith("b, a: 120 values, the first 96 to train on");
        assertThat(result.out()).contains("network: MGU, 3 units");
        assertThat(result.out())
                .containsSubsequence("b: root mean", "  values ahead", "       1", "      20", "a: root mean");
        Drawn.assertDrawn(picture(), 1200, 840, Charts.GREY, Charts.BLUE, Charts.RED);
    }

    @Test
    void readsAFileWithoutHeader() throws IOException {
        Path file = write(
                IntStream.range(0, 120).mapToObj(i -> i + "\t" + i * i % 101).toArray(String[]::new));
        Run result = small("--data", file + "", "--no-header", "--delimiter", "tab");
        assertThat(result.out()).startsWith("1: 120 values, the first 96 to train on");
    }

    @Test
    void aPictureIsReplaced() throws IOException {
        Files.writeString(picture(), "an old one");
        assertThat(small().status()).isZero();
        assertThat(ImageIO.read(picture().toFile())).isNotNull();
    }

    @Test
    void anOldPictureOutlivesAFailure() throws IOException {
        Files.writeString(picture(), "an old one");
        assertThat(small("--units", "0").status()).isEqualTo(2);
        assertThat(picture()).hasContent("an old one");
    }

    @Test
    void helpTellsEveryOption() {
        Run result = Run.of("--help");
        assertThat(result.status()).isZero();
        assertThat(result.err()).isEmpty();
        assertThat(result.out())
                .contains("--data", "--column", "--window", "--step", "--units", "--epochs", "--batch-size")
                .contains("--learning-rate", "--seed", "--picture", "--help", "forecast");
        assertThat(Run.of("forecast", "--help").out()).contains("Usage: rewind forecast", "--units=<n>");
    }
}
