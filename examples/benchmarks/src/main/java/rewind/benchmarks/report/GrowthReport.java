package rewind.benchmarks.report;

import java.util.List;
import rewind.benchmarks.measure.Row;
import rewind.benchmarks.systems.Precision;

/** The tables of how the time grows. */
final class GrowthReport {
    private static final String TEXT = """
            A training step of this library's LSTM on one thread; the median of the repetitions. Where the time is proportional to a size,
            the time per that size stays the same. The work grows with the square of the units: there the rate tells.
            """;

    private final List<Row> rows;

    GrowthReport(List<Row> rows) {
        this.rows = rows;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(TEXT);
        for (Precision precision : Precision.values()) {
            text.append(along("T", "steps", precision))
                    .append(along("u", "units", precision))
                    .append(along("m", "samples", precision));
        }
        return text.toString();
    }

    private String along(String size, String name, Precision precision) {
        List<Row> lines = rows.stream()
                .filter(row -> row.is("along", size) && row.is("dtype", precision.name()))
                .toList();
        if (lines.isEmpty()) {
            return "";
        }
        Table table = new Table("m x T x e x u", "ms", "µs per " + size, "GFLOP/s");
        for (Row row : lines) {
            double seconds = row.number("seconds");
            table.add(
                    row.text("sizes"),
                    Format.significant(seconds * 1e3),
                    Format.significant(seconds / row.number("value") * 1e6),
                    Format.fixed(row.number("flops") / seconds / 1e9, 1));
        }
        return "\n### " + precision + ", number of " + name + "\n\n" + table;
    }
}
