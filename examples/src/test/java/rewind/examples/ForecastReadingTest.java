package rewind.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import rewind.autograd.Tensor;

/** How the tables of others are read: dates, what stands around a table, missing cells. */
class ForecastReadingTest {
    private static final Series.Reading DEFAULT =
            new Series.Reading(null, null, null, null, Missing.PREVIOUS, List.of());

    static Series sunspots() {
        try (var in = Series.SUNSPOTS.openStream()) {
            return Series.read(TextTable.read("sunspots", in.readAllBytes(), null, true), DEFAULT);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Series read(String text, String... columns) {
        return read(
                text,
                new Series.Reading(
                        columns.length == 0 ? null : List.of(columns), null, null, null, Missing.PREVIOUS, List.of()));
    }

    private static Series read(String text, Series.Reading reading) {
        return Series.read(TextTable.read("a.csv", text.getBytes(StandardCharsets.UTF_8), null, true), reading);
    }

    @Test
    void theSunspotNumbersAreComplete() {
        Series series = sunspots();
        assertThat(series.names()).containsExactly("sunspots");
        assertThat(series.column(0)).hasSize(3177).startsWith(58, 62.6, 70).endsWith(57, 66, 37);
        assertThat(series.span()).isEqualTo(", 1749-01 to 2013-09");
        assertThat(series.notes()).isEmpty();
        assertThat(series.periods()).containsExactly(12);
        assertThat(series.dates().orElseThrow().withAhead(132).get(3177 + 131)).isEqualTo("2024-09-01T00:00");
    }

    @Test
    void columnsAreInTheOrderInWhichTheyWereChosen() {
        Series series = read("b,Year,a\n1,1900,2\n3,1902,4\n", "a", "b");
        assertThat(series.names()).containsExactly("a", "b");
        assertThat(series.values().toRows()).isDeepEqualTo(new double[][] {{2, 1}, {4, 3}});
        assertThat(series.span()).isEqualTo(", 1900 to 1902");
    }

    @Test
    void withoutDatesTheRowsAreJustRows() {
        Series series = read("\uFEFF\"a, b\", c\r\n\"1.5\", 2\r\n\r\n 3 ,\"4\"\n", "a, b");
        assertThat(series.column(0)).containsExactly(1.5, 3);
        assertThat(series.dates()).isEmpty();
        assertThat(read("a,b\n1,2\n3,4").column(0)).containsExactly(2, 4);
    }

    /** All forms of a month, and of a day, give the same dates in any order of time. */
    @Property(tries = 60)
    void datesAreReadInTheUsualForms(
            @ForAll @IntRange(max = 21) int form,
            @ForAll @IntRange(min = 1941, max = 2019) int year,
            @ForAll boolean turned) {
        String[] forms = {
            "uuuu-MM",
            "uuuu/MM",
            "MM-uuuu",
            "MM/uuuu",
            "MMM-uu",
            "MMM uuuu",
            "MMMM uuuu",
            "uuuu-MMM",
            "uuuu'M'MM",
            "d-MMM-uu",
            "uuuu-MM-dd",
            "M/d/uuuu",
            "d/M/uuuu",
            "d.M.uuuu",
            "M/d/uu",
            "d-M-uu",
            "uuuuMMdd",
            "d MMM uuuu",
            "MMMM d, uuuu",
            "dd-MMM-uuuu",
            "uuuu-MM-dd' 00:00:00'",
            "uuuu.MM.dd"
        };
        boolean months = form < 10;
        DateTimeFormatter formatter = DateTimeFormatter.ofPattern(forms[form], Locale.ENGLISH);
        List<LocalDate> dates = IntStream.range(0, 40)
                .mapToObj(
                        i -> LocalDate.of(year, 1, 1).plusMonths(months ? i : 0).plusDays(months ? 0 : i))
                .toList();
        List<String> cells =
                new ArrayList<>(dates.stream().map(formatter::format).toList());
        if (turned) {
            Collections.reverse(cells);
        }
        Dates read = Dates.read(cells).orElseThrow(() -> new AssertionError(cells.toString()));
        assertThat(read.withAhead(1).subList(0, 40))
                .as(cells.toString())
                .isEqualTo(dates.stream().map(LocalDate::atStartOfDay).toList());
        assertThat(read.periods()).isEqualTo(months ? new int[] {12} : new int[] {7, 365});
        double[] rows = IntStream.range(0, 40).asDoubleStream().toArray();
        assertThat(read.inOrder(rows)[0]).isEqualTo(turned ? 39 : 0);
        assertThat(read.notes()).hasSize(turned ? 1 : 0);
    }

    @Test
    void yearsAreCountedWhereTheyHaveOneDigit() {
        Dates dates = Dates.read(IntStream.range(0, 36)
                        .mapToObj(i -> String.format(Locale.ROOT, "%d-%02d", i / 12 + 1, i % 12 + 1))
                        .toList())
                .orElseThrow();
        assertThat(dates.periods()).containsExactly(12);
        assertThat(dates.withAhead(1).get(36)).isEqualTo("0004-01-01T00:00");
    }

    @ParameterizedTest
    @CsvSource({
        "1960Q1 1960Q2 1960Q3 1960Q4, 4",
        "Q1-1960 Q2-1960 Q3-1960, 4",
        "1821 1822 1823, ''",
        "2012-01-31 2012-02-29 2012-03-31, 12",
        "2024-01-01 2024-01-08 2024-01-15, 52",
        "2024-01-01T00:00 2024-01-01T01:00 2024-01-01T02:00, 24 168",
        "Jan-30 Jan-31 Feb-01, '7 365'",
        "1 2 3, none",
        "1949-01 1949-03 1949-02, 12",
        "1949 1951 1950, none",
        "2020-W51 2020-W52 2020-W53 2021-W01, 52",
        "x y z, none"
    })
    void thePeriodsFollowFromTheDates(String cells, String periods) {
        String read = Dates.read(List.of(cells.split(" ")))
                .map(dates -> String.join(
                        " ",
                        IntStream.of(dates.periods()).mapToObj(String::valueOf).toList()))
                .orElse("none");
        assertThat(read).isEqualTo(periods);
    }

    @Test
    void whatStandsAroundATableIsLeftOut() {
        String table = "\"Month\",\"Milk: pounds, per cow\"\r\n\"1962-01\",589\r\n\"1962-02\",561\r\n";
        for (String footer : List.of(
                "", "\r\nMilk: pounds, per cow, Jan 62 ? Dec 75\r\n\r\n", "\nSource: a book, 1976\n", "1962-03,\n")) {
            Series series = read(table + footer);
            assertThat(series.column(0)).as(footer).containsExactly(589, 561);
            assertThat(series.span()).isEqualTo(", 1962-01 to 1962-02");
        }
        assertThat(read("Our shop\n\n# of 1980\n" + table).names()).containsExactly("Milk: pounds, per cow");
        assertThat(read("1962-01,589\n1962-02,561\n").column(0)).containsExactly(589, 561); // no names
        assertThat(read("a;b\n1962-01;1,5\n1962-02;2\n").column(0)).containsExactly(1.5, 2);
        assertThat(read("a,b\n1962-01,\"1,500\"\n1962-02,\"12,000.5\"\n").column(0))
                .containsExactly(1500, 12000.5);
        assertThat(read("a\tb\n1\t2\n3\t4\n").column(0)).containsExactly(2, 4);
        byte[] old = "a,b\n1,2\n3,4\n1962 – 75\n".getBytes(Charset.forName("windows-1252"));
        assertThat(Series.read(TextTable.read("a.csv", old, null, true), DEFAULT)
                        .column(0))
                .containsExactly(2, 4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "NA", "n/a", "NaN", "?", "-", "null", "*"})
    void missingCellsAreFilledAndNotTested(String mark) {
        String text = "t,v\n1," + mark + "\n2,1\n3," + mark + "\n4,3\n5,5\n6," + mark + "\n7,9\n";
        Series series = read(text);
        assertThat(series.values().toArray()).containsExactly(1, 1, 3, 5, 5, 9);
        assertThat(series.column(0)).containsExactly(1, Double.NaN, 3, 5, Double.NaN, 9);
        assertThat(series.notes()).anyMatch(note -> note.contains("2 cells are missing"));
        Series line = read(text, new Series.Reading(null, null, null, null, Missing.LINE, List.of()));
        assertThat(line.values().toArray()).containsExactly(1, 2, 3, 5, 5, 9); // of the test part the value before
        assertFails(
                text,
                new Series.Reading(null, null, null, null, Missing.NONE, List.of()),
                "a.csv:4: the cell of column v is missing");
    }

    @Test
    void whatIsNoNumberIsNamedWithTheWayOut() {
        String text = "t,v\n1,1\n\n2,?0.2\n3,4\n";
        assertFails(text, DEFAULT, "a.csv:4: column v must be a finite number, got '?0.2'");
        assertFails(text, DEFAULT, "--missing-mark");
        Series series = read(text, new Series.Reading(null, null, null, null, Missing.PREVIOUS, List.of("?0.2")));
        assertThat(series.values().toArray()).containsExactly(1, 1, 4);
        assertFails(
                "a,b\n1,x\n2,y\n",
                new Series.Reading(List.of("c"), null, null, null, Missing.PREVIOUS, List.of()),
                "column c among [a, b]");
        assertFails("a,b\nz,x\nz,y\n", DEFAULT, "a column of numbers among [a, b]");
        assertFails(
                "a,b\nz,1\nz,2\n",
                new Series.Reading(null, "a", null, null, Missing.PREVIOUS, List.of()),
                "--dates none");
    }

    private static void assertFails(String text, Series.Reading reading, String part) {
        assertThatThrownBy(() -> read(text, reading))
                .isInstanceOf(InputException.class)
                .hasMessageContaining(part);
    }

    @Test
    void rowsWithTheLatestDateFirstAreTurnedRound() {
        Series series = read("d,v\n2001-03,3\n2001-02,2\n2001-01,1\n");
        assertThat(series.column(0)).containsExactly(1, 2, 3);
        assertThat(series.notes()).hasSize(1);
        assertThat(series.values()).isInstanceOf(Tensor.class);
    }

    /** Rows in any order give the same series as those in the order of time, and say that they were sorted. */
    @Property(tries = 40)
    void theOrderOfTheRowsDoesNotMatter(@ForAll long seed, @ForAll boolean days) {
        List<String> rows = IntStream.range(0, 50)
                .mapToObj(i -> LocalDate.of(1990, 1, 1).plusMonths(days ? 0 : i).plusDays(days ? i : 0) + "," + i)
                .collect(Collectors.toList());
        Series sorted = read("d,v\n" + String.join("\n", rows));
        Collections.shuffle(rows, new Random(seed));
        Series shuffled = read("d,v\n" + String.join("\n", rows));
        assertThat(shuffled.column(0)).isEqualTo(sorted.column(0));
        assertThat(shuffled.span()).isEqualTo(sorted.span());
        assertThat(shuffled.notes()).hasSize(1);
    }

    /** Months that are absent are put in as missing cells, so that a season stays one of twelve rows. */
    @Property(tries = 20)
    void absentDatesArePutIn(@ForAll @IntRange(min = 1, max = 12) int absent, @ForAll long seed) {
        List<Integer> inner = IntStream.range(1, 99).boxed().collect(Collectors.toList());
        Collections.shuffle(inner, new Random(seed));
        Set<Integer> out = Set.copyOf(inner.subList(0, absent));
        Series series = read("d,v\n"
                + IntStream.range(0, 100)
                        .filter(i -> !out.contains(i))
                        .mapToObj(i -> LocalDate.of(1990, 1, 1).plusMonths(i) + "," + i)
                        .collect(Collectors.joining("\n")));
        assertThat(series.size()).isEqualTo(100);
        assertThat(series.column(0))
                .isEqualTo(IntStream.range(0, 100)
                        .mapToDouble(i -> out.contains(i) ? Double.NaN : i)
                        .toArray());
        assertThat(series.notes()).anyMatch(note -> note.startsWith(absent + " dates between"));
    }

    @Test
    void weekendsAreNotPutIn() {
        Series series = read("d,v\n"
                + IntStream.range(0, 200)
                        .mapToObj(LocalDate.of(2020, 1, 1)::plusDays)
                        .filter(date -> date.getDayOfWeek().getValue() < 6)
                        .map(date -> date + ",1")
                        .collect(Collectors.joining("\n")));
        assertThat(series.column(0)).doesNotContain(Double.NaN);
        assertThat(series.periods()).containsExactly(5);
    }

    @Test
    void datesThatCannotServeAreTold() {
        String rows = "d,v\n2001-01,1\n2001-02,2\n%s,3\n2001-04,4\n2001-05,5\n2001-06,6\n2001-07,7\n2001-08,8\n";
        assertFails(String.format(rows, "2001-02"), DEFAULT, "a.csv: the date 2001-02 stands in several rows");
        assertThat(read(String.format(rows, "June")).notes())
                .containsExactly(
                        "line 4: 'June' in column d is no date like the others: the rows are taken as they are");
        assertThat(read("d,v\nnext,1\nsome,2\n").notes()).allMatch(note -> note.contains("--date-format"));
        Series.Reading german = new Series.Reading(null, null, "d. MMM yyyy", null, Missing.PREVIOUS, List.of());
        assertThat(read("d,v\n3. Jan 2001,1\n4. Jan 2001,2\n", german).span()).isEqualTo(", 2001-01-03 to 2001-01-04");
        assertFails("d,v\nx,1\ny,2\n", german, "--date-format: dates: entry 0 must be a date as d. MMM yyyy, got 'x'");
    }

    @Test
    void datesMayStandInSeveralColumns() {
        assertThat(read("Year,Quarter,v\n2001,3,1\n2001,4,2\n2002,1,3\n").periods())
                .containsExactly(4);
        assertThat(read("Year,Month,Day,v\n2001,1,30,1\n2001,1,31,2\n2001,2,1,3\n")
                        .span())
                .isEqualTo(", 2001-01-30 to 2001-02-01");
        assertThat(read("Date;Time;v\n1/2/2007;22:00;1,5\n1/2/2007;23:00;2\n2/2/2007;00:00;3\n")
                        .span())
                .isEqualTo(", 2007-02-01T22:00 to 2007-02-02T00:00");
    }

    /** Numbers, delimiters and encodings of several countries, under a title with marks of its own. */
    @Test
    void tablesOfSeveralCountriesAreRead() {
        for (String table : List.of(
                "Monat;Umsatz in \u20ac\n01.02.2001;1.234,50\n01.03.2001;12.234,5\n",
                "Ums\u00e4tze, nach Monat, Amt\n\nMonat;Umsatz\n02.2001;1'234.50\n03.2001;12'234.50\n",
                "mois;ventes\n02/2001;1\u202f234,50\n03/2001;12\u202f234,50\n",
                "Date,Sales\n2/1/2001,\"$1,234.50\"\n3/1/2001,\"$12,234.50\"\n",
                "Date\tSales\nFeb 2001\t1234.5\nMar 2001\t12234.5\n")) {
            for (Charset charset : List.of(
                    StandardCharsets.UTF_8,
                    StandardCharsets.UTF_16LE,
                    StandardCharsets.UTF_16,
                    StandardCharsets.UTF_16BE)) {
                Series series = Series.read(TextTable.read("a.csv", table.getBytes(charset), null, true), DEFAULT);
                assertThat(series.column(0)).as(table + charset).containsExactly(1234.5, 12234.5);
                assertThat(series.span()).as(table).startsWith(", 2001-02");
            }
        }
        String points = "Monat;Umsatz\n02.2001;1.234\n03.2001;12.234\n";
        assertThat(read(points).column(0)).containsExactly(1.234, 12.234);
        assertThat(read(points).notes()).anyMatch(note -> note.contains("--decimal ,"));
        Series.Reading comma = new Series.Reading(null, null, null, ',', Missing.PREVIOUS, List.of());
        assertThat(read(points, comma).column(0)).containsExactly(1234, 12234);
        assertThat(read("v;Monat\n1;02.2001\n2;03.2001\n").names()).containsExactly("v");
    }
}
