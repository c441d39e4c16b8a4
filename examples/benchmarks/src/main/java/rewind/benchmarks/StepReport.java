package rewind.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The table of training steps, and the mean of its ratios. */
final class StepReport {
    private static final String TEXT = """
            One training step: forward over the sequence, and the gradient of Σ outputs² with respect to all weights; outputs of all steps
            count. Sizes are samples x steps x features x units. Both systems run in one JVM with the same weights, one JVM per cell, dtype
            and number of threads, in turns; a time is the median of the repetitions after a warm-up. Before anything is timed, outputs and
            all gradients are compared: the largest difference, relative to the largest absolute element of the outputs or of that gradient,
            must not exceed 1e-10 in FLOAT64 and 1e-5 in FLOAT32. It is the column *difference*.

            *Ratio* is PyTorch's time over Rewind's. *Cores* is the processor time of the JVM per elapsed time while the system ran, garbage
            collection included; *others* is what other processes took meanwhile, which should be nothing. *Peak* is the rate of the matrix products over the whole time of this library's step, relative to the
            machine's own fused multiply-adds in registers on as many threads, the best of the measurements after every line; the
            products are 2·m·T·G·u·(2e + 3u) operations with G = 1, 3, 4 gates: X·U and its gradient for U, h·V and its gradients for h and V.
            """;

    /** Processors' time that other processes may take. */
    private static final double DISTURBANCE = 0.1;

    private final List<Row> rows;

    StepReport(List<Row> rows) {
        this.rows = rows;
    }

    @Override
    public String toString() {
        Map<String, List<Row>> tables = new LinkedHashMap<>();
        for (Row row : rows) {
            String title = row.text("dtype") + ", threads: " + Format.fixed(row.number("threads"), 0);
            tables.computeIfAbsent(title, absent -> new ArrayList<>()).add(row);
        }
        StringBuilder text = new StringBuilder(TEXT);
        tables.forEach((title, lines) -> text.append("\n### ")
                .append(title)
                .append("\n\n")
                .append(table(lines))
                .append('\n')
                .append(mean(lines)));
        return text.toString();
    }

    private static Table table(List<Row> rows) {
        double peak = peak(rows);
        Table table = new Table(
                "cell",
                "m x T x e x u",
                "Rewind ms",
                "PyTorch ms",
                "ratio",
                "Rewind cores",
                "PyTorch cores",
                "others",
                "Rewind GFLOP/s",
                "peak",
                "difference");
        for (Row row : rows) {
            boolean both = row.has(PytorchLearner.NAME);
            double rate = row.number("flops") / row.number(RewindLearner.NAME);
            table.add(
                    row.text("cell"),
                    row.text("sizes"),
                    Format.significant(row.number(RewindLearner.NAME) * 1e3),
                    both ? Format.significant(row.number(PytorchLearner.NAME) * 1e3) : "–",
                    both ? Format.fixed(ratio(row), 2) : "–",
                    Format.fixed(row.number(RewindLearner.NAME + " cores"), 2),
                    both ? Format.fixed(row.number(PytorchLearner.NAME + " cores"), 2) : "–",
                    Format.fixed(row.number("others"), 2),
                    Format.fixed(rate / 1e9, 1),
                    peak > 0 ? Format.percent(rate / peak) : "–",
                    both ? String.format(Locale.ROOT, "%.1e", row.number("difference")) : "not compared");
        }
        return table;
    }

    /** What must be said if the machine did other work. */
    private static String disturbed(List<Row> rows) {
        long lines =
                rows.stream().filter(row -> row.number("others") > DISTURBANCE).count();
        return lines == 0
                ? ""
                : " **Not to be trusted: other processes took more than " + DISTURBANCE + " of a processor in " + lines
                        + " of " + rows.size() + " lines.**";
    }

    /** The best peak, in operations per second, or 0. */
    private static double peak(List<Row> rows) {
        return rows.stream()
                .filter(row -> row.has("peak"))
                .mapToDouble(row -> row.number("peak"))
                .max()
                .orElse(0);
    }

    private static double ratio(Row row) {
        return row.number(PytorchLearner.NAME) / row.number(RewindLearner.NAME);
    }

    private static String mean(List<Row> rows) {
        List<Row> both =
                rows.stream().filter(row -> row.has(PytorchLearner.NAME)).toList();
        if (both.isEmpty()) {
            return "PyTorch was not there.\n";
        }
        double mean =
                Statistics.geometricMean(both.stream().map(StepReport::ratio).toList());
        double least = both.stream().mapToDouble(StepReport::ratio).min().orElseThrow();
        return "Peak: " + Format.fixed(peak(rows) / 1e9, 1) + " GFLOP/s. Geometric mean of the ratios: **"
                + Format.fixed(mean, 2) + "**, the least " + Format.fixed(least, 2) + "." + disturbed(rows) + "\n";
    }
}
