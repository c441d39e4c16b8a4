package rewind.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rewind.benchmarks.measure.Json;
import rewind.benchmarks.measure.Machine;
import rewind.benchmarks.measure.Part;
import rewind.benchmarks.measure.Row;
import rewind.benchmarks.measure.Section;

class ResultsTest {
    private static final Row RUN = Row.of(
            "date", "2026-01-02",
            "revision", "abc",
            "cpu", "Some \"processor\"",
            "cores", 2,
            "os", "Linux amd64",
            "load", 0.25,
            "jdk", "OpenJDK 17",
            "libraries", "openblas 0.3");

    @TempDir
    Path folder;

    private static Section steps(boolean plain, double... ratios) {
        List<Row> rows = Arrays.stream(ratios)
                .mapToObj(ratio -> Row.of(
                        "cell",
                        "LSTM",
                        "dtype",
                        "FLOAT64",
                        "threads",
                        1,
                        "sizes",
                        "32x50x64x128",
                        "flops",
                        3e9,
                        "difference",
                        1.5e-16,
                        "Rewind",
                        0.1,
                        "Rewind cores",
                        1,
                        "PyTorch",
                        0.1 * ratio,
                        "PyTorch cores",
                        1,
                        "others",
                        0.02,
                        "peak",
                        6e10))
                .toList();
        return new Section(Part.STEPS, plain, RUN, rows);
    }

    @Test
    void aSectionIsReadAsItIsWritten() {
        Section section = steps(true, 2, 1.0 / 3);
        assertThat(Section.fromJson(Json.read(Json.write(section.toJson())))).isEqualTo(section);
    }

    @Test
    void aRunReplacesItsSectionAlone() throws Exception {
        Results.in(folder).put(steps(true, 1));
        Results.in(folder).put(steps(false, 5));
        Results.in(folder).put(steps(false, 2, 8));

        assertThat(Json.read(Files.readString(folder.resolve("results.json"))))
                .containsOnlyKeys("steps", "steps-plain");
        assertThat(folder.resolve("RESULTS.md"))
                .content()
                .contains("## Training steps\n", "## Training steps, plain loops\n")
                .contains("Geometric mean of the ratios: **4.00**, the least 2.00, 0 of 2 below 1.")
                .contains("Geometric mean of the ratios: **1.00**, the least 1.00, 0 of 1 below 1.")
                .doesNotContain("5.00");
    }

    @Test
    void whatPeopleSayOfTheFiguresIsTheEnd() throws Exception {
        Files.writeString(folder.resolve("LIMITS.md"), "## Limits\n\nSlow.\n");
        Results.in(folder).put(steps(false, 5));
        assertThat(folder.resolve("RESULTS.md")).content().endsWith("below 1.\n\n## Limits\n\nSlow.\n");
    }

    /** 3 GFLOP in 0.1 s are 30 GFLOP/s, half of the peak. */
    @Test
    void aLineOfTheTable() {
        assertThat(Report.of(steps(false, 2)))
                .contains(
                        "| LSTM |  32x50x64x128 |       100 |         – |        200 |  2.00 |         1.00 |          1.00 |"
                                + "   0.02 |           30.0 | 50 % |    1.5e-16 |\n");
    }

    @Test
    void theHeapIsToldWhereItWasRecorded() {
        Section before = steps(false, 2);
        Row run = RUN.with("heap", "-XX:+UseParallelGC -Xms3g");
        assertThat(Report.of(before)).contains("OpenJDK 17. openblas 0.3.");
        assertThat(Report.of(new Section(Part.STEPS, false, run, before.rows())))
                .contains("OpenJDK 17, -XX:+UseParallelGC -Xms3g. openblas 0.3.");
    }

