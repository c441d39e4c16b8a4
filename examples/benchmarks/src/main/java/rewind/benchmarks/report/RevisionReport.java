package rewind.benchmarks.report;

import java.util.List;
import rewind.benchmarks.measure.Row;
import rewind.benchmarks.measure.Statistics;
import rewind.benchmarks.systems.RecordedOperations;

/** The tables of this revision beside another one. */
final class RevisionReport {
    private static final String TEXT = """
            Both revisions run in one JVM with one thread, each with a class loader of its own, in turns; a time is the lower quartile of
            the repetitions. *Ratio* is the other revision's time over that of this one: above 1, this one is faster. *Others* is what other
            processes took meanwhile.
            """;

    private final List<Row> rows;

    RevisionReport(List<Row> rows) {
        this.rows = rows;
    }

    @Override
    public String toString() {
        List<Row> operations = rows.stream().filter(row -> row.has("operation")).toList();
        List<Row> steps = rows.stream().filter(row -> row.has("cell")).toList();
        return TEXT + "\nOne operation on tensors [1, 8], nanoseconds:\n\n" + operations(operations)
                + "\nOne training step, milliseconds:\n\n" + steps(steps)
                + "\nGeometric mean of the ratios of " + steps.size() + " training steps: **"
                + Format.fixed(
                        Statistics.geometricMean(
                                steps.stream().map(RevisionReport::ratio).toList()),
                        3)
                + "**\n";
    }

    private static Table operations(List<Row> rows) {
        Table table = new Table("operation", "dtype", "other ns", "this ns", "ratio", "others");
        for (Row row : rows) {
            table.add(
                    row.text("operation"),
                    row.text("dtype"),
                    Format.significant(row.number("other") * 1e9 / RecordedOperations.OPERATIONS),
                    Format.significant(row.number("this") * 1e9 / RecordedOperations.OPERATIONS),
                    Format.fixed(ratio(row), 3),
                    Format.fixed(row.number("others"), 2));
        }
        return table;
    }

    private static Table steps(List<Row> rows) {
        Table table = new Table("cell", "dtype", "m x T x e x u", "other ms", "this ms", "ratio", "others");
        for (Row row : rows) {
            table.add(
                    row.text("cell"),
                    row.text("dtype"),
                    row.text("sizes"),
                    Format.significant(row.number("other") * 1e3),
                    Format.significant(row.number("this") * 1e3),
                    Format.fixed(ratio(row), 3),
                    Format.fixed(row.number("others"), 2));
        }
        return table;
    }

    private static double ratio(Row row) {
        return row.number("other") / row.number("this");
    }
}
