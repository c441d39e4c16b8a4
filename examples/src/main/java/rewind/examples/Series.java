package rewind.examples;

import java.net.URL;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import rewind.autograd.Tensor;
import rewind.nn.data.Numerals;

/**
 * Numbers at equally spaced times.
 *
 * @param source the file that they come from
 * @param names the names of the columns
 * @param dates of the rows, if there are any
 * @param observed (rows, columns), NaN where a cell is missing
 * @param values those observed, with others where cells are missing
 * @param notes what the user should know of how the file was read
 */
record Series(
        String source, List<String> names, Optional<Dates> dates, Tensor observed, Tensor values, List<String> notes) {
    /** The monthly sunspot number, January 1749 to September 2013; sunspots-monthly.txt names its source. */
    static final URL SUNSPOTS = Series.class.getResource("sunspots-monthly.csv");

    private static final double TRAINING_SHARE = 0.8;
    private static final Set<String> CALENDAR = Set.of("year", "month", "day", "quarter", "week", "date", "time");
    private static final Pattern MONTH = Pattern.compile("(0?[1-9]|1[0-2])\\.(19|20)\\d{2}");
    private static final Pattern GROUP = Pattern.compile("[-+]?[1-9]\\d{0,2}\\.\\d{3}");
    private static final int FOOTER = 3; // lines at the end whose cells are no dates, at most

    /**
     * How a table is read.
     *
     * @param columns the names of those with the values; null for the last column of numbers
     * @param dates the name of the column with the dates, {@code none} for none; null for the first in which dates are found
     * @param dateFormat the pattern of the dates; null for what is found
     * @param decimal what stands before the decimals; null for what is found
     * @param missing what is taken where a cell is missing
     * @param marks what else, besides the usual, means that a cell is missing
     */
    record Reading(
            List<String> columns,
            String dates,
            String dateFormat,
            Character decimal,
            Missing missing,
            List<String> marks) {}

    /**
     * Reads columns of a table. Where there are columns year and month, they are the dates. Lines at the end without a number, such as a
     * title or a source, and rows before the first value are left out. The rows are put in the order of their dates.
     *
     * @throws InputException if there is no such column, or a cell that is neither a number nor missing
     */
    static Series read(TextTable table, Reading reading) {
        List<String> names = reading.columns() != null ? reading.columns() : List.of(lastOfNumbers(table));
        int[] places = names.stream().mapToInt(table::place).toArray();
        List<String> notes = new ArrayList<>(table.notes());
        TextTable whole = trimmed(table, places, notes);
        Optional<Dates> dates = Optional.empty();
        for (int left = 0; left <= FOOTER && left < whole.rows().size() && dates.isEmpty(); left++) {
            TextTable shorter = whole.rows(0, whole.rows().size() - left);
            dates = dates(shorter, reading, places);
            if (dates.isPresent() && left > 0) {
                whole = shorter;
                notes.add(left + " lines at the end, whose dates are none, are left out");
            }
        }
        notes.addAll(dates.map(Dates::notes).orElse(withoutDates(whole, reading, places)));
        double[][] observed = new double[places.length][];
        for (int c = 0; c < places.length; c++) {
            double[] read = numbers(whole, places[c], reading, notes);
            observed[c] = dates.map(each -> each.inOrder(read)).orElse(read);
            noteMissing(names.get(c), reading.missing(), observed[c], notes);
            InputException.unless(
                    reading.missing() != Missing.NONE
                            || Arrays.stream(observed[c]).noneMatch(Double::isNaN),
                    "%s: there must be a row for every date; --missing previous takes the value before it",
                    table.source());
        }
        double[][] values = new double[places.length][];
        Arrays.setAll(values, c -> reading.missing().filled(observed[c], (int) (observed[c].length * TRAINING_SHARE)));
        return new Series(table.source(), names, dates, columns(observed), columns(values), notes);
    }

    /** What the user should know where no dates were found: the cell that is none, or that there are texts which may be some. */
    private static List<String> withoutDates(TextTable table, Reading reading, int... values) {
        if ("none".equals(reading.dates())) {
            return List.of();
        }
        int[] texts = IntStream.range(0, table.names().size())
                .filter(place -> IntStream.of(values).noneMatch(value -> value == place))
                .filter(place -> !isNumeric(table.column(place)))
                .toArray();
        for (int place : texts) {
            OptionalInt other = Dates.exception(table.column(place));
            if (other.isPresent()) {
                TextTable.Row row = table.rows().get(other.getAsInt());
                return List.of(Example.format(
                        "line %d: '%s' in column %s is no date like the others: the rows are taken as they are",
                        row.line(), row.cell(place), table.names().get(place)));
            }
        }
        return texts.length == 0
                ? List.of()
                : List.of("no dates are found: the rows are taken as they are; --dates and --date-format tell them");
    }

    private static Tensor columns(double[][] columns) {
        return columns[0].length == 0
                ? Tensor.zeros(0, columns.length)
                : Tensor.of(columns).transpose();
    }

    private static String lastOfNumbers(TextTable table) {
        int[] numeric = IntStream.range(0, table.names().size())
                .filter(place -> isNumeric(table.column(place)))
                .toArray();
        if (numeric.length == 0) {
            throw new InputException(
                    "%s: there must be a column of numbers among %s, got the cells %s first; --delimiter tells what separates the cells",
                    table.source(),
                    table.names(),
                    table.rows().isEmpty() ? List.of() : table.rows().get(0).cells());
        }
        return IntStream.of(numeric)
                .filter(place -> !CALENDAR.contains(table.names().get(place).toLowerCase(Locale.ROOT)))
                .filter(place -> !table.column(place).stream()
                        .allMatch(cell -> MONTH.matcher(cell).matches()))
                .mapToObj(table.names()::get)
                .reduce((one, later) -> later)
                .orElse(table.names().get(numeric[numeric.length - 1]));
    }

    private static boolean isNumeric(List<String> cells) {
        List<String> amounts = amounts(cells);
        Numerals numerals = Numerals.guess(amounts);
        return 2 * amounts.stream().filter(numerals::isNumber).count() >= cells.size();
    }

    /** The cells without signs of currencies. */
    private static List<String> amounts(List<String> cells) {
        return cells.stream().map(Series::amount).toList();
    }

    private static String amount(String cell) {
        return cell.codePoints().anyMatch(c -> Character.getType(c) == Character.CURRENCY_SYMBOL)
                ? cell.replaceAll("\\p{Sc}", "").strip()
                : cell;
    }

    /** Leaves out lines at the end without a number, and those at the start before the first values. */
    private static TextTable trimmed(TextTable table, int[] places, List<String> notes) {
        int start = 0;
        int end = table.rows().size();
        while (end > 0 && IntStream.of(places).noneMatch(number(table.rows().get(end - 1))::test)) {
            end--;
        }
        while (start < end
                && !IntStream.of(places).allMatch(number(table.rows().get(start))::test)
                && IntStream.of(places).noneMatch(word(table.rows().get(start))::test)) {
            start++;
        }
        if (end < table.rows().size()) {
            notes.add(Example.format(
                    "left out at the end: %d lines without a number",
                    table.rows().size() - end));
        }
        if (start > 0) {
            notes.add(Example.format("left out at the start: %d rows with missing cells", start));
        }
        return table.rows(start, end);
    }

    private static Predicate<Integer> number(TextTable.Row row) {
        return place -> isNumeric(List.of(row.cell(place)));
    }

    private static Predicate<Integer> word(TextTable.Row row) {
        return place -> !number(row).test(place) && !Missing.marks(row.cell(place), List.of());
    }

    private static Optional<Dates> dates(TextTable table, Reading reading, int... values) {
        try {
            return found(table, reading, values);
        } catch (InputException e) {
            throw new InputException("%s: %s", table.source(), e.getMessage());
        }
    }

    private static Optional<Dates> found(TextTable table, Reading reading, int... values) {
        String column = reading.dates();
        if ("none".equals(column)) {
            return Optional.empty();
        }
        Function<List<String>, Optional<Dates>> reader =
                cells -> reading.dateFormat() == null ? Dates.read(cells) : Dates.read(cells, reading.dateFormat());
        if (column != null) {
            List<String> cells = table.column(table.place(column));
            Optional<Dates> dates = reader.apply(cells);
            InputException.unless(
                    dates.isPresent(),
                    "column %s must hold dates, got '%s'; --date-format tells how they are written, --dates none takes the rows as they are",
                    column,
                    cells.get(Dates.exception(cells).orElse(0)));
            return dates;
        }
        int year = table.named("year");
        if (year >= 0) {
            return Dates.read(joined(table, "-", year, table.named("month"), table.named("day")))
                    .or(() -> Dates.read(joined(table, "Q", year, table.named("quarter"))));
        }
        int date = table.named("date");
        int time = table.named("time");
        if (date >= 0 && time >= 0) {
            Optional<Dates> both = reader.apply(joined(table, " ", date, time));
            if (both.isPresent()) {
                return both;
            }
        }
        return IntStream.range(0, table.names().size())
                .filter(place -> IntStream.of(values).noneMatch(value -> value == place))
                .filter(place -> reading.dateFormat() == null || !isNumeric(table.column(place)))
                .mapToObj(place -> reader.apply(table.column(place)))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** The cells of columns of each row, as far as there are such columns. */
    private static List<String> joined(TextTable table, String mark, int... places) {
        return table.rows().stream()
                .map(row -> IntStream.of(places)
                        .takeWhile(place -> place >= 0)
                        .mapToObj(row::cell)
                        .collect(Collectors.joining(mark)))
                .toList();
    }

    private static double[] numbers(TextTable table, int place, Reading reading, List<String> notes) {
        List<String> cells = amounts(table.column(place));
        Numerals numerals = Numerals.guess(cells);
        if (reading.decimal() != null && reading.decimal() != numerals.decimal()) {
            char other = reading.decimal() == ',' ? '.' : ',';
            numerals = new Numerals(reading.decimal(), other, numerals.percent());
        }
        noteNumerals(table.names().get(place), numerals, cells, reading, notes);
        double[] numbers = new double[cells.size()];
        for (int i = 0; i < numbers.length; i++) {
            String cell = table.rows().get(i).cell(place);
            boolean missing = Missing.marks(cell, reading.marks());
            numbers[i] = missing ? Double.NaN : numerals.parse(cells.get(i));
            InputException.unless(
                    missing ? reading.missing() != Missing.NONE : !Double.isNaN(numbers[i]),
                    missing
                            ? "%s:%s: the cell of column %s is missing; --missing previous takes the value before it"
                            : "%s:%s: column %s must be a finite number, got '%s'; if that means that it is missing, say so with --missing-mark",
                    table.source(),
                    table.rows().get(i).line(),
                    table.names().get(place),
                    cell);
        }
        return numbers;
    }

    private static void noteNumerals(
            String name, Numerals numerals, List<String> cells, Reading reading, List<String> notes) {
        if (numerals.percent()) {
            notes.add(name + ": per cent are read as fractions, 12 % as 0.12");
        }
        boolean doubtful = numerals.decimal() == '.'
                && reading.decimal() == null
                && cells.stream().anyMatch(cell -> cell.indexOf('.') >= 0)
                && cells.stream()
                        .filter(cell -> cell.indexOf('.') >= 0)
                        .allMatch(cell -> GROUP.matcher(cell).matches());
        if (doubtful) {
            notes.add(name + ": points are taken for decimal ones; if they set thousands apart, --decimal , says so");
        }
    }

    private static void noteMissing(String name, Missing missing, double[] observed, List<String> notes) {
        long count = Arrays.stream(observed).filter(Double::isNaN).count();
        if (count > 0) {
            notes.add(Example.format(
                    "%s: %d cells are missing; taken for them: --missing %s. None of them is tested",
                    name, count, missing));
        }
    }

    /** Returns the number of rows. */
    int size() {
        return values.size(0);
    }

    /** Returns the number of rows to train on: the first 80 %. */
    int train() {
        return (int) (size() * TRAINING_SHARE);
    }

    /** Returns the values of one column, NaN where they are missing. */
    double[] column(int column) {
        return observed.select(1, column).toArray();
    }

    /** Returns how many rows there are in the periods of the calendar, or none. */
    int[] periods() {
        return dates.map(Dates::periods).orElse(new int[0]);
    }

    /** Returns from when to when, as ", 1749-01 to 2013-09", or nothing where there are no dates. */
    String span() {
        return dates.map(each ->
                        ", " + each.text(Collections.min(each.all())) + " to " + each.text(Collections.max(each.all())))
                .orElse("");
    }
}
