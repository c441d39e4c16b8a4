package rewind.nn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A table that is written otherwise than the options say is refused with the option that reads it, and that option does. */
class CsvAdviceProperties {
    private static Csv csv(String content) {
        return csv(content.getBytes(StandardCharsets.UTF_8));
    }

    private static Csv csv(byte[] content) {
        return new Csv("table", () -> new ByteArrayInputStream(content));
    }

    private static String row(char delimiter, int columns, String start) {
        return IntStream.range(0, columns)
                .mapToObj(i -> start + i)
                .collect(Collectors.joining(String.valueOf(delimiter), "", "\n"));
    }

    // ---- delimiters ----

    @Provide
    Arbitrary<Character> delimiters() {
        return Arbitraries.of(';', '\t', '|');
    }

    @Property(tries = 60)
    void aDelimiterThatIsAnotherIsNamed(
            @ForAll("delimiters") char delimiter,
            @ForAll @IntRange(min = 2, max = 6) int columns,
            @ForAll boolean commas,
            @ForAll boolean commaInName) {
        String names = row(delimiter, columns, commaInName ? "a, in kg, " : "a");
        Csv csv = csv(names + row(delimiter, columns, commas ? "1," : "1."));
        String called =
                "delimiter('" + (delimiter == '\t' ? "\\t" : delimiter) + "') separates the cells of such a line";
        assertThatThrownBy(csv::read)
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("; " + called + (commas ? "; decimal(',') reads 1,5 as 1.5" : ""));
        Csv advised = commas ? csv.delimiter(delimiter).decimal(',') : csv.delimiter(delimiter);
        assertThat(advised.read().numbers().toArray())
                .containsExactly(IntStream.range(0, columns)
                        .mapToDouble(i -> Double.parseDouble("1." + i))
                        .toArray());
        if (!commaInName) {
            assertThatThrownBy(() -> csv.dates("Day").read()).hasMessageContaining("; " + called);
        }
    }

    @Property(tries = 20)
    void aCommaIsNamedWhereAnotherDelimiterIsSet(
            @ForAll("delimiters") char delimiter, @ForAll @IntRange(min = 2, max = 6) int columns) {
        assertThatThrownBy(() -> csv(row(',', columns, "a") + row(',', columns, "1."))
                        .delimiter(delimiter)
                        .read())
                .hasMessageEndingWith("; delimiter(',') separates the cells of such a line");
    }

    /** Where some cells have decimals behind a point, a comma is something else. */
    @Example
    void aCommaBesidePointsIsNoDecimalComma() {
        assertThatThrownBy(() -> csv("a;b\n1.5;2,5\n").read())
                .hasMessageEndingWith("; delimiter(';') separates the cells of such a line");
    }

    @Example
    void aMarkThatIsPartOfANameIsNoDelimiter() {
        assertThatThrownBy(() -> csv("a;b,c\n1,x\n").read())
                .hasMessageEndingWith(
                        "; text(\"c\") reads the column as text; if that means that it is missing, say so with missing(…)");
        assertThatThrownBy(() -> csv("a;b,c\n1,2\n").columns("d").read())
                .hasMessage("table:1: there must be a column d among [a;b, c]");
        assertThatThrownBy(() -> csv("a,b\n1,5,2,5\n").read())
                .hasMessage(
                        "table:2: a row must have at most 2 cells, as the first, got 4; a cell with a delimiter in it must be in quotes");
    }

    // ---- comments and titles ----

    @Provide
    Arbitrary<Character> comments() {
        return Arbitraries.of('#', '%');
    }

    @Property(tries = 60)
    void aCommentIsNamedWhereverItStands(
            @ForAll("comments") char mark,
            @ForAll @IntRange(min = 1, max = 4) int columns,
            @ForAll @IntRange(min = 0, max = 3) int commas,
            @ForAll boolean first) {
        String comment = mark + " made by hand" + ", often".repeat(commas) + "\n";
        String names = row(',', columns, "a");
        String content = first ? comment + names : names + comment;
        Csv csv = csv(content + row(',', columns, "2"));
        assertThatThrownBy(csv::read).hasMessageContaining("; comment('" + mark + "') passes over lines that begin so");
        assertThat(csv.comment(mark).read().size()).isEqualTo(1);
    }

    @Property(tries = 20)
    void aTitleIsSkipped(
            @ForAll @IntRange(min = 1, max = 4) int lines, @ForAll @IntRange(min = 2, max = 4) int columns) {
        Csv csv = csv("Sales of 2020\n" + "\n".repeat(lines - 1) + row(',', columns, "a") + row(',', columns, "2"));
        assertThatThrownBy(csv::read)
                .hasMessageEndingWith(
                        "; if the file begins with a title, skip(" + (lines == 1 ? "1" : "…") + ") passes over it");
        assertThat(csv.skip(lines).read().size()).isEqualTo(1);
        assertThatThrownBy(() -> csv.columns("a1").read()).hasMessageEndingWith("skip(…) passes over it");
    }

