package rewind.nn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.Tensor;

/** Random tables, written in every way and read again; random dates; and files that are hostile. */
class CsvProperties {
    private static final List<Locale> LOCALES = Stream.of("en-US", "de-DE", "tr-TR", "ar-EG-u-nu-arab")
            .map(Locale::forLanguageTag)
            .toList();

    private final AtomicInteger open = new AtomicInteger();

    /** Counts how often it is open. */
    private Csv csv(InputStreamOf content) {
        return new Csv("table", () -> {
            open.incrementAndGet();
            return new FilterInputStream(content.open()) {
                @Override
                public void close() {
                    open.decrementAndGet();
                }
            };
        });
    }

    @FunctionalInterface
    private interface InputStreamOf {
        InputStream open();
    }

    private Csv csv(String content) {
        return csv(() -> new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)));
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.of("a", "b", "a b", "größe", "x,y", "say \"x\"", "two\nlines", "#", "1.5", "A");
    }

    @Property(tries = 300)
    void whatIsWrittenIsRead(
            @ForAll @Size(min = 1, max = 5) List<@From("names") String> names,
            @ForAll @IntRange(min = 1, max = 6) int rows,
            @ForAll @IntRange(min = -1, max = 4) int text,
            @ForAll @IntRange(max = 3) int locale,
            @ForAll boolean mark,
            @ForAll boolean header,
            @ForAll @IntRange(max = 2) int trailing,
            @ForAll boolean lastEnd,
            @ForAll long seed) {
        RandomGenerator rng = new Well19937c(seed);
        char delimiter = ",;\t|".charAt(rng.nextInt(4));
        char decimal = ".,".charAt(rng.nextInt(2));
        String end = List.of("\n", "\r\n", "\r").get(rng.nextInt(3));
        String tail = String.valueOf(delimiter).repeat(trailing) + end;
        double[][] numbers = new double[rows][names.size()];
        List<String> lines = new ArrayList<>();
        if (header) {
            lines.add(names.stream().map(CsvProperties::quoted).collect(Collectors.joining("" + delimiter)));
        }
        for (double[] row : numbers) {
            Arrays.setAll(row, i -> rng.nextGaussian() * Math.pow(10, rng.nextInt(9) - 4));
            lines.add(Arrays.stream(row)
                    .mapToObj(value -> Double.toString(value).replace('.', decimal))
                    .map(cell -> decimal == delimiter || rng.nextBoolean() ? quoted(cell) : "  " + cell + " ")
                    .collect(Collectors.joining("" + delimiter)));
        }
        String content = (mark ? "\uFEFF" : "") + String.join(tail, lines) + (lastEnd ? tail : "");
        Csv csv = csv(content).delimiter(delimiter).decimal(decimal).header(header);
        csv = text < 0 || text >= names.size() ? csv : csv.text(text);
        Locale before = Locale.getDefault();
        Table table;
        try {
            Locale.setDefault(LOCALES.get(locale));
            table = csv.read();
        } finally {
            Locale.setDefault(before);
        }
        int[] chosen = IntStream.range(0, names.size()).filter(i -> i != text).toArray();
        assertThat(table.names())
                .isEqualTo(IntStream.of(chosen)
                        .mapToObj(i -> header ? names.get(i) : "" + i)
                        .toList());
        assertThat(table.numbers().toArray())
                .isEqualTo(Arrays.stream(numbers)
                        .flatMapToDouble(row -> IntStream.of(chosen).mapToDouble(i -> row[i]))
                        .toArray());
        if (chosen.length < names.size()) {
            assertThat(table.texts().get(0))
                    .isEqualTo(Arrays.stream(numbers)
                            .map(row -> Double.toString(row[text]).replace('.', decimal))
                            .toList());
        }
        assertThat(open).hasValue(0);
    }

    private static String quoted(String cell) {
        return '"' + cell.replace("\"", "\"\"") + '"';
    }

    // ---- dates ----

    @Property(tries = 100)
    void datesOfEveryUsualFormatAreReadInEveryLocale(
            @ForAll @IntRange(min = -700_000, max = 1_000_000) int day,
            @ForAll @IntRange(max = 1439) int minute,
            @ForAll @IntRange(max = 3) int locale) {
        LocalDateTime time = LocalDateTime.of(1970, 1, 1, 0, 0).plusDays(day).plusMinutes(minute);
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(LOCALES.get(locale));
            for (String pattern : List.of(
                    "uuuu-MM-dd'T'HH:mm:ss",
                    "uuuu-MM-dd HH:mm",
                    "dd.MM.uuuu HH:mm",
                    "d.M.uuuu H:mm",
                    "d MMM uuuu HH:mm",
                    "MMMM d, uuuu HH:mm",
                    "uuuu/MM/dd HH:mm",
                    "uuuu.MM.dd HH:mm")) {
                String text = time.format(DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH));
                assertThat(Dates.parse(List.of(text))).as(text).containsExactly(Dates.toDays(time));
                assertThat(Dates.parse(List.of(text), pattern)).as(text).containsExactly(Dates.toDays(time));
            }
        } finally {
            Locale.setDefault(before);
        }
        assertThat(Dates.toDays(time)).isEqualTo(day + minute / 1440.0, within(1e-9));
        assertThat(Dates.ofDays(Dates.toDays(time))).isEqualTo(time);
        assertThat(Dates.ofDays(Tensor.of(new double[] {day})))
                .containsExactly(time.toLocalDate().atStartOfDay());
        int length = time.toLocalDate().lengthOfYear();
        assertThat(Cycle.YEAR.phase(Dates.toDays(time)))
                .isEqualTo((time.getDayOfYear() - 1 + minute / 1440.0) / length, within(1e-9));
        assertThat(Cycle.MONTH.phase(day))
                .isEqualTo((time.getDayOfMonth() - 1.0) / time.toLocalDate().lengthOfMonth());
        assertThat(Cycle.WEEK.phase(day)).isEqualTo((time.getDayOfWeek().getValue() - 1) / 7.0);
        assertThat(Cycle.DAY.phase(Dates.toDays(time))).isEqualTo(minute / 1440.0, within(1e-9));
        assertThat(Dates.toYears(day)).isEqualTo(time.getYear() + (time.getDayOfYear() - 1.0) / length, within(1e-9));
        Tensor features = Cycle.WEEK.features(Tensor.of(new double[] {day}));
        double angle = 2 * Math.PI * (time.getDayOfWeek().getValue() - 1) / 7.0;
        assertThat(features.toArray()).containsExactly(new double[] {Math.sin(angle), Math.cos(angle)}, within(1e-12));
    }

    // ---- hostile files ----

    /** Letters or the like without an end. */
    private static InputStream endless(String start, String rest) {
        byte[] first = start.getBytes(StandardCharsets.UTF_8);
        byte[] again = rest.getBytes(StandardCharsets.UTF_8);
        return new InputStream() {
            private long at;

            @Override
            public int read() {
                long place = at++;
                return place < first.length ? first[(int) place] : again[(int) ((place - first.length) % again.length)];
            }

            @Override
            public int read(byte[] buffer, int from, int length) throws IOException {
                for (int i = 0; i < length; i++) {
                    buffer[from + i] = (byte) read();
                }
                return length;
            }
        };
    }

    @Test
    void rowsWithoutAnEndAreRefusedAndTheFileIsClosed() {
        for (String start : List.of("", "a,b\n1,", "a,b\n1,\"2\n", "a,b,\n1,2,\n\"")) {
            Csv csv = csv(() -> endless(start, "3,4"));
            csv.longestRow = 100_000;
            assertThatThrownBy(csv::read)
                    .isExactlyInstanceOf(IllegalArgumentException.class)
                    .hasMessageMatching("table:[1-3]: a row must have at most 100000 characters, with a heap of "
                            + (Runtime.getRuntime().maxMemory() >> 20)
                            + " MB; perhaps a quote does not end, or the lines do not");
            assertThat(open).hasValue(0);
        }
    }

    @Test
    void filesAreClosedWhateverIsWrongInThem() {
        for (String content : List.of("", "a\nx\n", "a\n\"1", "1\n2\n", "a,b,\n1,2,\nx,3,\n", "a\n1\n")) {
            for (Csv csv : List.of(
                    csv(content),
                    csv(content).dates("a"),
                    csv(content).columns(7),
                    csv(content).decimal('.').thousands('.'))) {
                try {
                    csv.read();
                } catch (IllegalArgumentException e) {
                    assertThat(e.getMessage()).isNotEmpty();
                }
                assertThat(open).as(content).hasValue(0);
            }
        }
    }

    @Test
    void oneMarkCannotBeTwoThings() {
        assertThatThrownBy(csv("a\n1\n").delimiter('#').comment('#')::read)
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("csv: the delimiter and the comment marker must differ, got '#' for both; delimiter(…) and"
                        + " comment(…) set them");
        assertThat(open).hasValue(0);
    }

    @Test
    void textsOutOfFilesAreCutInMessages() {
        String cell = "x".repeat(79_000);
        String manyNames = "name,".repeat(20_000) + "z";
        for (Csv csv : List.of(
                csv("a\n" + cell + "\n"),
                csv(cell + ",b\n1,x\n").columns("c"),
                csv(cell + ",b\nx,2\n"),
                csv("a\n" + cell + "\n").dates("a"),
                csv(manyNames + "\n").columns("c"),
                csv("a,\"" + cell + "\n1,2\n"))) {
            assertThatThrownBy(csv::read)
                    .isExactlyInstanceOf(IllegalArgumentException.class)
                    .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1000));
        }
        assertThatThrownBy(() -> Vocabulary.labels().of("a").ids(List.of(cell)))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1000));
        assertThatThrownBy(() -> Vocabulary.parse(cell))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1000));
    }

    /** A row may be as long as the limit; the rows before it, and lines that are skipped, do not count. */
    @Test
    void theLimitIsThatOfOneRow() {
        String one = "a,b\n1,2\n";
        assertThat(limited(one, one.length()).read().size()).isEqualTo(1);
        assertThatThrownBy(() -> limited(one, one.length() - 1).read())
                .hasMessageStartingWith("table:1: a row must have at most 7 characters");
        assertThat(limited("x".repeat(500) + "\n" + one, 20).skip(1).read().size())
                .isEqualTo(1);
        assertThat(limited("skipped\n" + one, one.length()).skip(1).read().size())
                .isEqualTo(1);
        assertThat(limited("a\n" + "1\n".repeat(50_000), 20_000).read().size()).isEqualTo(50_000);
    }

    @Test
    void aTableHasAsManyNumbersAsFit() {
        Csv csv = csv("a,b\n1,2\n3,4\n");
        csv.largestTable = 4;
        assertThat(csv.read().size()).isEqualTo(2);
        assertThat(csv.text(0, 1).read().size()).isEqualTo(2);
        csv.largestTable = 3;
        assertThatThrownBy(csv::read)
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "table: at most 3 numbers fit into a table, got 2 rows of 2; stream() gives rows one by one");
        csv.largestTable = 1;
        assertThatThrownBy(csv.text(0, 1)::read).hasMessageContaining("at most 1 numbers fit");
    }

    private Csv limited(String content, long longest) {
        Csv csv = csv(content);
        csv.longestRow = longest;
        return csv;
    }

    @Test
    void aTableLargerThanTheHeapSaysSo() {
        Csv csv = csv(() -> new SequenceInputStream(
                new ByteArrayInputStream("a\n1\n".getBytes(StandardCharsets.UTF_8)), new InputStream() {
                    @Override
                    public int read() {
                        throw new OutOfMemoryError("Java heap space"); // as when what was read so far fills it
                    }
                }));
        assertThatThrownBy(csv::read)
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "table: the table does not fit into the heap of %s MB; use a larger -Xmx, fewer columns, or stream() for"
                                + " its rows one by one",
                        Runtime.getRuntime().maxMemory() >> 20);
        assertThat(open).hasValue(0);
    }

    @Test
    void whatFailsSaysWhy() {
        for (IOException failure : List.of(new IOException("the disk is gone"), new IOException())) {
            Csv csv = new Csv("table", () -> {
                throw failure;
            });
            assertThatThrownBy(csv::read)
                    .isExactlyInstanceOf(UncheckedIOException.class)
                    .hasMessage("table: " + (failure.getMessage() == null ? "IOException" : "the disk is gone"))
                    .hasCause(failure);
        }
    }

    @Test
    void filesThatAreNoTextAreClosed() {
        byte[] bytes = {'a', (byte) 0xFC, '\n', '1'};
        for (Csv csv : List.of(
                csv(() -> new ByteArrayInputStream(bytes)),
                csv(() -> new ByteArrayInputStream(bytes)).skip(1))) {
            assertThatThrownBy(csv::read).isExactlyInstanceOf(UncheckedIOException.class);
            assertThat(open).hasValue(0);
        }
    }
}
