package rewind.nn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import rewind.autograd.Shape;

/** Files as other programs write them: marks of numbers, dates, comments, titles, delimiters at the end of rows, names of every kind. */
class CsvFormatsTest {
    @TempDir
    private Path folder;

    private Csv csv(String content) {
        try {
            return Csv.of(Files.writeString(folder.resolve("data.csv"), content, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- numbers ----

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                ",|0|false|1,5|1.5",
                ",|.|false|-1.234.567,25|-1234567.25",
                ",|.|false|1,5e3|1500",
                ".|,|false|1,234|1234",
                ".|,|false|12,34,567.5|1234567.5",
                ".|,|false|1234.5|1234.5",
                ".|0|true|12.5%|0.125",
                ".|0|true|12.5|12.5",
                ",|0|true|0,7 %|0.007",
                ".|'|false|1'234'567|1234567",
                ".|'|false|1\u2019234|1234",
                ".|0|false|\u22121.5|-1.5"
            })
    void numbersAreReadAsTheyAreWritten(char decimal, char thousands, boolean percent, String cell, double value) {
        Csv csv = csv("a\n\"" + cell + "\"\n").decimal(decimal).percent(percent);
        csv = thousands == '0' ? csv : csv.thousands(thousands);
        assertThat(csv.read().numbers().toArray()).containsExactly(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1 234", "1\u00a0234", "1\u202f234"})
    void aBlankBetweenThousandsMayBeOfAnyKind(String cell) {
        assertThat(csv("a\n" + cell + "\n").thousands(' ').read().numbers().toArray())
                .containsExactly(1234);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1,5",
                "12,34",
                "1,23,45",
                "1234,567",
                ",123",
                "1,234,",
                "1,,234",
                "1,234.5,6",
                "1_234",
                "0,125",
                "-00,125"
            })
    void groupsOfThousandsAreWhole(String cell) {
        Csv csv = csv("a\n\"" + cell + "\"\n").thousands(',');
        assertThatThrownBy(csv::read)
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(csv + ":2: column a must be a finite decimal number, got '" + cell + "'; ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1,5|it is 1.5 with decimal(',')",
                "1,234|it is 1.234 with decimal(','), 1234.0 with thousands(',')",
                "1.234,5|it is 1234.5 with decimal(',').thousands('.')",
                "1.234.567|it is 1234567.0 with decimal(',').thousands('.')",
                "1 234|it is 1234.0 with thousands(' ')",
                "1'234|it is 1234.0 with thousands('\\'')",
                "12 %|it is 0.12 with percent(true)",
                "1,5%|it is 0.015 with decimal(',').percent(true)",
                "NA|if that means that it is missing, missing(\"NA\") says so",
                "n/a|if that means that it is missing, missing(\"n/a\") says so",
                "NaN|if that means that it is missing, missing(\"NaN\") says so",
                "-|if that means that it is missing, missing(\"-\") says so",
                "?|if that means that it is missing, missing(\"?\") says so",
                "1949-01|dates(\"a\") reads dates as numbers, text(\"a\") as they are",
                "31.12.1999|dates(\"a\") reads dates as numbers, text(\"a\") as they are",
                "01/02/2003|dates(\"a\") reads dates as numbers, text(\"a\") as they are",
                "# said so|comment('#') passes over lines that begin so",
                "1;2|delimiter(';') separates the cells of such a line",
                ";1|delimiter(';') separates the cells of such a line",
                "yes|text(\"a\") reads the column as text; if that means that it is missing, say so with missing(…)",
                "12d|if that means that it is missing, say so with missing(…)",
                "x0|if that means that it is missing, say so with missing(…)",
                "x9|if that means that it is missing, say so with missing(…)",
                "@@|if that means that it is missing, say so with missing(…)"
            })
    void theAdviceFitsTheCell(String cell, String advice) {
        Csv csv = csv("a\n\"" + cell + "\"\n");
        assertThatThrownBy(csv::read)
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("%s:2: column a must be a finite decimal number, got '%s'; %s", csv, cell, advice);
    }

    @Test
    void adviceThatIsFollowedHelps() {
        assertThatThrownBy(() -> csv("a\n1.5\n").decimal(',').read()) // a point was not meant
                .hasMessageEndingWith("got '1.5'; if that means that it is missing, say so with missing(…)");
        assertThat(csv("a\n1,5\n").delimiter(';').decimal(',').read().numbers().toArray())
                .containsExactly(1.5);
        assertThat(csv("a;b\n1;2\n").delimiter(';').read().numbers().toArray()).containsExactly(1, 2);
        assertThatThrownBy(() -> csv("a;b\n1;2\n").columns("b").read())
                .hasMessageEndingWith(
                        ":1: there must be a column b among [a;b]; delimiter(';') separates the cells of such a line");
        assertThat(csv("1\n2\n").header(false).read().numbers().toArray()).containsExactly(1, 2);
        assertThat(csv("1\n2\n").header(true).read().names()).containsExactly("1");
        assertThatThrownBy(() -> csv("1.5,2\n3,4\n").read())
                .hasMessageEndingWith(
                        ":1: the first row must name the columns, got the numbers [1.5, 2]; header(false) takes them for data, header(true) for names");
    }

    @Test
    void marksThatCannotBeTakenApartAreRefused() {
        assertThatThrownBy(() -> csv("a\n1\n").decimal(',').thousands(',').read())
                .hasMessage(
                        "csv: decimals and thousands must be marked differently, got ',' for both; decimal(…) and thousands(…) set the marks");
        assertThatThrownBy(() -> csv("").decimal('-'))
                .hasMessage("csv: decimal must be no letter, digit, sign, quote or line break, got '-'");
        assertThatThrownBy(() -> csv("").decimal('+'))
                .hasMessage("csv: decimal must be no letter, digit, sign, quote or line break, got '+'");
        assertThatThrownBy(() -> csv("").thousands('1'))
                .hasMessage("csv: thousands must be no letter, digit, sign, quote or line break, got '1'");
    }

    // ---- comments, titles ----

    @Test
    void linesOfCommentArePassedOverAndCounted() {
        Csv csv = csv("# made by hand\n#\na,b\n1,2\n# a pause\n\n# of two lines\n3,x\n# end")
                .comment('#');
        assertThatThrownBy(csv::read).hasMessageStartingWith(csv + ":8: column b must be");
        assertThat(csv.columns("a").read().numbers().toArray()).containsExactly(1, 3);
        for (char marker : new char[] {'"', '\r', '\n'}) {
            assertThatThrownBy(() -> csv.comment(marker))
                    .hasMessage("csv: the comment marker must not be a quote or a line break");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void linesBeforeTheTableAreSkippedAndCounted(String end) {
        Csv csv = csv("\uFEFFA \"title" + end + end + "a,b" + end + "1,2" + end + "3,x")
                .skip(2);
        assertThat(csv.columns("a").read().numbers().toArray()).containsExactly(1, 3);
        assertThatThrownBy(csv::read).hasMessageStartingWith(csv + ":5: column b must be");
        assertThatThrownBy(() -> csv.skip(9).read())
                .hasMessageEndingWith(": the file is empty, its first line must name the columns");
        assertThat(csv.skip(0).skip(2).columns("a").read().size()).isEqualTo(2);
        assertThatThrownBy(() -> csv.skip(-1))
                .hasMessage("csv: the number of lines to skip must not be negative, got -1");
    }

    /** A title may hold anything. */
    @Test
    void linesOfAnyCharactersAreSkipped() {
        Csv csv = csv("\0ti\0tle\na\nx\n").skip(1);
        assertThatThrownBy(csv::read).hasMessageStartingWith(csv + ":3: column a must be");
        assertThatThrownBy(csv.columns("b")::read).hasMessageStartingWith(csv + ":2: there must be a column b");
    }

    // ---- columns ----

    @Test
    void columnsOfOneNameAreAllRead() {
        Table table = csv("a,n,a,n\nx,1,y,2\nu,3,v,4\n").text(0, 2).read();
        assertThat(table.textNames()).containsExactly("a", "a");
        assertThat(table.texts()).containsExactly(List.of("x", "u"), List.of("y", "v"));
        assertThat(table.names()).containsExactly("n", "n");
        assertThat(table.numbers().toArray()).containsExactly(1, 2, 3, 4);
        assertThatThrownBy(() -> table.text("a"))
                .hasMessage("table: columns 0 and 1 of text have the name a; texts() has all of them");
        assertThatThrownBy(() -> table.columns("n"))
                .hasMessage("table: columns 0 and 1 of numbers have the name n; numbers() has all of them");
        assertThat(table).hasToString("table of 2 rows, numbers [n, n], text [a, a]");
    }

    @Test
    void blanksAroundNamesMakeNoDifference() {
        Csv csv = csv("\" a\",\u00a0b , c\n1,2,3\n");
        assertThat(csv.names()).containsExactly("a", "b", "c");
        assertThat(csv.columns("c", " a ").read().numbers().toArray()).containsExactly(3, 1);
        assertThatThrownBy(() -> csv("\"a\",\"a \"\n1,2\n").columns("a").read())
                .hasMessageEndingWith(":1: two columns have the name a; choose one of 0 and 1 by number");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a,b,\n1,2,\n3,4,\n",
                "a,b\n1,2,\n3,4,\n",
                "a,b,,\n1,2\n3,4,,,,\n",
                "a,,b\n1,,2\n3,,4\n",
                ",a,b\n,1,2\n,3,4\n",
                "a,b,\r1,2,\r3,4,\r",
                "a,b,\n1,2,\n3,4,"
            })
    void delimitersWithoutCellsMakeNoColumns(String content) {
        Table table = csv(content).read();
        assertThat(table.names()).containsExactly("a", "b");
        assertThat(table.numbers().toArray()).containsExactly(1, 2, 3, 4);
        assertThat(csv(content).dropMissing().read().size()).isEqualTo(2);
        List<String> names = csv(content).names();
        assertThat(names.get(names.size() - 1)).isEqualTo("b");
    }

    @Test
    void aDelimiterAtTheEndOfRowsWithoutAHeaderMakesNoColumn() {
        assertThat(csv("1,2,\n3,4,\n").header(false).names()).containsExactly("0", "1");
        assertThat(csv("1,2,\n3,4,\n").header(false).read().numbers().toArray()).containsExactly(1, 2, 3, 4);
        // but this is a column, in whose first row nothing is known
        Table table = csv("1,,3\n4,5,6\n").header(false).fillMissing(Double.NaN).read();
        assertThat(table.numbers().toArray()).containsExactly(1, Double.NaN, 3, 4, 5, 6);
        assertThat(csv("1,,3\n4,,6\n")
                        .header(false)
                        .fillMissing(0)
                        .read()
                        .numbers()
                        .toArray())
                .containsExactly(1, 0, 3, 4, 0, 6);
    }

    /** What is chosen is a column, whatever is in it. */
    @Test
    void columnsOfDatesAndTextAreReadThoughTheyAreEmpty() {
        assertThatThrownBy(() -> csv("a,,b\n1,,2\n").dates(1).read())
                .hasMessageContaining(":2: the cell of column 1, which has no name, is missing; ");
        Csv texts = csv("1,\n2,\n").header(false).text(1).fillMissing(0);
        assertThat(texts.names()).containsExactly("0", "1");
        assertThat(texts.read().texts()).containsExactly(List.of("", ""));
    }

    @Test
    void aColumnWithoutANameIsReadIfItHasCells() {
        Csv csv = csv(",a\n,1\n7,2\n");
        assertThat(csv.fillMissing(0).read().names()).containsExactly("", "a");
        assertThat(csv.fillMissing(0).read().numbers().toArray()).containsExactly(0, 1, 7, 2);
        assertThatThrownBy(csv::read).hasMessageContaining(":2: the cell of column 0, which has no name, is missing; ");
        assertThat(csv.columns("a").read().numbers().toArray()).containsExactly(1, 2);
    }

    @Test
    void thatNoRowIsLeftIsToldWithItsCause() {
        Csv csv = csv("a,b,c\n1,,\n,,2\n3,,4\n").dropMissing();
        assertThatThrownBy(csv::read)
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        csv
                                + ": dropMissing() leaves out all 3 rows, as in 3 of them the cell of column b is missing; columns(…) chooses others");
        assertThat(csv.columns("a", "c").read().numbers().toArray()).containsExactly(3, 4);
        assertThat(csv("a,b\n").dropMissing().read().numbers().shape()).isEqualTo(Shape.of(0, 2));
        assertThatThrownBy(() -> csv("a,b\n,\n").dropMissing().read())
                .hasMessageEndingWith(
                        ": dropMissing() leaves out all 1 rows, as in 1 of them the cell of column a is missing;"
                                + " columns(…) chooses others");
    }

    // ---- dates ----

    static List<Arguments> usualDates() {
        return Stream.of(
                        "1999-12-31",
                        "1999/12/31",
                        "1999.12.31",
                        "31.12.1999",
                        "12/31/1999",
                        "31/12/1999",
                        "31-12-1999",
                        "19991231",
                        "31 Dec 1999",
                        "31-dec-1999",
                        "December 31, 1999",
                        "1999-12-31 00:00",
                        "1999-12-31T00:00:00",
                        "1999-12-31T00:00:00Z",
                        "1999-12-31T02:00:00.000+02:00",
                        "31.12.1999 0:00")
                .map(text -> arguments(text, LocalDate.of(1999, 12, 31).toEpochDay()))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("usualDates")
    void usualDatesAreDays(String cell, double days) {
        Table table = csv("day,y\n\"" + cell + "\",1\n").dates("day").read();
        assertThat(table.numbers().toArray()).containsExactly(days, 1);
    }

    @ParameterizedTest
    @CsvSource({
        "1999-12,1999-12-01", "1999/12,1999-12-01", "12/1999,1999-12-01", "Dec 1999,1999-12-01", "1999M12,1999-12-01",
        "199912,1999-12-01", "1999Q4,1999-10-01", "Q4 1999,1999-10-01", "1999-Q4,1999-10-01", "1999,1999-01-01",
        "1999-W01,1999-01-04"
    })
    void partsOfDatesAreTheirFirstDay(String cell, LocalDate day) {
        assertThat(Dates.parse(List.of(cell))).containsExactly(day.toEpochDay());
    }

    @Test
    void textsThatAreNoDatesAreNamed() {
        assertThat(Dates.parse(List.of("1970-01-02"), "yyyy-MM-dd")).containsExactly(1);
        assertThatThrownBy(() -> Dates.parse(List.of("1999-01-01", "x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("dates: entry 1 must be a date as uuuu-M[-d[ H:mm[:ss]]], got 'x'");
        assertThatThrownBy(() -> Dates.parse(List.of("x")))
                .hasMessage("dates: entry 0 must be a date of a usual format, got 'x'");
        assertThatThrownBy(() -> Dates.parse(List.of("31.12.1999", " 1 "), "dd.MM.yyyy"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("dates: entry 1 must be a date as dd.MM.yyyy, got ' 1 '");
        assertThatThrownBy(() -> Dates.parse(List.of("01/02/1999")))
                .hasMessage("dates: dates such as 01/02/1999 may be M/d/uuuu[ H:mm[:ss]] or d/M/uuuu[ H:mm[:ss]];"
                        + " parse(texts, pattern) says which");
    }

    @Test
    void daysHaveALimit() {
        for (double days : new double[] {3e11, -3e11, Double.NaN}) {
            assertThatThrownBy(() -> Dates.ofDays(days))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("dates: days must be those of a year of at most nine digits, got " + days);
        }
        assertThat(Dates.ofDays(Math.nextDown(3e11)).getYear()).isEqualTo(821_374_072);
    }

    @Test
    void dayAndMonthAreToldApartByTheOtherRows() {
        assertThat(Dates.parse(List.of("01/02/1999", "13/02/1999"))[0])
                .isEqualTo(LocalDate.of(1999, 2, 1).toEpochDay());
        assertThat(Dates.parse(List.of("01/02/1999", "02/13/1999"))[0])
                .isEqualTo(LocalDate.of(1999, 1, 2).toEpochDay());
        assertThat(Dates.parse(List.of("01/01/1999", "02/02/1999"))).containsExactly(10592, 10624);
        Csv doubtful = csv("day\n01/02/1999\n02/03/1999\n").dates("day");
        assertThatThrownBy(doubtful::read)
                .hasMessage(
                        doubtful
                                + ": column day: dates such as 01/02/1999 may be M/d/uuuu[ H:mm[:ss]] or d/M/uuuu[ H:mm[:ss]]; dateFormat(\"d/M/yyyy\") says which");
        assertThat(doubtful.dateFormat("d/M/yyyy").read().numbers().get(0, 0))
                .isEqualTo(LocalDate.of(1999, 2, 1).toEpochDay());
    }

    @Test
    void datesThatDoNotExistOrDoNotFitAreRefused() {
        Csv csv = csv("day\n1999-01-31\n1999-02-30\n").dates("day");
        assertThatThrownBy(csv::read)
                .hasMessage(
                        csv
                                + ":3: column day must be a date as uuuu-M[-d[ H:mm[:ss]]], got '1999-02-30'; dateFormat(pattern) sets another format");
        Csv none = csv("day\n1-01\n").dates("day");
        assertThatThrownBy(none::read)
                .hasMessage(
                        none
                                + ":2: column day must be a date of a usual format, got '1-01'; dateFormat(pattern) sets another format");
        Csv strict = csv("day\n30.02.1999\n").dates("day").dateFormat("dd.MM.yyyy");
        assertThatThrownBy(strict::read).hasMessageContaining("must be a date as dd.MM.yyyy, got '30.02.1999'");
        assertThatThrownBy(() -> csv("").dateFormat("nonsense")).hasMessageStartingWith("dates: ");
    }

    /** What was read of a date is used, or the cell is refused. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "yyyy-MM-dd hh:mm|1999-02-03 11:30",
                "yyyy-MM-dd KK:mm|1999-02-03 11:30",
                "yyyy-MM-dd mm:ss|1999-02-03 11:30",
                "yyyy-MM-dd HH:ss|1999-02-03 11:30",
                "yyyy-MM-dd a|1999-02-03 PM",
                "yyyy-MM-dd B|1999-02-03 in the morning",
                "yyyy-MM-dd BBBB|1999-02-03 midnight",
                "yyyy[ B]|1999 at night",
                "yyyy-MM-dd HH:mm B|1999-02-03 03:00 in the afternoon",
                "uuuu G|1999 BC",
                "uuuu-MM G|1999-02 BC",
                "uuuu-MM-dd G|1999-02-03 BC",
                "yyyy-MM-dd SSS|1999-02-03 500",
                "yyyy-QQQ|1999-Q3",
                "yyyy-QQQ|1999-Q1",
                "yyyy-MM QQQ|1999-02 Q3",
                "yyyy'W'ww|1999W07",
                "YYYY'W'ww|1999W07",
                "yyyy'W'ww yyyy-MM|1999W07 1999-02",
                "yyyy-MM W|1999-02 2",
                "yyyy-MM F|1999-02 2",
                "yyyy-dd|1999-07",
                "EEE yyyy-MM|Mon 1999-02"
            })
    void partsThatSayNothingWithoutOthersAreRefused(String pattern, String cell) {
        Csv csv = csv("day\n" + cell + "\n").dates("day").dateFormat(pattern);
        assertThatThrownBy(csv::read)
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(csv + ":2: column day must be a date as " + pattern + ", got '" + cell + "'; ");
        assertThatThrownBy(() -> Dates.parse(List.of(cell), pattern))
                .hasMessage("dates: entry 0 must be a date as " + pattern + ", got '" + cell + "'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "yyyy-MM-dd hh:mm a|1999-02-03 06:00 PM|18",
                "yyyy-MM-dd KK:mm a|1999-02-03 06:00 PM|18",
                "yyyy-MM-dd h B|1999-02-03 6 in the evening|18",
                "yyyy-MM-dd HH:mm[ B]|1999-02-03 18:00|18",
                "uuuu-MM-dd HH G|1999-02-03 18 AD|18",
                "yyyy-MM-dd HH|1999-02-03 18|18",
                "yyyy-DDD HH:mm|1999-034 18:00|18",
                "YYYY'W'ww e HH:mm|1999W06 4 18:00|18",
                "yyyy-MM-dd HH:mm XXX|1999-02-03 18:00 +06:00|12",
                "yyyy-MM-dd HH:mm VV|1999-02-03 18:00 Europe/Berlin|17",
                "yyyy-MM-dd HH:mm z|1999-02-03 18:00 CET|17",
                "yyyy-MM-dd HH:mm z|1999-02-03 18:00 UTC|18",
                "yyyy-MM-dd VV|1999-02-03 America/New_York|5",
                "yyyy-MM-dd HH:mm XXX VV|1999-02-03 18:00 +01:00 Europe/Berlin|17"
            })
    void timesAndZonesOfAnyPatternCount(String pattern, String cell, double hours) {
        assertThat(Dates.parse(List.of(cell), pattern)[0])
                .isCloseTo(LocalDate.of(1999, 2, 3).toEpochDay() + hours / 24, within(1e-9));
    }

    @Test
    void calendarFeaturesFollowTheNumbers() {
        Csv csv = csv("day,y\n2001-01-01,5\n2001-07-02 12:00,6\n")
                .dates("day")
                .columns("y")
                .calendar(Cycle.YEAR, Cycle.DAY);
        Table table = csv.read();
        assertThat(table.names()).containsExactly("y", "day year sin", "day year cos", "day day sin", "day day cos");
        assertThat(table.numbers().toArray())
                .containsExactly(new double[] {5, 0, 1, 0, 1, 6, 0, -1, 0, -1}, within(1e-12));
        List<double[]> rows = new ArrayList<>();
        try (Stream<double[]> stream = csv.rows()) {
            stream.forEach(rows::add);
        }
        assertThat(rows.get(1)).containsExactly(table.numbers().select(0, 1).toArray());
    }

    @Test
    void everyColumnOfDatesHasItsFeatures() {
        Table table = csv("from,to\n1970-01-01,1970-01-01 12:00\n")
                .dates("from", "to")
                .calendar(Cycle.DAY)
                .read();
        assertThat(table.names())
                .containsExactly("from", "to", "from day sin", "from day cos", "to day sin", "to day cos");
        assertThat(table.numbers().toArray()).containsExactly(new double[] {0, 0.5, 0, 1, 0, -1}, within(1e-12));
    }

    @Test
    void missingDatesAreLikeOtherMissingCells() {
        Csv csv = csv("day,y\nNA,1\n1999-01-01,2\n").dates("day").missing("NA").calendar(Cycle.WEEK);
        assertThat(csv.dropMissing().read().size()).isEqualTo(1);
        assertThat(csv.columns("y").dropMissing().read().size()).isEqualTo(1);
        assertThat(csv.fillMissing(Double.NaN).read().numbers().select(0, 0).toArray())
                .containsExactly(Double.NaN, 1, Double.NaN, Double.NaN);
    }

    // ---- options together ----

    @ParameterizedTest
    @MethodSource
    void everyOptionSurvivesTheOthers(UnaryOperator<Csv> first, UnaryOperator<Csv> second) {
        String content = "title\n% note\n1.234,5 %|NA|31/12/1999|\n";
        for (UnaryOperator<Csv> options : List.of(first.andThen(second), second.andThen(first)).stream()
                .map(f -> (UnaryOperator<Csv>) f::apply)
                .toList()) {
            double[] row = options.apply(csv(content)).read().numbers().toArray();
            assertThat(row).containsExactly(new double[] {12.345, -1, 10956, 0, 1}, within(0.02));
        }
    }

    static List<Arguments> everyOptionSurvivesTheOthers() {
        UnaryOperator<Csv> first = csv -> csv.skip(1)
                .comment('%')
                .delimiter('|')
                .header(false)
                .dateFormat("dd/MM/yyyy")
                .percent(true);
        UnaryOperator<Csv> second = csv -> csv.decimal(',')
                .thousands('.')
                .missing("NA")
                .fillMissing(-1)
                .dates(2)
                .calendar(Cycle.YEAR);
        return List.of(arguments(first, second));
    }

    @Test
    void namesAreThoseOfColumnsThatHaveOne() {
        assertThat(csv(",\n1,2\n").names()).isEmpty();
        assertThat(csv(",,\n,,\n").header(false).names()).isEmpty();
        assertThat(csv("1,,\n2,,\n").header(false).names()).containsExactly("0");
    }
}
