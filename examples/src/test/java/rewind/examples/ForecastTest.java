package rewind.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The program as its user sees it: from the command line to what is printed and drawn. */
class ForecastTest {
    private static final String[] SMALL = {"--units", "3", "--epochs", "2", "--window", "24", "--networks", "1"};

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
    void printsWhatItDoesAndATableAndDraws() throws IOException {
        Run result = small();
        assertThat(result.err()).isEmpty();
        assertThat(result.status()).isZero();
        assertThat(result.out().lines())
                .element(0)
                .isEqualTo("sunspots: 3177 values, 1749-01 to 2013-09, the first 2541 to train on");
        assertThat(result.out())
                .containsSubsequence(
                        "season: 12 values",
                        "linear models of sunspots: the mean of 10",
                        "networks: 1 of each kind, RNN, 3 units, a window of 24 values, 12 at every step",
                        "networks on persistence ",
                        "networks on linear models ",
                        "on the test part of 636 values");
        assertThat(result.out()).containsPattern("(?m)^  forecast +1\\d\\.\\d\\d +\\d\\d\\.\\d\\d +\\d\\d\\.\\d\\d$");
        assertThat(result.out()).containsPattern("(?m)^  persistence +18\\.13 +26\\.36 +35\\.41$");
        assertThat(result.out()).containsPattern("(?m)^  seasonal naive over 12 +\\d\\d\\.\\d\\d ");
        assertThat(result.out()).containsPattern("(?m)^  linear autoregression over 24 +16\\.26 +22\\.06 +27\\.62$");
        Drawn.assertDrawn(picture(), 1200, 600, Charts.GREY, Charts.BLUE, Charts.RED);
        assertThat(Files.list(folder)).containsExactly(picture());
    }

    private static double error(Run run, String forecaster) {
        Matcher line = Pattern.compile("  " + forecaster + " +(\\S+)").matcher(run.out());
        assertThat(line.find()).as(run.out()).isTrue();
        return Double.parseDouble(line.group(1));
    }

    /** Season and growth, in series that were drawn. */
    @Test
    void theForecastBeatsTheNaiveOnes() throws IOException {
        double ratio = 0;
        for (int kind = 0; kind < 3; kind++) {
            RandomGenerator rng = new Well19937c(kind);
            List<String> lines = new ArrayList<>(List.of("\"Month\",\"sold\""));
            for (int i = 0; i < 132; i++) {
                double season = 1 + 0.3 * Math.sin(i * Math.PI / 6) + 0.1 * Math.cos(i * Math.PI / 2);
                double value = kind == 0
                        ? (100 + i) * season
                        : kind == 1 ? 100 * Math.exp(0.012 * i) * season : 100 + 20 * season;
                lines.add(format("\"%d-%02d\",%.1f", 1950 + i / 12, i % 12 + 1, value + 3 * rng.nextGaussian()));
            }
            lines.add("");
            lines.add("sold in a month, by a shop");
            Run result = Run.of(
                    "--data", write(lines.toArray(new String[0])) + "", "--networks", "0", "--picture", picture() + "");
            assertThat(result.out()).contains("sold: 132 values, 1950-01 to 1960-12", "season: 12 values");
            double naive = Math.min(error(result, "seasonal naive over 12"), error(result, "persistence"));
            assertThat(error(result, "forecast")).as(result.out()).isLessThan(naive);
            ratio += Math.log(error(result, "forecast") / naive);
        }
        assertThat(Math.exp(ratio / 3)).isLessThan(0.8);
    }

    private static String format(String format, Object... args) {
        return String.format(Locale.ROOT, format, args);
    }

    @Test
    void itSaysWhereNetworksDoNotPayAndWhereTheyCannotLearn() throws IOException {
        List<String> lines = new ArrayList<>(List.of("a"));
        IntStream.range(0, 120).forEach(i -> lines.add(i * 2 + ""));
        assertThat(small("--data", write(lines.toArray(new String[0])) + "").out())
                .contains("a: the networks do not pay: on the last 19 values to train on");
        Run few =
                Run.of("--data", write(lines.subList(0, 30).toArray(new String[0])) + "", "--picture", picture() + "");
        assertThat(few.out()).contains("networks: none, there are too few values for them to learn from");
        assertThat(few.out()).containsPattern("values ahead +1 +6\\R"); // no room for 12 in 6
    }

    @Test
    @EnabledIfSystemProperty(named = "rewind.long", matches = "true")
    void theDefaultsBeatTheAutoregressionClearly() {
        for (String seed : List.of("1", "2", "3")) {
            Run result = Run.of("--seed", seed, "--picture", picture().toString());
            assertThat(error(result, "forecast")).isLessThan(15.95);
        }
    }

    @Test
    void theSeedDecidesEverything() throws IOException {
        String data = series(300).toString();
        Run first = small("--data", data, "--column", "height", "--seed", "7");
        byte[] drawn = Files.readAllBytes(picture());
        assertThat(small("--data", data, "--column", "height", "--seed", "7")).isEqualTo(first);
        assertThat(Files.readAllBytes(picture())).isEqualTo(drawn);
        assertThat(small("--data", data, "--column", "height", "--seed", "8").out())
                .isNotEqualTo(first.out());
    }

    @Test
    void theTestPartDoesNotReachTheTraining() throws IOException {
        List<String> lines = Files.readAllLines(series(300));
        Run before = small("--data", folder + "/data.csv", "--column", "height");
        for (int i = 241; i <= 300; i++) {
            lines.set(i, "1000,x");
        }
        Run after = small("--data", write(lines.toArray(new String[0])).toString(), "--column", "height");
        assertThat(untilTheTable(before)).contains("networks on persistence").isEqualTo(untilTheTable(after));
        assertThat(error(after, "persistence")).isGreaterThan(error(before, "persistence"));
    }

    private static String untilTheTable(Run result) {
        return result.out().substring(0, result.out().indexOf("root mean square"));
    }

    @Test
    void forecastIsAlsoTheNameOfTheProgram() throws IOException {
        String[] options = {"--data", series(120).toString(), "--column", "height", "--networks", "0"};
        List<String> named = new ArrayList<>(List.of("forecast"));
        named.addAll(List.of(options));
        assertThat(Run.of(named.toArray(new String[0]))).isEqualTo(Run.of(options));
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
        assertThat(result.out()).contains("networks: 1 of each kind, MGU, 3 units");
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
                .contains(
                        "--learning-rate",
                        "--seed",
                        "--picture",
                        "--help",
                        "forecast",
                        "--networks",
                        "--season",
                        "--dates",
                        "--missing");
        assertThat(Run.of("forecast", "--help").out()).contains("Usage: rewind forecast", "--units=<n>");
    }
}
