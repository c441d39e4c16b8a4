package rewind.nn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/** Tables read from files: every option, and every way in which a file may be wrong. */
class CsvTest {
    @TempDir
    private Path folder;

    private Csv csv(String content) {
        return csv(content, StandardCharsets.UTF_8);
    }

    private Csv csv(String content, Charset charset) {
        try {
            return Csv.of(Files.writeString(folder.resolve("data.csv"), content, charset));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void allColumnsAreNumbersUnlessChosenOtherwise() {
        Table table = csv("a,b,c\n1,2.5,-3e2\n+.5,5.,6E-1\n").read();
        assertThat(table.names()).containsExactly("a", "b", "c");
        assertThat(table.size()).isEqualTo(2);
        assertThat(table.numbers().toRows()).isDeepEqualTo(new double[][] {{1, 2.5, -300}, {0.5, 5, 0.6}});
        assertThat(table.columns("c", "a").toRows()).isDeepEqualTo(new double[][] {{-300, 1}, {0.6, 0.5}});
        assertThat(table.index("b")).isEqualTo(1);
    }

    @Test
    void columnsAreChosenByNameOrNumberInAnyOrder() {
        Csv csv = csv("class,a,b\nyes,1,2\n\"no, \"\"not\"\" so\",3,4\n");
        Table named = csv.columns("b", "a").text("class").read();
        Table numbered = csv.columns(2, 1).text(0).read();
        for (Table table : List.of(named, numbered)) {
            assertThat(table.names()).containsExactly("b", "a");
            assertThat(table.numbers().toArray()).containsExactly(2, 1, 4, 3);
            assertThat(table.text("class")).containsExactly("yes", "no, \"not\" so");
        }
        assertThat(csv.text("class").read().names()).containsExactly("a", "b");
    }

    @Test
    void withoutAHeaderColumnsAreCalledByTheirNumbers() {
        Table table = csv("1;2\n3;4").header(false).delimiter(';').read();
        assertThat(table.names()).containsExactly("0", "1");
        assertThat(table.numbers().toArray()).containsExactly(1, 2, 3, 4);
    }

    @Test
    void blanksEmptyLinesAndAByteOrderMarkDoNotMatter() {
        Table table = csv("\uFEFFa, b\r\n\r\n 1 ,\t\"2\" \r\n\r\n3,4\r\n").read();
        assertThat(table.names()).containsExactly("a", "b");
        assertThat(table.numbers().toArray()).containsExactly(1, 2, 3, 4);
    }

    @Test
    void theCharsetIsThatOfTheFile() {
        Csv latin = csv("größe\n1\n", StandardCharsets.ISO_8859_1);
        assertThat(latin.charset(StandardCharsets.ISO_8859_1)
                        .columns("größe")
                        .read()
                        .size())
                .isEqualTo(1);
        assertThatThrownBy(latin::read)
                .isExactlyInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith(latin + ": not a text file in UTF-8; charset(");
    }

    /** What somebody took for a table; and what a terminal would obey is shown, not printed. */
    @Test
    void whatIsNoTableIsToldByItsFirstBytes(@TempDir Path folder) throws IOException {
        Map<byte[], String> others = new LinkedHashMap<>();
        others.put(new byte[] {0x1F, (byte) 0x8B, 8, 0}, "it is compressed by gzip and must be unpacked");
        others.put(new byte[] {'P', 'K', 3, 4, (byte) 0xFF}, "it is an archive, as a spreadsheet in .xlsx or .ods is");
        others.put(new byte[] {(byte) 0xD0, (byte) 0xCF, 0x11, (byte) 0xE0}, "it is a spreadsheet in .xls");
        Path file = folder.resolve("table.csv");
        for (Map.Entry<byte[], String> each : others.entrySet()) {
            Files.write(file, each.getKey());
            assertThatThrownBy(Csv.of(file)::read)
                    .isExactlyInstanceOf(UncheckedIOException.class)
                    .hasMessageStartingWith(file + ": not a text file in UTF-8; " + each.getValue());
        }
        Files.writeString(file, "a\n\0\u001B[31m\u009B2J\n");
        assertThatThrownBy(Csv.of(file)::read).hasMessageContaining("got '\\u0000\\u001B[31m\\u009B2J'");
    }

    @Test
    void whatHasAnAddressIsReadLikeAFile() throws IOException {
        csv("a\n1\n");
        Csv csv = Csv.of(folder.resolve("data.csv").toUri().toURL());
        assertThat(csv.read().numbers().toArray()).containsExactly(1);
        assertThat(csv).hasToString(folder.resolve("data.csv").toUri().toURL().toString());
    }

    @Test
    void aHeaderAloneIsATableWithoutRows() {
        assertThat(csv("a,b\n").read().numbers().shape()).isEqualTo(Shape.of(0, 2));
    }

    // ---- missing cells ----

    @Test
    void anEmptyLineOfOneColumnIsAMissingCell() {
        String gaps = "\na\n1\n\n\n\"4\"\n5\n\n\n";
        assertThatThrownBy(() -> csv(gaps).read())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith(
                        ":4: the cell of column a is missing; dropMissing() leaves such rows out, fillMissing(value) takes a value");
        List<String> missing = new ArrayList<>();
        Csv csv = csv(gaps).onMissing((line, column) -> missing.add(line + column));
        assertThat(csv.fillMissing(-1).read().numbers().toArray()).containsExactly(1, -1, -1, 4, 5);
        assertThat(missing).containsExactly("4a", "5a");
        assertThat(csv.dropMissing().read().numbers().toArray()).containsExactly(1, 4, 5);
        assertThat(csv("1\n\n2").header(false).fillMissing(0).read().numbers().toArray())
                .containsExactly(1, 0, 2);
        assertThat(csv("\n\n1\n").header(false).read().numbers().toArray()).containsExactly(1);
    }

    private static final String GAPS = "a,b,c\n1,2,x\n\n,NA,y\n3,4,\n5\n7,8,z\n";

    @Test
    void rowsWithMissingCellsAreLeftOutAndReported() {
        List<String> missing = new ArrayList<>();
        Table table = csv(GAPS)
                .text("c")
                .missing("NA")
                .dropMissing()
                .onMissing((line, column) -> missing.add(line + column))
                .read();
        assertThat(table.numbers().toArray()).containsExactly(1, 2, 7, 8);
        assertThat(table.text("c")).containsExactly("x", "z");
        assertThat(missing).containsExactly("4a", "4b", "5c", "6b", "6c");
    }

    @Test
    void missingCellsAreFilledAndReported() {
        List<String> missing = new ArrayList<>();
        Table table = csv(GAPS)
                .text("c")
                .missing("NA")
                .fillMissing(-1)
                .onMissing((line, column) -> missing.add(line + column))
                .read();
        assertThat(table.numbers().toArray()).containsExactly(1, 2, -1, -1, 3, 4, 5, -1, 7, 8);
        assertThat(table.text("c")).containsExactly("x", "y", "", "", "z");
        assertThat(missing).containsExactly("4a", "4b", "5c", "6b", "6c");
    }

    @Test
    void columnsThatAreNotChosenMayMissCells() {
        assertThat(csv(GAPS).columns("a").fillMissing(0).read().numbers().toArray())
                .containsExactly(1, 0, 3, 5, 7);
    }

    // ---- what is wrong ----

    @ParameterizedTest
    @ValueSource(strings = {"12d", "1f", "0x1p3", "1e999", "1 2", "--1", "e5", "1e", "١", "1_0"})
    void onlyDecimalNumbersAreNumbers(String cell) {
        Csv csv = csv("a\n\"" + cell + "\"\n");
        assertThatThrownBy(csv::read)
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "%s:2: column a must be a finite decimal number, got '%s'; if that means that it is missing,"
                                + " say so with missing(…)",
                        csv, cell);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void isRefused(String message, String content, UnaryOperator<Csv> options) {
        Csv csv = options.apply(csv(content));
        assertThatThrownBy(csv::read)
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage(csv + message);
        assertThatThrownBy(() -> csv.samples(0).batches(9).toList()).hasMessage(csv + message);
    }

    static List<Arguments> isRefused() {
        String gap = "; dropMissing() leaves such rows out, fillMissing(value) takes a value";
        String number =
                "; text(\"b\") reads the column as text; if that means that it is missing, say so with missing(…)";
        return List.of(
                refusal(": the file is empty, its first line must name the columns", "", csv -> csv),
                refusal(": the file is empty, it must have a row", "\n\n", csv -> csv.header(false)),
                refusal(":1: there must be a column c among [a, b]", "a,b\n1,2\n", csv -> csv.columns("c")),
                refusal(":1: columns have the numbers 0 to 1, got 2", "a,b\n1,2\n", csv -> csv.columns(2)),
                refusal(
                        ":2: two columns have the name a; choose one of 0 and 2 by number",
                        "\na,b,a\n1,2,3\n",
                        csv -> csv.columns("a")),
                refusal(":3: the cell of column b is missing" + gap, "a,b\n1,2\n3, \n", csv -> csv),
                refusal(":3: the cell of column b is missing" + gap, "a,b\n1,2\n3", csv -> csv),
                refusal(
                        ":5: column b must be a finite decimal number, got 'x'" + number,
                        "a,b,c\n\n1,2,\"two\r\nlines\"\n3,x,\"\n\n\"\n",
                        csv -> csv.text("c")),
                refusal(
                        ":6: column b must be a finite decimal number, got 'x'" + number,
                        "a,b,c\r\n\r\n1,2,\"two\r\n\r\nlines\"\r\n3,x,c",
                        csv -> csv.text("c")),
                refusal(
                        ":1: column 1 must be a finite decimal number, got 'b'; if the first row names the columns, header(true) says so",
                        "1,b\n1,2\n",
                        csv -> csv.header(false)),
                refusal(
                        ":3: a row must have at most 3 cells, as the first, got 4; a cell with a delimiter in it must be in quotes",
                        "a,b,c\n1,2,3\n4,5,6,7\n",
                        csv -> csv.columns("a", "b")));
    }

    private static Arguments refusal(String message, String content, UnaryOperator<Csv> options) {
        return arguments(message, content, options);
    }

    @Test
    void aQuoteThatDoesNotEndIsRefused() {
        for (String content : List.of("a\n1\n\"2\n3\n", "a\n1\n\"2\"x\n3\n")) {
            Csv csv = csv(content);
            assertThatThrownBy(csv::read)
                    .isExactlyInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(csv + ":3: a cell in quotes must end with a quote");
        }
    }

    @Test
    void filesThatCannotBeReadSaySo() {
        Csv none = Csv.of(folder.resolve("none.csv"));
        assertThatThrownBy(none::read)
                .isExactlyInstanceOf(UncheckedIOException.class)
                .hasMessage(none + ": no such file");
        assertThatThrownBy(() -> Csv.of(folder).read()).isExactlyInstanceOf(UncheckedIOException.class);
    }

    @Test
    void namesOfATableAreChecked() {
        Table table = csv("a,b\n1,x\n").text("b").read();
        assertThatThrownBy(() -> table.columns("b")).hasMessage("table: there must be a column of numbers b among [a]");
        assertThatThrownBy(() -> table.text("a")).hasMessage("table: there must be a column of text a among [b]");
        assertThatThrownBy(() -> csv("a\n").delimiter('"'))
                .hasMessage("csv: the delimiter must not be a quote or a line break");
    }

    @Test
    void aTableHasWholeColumnsWithNames() {
        List<String> names = List.of("a");
        for (Tensor numbers : List.of(Tensor.ones(1), Tensor.ones(2, 2))) {
            assertThatThrownBy(() -> new Table(names, numbers, List.of(), List.of()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("table: there must be one name per column of numbers, got 1 for the shape "
                            + numbers.shape());
        }
        Tensor numbers = Tensor.ones(2, 1);
        String text =
                "table: there must be one name per column of text, and as many entries as rows, got %s for columns of %s"
                        + " entries";
        assertThatThrownBy(() -> new Table(names, numbers, names, List.of(List.of("x"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(text, 1, "[1]");
        assertThatThrownBy(() -> new Table(names, numbers, List.of(), List.of(List.of("x", "y"))))
                .hasMessage(text, 0, "[2]");
    }

    // ---- streams ----

    @Test
    void rowsComeWithTheirLines() {
        try (Stream<Csv.Row> rows = csv("a,b\n1,x\n\n2,y\n").text("b").stream()) {
            assertThat(rows.map(row -> row.line() + row.texts().get(0) + row.numbers()[0]))
                    .containsExactly("2x1.0", "4y2.0");
        }
    }

    @Test
    void everyRowIsASampleInEveryPass() {
        SampleStream samples = csv("a,b,c\n1,2,3\n4,5,6\n7,8,9\n").samples(1);
        for (int pass = 0; pass < 2; pass++) {
            List<Dataset> batches = samples.batches(2).toList();
            assertThat(batches.get(0).x().toRows()).isDeepEqualTo(new double[][] {{1, 3}, {4, 6}});
            assertThat(batches.get(0).y().toRows()).isDeepEqualTo(new double[][] {{2}, {5}});
            assertThat(batches.get(1).x().toRows()).isDeepEqualTo(new double[][] {{7, 9}});
        }
        assertThatThrownBy(() -> csv("a,b\n1,2\n").samples(2).batches(1).toList())
                .hasMessage("samples: a target must be one of the columns 0 to 1, got 2");
    }
}
