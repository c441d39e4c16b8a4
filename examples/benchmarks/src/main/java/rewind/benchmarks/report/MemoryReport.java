package rewind.benchmarks.report;

import java.util.List;
import rewind.benchmarks.measure.Row;

/** The tables of the heap that is held. */
final class MemoryReport {
    private static final String TEXT = """
            Heap in use after garbage collections, less that before; values are bytes by the size of the dtype, per sample, step and unit of
            an LSTM. The backward formulas need 7 of them: four gates, the cell state, its tanh, the output.
            """;

    private final List<Row> rows;

    MemoryReport(List<Row> rows) {
        this.rows = rows;
    }

    @Override
    public String toString() {
        List<Row> held = rows.stream().filter(row -> row.has("values")).toList();
        List<Row> many = rows.stream().filter(row -> row.has("many")).toList();
        return TEXT + "\n" + held(held) + "\n" + many(many);
    }

    private static Table held(List<Row> rows) {
        Table table = new Table("held by", "dtype", "m x T x e x u", "MB", "values");
        for (Row row : rows) {
            table.add(
                    row.text("what"),
                    row.text("dtype"),
                    row.text("sizes"),
                    Format.fixed(row.number("bytes") / 1e6, 1),
                    Format.fixed(row.number("values"), 2));
        }
        return table;
    }

    private static Table many(List<Row> rows) {
        Table table = new Table("dtype", "m x T x e x u", "training steps", "heap, kB", "change, kB");
        for (Row row : rows) {
            double few = row.number("bytes few") / 1e3;
            double many = row.number("bytes many") / 1e3;
            table.add(
                    row.text("dtype"),
                    row.text("sizes"),
                    Format.fixed(row.number("few"), 0) + ", " + Format.fixed(row.number("many"), 0),
                    Format.fixed(few, 0) + ", " + Format.fixed(many, 0),
                    Format.fixed(many - few, 1));
        }
        return table;
    }
}
