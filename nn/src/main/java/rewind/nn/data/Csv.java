package rewind.nn.data;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import rewind.autograd.require.Check;
import rewind.nn.layer.Options;

/**
 * A file of comma-separated values: cells may be in double quotes, which then may hold delimiters, line breaks and doubled quotes;
 * blanks around cells and empty lines do not matter, except that in a table of one column an empty line between rows is a missing cell.
 * Columns of numbers are read strictly: decimal and finite, such as {@code -1.5e3}; other ways of writing them, and dates, have options.
 * Immutable; every option returns a new one.
 *
 * <pre>{@code
 * Table table = Csv.of(Path.of("sunspots.csv")).columns("year", "sunspots").read();
 * Tensor series = table.columns("sunspots");                                 // (rows, 1)
 *
 * Csv sales = Csv.of(Path.of("umsatz.csv")).delimiter(';').decimal(',').thousands('.').missing("NA").dates("Monat");
 * }</pre>
 *
 * <p>Delimiters at the end of rows make no columns: cells after those of the first row may be empty, and a column without a name, in which
 * every cell is empty, is left out where columns are not chosen; without a header, such columns at the end are. To see that, and to find the format of dates, the beginning of a file,
 * rarely all of it, is read twice.
 *
 * <p>What is wrong in a file is told with its line, the one where the row begins, and column: an {@link IllegalArgumentException}; so is a
 * row of more than 16,777,216 characters, or than a 64th of the heap's bytes. A file that cannot be read is an {@link java.io.UncheckedIOException}.
 */
public final class Csv extends Options<Csv> implements Rows {
    /** Hears of cells that are missing. */
    @FunctionalInterface
    public interface MissingCell {
        /** The cell of this column is missing, in the row that begins in this line. Lines count from 1. */
        void at(long line, String column);
    }

    /**
     * A row of a file.
     *
     * @param line where it begins; lines count from 1
     * @param numbers of the columns of numbers
     * @param texts of the columns of text
     */
    public record Row(long line, double[] numbers, List<String> texts) {}

    /** A column that was chosen, by its name or, where that is null, by its number. */
    record Column(String name, int number) {}

    /** Opens the bytes of a table from the start. */
    @FunctionalInterface
    interface Bytes {
        InputStream open() throws IOException;
    }

    // a cell of one character takes some 60 bytes while its row is read
    private static final long LONGEST_ROW =
            Math.min(1 << 24, Runtime.getRuntime().maxMemory() / 64);

    final String name;
    final Bytes bytes;
    long longestRow = LONGEST_ROW; // characters
    long largestTable = Integer.MAX_VALUE; // numbers
    Charset charset = StandardCharsets.UTF_8;
    char delimiter = ',';
    Optional<Boolean> header = Optional.empty();
    char comment; // 0 for none
    int skipped;
    List<Column> numbers = List.of();
    List<Column> texts = List.of();
    List<Column> dates = List.of();
    DateFormat dateFormat; // null for a usual one
    List<Cycle> calendar = List.of();
    char decimal = '.';
    char thousands; // 0 for none
    boolean percent;
    Set<String> missing = Set.of("");
    boolean dropped;
    OptionalDouble filled = OptionalDouble.empty();
    MissingCell listener = (line, column) -> {};

    Csv(String name, Bytes bytes) {
        this.name = name;
        this.bytes = bytes;
    }

    /** Returns a file in UTF-8, delimited by commas, whose first line names the columns, all of them numbers. */
    public static Csv of(Path file) {
        return new Csv(file.toString(), () -> Files.newInputStream(file));
    }

    /** As {@link #of(Path)}, for what has an address, such as a resource: {@code Csv.of(Main.class.getResource("data.csv"))}. */
    public static Csv of(URL address) {
        return new Csv(address.toString(), address::openStream);
    }

    /** Sets the encoding of the file. */
    public Csv charset(Charset charset) {
        return with(csv -> csv.charset = charset);
    }

