package rewind.nn.data;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/**
 * A file of comma-separated values: cells may be in double quotes, which then may hold delimiters, line breaks and doubled quotes;
 * blanks around cells and empty lines do not matter, except that in a table of one column an empty line between rows is a missing cell.
 * Columns of numbers are read strictly: decimal and finite, such as {@code -1.5e3}.
 * Immutable; every option returns a new one.
 *
 * <pre>{@code
 * Table table = Csv.of(Path.of("sunspots.csv")).columns("year", "sunspots").read();
 * Tensor series = table.columns("sunspots");                                 // (rows, 1)
 * }</pre>
 *
 * <p>What is wrong in a file is told with its line, the one where the row begins, and column: an {@link IllegalArgumentException}. A
 * file that cannot be read is an {@link java.io.UncheckedIOException}.
 */
public final class Csv implements Rows {
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

    final String name;
    final Bytes bytes;
    Charset charset = StandardCharsets.UTF_8;
    char delimiter = ',';
    boolean header = true;
    List<Column> numbers = List.of();
    List<Column> texts = List.of();
    Set<String> missing = Set.of("");
    boolean dropped;
    OptionalDouble filled = OptionalDouble.empty();
    MissingCell listener = (line, column) -> {};

    private Csv(String name, Bytes bytes) {
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

    private Csv with(Consumer<Csv> option) {
        Csv changed = new Csv(name, bytes);
        changed.charset = charset;
        changed.delimiter = delimiter;
        changed.header = header;
        changed.numbers = numbers;
        changed.texts = texts;
        changed.missing = missing;
        changed.dropped = dropped;
        changed.filled = filled;
        changed.listener = listener;
        option.accept(changed);
        return changed;
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

    /** Sets whether the first row names the columns (the default). Without, a column is called by its number, from 0 on. */
    public Csv header(boolean on) {
        return with(csv -> csv.header = on);
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

    private static List<Column> named(String... names) {
        return Arrays.stream(names).map(name -> new Column(name, -1)).toList();
    }

    private static List<Column> numbered(int... numbers) {
        return Arrays.stream(numbers)
                .mapToObj(number -> new Column(null, number))
                .toList();
    }

    /** Sets what else means that a cell is missing, such as {@code "NA"}; an empty cell always does. */
    public Csv missing(String... cells) {
        Set<String> all = new HashSet<>(Arrays.asList(cells));
        all.add("");
        return with(csv -> csv.missing = Set.copyOf(all));
    }

    /** Leaves out rows in which a chosen cell is missing. By default that is an error. */
    public Csv dropMissing() {
        return with(csv -> {
            csv.dropped = true;
            csv.filled = OptionalDouble.empty();
        });
    }

    /** Takes this number where a number is missing, and the empty text where a text is. By default that is an error. */
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

    /** Returns the names of all columns, those that were not chosen too; without a header their numbers. */
    public List<String> names() {
        try (CsvReader reader = new CsvReader(this)) {
            return reader.names();
        }
    }

    /** Returns the rows one after the other; only a few are in memory at a time. Close the stream. */
    public Stream<Row> stream() {
        return stream(new CsvReader(this));
    }

    private static Stream<Row> stream(CsvReader reader) {
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
     * @throws IllegalArgumentException if something is wrong in the file
     * @throws java.io.UncheckedIOException if it cannot be read
     */
    public Table read() {
        CsvReader reader = new CsvReader(this);
        try (Stream<Row> rows = stream(reader)) {
            DoubleStream.Builder numbers = DoubleStream.builder();
            Map<String, List<String>> texts = new LinkedHashMap<>();
            reader.textNames().forEach(name -> texts.put(name, new ArrayList<>()));
            long count = rows.peek(row -> {
                        Arrays.stream(row.numbers()).forEach(numbers);
                        int i = 0;
                        for (List<String> column : texts.values()) {
                            column.add(row.texts().get(i++));
                        }
                    })
                    .count();
            List<String> names = reader.numberNames();
            return new Table(
                    names,
                    Tensor.of(
                            Shape.of((int) count, names.size()), numbers.build().toArray()),
                    texts);
        }
    }

    /**
     * Returns every row as a sample to train on, read anew in every pass: x is its numbers but the targets, (columns), y the targets,
     * (targets).
     *
     * @param targets the places of the targets among the chosen columns of numbers, from 0 on
     */
    public SampleStream samples(int... targets) {
        return SampleStream.ofRows(this, targets);
    }

    @Override
    public String toString() {
        return name;
    }
}
