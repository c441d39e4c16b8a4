package rewind.nn.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators.AbstractSpliterator;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.DoubleStream;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/** Reads the rows of one file, once. */
final class CsvReader extends AbstractSpliterator<Csv.Row> implements AutoCloseable {
    private final Csv csv;
    private final CsvRows rows;
    private final CsvColumns columns;
    private final Numerals numerals;
    private final DateFormat[] dates; // per column, null if it is none of dates
    private final TreeSet<Integer> empty = new TreeSet<>();
    private final long[] gaps; // missing cells per column, in rows that are left out
    private long seen;
    private long leftOut;

    CsvReader(Csv csv) {
        super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL);
        this.csv = csv;
        this.numerals = csv.numerals();
        csv.requireDates();
        this.rows = new CsvRows(csv);
        try {
            this.dates = new DateFormat[rows.columns().count()];
            look();
            this.columns = rows.columns().without(empty);
            this.gaps = new long[columns.count()];
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    // ---- a first look ----

    /** Finds what only the rows can tell, if there is such: empty columns without a name, and the format of dates. */
    private void look() {
        CsvColumns all = rows.columns();
        DateGuess[] guesses = new DateGuess[all.count()];
        for (int column : all.dates()) {
            dates[column] = csv.dateFormat;
            guesses[column] = csv.dateFormat == null ? new DateGuess() : null;
        }
        TreeSet<Integer> doubtful = all.doubtful(rows.peek());
        if (!doubtful.isEmpty() || undecided(guesses)) {
            look(all, guesses, doubtful);
        }
        empty.addAll(doubtful);
        for (int column : all.dates()) {
            if (guesses[column] != null) {
                dates[column] =
                        guesses[column].decide(csv.name + ": column " + all.called(column), "dateFormat(\"d/M/yyyy\")");
            }
        }
    }

    /** Reads on in a second opening of the file, until all is known. */
    private void look(CsvColumns all, DateGuess[] guesses, TreeSet<Integer> doubtful) {
        try (CsvRows ahead = new CsvRows(csv)) {
            CsvRecords.CsvLine next = ahead.next();
            while (next != null && (!doubtful.isEmpty() || undecided(guesses))) {
                CsvRecords.CsvLine row = next;
                doubtful.removeIf(column -> !row.cell(column).isEmpty());
                for (int column : all.dates()) {
                    guess(guesses[column], row, all, column);
                }
                next = ahead.next();
            }
        }
    }

    private static boolean undecided(DateGuess... guesses) {
        for (DateGuess guess : guesses) {
            if (guess != null && !guess.decided()) {
                return true;
            }
        }
        return false;
    }

    private void guess(DateGuess guess, CsvRecords.CsvLine row, CsvColumns all, int column) {
        String cell = row.cell(column);
        if (guess != null && !csv.missing.contains(cell) && !guess.add(cell)) {
            throw noDate(row, all, column, guess.format());
        }
    }

    private IllegalArgumentException noDate(CsvRecords.CsvLine row, CsvColumns all, int column, String format) {
        String cell = row.cell(column);
        return Check.failure(
                "%s:%s: column %s must be a date%s, got '%s'; %s",
                csv.name,
                row.number(),
                all.called(column),
                format,
                cell,
                TableAdvice.ofRow(csv, all.first(), row).orElseGet(() -> CellAdvice.ofDate(cell)));
    }

    // ---- columns ----

    /** The names of all columns but those at the end that are none. */
    List<String> names() {
        List<String> names = columns.names();
        int end = names.size();
        while (empty.contains(end - 1)) {
            end--;
        }
        return names.subList(0, end);
    }

    // ---- rows ----

    @Override
    public boolean tryAdvance(Consumer<? super Csv.Row> action) {
        for (CsvRecords.CsvLine read = rows.next(); read != null; read = rows.next()) {
            seen++;
            Csv.Row row = row(read);
            if (row != null) {
                action.accept(row);
                return true;
            }
            leftOut++;
        }
        requireRows();
        return false;
    }

    /** The row, or null if it is left out. */
    private Csv.Row row(CsvRecords.CsvLine read) {
        requireCells(read);
        boolean whole = true;
        double[] values = new double[columns.numbers().length + 2 * columns.dates().length * csv.calendar.size()];
        int at = 0;
        for (int column : columns.numbers()) {
            String cell = cell(read, column);
            whole &= cell != null;
            values[at++] = cell != null ? number(read, column, cell) : csv.filled.orElse(Double.NaN);
        }
        for (int column : columns.dates()) {
            for (Cycle cycle : csv.calendar) {
                String cell = cell(read, column);
                whole &= cell != null;
                double angle = cell != null ? cycle.angle(number(read, column, cell)) : Double.NaN;
                values[at++] = cell != null ? StrictMath.sin(angle) : csv.filled.orElse(Double.NaN);
                values[at++] = cell != null ? StrictMath.cos(angle) : csv.filled.orElse(Double.NaN);
            }
        }
        List<String> strings = new ArrayList<>();
        for (int column : columns.texts()) {
            String cell = cell(read, column);
            whole &= cell != null;
            strings.add(cell != null ? cell : "");
        }
        return whole || !csv.dropped ? new Csv.Row(read.number(), values, strings) : null;
    }

    /** Cells after those of the first row must be empty, as a delimiter at the end of a row makes them. */
    private void requireCells(CsvRecords.CsvLine read) {
        int cells = read.cells().size();
        while (cells > columns.count() && read.cell(cells - 1).isEmpty()) {
            cells--;
        }
        if (cells > columns.count()) {
            throw Check.failure(
                    "%s:%s: a row must have at most %s cells, as the first, got %s; %s",
                    csv.name, read.number(), columns.count(), cells, TableAdvice.ofLongRow(csv, columns.first(), read));
        }
    }

    /** The text of a cell, or null if it is missing and may be. */
    private String cell(CsvRecords.CsvLine read, int column) {
        String cell = read.cell(column);
        if (!csv.missing.contains(cell)) {
            return cell;
        }
        Check.that(
                csv.dropped || csv.filled.isPresent(),
                "%s:%s: the cell of column %s is missing; %s",
                csv.name,
                read.number(),
                columns.called(column),
                csv.dropped || csv.filled.isPresent() ? "" : absent(read));
        gaps[column]++;
        csv.listener.at(read.number(), columns.called(column));
        return null;
    }

    private String absent(CsvRecords.CsvLine read) {
        return TableAdvice.ofShortRow(csv, columns.first(), read)
                .orElse("dropMissing() leaves such rows out, fillMissing(value) takes a value");
    }

    private double number(CsvRecords.CsvLine read, int column, String cell) {
        if (dates[column] != null) {
            double days = dates[column].parse(cell);
            if (Double.isNaN(days)) {
                throw noDate(read, columns, column, " as " + dates[column]);
            }
            return days;
        }
        double value = numerals.parse(cell);
        if (Double.isNaN(value)) {
            throw Check.failure(
                    "%s:%s: column %s must be a finite decimal number, got '%s'; %s",
                    csv.name,
                    read.number(),
                    columns.called(column),
                    cell,
                    TableAdvice.ofRow(csv, columns.first(), read)
                            .orElseGet(() ->
                                    CellAdvice.of(csv, columns.called(column), columns.count(), seen == 1, cell)));
        }
        return value;
    }

    /** That nothing is left would be found out late, and far from its cause. */
    private void requireRows() {
        if (leftOut == 0 || leftOut < seen) {
            return;
        }
        int worst = 0;
        for (int column = 1; column < gaps.length; column++) {
            worst = gaps[column] > gaps[worst] ? column : worst;
        }
        throw Check.failure(
                "%s: dropMissing() leaves out all %s rows, as in %s of them the cell of column %s is missing; columns(…) chooses others",
                csv.name, seen, gaps[worst], columns.called(worst));
    }

    // ---- the whole file ----

    Table table() {
        try {
            return allRows();
        } catch (OutOfMemoryError e) {
            throw new IllegalArgumentException(
                    csv.name + ": the table does not fit into the heap of "
                            + (Runtime.getRuntime().maxMemory() >> 20)
                            + " MB; use a larger -Xmx, fewer columns, or stream() for its rows one by one",
                    e);
        }
    }

    private Table allRows() {
        List<String> names = columns.numberNames();
        List<String> textNames = columns.textNames();
        DoubleStream.Builder numbers = DoubleStream.builder();
        List<List<String>> texts = textNames.stream()
                .<List<String>>map(column -> new ArrayList<>())
                .toList();
        long[] count = {0};
        forEachRemaining(row -> {
            if (++count[0] * Math.max(1, names.size()) > csv.largestTable) {
                throw Check.failure(
                        "%s: at most %s numbers fit into a table, got %s rows of %s; stream() gives rows one by one",
                        csv.name, csv.largestTable, count[0], names.size());
            }
            Arrays.stream(row.numbers()).forEach(numbers);
            for (int i = 0; i < texts.size(); i++) {
                texts.get(i).add(row.texts().get(i));
            }
        });
        Tensor values = Tensor.of(
                Shape.of((int) count[0], names.size()), numbers.build().toArray());
        return new Table(names, values, textNames, texts);
    }

    @Override
    public void close() {
        rows.close();
    }
}
