package rewind.nn.data;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What may be done about a cell that is no number as things stand. */
final class CellAdvice {
    private static final Set<String> MISSING = Set.of(
            "na", "n/a", "#n/a", "n.a.", "nan", "null", "none", "nil", "missing", "-", "--", "---", ".", "..", "?", "*",
            ":");

    private CellAdvice() {}

    /**
     * The part of a message after the semicolon.
     *
     * @param column its name
     * @param place its number
     * @param columns how many columns there are
     * @param first whether the cell stands in the first row
     */
    static String of(Csv csv, String column, int place, int columns, boolean first, String cell) {
        return Stream.<Optional<String>>of(
                        missing(cell),
                        comment(csv, place, cell),
                        numerals(csv, cell),
                        date(column, cell),
                        Optional.ofNullable(columns > 1 ? null : delimiter(csv, cell)),
                        Optional.ofNullable(
                                first && !csv.hasHeader()
                                        ? "if the first row names the columns, header(true) says so"
                                        : null),
                        word(column, cell))
                .flatMap(Optional::stream)
                .findFirst()
                .orElse("if that means that it is missing, say so with missing(…)");
    }

    private static Optional<String> missing(String cell) {
        return MISSING.contains(cell.toLowerCase(Locale.ROOT))
                ? Optional.of("if that means that it is missing, missing(\"" + cell + "\") says so")
                : Optional.empty();
    }

    private static Optional<String> comment(Csv csv, int place, String cell) {
        return place == 0 && csv.comment == 0 && (cell.startsWith("#") || cell.startsWith("%"))
                ? Optional.of("comment('" + cell.charAt(0) + "') passes over lines that begin so")
                : Optional.empty();
    }

    /** The ways of writing numbers in which the cell is one. */
    private static Optional<String> numerals(Csv csv, String cell) {
        List<String> ways = Stream.of(",", ",.", ", ", ",'", ".", ".,", ". ", ".'")
                .filter(marks -> marks.charAt(0) == csv.decimal || csv.decimal == '.')
                .map(marks -> way(csv, marks, cell))
                .flatMap(Optional::stream)
                .toList();
        // the first that needs the fewest options, and those that need as many
        int least = ways.stream().mapToInt(CellAdvice::options).min().orElse(0);
        return ways.isEmpty()
                ? Optional.empty()
                : Optional.of(ways.stream()
                        .filter(way -> options(way) == least)
                        .collect(Collectors.joining(", ", "it is ", "")));
    }

    private static int options(String way) {
        return (int) way.chars().filter(c -> c == '(').count();
    }

    private static Optional<String> way(Csv csv, String marks, String cell) {
        char decimal = marks.charAt(0);
        char thousands = marks.length() > 1 ? marks.charAt(1) : csv.thousands;
        boolean percent = csv.percent || cell.endsWith("%");
        if (decimal == thousands) {
            return Optional.empty();
        }
        double value = new Numerals(decimal, thousands, percent).parse(cell);
        String options = (decimal == csv.decimal ? "" : ".decimal('" + decimal + "')")
                + (thousands == csv.thousands ? "" : ".thousands('" + thousands + "')")
                + (percent == csv.percent ? "" : ".percent(true)");
        return Double.isNaN(value) || options.isEmpty()
                ? Optional.empty()
                : Optional.of(value + " with " + options.substring(1).replace("thousands('''", "thousands('\\''"));
    }

    private static Optional<String> word(String column, String cell) {
        return cell.chars().noneMatch(c -> c >= '0' && c <= '9') && cell.chars().anyMatch(Character::isLetter)
                ? Optional.of("text(\"" + column
                        + "\") reads the column as text; if that means that it is missing, say so with missing(…)")
                : Optional.empty();
    }

    private static Optional<String> date(String column, String cell) {
        return new DateGuess().add(cell)
                ? Optional.of(String.format(
                        Locale.ROOT, "dates(\"%s\") reads dates as numbers, text(\"%s\") as they are", column, column))
                : Optional.empty();
    }

    /** For a file whose only column looks like several, or null. */
    static String delimiter(Csv csv, String cell) {
        return Stream.of(";", "\t", "|", ",")
                .filter(each -> each.charAt(0) != csv.delimiter && cell.contains(each))
                .findFirst()
                .map(each -> "delimiter('" + each.replace("\t", "\\t") + "') separates the cells of such a line")
                .orElse(null);
    }
}
