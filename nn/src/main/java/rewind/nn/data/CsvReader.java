package rewind.nn.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators.AbstractSpliterator;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** Reads the rows of one file, once. */
final class CsvReader extends AbstractSpliterator<Csv.Row> implements AutoCloseable {
    private final Csv csv;
    private final CSVParser parser;
    private final Iterator<CSVRecord> records;
    private final List<String> names;
    private final int[] numbers;
    private final int[] texts;
    private CSVRecord first;
    private long line;

    // what is read already: empty lines, and the row after them
    private CSVRecord ahead;
    private CSVRecord emptyLine;
    private long empty;
    private long begin;
    private long end;

    CsvReader(Csv csv) {
        super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL);
        this.csv = csv;
        this.parser = open();
        try {
            this.records = parser.iterator();
            CSVRecord start = next();
            this.names = names(start);
            this.first = csv.header ? null : start;
            this.texts = places(csv.texts);
            this.numbers = csv.numbers.isEmpty() ? allButTexts() : places(csv.numbers);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private CSVParser open() {
        CSVFormat format = CSVFormat.DEFAULT
                .builder()
                .setDelimiter(csv.delimiter)
                .setIgnoreSurroundingSpaces(true)
                .setIgnoreEmptyLines(false)
                .get();
        try {
            // a decoder refuses what is not in its charset, where a charset alone would replace it
            BufferedReader reader =
                    new BufferedReader(new InputStreamReader(csv.bytes.open(), csv.charset.newDecoder()));
            try {
                skipByteOrderMark(reader);
                return format.parse(reader);
            } catch (IOException e) {
                reader.close();
                throw e;
            }
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private static void skipByteOrderMark(BufferedReader reader) throws IOException {
        reader.mark(1);
        if (reader.read() != '\uFEFF') {
            reader.reset();
        }
    }

    /**
     * The next row, or null; {@link #line} is where it begins. Empty lines are passed over, except between the rows of one column: there
     * they are missing cells, without which the later rows would move up.
     */
    private CSVRecord next() {
        if (ahead == null) {
            empty = 0;
            ahead = read();
            while (ahead != null && ahead.size() == 1 && ahead.get(0).isEmpty()) {
                empty++;
                emptyLine = ahead;
                ahead = read();
            }
        }
        if (ahead != null && empty > 0 && names != null && names.size() == 1) {
            line = begin - empty--;
            return emptyLine;
        }
        line = begin;
        CSVRecord row = ahead;
        ahead = null;
        return row;
    }

    /** The next record, which begins in line {@link #begin}, or null. */
    private CSVRecord read() {
        try {
            begin = end + 1;
            if (!records.hasNext()) {
                return null;
            }
            CSVRecord read = records.next();
            end = parser.getCurrentLineNumber();
            return read;
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof CSVException) {
                throw new IllegalArgumentException(
                        csv.name + ": " + e.getCause().getMessage(), e);
            }
            throw unreadable(e.getCause());
        }
    }

    // ---- columns ----

    private List<String> names(CSVRecord start) {
        Check.that(
                start != null,
                csv.header
                        ? "%s: the file is empty, its first line must name the columns"
                        : "%s: the file is empty, it must have a row",
                csv.name);
        return csv.header
                ? start.toList()
                : IntStream.range(0, start.size()).mapToObj(String::valueOf).toList();
    }

    private int[] places(List<Csv.Column> chosen) {
        return chosen.stream().mapToInt(this::place).toArray();
    }

    private int place(Csv.Column column) {
        if (column.name() == null) {
            Check.that(
                    column.number() >= 0 && column.number() < names.size(),
                    "%s:%s: columns have the numbers 0 to %s, got %s",
                    csv.name,
                    line,
                    names.size() - 1,
                    column.number());
            return column.number();
        }
        int place = names.indexOf(column.name());
        Check.that(place >= 0, "%s:%s: there must be a column %s among %s", csv.name, line, column.name(), names);
        Check.that(
                place == names.lastIndexOf(column.name()),
                "%s:%s: two columns have the name %s; choose one of %s and %s by number",
                csv.name,
                line,
                column.name(),
                place,
                names.lastIndexOf(column.name()));
        return place;
    }

    private int[] allButTexts() {
        return IntStream.range(0, names.size())
                .filter(i -> IntStream.of(texts).noneMatch(text -> text == i))
                .toArray();
    }

    List<String> names() {
        return List.copyOf(names);
    }

    List<String> numberNames() {
        return IntStream.of(numbers).mapToObj(names::get).toList();
    }

    List<String> textNames() {
        return IntStream.of(texts).mapToObj(names::get).toList();
    }

    // ---- rows ----

    @Override
    public boolean tryAdvance(Consumer<? super Csv.Row> action) {
        while (true) {
            CSVRecord read = first != null ? first : next();
            first = null;
            if (read == null) {
                return false;
            }
            Csv.Row row = row(read);
            if (row != null) {
                action.accept(row);
                return true;
            }
        }
    }

    /** The row, or null if it is left out. */
    private Csv.Row row(CSVRecord read) {
        Check.that(
                read.size() <= names.size(),
                "%s:%s: a row must have at most %s cells, as the first, got %s; a cell with a delimiter in it must be in quotes",
                csv.name,
                line,
                names.size(),
                read.size());
        boolean whole = true;
        double[] values = new double[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            String cell = cell(read, numbers[i]);
            whole &= cell != null;
            values[i] = cell != null ? number(cell, numbers[i]) : csv.filled.orElse(Double.NaN);
        }
        List<String> strings = new ArrayList<>();
        for (int column : texts) {
            String cell = cell(read, column);
            whole &= cell != null;
            strings.add(cell != null ? cell : "");
        }
        return whole || !csv.dropped ? new Csv.Row(line, values, strings) : null;
    }

    /** The text of a cell, or null if it is missing and may be. */
    private String cell(CSVRecord read, int column) {
        String cell = column < read.size() ? read.get(column).strip() : "";
        if (!csv.missing.contains(cell)) {
            return cell;
        }
        Check.that(
                csv.dropped || csv.filled.isPresent(),
                "%s:%s: the cell of column %s is missing; dropMissing() leaves such rows out, fillMissing(value) takes a value",
                csv.name,
                line,
                names.get(column));
        csv.listener.at(line, names.get(column));
        return null;
    }

    private double number(String cell, int column) {
        double value;
        try {
            value = decimal(cell) ? Double.parseDouble(cell) : Double.NaN;
        } catch (NumberFormatException e) {
            value = Double.NaN;
        }
        Check.that(
                Double.isFinite(value),
                "%s:%s: column %s must be a finite decimal number, got '%s'; if that means that it is missing, say so with missing(…)",
                csv.name,
                line,
                names.get(column),
                cell);
        return value;
    }

    /** Whether there is nothing but digits, signs, points and e: Double.parseDouble alone would take "12d", "0x1p3" and "NaN" too. */
    private static boolean decimal(String cell) {
        for (int i = 0; i < cell.length(); i++) {
            if ("0123456789+-.eE".indexOf(cell.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }

    // ---- input and output ----

    private UncheckedIOException unreadable(IOException e) {
        String reason = e.getMessage();
        if (e instanceof NoSuchFileException) {
            reason = "no such file";
        } else if (e instanceof AccessDeniedException) {
            reason = "permission denied";
        } else if (e instanceof CharacterCodingException) {
            reason = "not a text file in " + csv.charset;
        }
        return new UncheckedIOException(csv.name + ": " + reason, e);
    }

    @Override
    public void close() {
        try {
            parser.close();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }
}
