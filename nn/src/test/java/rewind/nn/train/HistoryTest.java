package rewind.nn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static rewind.nn.Layers.dense;
import static rewind.nn.Listeners.csvLog;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import javax.imageio.ImageIO;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Metrics;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Dataset;
import rewind.nn.loss.Metric;

/** A history as a table and as a picture. */
class HistoryTest {
    private final RandomGenerator rng = new Well19937c(9);
    private final Dataset data = new Dataset(Tensor.randn(rng, 10, 2), Tensor.randn(rng, 10, 1));
    private final Training training = Training.of(Sequential.of(dense(1)).build(Shape.of(2), 5))
            .metrics(Metric.named("odd, \"name\"", (output, target) -> Double.NaN), Metrics.rootMeanSquaredError())
            .validation(data.slice(0, 4))
            .epochs(3);

    @TempDir
    private Path folder;

    @Test
    void everyNumberIsReadBack() throws Exception {
        Path log = folder.resolve("log.csv");
        Path table = folder.resolve("table.csv");
        Files.writeString(log, "of another run\n");
        History history = training.on(csvLog(log)).fit(data);
        history.toCsv(table);

        assertThat(log).hasSameTextualContentAs(table);
        CSVFormat format = CSVFormat.DEFAULT.builder().setHeader().get();
        try (CSVParser rows = format.parse(Files.newBufferedReader(table))) {
            assertThat(rows.getHeaderNames())
                    .containsExactly(
                            "epoch",
                            "learningRate",
                            "loss",
                            "odd, \"name\"",
                            "rootMeanSquaredError",
                            "validation/loss",
                            "validation/odd, \"name\"",
                            "validation/rootMeanSquaredError");
            List<CSVRecord> all = rows.getRecords();
            assertThat(all).hasSize(3);
            for (History.Epoch epoch : history.epochs()) {
                CSVRecord row = all.get(epoch.number() - 1);
                assertThat(row.get("epoch")).isEqualTo(String.valueOf(epoch.number()));
                assertThat(Double.parseDouble(row.get("learningRate"))).isEqualTo(epoch.learningRate());
                epoch.values()
                        .forEach((name, value) ->
                                assertThat(Double.parseDouble(row.get(name))).isEqualTo(value));
            }
        }
    }

    @Test
    void whatThereIsNotIsNoColumn() throws Exception {
        Path table = folder.resolve("table.csv");
        Model model = Sequential.of(dense(1)).build(Shape.of(2), 5);
        Training.of(model).epochs(1).fit(data).toCsv(table);
        assertThat(Files.readAllLines(table).get(0)).isEqualTo("epoch,learningRate,loss");
        Training.of(model).epochs(0).fit(data).toCsv(table);
        assertThat(table).isEmptyFile();
    }

    /** One chart each for the loss, the metric and the rate; lines in both colours; no gap for what is NaN. */
    @Test
    void plotHasAChartForEveryValue() throws Exception {
        Path picture = folder.resolve("history.png");
        training.fit(data).plot(picture);
        BufferedImage image = ImageIO.read(picture.toFile());
        assertThat(image.getHeight()).isEqualTo(4 * 300);
        int[] pixels = image.getRGB(0, 0, image.getWidth(), 300, null, 0, image.getWidth());
        assertThat(Arrays.stream(pixels).filter(each -> each == 0xff1f77b4).count())
                .isGreaterThan(300);
        assertThat(Arrays.stream(pixels).filter(each -> each == 0xffd95f02).count())
                .isGreaterThan(100);
    }

    @Test
    void whatIsInfiniteIsLeftOutOfPlots() throws Exception {
        Path picture = folder.resolve("infinite.png");
        Map<String, Double> infinite = Map.of("metric", Double.POSITIVE_INFINITY);
        new History(List.of(
                        new History.Epoch(1, 1, 1, infinite, Double.POSITIVE_INFINITY, Map.of(), true),
                        new History.Epoch(2, 1, 1, infinite, 2, Map.of(), true)))
                .plot(picture);
        assertThat(ImageIO.read(picture.toFile()).getHeight()).isEqualTo(3 * 300);
    }

    @Test
    void anEpochCannotBeChanged() {
        Map<String, Double> metrics = training.fit(data).last().metrics();
        assertThatThrownBy(metrics::clear).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void withoutXChartThereIsAClearError() throws Exception {
        URL[] path = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(each -> !each.contains("xchart"))
                .map(HistoryTest::url)
                .toArray(URL[]::new);
        try (URLClassLoader without = new URLClassLoader(path, ClassLoader.getPlatformClassLoader())) {
            Object same = without.loadClass(PlotWithoutXChart.class.getName())
                    .getDeclaredConstructor()
                    .newInstance();
            assertThat(same)
                    .hasToString("java.lang.IllegalStateException: history: a plot needs XChart; add the dependency"
                            + " org.knowm.xchart:xchart, and java.desktop if modules are chosen");
        }
    }

    private static URL url(String path) {
        try {
            return Path.of(path).toUri().toURL();
        } catch (MalformedURLException e) {
            throw new AssertionError(e);
        }
    }

    /** Its text is what a plot throws. */
    public static final class PlotWithoutXChart {
        @Override
        public String toString() {
            try {
                new History(List.of(new History.Epoch(1, 1, 1, Map.of(), 1, Map.of(), false)))
                        .plot(Path.of("never.png"));
                return "no error";
            } catch (IllegalStateException e) {
                return e.toString();
            }
        }
    }

    @Test
    void filesThatCannotBeWritten() {
        History history = training.fit(data);
        assertThatThrownBy(() -> history.toCsv(folder))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith("history: " + folder + " cannot be written: ");
        assertThatThrownBy(() -> history.plot(folder))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith("history: " + folder + " cannot be written: ");
        assertThatThrownBy(() -> new History(List.of()).plot(folder.resolve("x.png")))
                .isInstanceOf(NoSuchElementException.class)
                .hasMessage("the training run had no epoch");
    }

    @Test
    void numbersOfAnAxisAreWrittenAsPeopleDo() {
        assertThat(HistoryChart.label(0)).isEqualTo("0");
        assertThat(HistoryChart.label(0.001)).isEqualTo("0.001");
        assertThat(HistoryChart.label(0.1 + 0.2)).isEqualTo("0.3");
        assertThat(HistoryChart.label(-150)).isEqualTo("-150");
        assertThat(HistoryChart.label(2e-7)).isEqualTo("2E-7");
        assertThat(HistoryChart.label(1.5e9)).isEqualTo("1.5E+9");
    }
}
