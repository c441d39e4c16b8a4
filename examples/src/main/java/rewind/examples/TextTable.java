package rewind.examples;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import rewind.nn.data.Numerals;

/**
 * A table as texts, read without being strict: rows may have too few or too many cells. What separates the cells, and whether the first
 * line names the columns, is looked up in the file where it is not told.
 *
 * @param source the file
 * @param names of the columns
 * @param rows those that are not empty
 * @param notes what the user should know of how it was read
 *
 * <p>{@link rewind.nn.data.Csv} is strict where this is not: it refuses a row with too many cells, takes one delimiter and one encoding
 * that it is told, and no line for a title.
 */
record TextTable(String source, List<String> names, List<Row> rows, List<String> notes) {
    private static final int LOOKED_AT = 200; // rows that tell what separates the cells
    private static final Pattern NUMBER_OR_DATE = Pattern.compile(
            "|[-+\u2212\\p{Sc}]?[ \u00a0\u202f\\p{Sc}]?\\d[-/\\d.,:'T \u00a0\u202f\u2019]*([eE][-+]?\\d+)?[ \u00a0\u202f]?[%Z\\p{Sc}]?");

    /**
     * A row.
     *
     * @param line where it begins, from 1 on
     */
    record Row(long line, List<String> cells) {
        /** Returns a cell, an empty one where the row is too short. */
        String cell(int column) {
            return column < cells.size() ? cells.get(column) : "";
        }
    }

    /**
     * Reads a file.
     *
     * @param delimiter null for that of , ; tab and | that makes the most rows of the same number of cells, which are numbers or dates
     * @throws InputException if it cannot be read
     */
    static TextTable read(String source, byte[] bytes, Character delimiter, boolean header) {
        String text = text(bytes);
        List<Row> rows = delimiter != null
                ? rows(source, text, delimiter)
                : Stream.of(',', ';', '\t', '|')
                        .map(each -> rows(source, text, each))
                        .max(Comparator.comparingDouble(TextTable::likely)) // of equal ones the first
                        .orElseThrow();
        InputException.unless(!rows.isEmpty(), "%s: the file is empty, its first line must name the columns", source);
        int titles = titles(rows);
        List<String> notes = titles == 0
                ? List.of()
                : List.of(Example.format("left out at the start: %d lines that are no rows of the table", titles));
        rows = rows.subList(titles, rows.size());
        Row first = rows.get(0);
        boolean names = header && first.cells().stream().noneMatch(Numerals.PLAIN::isNumber);
        List<String> columns = new ArrayList<>();
        for (int i = 0; i < first.cells().size(); i++) {
            columns.add(names ? first.cell(i) : String.valueOf(i));
        }
        return new TextTable(source, columns, names ? rows.subList(1, rows.size()) : rows, notes);
    }

    /** Spreadsheets also write UTF-16, whose Latin letters have bytes 0; old tables are often in no Unicode, then every byte is a character. */
    private static String text(byte[] bytes) {
        int[] zeros = new int[2];
        for (int i = 0; i < Math.min(bytes.length, 1000); i++) {
            zeros[i % 2] += bytes[i] == 0 ? 1 : 0;
        }
        if (zeros[0] + zeros[1] > 0) {
            String text =
                    new String(bytes, zeros[0] > zeros[1] ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_16LE);
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            return new String(bytes, Charset.forName("windows-1252"));
        }
    }

    /** How many of the first rows have the usual number of cells, times the share of these that are numbers or dates; one cell a row counts less. */
    private static double likely(List<Row> rows) {
        List<Row> some = rows.subList(0, Math.min(rows.size(), LOOKED_AT));
        int usual = usual(some);
        List<Row> table =
                some.stream().filter(row -> row.cells().size() == usual).toList();
        double share = table.stream()
                .flatMap(row -> row.cells().stream())
                .mapToDouble(cell -> NUMBER_OR_DATE.matcher(cell).matches() ? 1 : 0.1)
                .average()
                .orElse(0);
        return table.size() * share * (usual > 1 ? 1 : 0.5);
    }

    private static List<Row> rows(String source, String text, char delimiter) {
        CSVFormat format = CSVFormat.DEFAULT
                .builder()
                .setDelimiter(delimiter)
                .setIgnoreSurroundingSpaces(delimiter != '\t')
                .setIgnoreEmptyLines(false)
                .setLenientEof(true)
                .setTrailingData(true)
                .get();
        List<Row> rows = new ArrayList<>();
        try (CSVParser parser = format.parse(new StringReader(text))) {
            long line = 1;
            for (CSVRecord each : parser) {
                List<String> cells = each.stream().map(String::strip).toList();
                if (cells.stream().anyMatch(cell -> !cell.isEmpty())) {
                    rows.add(new Row(line, cells));
                }
                line = parser.getCurrentLineNumber() + 1;
            }
            return rows;
        } catch (IOException | UncheckedIOException e) {
            throw new InputException("%s: %s", source, e.getMessage());
        }
    }

    /** How many rows at the start are titles, of fewer cells than most rows have, or comments. */
    private static int titles(List<Row> rows) {
        int usual = usual(rows);
        int titles = 0;
        while (titles < rows.size() - 1
                && (rows.get(titles).cells().size() < usual
                        || rows.get(titles).cell(0).startsWith("#"))) {
            titles++;
        }
        return titles;
    }

    /** The number of cells that most rows have; of several the greatest. */
    private static int usual(List<Row> rows) {
        return rows.stream()
                .collect(Collectors.groupingBy(row -> row.cells().size(), Collectors.counting()))
                .entrySet()
                .stream()
                .max(Map.Entry.<Integer, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .orElse(0);
    }

    /** Returns the place of a column. */
    int place(String name) {
        int place = names.indexOf(name);
        InputException.unless(place >= 0, "%s:1: there must be a column %s among %s", source, name, names);
        InputException.unless(place == names.lastIndexOf(name), "%s:1: two columns have the name %s", source, name);
        return place;
    }

    /** Returns the place of a column, whether in small letters or capitals; −1 if there is none. */
    int named(String name) {
        return IntStream.range(0, names.size())
                .filter(i -> names.get(i).equalsIgnoreCase(name))
                .findFirst()
                .orElse(-1);
    }

    /** Returns the table with the rows from {@code from} (inclusive) to {@code to} (exclusive) alone. */
    TextTable rows(int from, int to) {
        return new TextTable(source, names, rows.subList(from, to), notes);
    }

    /** Returns all cells of a column. */
    List<String> column(int place) {
        return rows.stream().map(row -> row.cell(place)).toList();
    }
}