    // ---- encodings ----

    @ParameterizedTest
    @CsvSource({
        "UTF-16,StandardCharsets.UTF_16)",
        "UTF-16LE,StandardCharsets.UTF_16LE)",
        "UTF-16BE,StandardCharsets.UTF_16BE)",
        "windows-1252,Charset.forName(\"windows-1252\")) of spreadsheets in Western Europe",
        "ISO-8859-1,Charset.forName(\"windows-1252\")) of spreadsheets in Western Europe"
    })
    void anEncodingThatIsNotUtf8IsNamed(Charset charset, String advice) {
        Csv csv = csv("Gr\u00f6\u00dfe,b\n1,2\n".getBytes(charset));
        Throwable failure = catchThrowable(csv::read);
        assertThat(failure.getMessage().replace(", such as ", ""))
                .contains("charset(")
                .contains(advice.replace("))", ")"));
        assertThat(csv.charset(charset).names()).containsExactly("Gr\u00f6\u00dfe", "b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE"})
    void latinLettersInUtf16AreRecognized(Charset charset) {
        Csv csv = csv("a,b\n1,2\n".getBytes(charset));
        assertThatThrownBy(csv::read)
                .hasMessageEndingWith("charset(StandardCharsets."
                        + charset.name().replace("-", "_").replace("UTF_16", "UTF_16") + ") reads such texts");
        assertThat(csv.charset(charset).read().numbers().toArray()).containsExactly(1, 2);
    }

    @Example
    void utf8InAnotherEncodingIsRecognized() {
        Csv csv = csv("\uFEFFa,b\n1,2\n");
        assertThatThrownBy(() ->
                        csv.charset(StandardCharsets.ISO_8859_1).columns("a").read())
                .hasMessageEndingWith("charset(StandardCharsets.UTF_8) reads it");
        assertThatThrownBy(() -> csv(new byte[] {'a', (byte) 0xFC}).read()).isInstanceOf(UncheckedIOException.class);
    }

    // ---- cells ----

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1_000|it is 1000.0 with thousands('_')",
                "$5|a number stands without '$' in its cell; text(\"a\") reads the column as text",
                "5 \u20ac|a number stands without '\u20ac' in its cell; text(\"a\") reads the column as text",
                "\u20ac-5.5|a number stands without '\u20ac' in its cell; text(\"a\") reads the column as text",
                "EUR 5|a number stands without 'EUR' in its cell; text(\"a\") reads the column as text",
                "5 kg|a number stands without 'kg' in its cell; text(\"a\") reads the column as text",
                "(5)|a negative number has its sign before it, -5",
                "5.25-|a negative number has its sign before it, -5.25",
                "5 \u2212|a negative number has its sign before it, -5",
                "(a)|text(\"a\") reads the column as text; if that means that it is missing, say so with missing(…)",
                "31.1.20|dates(\"a\") reads dates as numbers, with dateFormat(\"d.M.yy\")",
                "1/2/20|dates(\"a\") reads dates as numbers, with dateFormat(\"M/d/yy\") or dateFormat(\"d/M/yy\")",
                "1/31/2020 5:07 PM|dates(\"a\") reads dates as numbers, text(\"a\") as they are"
            })
    void theAdviceFitsTheCell(String cell, String advice) {
        assertThatThrownBy(csv("a\n\"" + cell + "\"\n")::read)
                .hasMessage("table:2: column a must be a finite decimal number, got '%s'; %s", cell, advice);
    }

    // ---- dates ----

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1/31/2020 5:07 PM|2020-01-31T17:07",
                "31/1/2020 12:07:30 am|2020-01-31T00:07:30",
                "2020W05|2020-01-27T00:00",
                "Fri, 31 Jan 2020 10:00:00 GMT|2020-01-31T10:00",
                "Fri, 31 Jan 2020 10:00:00 +0200|2020-01-31T08:00",
                "Fri, 31 January 2020|2020-01-31T00:00"
            })
    void datesOfOtherProgramsAreRead(String text, java.time.LocalDateTime time) {
        assertThat(Dates.ofDays(Dates.parse(List.of(text))[0])).isEqualTo(time);
    }

    @Example
    void optionsOfDatesNeedDates() {
        assertThatThrownBy(() -> csv("d,a\n1,1\n").calendar(Cycle.YEAR).read())
                .hasMessage("csv: calendar(…) needs columns of dates; dates(…) says which they are");
        assertThatThrownBy(() -> csv("d,a\n1,1\n").dateFormat("yyyy").read())
                .hasMessage("csv: dateFormat(…) needs columns of dates; dates(…) says which they are");
        assertThatThrownBy(() -> csv("d\n31.1.20\n").dates("d").read())
                .hasMessageEndingWith("got '31.1.20'; dateFormat(\"d.M.yy\") reads it as one of this century");
    }
}
