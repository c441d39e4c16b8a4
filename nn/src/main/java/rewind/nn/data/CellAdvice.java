package rewind.nn.data;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What may be done about a cell that is no number as things stand. */
final class CellAdvice {
    private static final Set<String> MISSING = Set.of(
            "na", "n/a", "#n/a", "n.a.", "nan", "null", "none", "nil", "missing", "-", "--", "---", ".", "..", "?", "*",
            ":");

    private static final List<String> SHORT_YEARS = List.of(
            "d.M.yy", "M/d/yy", "d/M/yy", "d-M-yy", "d.M.yy H:mm", "M/d/yy H:mm", "d/M/yy H:mm", "d-MMM-yy", "MMM-yy");

    // such as $5, EUR 5, 5 kg
    private static final Pattern AMOUNT =
            Pattern.compile("(?<before>\\p{Sc}|\\p{Lu}{2,3} ?|) ?(?<number>[+-]?\\d.*?)(?<after> ?\\p{Sc}| \\p{L}+|)");

    // such as (5), and 5-
    private static final Pattern BOOKED = Pattern.compile("\\((?<brackets>\\d.*)\\)|(?<minus>\\d.*?) ?[-\\u2212]");

    private CellAdvice() {}

    /**
     * The part of a message after the semicolon.
     *
     * @param column its name
     * @param columns how many columns there are
     * @param first whether the cell stands in the first row
     */
    static String of(Csv csv, String column, int columns, boolean first, String cell) {
        return Stream.<Optional<String>>of(
                        missing(cell),
                        numerals(csv, cell),
                        date(column, cell),
                        columns > 1 ? Optional.empty() : delimiter(csv, cell),
                        negative(csv, cell),
                        unit(csv, column, cell),
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

    /** The ways of writing numbers in which the cell is one. */
    private static Optional<String> numerals(Csv csv, String cell) {
        List<String> ways = Stream.of(",", ",.", ", ", ",'", ",_", ".", ".,", ". ", ".'", "._")
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
        String dates = "dates(\"" + column + "\")";
        return new DateGuess().add(cell)
                ? Optional.of(dates + " reads dates as numbers, text(\"" + column + "\") as they are")
                : shortYears(cell).map(formats -> dates + " reads dates as numbers, with " + formats);
    }

    /** For a date that is of no format that is taken without being told. */
    static String ofDate(String cell) {
        return shortYears(cell)
                .map(formats -> formats + " reads it as one of this century")
                .orElse("dateFormat(pattern) sets another format");
    }

    /** The formats that read a date with a year of two digits, which is taken for none without being told: its century is missing. */
    private static Optional<String> shortYears(String cell) {
        return SHORT_YEARS.stream()
                .filter(pattern -> !Double.isNaN(DateFormat.of(pattern).parse(cell)))
                .map(pattern -> "dateFormat(\"" + pattern + "\")")
                .reduce((one, other) -> one + " or " + other);
    }

    /** For a file whose only column looks like several. */
    private static Optional<String> delimiter(Csv csv, String cell) {
        return Stream.of(';', '\t', '|', ',')
                .filter(mark -> mark != csv.delimiter && cell.indexOf(mark) >= 0)
                .findFirst()
                .map(TableAdvice::delimiter);
    }

    /** For a negative number as book-keepers write it. */
    private static Optional<String> negative(Csv csv, String cell) {
        Matcher booked = BOOKED.matcher(cell);
        if (!booked.matches()) {
            return Optional.empty();
        }
        String number = booked.group("brackets") != null ? booked.group("brackets") : booked.group("minus");
        return Double.isNaN(csv.numerals().parse(number))
                ? Optional.empty()
                : Optional.of("a negative number has its sign before it, -" + number);
    }

    /** For an amount of money, or of something else. */
    private static Optional<String> unit(Csv csv, String column, String cell) {
        Matcher amount = AMOUNT.matcher(cell);
        if (!amount.matches() || Double.isNaN(csv.numerals().parse(amount.group("number")))) {
            return Optional.empty();
        }
        return Optional.of(String.format(
                Locale.ROOT,
                "a number stands without '%s' in its cell; text(\"%s\") reads the column as text",
                Texts.strip(amount.group("before") + amount.group("after")),
                column));
    }
}
