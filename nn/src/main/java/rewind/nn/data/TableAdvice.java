package rewind.nn.data;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What may be done about a file that is written differently, as its first row or another one shows: other delimiters, lines of comment, a
 * title, another encoding.
 */
final class TableAdvice {
    private static final String DELIMITERS = ";\t|,";

    private TableAdvice() {}

    /** What the first row shows alone, for a column that is not there. */
    static Optional<String> ofNames(Csv csv, List<String> names) {
        return Stream.<Optional<String>>of(
                        charset(names),
                        comment(csv, names),
                        delimiter(csv, names, names, names.size()),
                        title(names.size() == 1 && names.get(0).contains(" "), "…"))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** What a row shows beside the first, for a cell of it that is not what it must be. */
    static Optional<String> ofRow(Csv csv, List<String> names, CsvRecords.CsvLine row) {
        return Stream.<Optional<String>>of(
                        charset(names),
                        comment(csv, names),
                        comment(csv, row.cells()),
                        delimiter(csv, names, row.cells(), 1))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** For a row without a cell that must be there. */
    static Optional<String> ofShortRow(Csv csv, List<String> names, CsvRecords.CsvLine row) {
        return ofRow(csv, names, row)
                .or(() ->
                        title(row.isEmpty() && names.size() == 1 && names.get(0).contains(" "), "…"));
    }

    /** For a row of more cells than the first. */
    static String ofLongRow(Csv csv, List<String> names, CsvRecords.CsvLine row) {
        return ofRow(csv, names, row)
                .or(() -> title(names.size() == 1, String.valueOf(row.number() - 1)))
                .orElse("a cell with a delimiter in it must be in quotes");
    }

    private static Optional<String> comment(Csv csv, List<String> row) {
        String start = row.get(0);
        return csv.comment == 0 && (start.startsWith("#") || start.startsWith("%"))
                ? Optional.of("comment('" + start.charAt(0) + "') passes over lines that begin so")
                : Optional.empty();
    }

    private static Optional<String> title(boolean likely, String lines) {
        return likely
                ? Optional.of("if the file begins with a title, skip(" + lines + ") passes over it")
                : Optional.empty();
    }

    /** A mark that both rows have, as often and not more rarely than the least: so no accident. */
    private static Optional<String> delimiter(Csv csv, List<String> names, List<String> row, int least) {
        String first = String.join(String.valueOf(csv.delimiter), names);
        String other = String.join(String.valueOf(csv.delimiter), row);
        return DELIMITERS
                .chars()
                .filter(mark -> mark != csv.delimiter)
                .filter(mark -> count(first, mark) == count(other, mark) && count(first, mark) >= least)
                .mapToObj(mark -> delimiter(csv, (char) mark, other))
                .findFirst();
    }

    private static long count(String text, int mark) {
        return text.chars().filter(c -> c == mark).count();
    }

    private static String delimiter(Csv csv, char mark, String row) {
        List<String> cells = List.of(row.split(Pattern.quote(String.valueOf(mark)), -1));
        boolean commas = mark != ','
                && csv.decimal == '.'
                && cells.stream().noneMatch(cell -> cell.matches("\\s*[+-]?\\d+\\.\\d+\\s*"))
                && cells.stream().anyMatch(cell -> cell.matches("\\s*[+-]?\\d+,\\d+\\s*"));
        return delimiter(mark) + (commas ? "; decimal(',') reads 1,5 as 1.5" : "");
    }

    static String delimiter(char mark) {
        return "delimiter('" + (mark == '\t' ? "\\t" : mark) + "') separates the cells of such a line";
    }

    /** What has been read in an encoding of which almost everything is a text. */
    private static Optional<String> charset(List<String> names) {
        String start = names.get(0);
        if (names.stream().anyMatch(name -> name.indexOf('\0') >= 0)) {
            String which = start.startsWith("\0") ? "BE" : "LE";
            return Optional.of(
                    "every second byte is 0; charset(StandardCharsets.UTF_16" + which + ") reads such texts");
        }
        return start.startsWith("\u00ef\u00bb\u00bf")
                ? Optional.of("its first bytes are those of UTF-8; charset(StandardCharsets.UTF_8) reads it")
                : Optional.empty();
    }
}