    /**
     * Sets what separates the cells, such as {@code ';'} or {@code '\t'}.
     *
     * @throws IllegalArgumentException if it is a quote or a line break
     */
    public Csv delimiter(char delimiter) {
        Check.that("\"\r\n".indexOf(delimiter) < 0, "csv: the delimiter must not be a quote or a line break");
        return with(csv -> csv.delimiter = delimiter);
    }

    /**
     * Sets whether the first row names the columns. Without, a column is called by its number, from 0 on. Unless it is set, the first row
     * must name them, and is refused if it consists of decimal numbers.
     */
    public Csv header(boolean on) {
        return with(csv -> csv.header = Optional.of(on));
    }

    boolean hasHeader() {
        return header.orElse(true);
    }

    /**
     * Sets with what lines begin that are passed over, such as {@code '#'}; by default there are none.
     *
     * @throws IllegalArgumentException if it is a quote or a line break
     */
    public Csv comment(char marker) {
        Check.that("\"\r\n".indexOf(marker) < 0, "csv: the comment marker must not be a quote or a line break");
        return with(csv -> csv.comment = marker);
    }

    /**
     * Sets how many lines of the file come before the first row, such as a title; by default none.
     *
     * @throws IllegalArgumentException if negative
     */
    public Csv skip(int lines) {
        Check.that(lines >= 0, "csv: the number of lines to skip must not be negative, got %s", lines);
        return with(csv -> csv.skipped = lines);
    }

    /** Chooses the columns of numbers, in this order, by name. By default it is all columns that are not of text. */
    public Csv columns(String... names) {
        return with(csv -> csv.numbers = named(names));
    }

    /** Chooses the columns of numbers, in this order, by number, from 0 on. */
    public Csv columns(int... numbers) {
        return with(csv -> csv.numbers = numbered(numbers));
    }

    /** Chooses columns of text, such as the names of classes, by name. */
    public Csv text(String... names) {
        return with(csv -> csv.texts = named(names));
    }

    /** Chooses columns of text by number, from 0 on. */
    public Csv text(int... numbers) {
        return with(csv -> csv.texts = numbered(numbers));
    }

    /**
     * Says that columns hold dates, by name: as numbers they are days since 1970-01-01, see {@link Dates}. Each must be of one usual
     * format throughout, as {@link Dates#parse(List)} takes them, or of the one that {@link #dateFormat} sets.
     */
    public Csv dates(String... names) {
        return with(csv -> csv.dates = named(names));
    }

    /** As {@link #dates(String...)}, by number, from 0 on. */
    public Csv dates(int... numbers) {
        return with(csv -> csv.dates = numbered(numbers));
    }

    /**
     * Sets the format of dates; reading is refused if there are none, see {@link #dates(String...)}.
     *
     * @param pattern of {@link java.time.format.DateTimeFormatter}, such as {@code d.M.yyyy HH:mm}; names are English
     * @throws IllegalArgumentException if it is none
     */
    public Csv dateFormat(String pattern) {
        DateFormat format = DateFormat.of(pattern);
        return with(csv -> csv.dateFormat = format);
    }

    /**
     * Adds features of every column of dates, after the columns of numbers: for every cycle the sine and cosine of its phase, called
     * {@code date year sin} and {@code date year cos} for a column {@code date}. Reading is refused if there is none.
     */
    public Csv calendar(Cycle... cycles) {
        return with(csv -> csv.calendar = List.of(cycles));
    }

    private static List<Column> named(String... names) {
        return Arrays.stream(names).map(name -> new Column(name, -1)).toList();
    }

    private static List<Column> numbered(int... numbers) {
        return Arrays.stream(numbers)
                .mapToObj(number -> new Column(null, number))
                .toList();
    }

    /**
     * Sets what stands before the decimals, by default a point: {@code decimal(',')} reads 1,5 as 1.5. A comma that is the delimiter, too,
     * must be in quotes.
     *
     * @throws IllegalArgumentException if it is part of numbers anyway
     */
    public Csv decimal(char mark) {
        requireMark("decimal", mark);
        return with(csv -> csv.decimal = mark);
    }

