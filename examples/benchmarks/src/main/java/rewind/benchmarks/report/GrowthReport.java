package rewind.benchmarks.report;

import java.util.List;
import rewind.benchmarks.measure.Row;
import rewind.benchmarks.systems.Precision;
import rewind.benchmarks.systems.PytorchLearner;
import rewind.benchmarks.systems.RewindLearner;

/** The tables of how the time grows. */
final class GrowthReport {
    private static final String TEXT = """
            A training step of an LSTM on one thread, the median of nine brief repetitions; in the picture replayed, on a tape and by PyTorch.
            Where the time is proportional to a size, the time per that size stays the same. The work grows with the square of the units:
            there the rate tells. *On a tape* and *ratio* are the times on a tape and of PyTorch over that of the replay.
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
        Table table = new Table("m x T x e x u", "ms", "µs per " + size, "GFLOP/s", "on a tape", "ratio");
        for (Row row : lines) {
            double seconds = row.number(RewindLearner.NAME);
            table.add(
                    row.text("sizes"),
                    Format.significant(seconds * 1e3),
                    Format.significant(seconds / row.number("value") * 1e6),
                    Format.fixed(row.number("flops") / seconds / 1e9, 1),
                    ratio(row, RewindLearner.ON_A_TAPE),
                    ratio(row, PytorchLearner.NAME));
        }
        return "\n### " + precision + ", number of " + name + "\n\n" + table;
    }

    private static String ratio(Row row, String system) {
        return row.has(system) ? Format.fixed(row.number(system) / row.number(RewindLearner.NAME), 2) : "–";
    }
}
