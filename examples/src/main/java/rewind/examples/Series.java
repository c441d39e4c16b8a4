package rewind.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import rewind.autograd.Tensor;
import rewind.nn.data.Csv;
import rewind.nn.data.Table;

/**
 * Numbers at equally spaced times.
 *
 * @param source the file that they come from
 * @param names the names of the columns
 * @param timeName what the times are: year or row
 * @param times one per row
 * @param values (rows, columns)
 */
record Series(String source, List<String> names, String timeName, double[] times, Tensor values) {
    /** The monthly sunspot number, January 1749 to September 2013; sunspots-monthly.txt names its source. */
    static Csv sunspots() {
        return Csv.of(Series.class.getResource("sunspots-monthly.csv"));
    }

    /**
     * Reads columns of a table. Where it has columns {@code year} and perhaps {@code month}, they give the times; otherwise the numbers of
     * the rows do.
     *
     * @param columns the columns of the values; null for the last one
     * @throws InputException if the file cannot be read, has no such column, or a cell that is no finite number
     */
    static Series read(Csv csv, List<String> columns) {
        return CsvOptions.reading(() -> {
            List<String> names = csv.names();
            List<String> chosen = columns == null ? List.of(names.get(names.size() - 1)) : columns;
            List<String> dates = names.contains("year")
                    ? List.of("year", "month").stream().filter(names::contains).toList()
                    : List.of();
            List<String> all = new ArrayList<>(chosen);
            all.addAll(dates);
            Table table = csv.columns(all.toArray(new String[0])).read();
            return new Series(
                    csv.toString(),
                    chosen,
                    dates.isEmpty() ? "row" : "year",
                    times(table, chosen.size(), dates.size()),
                    table.numbers().slice(1, 0, chosen.size()));
        });
    }

    /** The year, the middle of the month in years, or the number of the row. */
    private static double[] times(Table table, int first, int count) {
        Tensor numbers = table.numbers();
        return IntStream.range(0, table.size())
                .mapToDouble(i -> count == 0
                        ? i + 1
                        : numbers.get(i, first) + (count == 1 ? 0 : (numbers.get(i, first + 1) - 0.5) / 12))
                .toArray();
    }

    /** Returns the number of rows. */
    int size() {
        return times.length;
    }

    /** Returns the values of one column. */
    double[] column(int column) {
        return values.select(1, column).toArray();
    }

    /** Returns the times of the given number of rows after the end. */
    double[] timesAhead(int count) {
        int last = times.length - 1;
        double spacing = (times[last] - times[0]) / last;
        return IntStream.rangeClosed(1, count)
                .mapToDouble(i -> times[last] + i * spacing)
                .toArray();
    }
}