    /**
     * Sets what may stand between groups of digits, by default nothing: {@code thousands('.')} reads 1.234.567 as 1234567. The last group
     * has three digits, the others three or two, the first one to three. A blank stands for all kinds of blanks.
     *
     * @throws IllegalArgumentException if it is part of numbers anyway
     */
    public Csv thousands(char mark) {
        requireMark("thousands", mark);
        return with(csv -> csv.thousands = mark);
    }

    private static void requireMark(String what, char mark) {
        Check.that(
                !Character.isLetterOrDigit(mark) && "+-%\"\r\n".indexOf(mark) < 0,
                "csv: %s must be no letter, digit, sign, quote or line break, got '%s'",
                what,
                mark);
    }

    Numerals numerals() {
        Check.that(
                decimal != thousands,
                "csv: decimals and thousands must be marked differently, got '%s' for both; decimal(…) and thousands(…) set the marks",
                decimal);
        return new Numerals(decimal, thousands, percent);
    }

    /** An option that says how dates are used or written, and nothing which they are, would be ignored in silence. */
    void requireDates() {
        Check.that(
                !dates.isEmpty() || (calendar.isEmpty() && dateFormat == null),
                "csv: %s needs columns of dates; dates(…) says which they are",
                calendar.isEmpty() ? "dateFormat(…)" : "calendar(…)");
    }

    /** Sets whether numbers may be followed by a per cent sign: 12 % is 0.12. */
    public Csv percent(boolean on) {
        return with(csv -> csv.percent = on);
    }

    /** Sets what else means that a cell is missing, such as {@code "NA"}; an empty cell always does. */
    public Csv missing(String... cells) {
        Set<String> all = new HashSet<>(Set.of(""));
        Arrays.stream(cells).map(Texts::strip).forEach(all::add);
        return with(csv -> csv.missing = Set.copyOf(all));
    }

    /** Leaves out rows in which a chosen cell is missing. By default that is an error; so it is if no row is left. */
    public Csv dropMissing() {
        return with(csv -> {
            csv.dropped = true;
            csv.filled = OptionalDouble.empty();
        });
    }

    /**
     * Takes this number, NaN too, where a number, date or feature of a date is missing, and the empty text where a text is. By default that
     * is an error.
     */
    public Csv fillMissing(double value) {
        return with(csv -> {
            csv.dropped = false;
            csv.filled = OptionalDouble.of(value);
        });
    }

    /** Sets who hears of every cell that is missing, where that is no error. */
    public Csv onMissing(MissingCell listener) {
        return with(csv -> csv.listener = listener);
    }

    /**
     * Returns the names of all columns, those that were not chosen too; without a header their numbers. Columns at the end that are none
     * are left out.
     */
    public List<String> names() {
        try (CsvReader reader = new CsvReader(this)) {
            return reader.names();
        }
    }

    /** Returns the rows one after the other; only a few are in memory at a time. Close the stream. */
    public Stream<Row> stream() {
        CsvReader reader = new CsvReader(this);
        return StreamSupport.stream(reader, false).onClose(reader::close);
    }

    /** Returns the numbers alone of {@link #stream}. */
    @Override
    public Stream<double[]> rows() {
        return stream().map(Row::numbers);
    }

    /**
     * Reads the whole file.
     *
     * @throws IllegalArgumentException if something is wrong in the file, or the table does not fit into the heap
     * @throws java.io.UncheckedIOException if it cannot be read
     */
    public Table read() {
        try (CsvReader reader = new CsvReader(this)) {
            return reader.table();
        }
    }

    /**
     * Returns every row as a sample to train on, read anew in every pass: x is its numbers but the targets, (columns), y the targets,
     * (targets).
     *
     * @param targets the places of the targets among the chosen columns of numbers, from 0 on
     * @throws IllegalArgumentException if there is none; in a pass, if there is no such column, or no other
     */
    public SampleStream samples(int... targets) {
        return SampleStream.ofRows(this, targets);
    }

    @Override
    public String toString() {
        return name;
    }
}