    @Test
    void otherWorkOfTheMachineIsTold() {
        Section quiet = steps(false, 2, 3);
        List<Row> rows = List.of(quiet.rows().get(0), quiet.rows().get(1).with("others", 0.5));
        assertThat(Report.of(quiet)).doesNotContain("Not to be trusted");
        assertThat(Report.of(new Section(Part.STEPS, false, RUN, rows)))
                .contains("more than 0.1 of a processor in 1 of 2 lines");
    }

    @Test
    void aMissingSystemIsShownAsMissing() {
        Row alone = Row.of(
                "cell",
                "RNN",
                "dtype",
                "FLOAT32",
                "threads",
                2,
                "sizes",
                "1x2x3x4",
                "flops",
                1e9,
                "Rewind",
                0.1,
                "Rewind cores",
                1,
                "others",
                0);
        assertThat(Report.of(new Section(Part.STEPS, false, RUN, List.of(alone))))
                .contains("not compared", "PyTorch was not there.");
    }

    @Test
    void dl4jStandsBesideTheOthers() {
        Section two = steps(false, 2, 3);
        Row with = two.rows().get(0).with("DL4J", 1.5).with("DL4J cores", 1).with("DL4J difference", 2e-15);
        Row without = two.rows().get(1).with("cell", "GRU").with("DL4J missing", "it has none");
        assertThat(Report.of(new Section(Part.STEPS, false, RUN, List.of(with, without))))
                .contains("DL4J runs in a JVM of its own")
                .contains("| PyTorch ms | ratio | DL4J ms | DL4J ratio |")
                .contains(
                        "|        200 |  2.00 |    1500 |      15.00 |         1.00 |          1.00 |       1.00 |   0.02 |")
                .contains(
                        "|        300 |  3.00 |       – |          – |         1.00 |          1.00 |          – |   0.02 |")
                .contains("|    1.5e-16 |         2.0e-15 |\n", "|    1.5e-16 |    not compared |\n")
                .contains("DL4J: Geometric mean of the ratios: **15.00**, the least 15.00, 0 of 1 below 1.")
                .contains("DL4J is left out (GRU): it has none.\n");
        assertThat(Report.of(two)).doesNotContain("DL4J");
    }

    @Test
    void twoRevisionsStandBesideEachOther() {
        Row operation = Row.of("operation", "forward", "dtype", "FLOAT64", "this", 30e-6, "other", 60e-6, "others", 0);
        Row step =
                Row.of("cell", "RNN", "dtype", "FLOAT64", "sizes", "1x2x3x4", "this", 0.01, "other", 0.02, "others", 0);
        Row slower = step.with("other", 0.005);
        assertThat(Report.of(new Section(Part.REVISION, false, RUN, List.of(operation, step, step, slower, slower))))
                .contains("|   forward | FLOAT64 |      200 |     100 | 2.000 |   0.00 |")
                .contains("|  RNN | FLOAT64 |       1x2x3x4 |     20.0 |    10.0 | 2.000 |   0.00 |")
                .contains("Geometric mean of the ratios of 4 training steps: **1.000**");
    }

    @Test
    void aTableIsAligned() {
        assertThat(new Table("a", "long title").add("1234", "x")).hasToString("""
                |    a | long title |
                | ---: | ---------: |
                | 1234 |          x |
                """);
        assertThatThrownBy(() -> new Table("a", "b").add("1")).hasMessageContaining("[a, b], got [1]");
    }

    @Test
    void librariesAreNamedAfterTheirJars() {
        String classPath = String.join(
                File.pathSeparator,
                "/m2/openblas-0.3.31-1.5.13.jar",
                "/m2/openblas-0.3.31-1.5.13-linux-x86_64.jar",
                "/m2/pytorch-native-cpu-2.7.1-linux-x86_64.jar",
                "/m2/deeplearning4j-nn-1.0.0-M2.1.jar",
                "/m2/gson-2.1.jar");
        assertThat(Machine.libraries(classPath))
                .containsExactly("openblas 0.3.31-1.5.13", "pytorch-native-cpu 2.7.1", "deeplearning4j-nn 1.0.0-M2.1");
    }
}
