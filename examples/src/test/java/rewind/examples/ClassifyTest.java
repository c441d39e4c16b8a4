package rewind.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rewind.autograd.Tensor;
import rewind.nn.data.Csv;
import rewind.nn.data.Dataset;

class ClassifyTest {
    @TempDir
    Path folder;

    private Run run(String... more) {
        List<String> args = new ArrayList<>(List.of("classify", "--picture", folder + "/classify.png"));
        args.addAll(List.of(more));
        return Run.of(args.toArray(new String[0]));
    }

    private Path write(String... lines) throws IOException {
        return Files.write(folder.resolve("data.csv"), List.of(lines));
    }

    private static double validation(Run run, String cell) {
        Matcher line = Pattern.compile("(?m)^" + cell + " +\\S+ +(\\S+)$").matcher(run.out());
        assertThat(line.find()).as(run.out() + run.err()).isTrue();
        return Double.parseDouble(line.group(1));
    }

    @Test
    void learnsTheBuiltInTaskUnderItsOldNameAndDraws() throws Exception {
        String[] options = {
            "dummy-time",
            "--samples",
            "150",
            "--units",
            "4",
            "--epochs",
            "25",
            "--learning-rate",
            "0.03",
            "--picture",
            folder + "/a.png"
        };
        Run run = Run.of(options);
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        double guess = validation(run, "always the same class");
        assertThat(guess).isBetween(0.5, 0.75);
        assertThat(validation(run, "RNN")).isGreaterThan(0.5); // it needs more time
        for (String cell : List.of("GRU", "LSTM")) {
            assertThat(validation(run, cell)).as(cell).isBetween(guess + 0.15, 1.0);
        }
        assertThat(run.out()).containsPattern("LSTM  epoch  20  loss \\d\\.\\d{4} / \\d\\.\\d{4}  accuracy ");
        Drawn.assertDrawn(folder.resolve("a.png"), 1000, 560, Charts.BLUE, Charts.RED, Charts.GREEN);
        assertThat(Files.list(folder)).hasSize(1);
    }

    @Test
    void theSameSeedGivesTheSameTable() {
        String[] options = {"--samples", "40", "--units", "2", "--epochs", "1", "--cells", "RNN,MGU"};
        assertThat(run(options)).isEqualTo(run(options));
    }

    /** Series that rise are of one class, those that fall of another. */
    private static double value(RandomGenerator rng, boolean rising, int t) {
        return 10 + (rising ? t : -t) + 0.1 * rng.nextGaussian();
    }

