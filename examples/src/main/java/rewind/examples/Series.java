package rewind.examples;

import java.net.URL;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import rewind.autograd.Tensor;

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
    private static final int FOOTER = 3; // lines at the end whose cells are no dates, at most

    /**
     * How a table is read.
     *
     * @param columns the names of those with the values; null for the last column of numbers
     * @param dates the name of the column with the dates, {@code none} for none; null for the first in which dates are found
     * @param missing what is taken where a cell is missing
     * @param marks what else, besides the usual, means that a cell is missing
     */
    record Reading(List<String> columns, String dates, Missing missing, List<String> marks) {}

    /**
     * Reads columns of a table. Where there are columns year and month, they are the dates. Lines at the end without a number, such as a
     * title or a source, and rows before the first value are left out; if the latest date stands first, the rows are turned round.
     *
     * @throws InputException if there is no such column, or a cell that is neither a number nor missing
     */
    static Series read(TextTable table, Reading reading) {
        List<String> names = reading.columns() != null ? reading.columns() : List.of(lastOfNumbers(table));
        int[] places = names.stream().mapToInt(table::place).toArray();
        List<String> notes = new ArrayList<>();
        TextTable whole = trimmed(table, places, notes);
        Optional<Dates> dates = Optional.empty();
        for (int left = 0; left <= FOOTER && left < whole.rows().size() && dates.isEmpty(); left++) {
            TextTable shorter = whole.rows(0, whole.rows().size() - left);
            dates = dates(shorter, reading.dates(), places);
            if (dates.isPresent() && left > 0) {
                whole = shorter;
                notes.add(left + " lines at the end, whose dates are none, are left out");
            }
        }
        dates.ifPresent(each -> notes.addAll(each.notes()));
        double[][] observed = new double[places.length][];
        for (int c = 0; c < places.length; c++) {
            observed[c] = numbers(whole, places[c], reading);
            if (dates.isPresent() && dates.get().reversed()) {
                reverse(observed[c]);
            }
            noteMissing(names.get(c), reading.missing(), observed[c], notes);
        }
        double[][] values = new double[places.length][];
        Arrays.setAll(values, c -> reading.missing().filled(observed[c], (int) (observed[c].length * TRAINING_SHARE)));
        return new Series(table.source(), names, dates, columns(observed), columns(values), notes);
    }

    private static Tensor columns(double[][] columns) {
        return columns[0].length == 0
                ? Tensor.zeros(0, columns.length)
                : Tensor.of(columns).transpose();
    }

    private static void reverse(double[] values) {
        for (int i = 0; i < values.length / 2; i++) {
            double first = values[i];
            values[i] = values[values.length - 1 - i];
            values[values.length - 1 - i] = first;
        }
    }

    private static String lastOfNumbers(TextTable table) {
        for (int place = table.names().size() - 1; place >= 0; place--) {
            List<String> cells = table.column(place);
            if (2 * cells.stream().filter(Numbers::isNumber).count() >= cells.size()) {
                return table.names().get(place);
            }
        }
        throw new InputException(
                "%s: there must be a column of numbers among %s; --delimiter tells what separates the cells",
                table.source(), table.names());
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
        return place -> Numbers.isNumber(row.cell(place));
    }

    private static Predicate<Integer> word(TextTable.Row row) {
        return place -> !Numbers.isNumber(row.cell(place)) && !Missing.marks(row.cell(place), List.of());
    }

    private static Optional<Dates> dates(TextTable table, String column, int... values) {
        if ("none".equals(column)) {
            return Optional.empty();
        }
        if (column != null) {
            Optional<Dates> dates = Dates.read(table.column(table.place(column)));
            InputException.unless(
                    dates.isPresent(),
                    "%s: column %s must hold dates in the order of time, got '%s' first; --dates none takes the rows as they are",
                    table.source(),
                    column,
                    table.column(table.place(column)).stream().findFirst().orElse(""));
            return dates;
        }
        int year = table.named("year");
        if (year >= 0) {
            int month = table.named("month");
            return Dates.of(table.column(year), month >= 0 ? table.column(month) : null);
        }
        return IntStream.range(0, table.names().size())
                .filter(place -> IntStream.of(values).noneMatch(value -> value == place))
                .mapToObj(place -> Dates.read(table.column(place)))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static double[] numbers(TextTable table, int place, Reading reading) {
        boolean decimalCommas = Numbers.decimalCommas(table.column(place));
        return table.rows().stream()
                .mapToDouble(row -> {
                    String cell = row.cell(place);
                    boolean missing = Missing.marks(cell, reading.marks());
                    double number = missing ? Double.NaN : Numbers.parse(cell, decimalCommas);
                    InputException.unless(
                            missing ? reading.missing() != Missing.NONE : !Double.isNaN(number),
                            missing
                                    ? "%s:%s: the cell of column %s is missing; --missing previous takes the value before it"
                                    : "%s:%s: column %s must be a finite number, got '%s'; if that means that it is missing, say so with --missing-mark",
                            table.source(),
                            row.line(),
                            table.names().get(place),
                            cell);
                    return number;
                })
                .toArray();
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
