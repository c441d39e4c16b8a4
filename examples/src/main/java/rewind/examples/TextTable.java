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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * A table as texts, read without being strict: rows may have too few or too many cells. What separates the cells, and whether the first
 * line names the columns, is looked up in the file where it is not told.
 *
 * @param source the file
 * @param names of the columns
 * @param rows those that are not empty
 */
record TextTable(String source, List<String> names, List<Row> rows) {
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
     * @param delimiter null for that of , ; tab and | that the first line has most of
     * @throws InputException if it cannot be read
     */
    static TextTable read(String source, byte[] bytes, Character delimiter, boolean header) {
        String text = text(bytes);
        List<Row> rows = rows(source, text, delimiter != null ? delimiter : delimiter(text));
        InputException.unless(!rows.isEmpty(), "%s: the file is empty, its first line must name the columns", source);
        rows = rows.subList(titles(rows), rows.size());
        Row first = rows.get(0);
        boolean names = header && first.cells().stream().noneMatch(Numbers::isNumber);
        List<String> columns = new ArrayList<>();
        for (int i = 0; i < first.cells().size(); i++) {
            columns.add(names ? first.cell(i) : String.valueOf(i));
        }
        return new TextTable(source, columns, names ? rows.subList(1, rows.size()) : rows);
    }

    /** Old tables are often not in UTF-8; then every byte is a character. */
    private static String text(byte[] bytes) {
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

    private static char delimiter(String text) {
        String line = text.lines()
                .filter(each -> !each.isBlank())
                .findFirst()
                .orElse("")
                .replaceAll("\"[^\"]*\"", "");
        return Stream.of(',', ';', '\t', '|')
                .max(Comparator.comparingLong((Character c) ->
                                line.chars().filter(each -> each == c).count())
                        .thenComparing(c -> -",;\t|".indexOf(c)))
                .orElseThrow();
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
        int usual = rows.stream()
                .collect(Collectors.groupingBy(row -> row.cells().size(), Collectors.counting()))
                .entrySet()
                .stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
        int titles = 0;
        while (titles < rows.size() - 1
                && (rows.get(titles).cells().size() < usual
                        || rows.get(titles).cell(0).startsWith("#"))) {
            titles++;
        }
        return titles;
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
        return new TextTable(source, names, rows.subList(from, to));
    }

    /** Returns all cells of a column. */
    List<String> column(int place) {
        return rows.stream().map(row -> row.cell(place)).toList();
    }
}