    @Test
    void readsSeriesInRows() throws IOException {
        RandomGenerator rng = new Well19937c(1);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            boolean rising = i % 2 == 0;
            lines.add((rising ? "up" : "down") + ";" + value(rng, rising, 0) + ";" + value(rng, rising, 1) + ";"
                    + value(rng, rising, 2));
        }
        Path file = write(lines.toArray(new String[0]));
        Run run = run(
                "--data",
                file + "",
                "--delimiter",
                ";",
                "--no-header",
                "--cells",
                "GRU",
                "--units",
                "4",
                "--epochs",
                "40",
                "--learning-rate",
                "0.03");
        assertThat(run.out()).startsWith(file + ": 60 series of up to 3 steps, 2 classes");
        assertThat(validation(run, "GRU")).isEqualTo(1);
        assertThat(folder.resolve("classify.png")).exists();
    }

    @Test
    void readsStepsInRows() throws IOException {
        RandomGenerator rng = new Well19937c(1);
        List<String> lines = new ArrayList<>(List.of("walk,kind,height,noise"));
        for (int i = 0; i < 60; i++) {
            boolean rising = i % 2 == 0;
            for (int t = 0; t < 2 + i % 3; t++) {
                lines.add("w" + i + "," + (rising ? "up" : "down") + "," + value(rng, rising, t) + ","
                        + rng.nextGaussian());
            }
        }
        Path file = write(lines.toArray(new String[0]));
        Run run = run(
                "--data",
                file + "",
                "--label",
                "kind",
                "--sample",
                "walk",
                "--cells",
                "LSTM",
                "--units",
                "4",
                "--epochs",
                "40",
                "--learning-rate",
                "0.03");
        assertThat(run.out()).startsWith(file + ": 60 series of up to 4 steps, 2 classes");
        assertThat(validation(run, "LSTM")).isGreaterThan(0.9);
    }

    @Test
    void theSeriesAreAsInTheFile() throws IOException {
        LabelledSeries rows = LabelledSeries.ofRows(Csv.of(write("a,b,c", "x,1,2", "y,3,4", "x,5,6")), "a");
        assertThat(rows.classes()).containsExactlyInAnyOrder("x", "y");
        assertThat(rows.data().x().isClose(Tensor.of(new double[][][] {{{1}, {2}}, {{3}, {4}}, {{5}, {6}}}), 0, 0))
                .isTrue();
        int x = rows.classes().indexOf("x");
        assertThat(rows.data().y().select(1, x).toArray()).containsExactly(1, 0, 1);
        assertThat(rows.data().y().sum(1).toArray()).containsOnly(1);

        LabelledSeries steps =
                LabelledSeries.ofSteps(Csv.of(write("id,f,g,class", "1,1,2,x", "2,3,4,y", "1,5,6,x")), "class", "id");
        Dataset data = steps.data();
        assertThat(data.lengths().orElseThrow().toString()).isEqualTo("[2, 1]");
        assertThat(data.x().isClose(Tensor.of(new double[][][] {{{1, 2}, {5, 6}}, {{3, 4}, {0, 0}}}), 0, 0))
                .isTrue();
    }

    @Test
    void whatIsWrongInAFileIsToldInOneLine() throws IOException {
        Path file = write("a,b", "x,1", "y,2");
        assertFails(file, ": there must be at least 10 series, got 2");
        assertFails(file, ":1: there must be a column c among [a, b]", "--label", "c");
        write("a,b", "x,1", "x,?");
        assertFails(file, ":3: column b must be a finite decimal number, got '?'");
        write("a,b", "x,1", "x");
        assertFails(file, ":3: the cell of column b is missing");
        String[] same = new String[12];
        Arrays.setAll(same, i -> i == 0 ? "a,b" : "x," + i);
        write(same);
        assertFails(file, ": there must be at least 2 classes, got [x]");
        write("id,class,b", "1,x,1", "1,y,2");
        assertFails(
                file, ": all rows of sample 1 must be of one class, got x and y", "--label", "class", "--sample", "id");
        write("class", "x", "y");
        assertFails(file, ": there must be a column of values beside that of the class");
        write("class,id", "x,1", "y,2");
        assertFails(file, ": there must be a column of values beside those of class and sample", "--sample", "id");
        assertThat(folder.resolve("classify.png")).doesNotExist();
    }

    private void assertFails(Path file, String message, String... more) {
        List<String> args = new ArrayList<>(List.of("--data", file.toString()));
        args.addAll(List.of(more));
        Run run = run(args.toArray(new String[0]));
        assertThat(run.err()).isEqualToNormalizingNewlines("rewind: " + file + message + "\n");
        assertThat(run.status()).isEqualTo(2);
    }

    @Test
    void halfOfTheSeriesAreNoiseAloneWithDeviationOneHalf() {
        Dataset data = DummyTime.series(new Well19937c(1), 2000);
        assertThat(data.x().shape().toArray()).containsExactly(2000, 128, 1);
        double[] classes = data.y().mean(0).toArray();
        assertThat(classes[0]).isBetween(0.46, 0.54);
        double[] power = data.x().square().mean(1, 2).toArray();
        double noise = 0;
        double both = 0;
        for (int i = 0; i < power.length; i++) {
            noise += data.y().get(i, 0) * power[i] / (2000 * classes[0]);
            both += data.y().get(i, 1) * power[i] / (2000 * classes[1]);
        }
        assertThat(noise).isBetween(0.24, 0.26); // 0.5²
        assertThat(both).isBetween(0.72, 0.78); // and the ½ of a sine
    }

    @Test
    void whatATaskThrowsArrives() {
        assertThatThrownBy(() -> SideBySide.run(Map.of("a", () -> {
                    throw new InputException("no");
                })))
                .isInstanceOf(InputException.class)
                .hasMessage("no");
    }
}
