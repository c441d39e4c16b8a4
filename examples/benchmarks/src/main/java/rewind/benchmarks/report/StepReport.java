package rewind.benchmarks.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import rewind.benchmarks.measure.Row;
import rewind.benchmarks.measure.Statistics;
import rewind.benchmarks.measure.TrainingSteps;
import rewind.benchmarks.systems.Dl4j;
import rewind.benchmarks.systems.PytorchLearner;
import rewind.benchmarks.systems.RewindLearner;

/** The table of training steps, and the mean of its ratios. */
final class StepReport {
    private static final String TEXT = """
            One training step: forward over the sequence, and the gradient of Σ outputs² with respect to all weights; outputs of all steps
            count. Sizes are samples x steps x features x units; GRU is the form that PyTorch has, with the reset gate after the product. Rewind
            and PyTorch run in one JVM with the same weights, one JVM per cell, dtype and number of threads, in turns; a time is the median of 11
            repetitions (9 if quick) after a warm-up. The JVM has the parallel collector (-XX:+UseParallelGC), as the README advises. Before
            anything is timed, outputs and all gradients are compared: the largest difference, relative to the largest absolute element of the outputs or of that
            gradient, must not exceed 1e-10 in FLOAT64 and 1e-5 in FLOAT32. It is the column *difference*.

            Rewind replays a step that was recorded once, as training does. *On a tape* is the time of recording every step anew over that of
            the replay, which gives the same bits. *Ratio* is PyTorch's time over Rewind's. *Cores* is the processor time of the JVM per elapsed time while the system ran, garbage
            collection included; *others* is what other processes took meanwhile, which should be nothing. *Peak* is the rate of the matrix
            products over the whole time of this library's step, relative to the machine's own fused multiply-adds in registers on as many
            threads, the best of the measurements after every line; the products are 2·m·T·G·u·(2e + 3u) operations with G = 1, 3, 4 gates:
            X·U and its gradient for U, h·V and its gradients for h and V.
            """;

    private static final String DL4J_TEXT = """

            DL4J's native library needs another version of JavaCPP than the other systems, so that DL4J runs in a JVM of its own, a new one
            for every line, with the same weights and number of threads. It takes its turns among those of the others and waits meanwhile.
            Its ratio and difference are to Rewind too.
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
        if (rows.stream().anyMatch(StepReport::withDl4j)) {
            text.append(DL4J_TEXT);
        }
        tables.forEach((title, lines) -> text.append("\n### ")
                .append(title)
                .append("\n\n")
                .append(table(lines))
                .append('\n')
                .append(means(lines)));
        return text.toString();
    }

    private static Table table(List<Row> rows) {
        double peak = peak(rows);
        boolean dl4j = rows.stream().anyMatch(StepReport::withDl4j);
        Table table = new Table(line(
                dl4j,
                List.of("cell", "m x T x e x u", "Rewind ms", "on a tape", "PyTorch ms", "ratio"),
                List.of("DL4J ms", "DL4J ratio"),
                List.of("Rewind cores", "PyTorch cores"),
                List.of("DL4J cores"),
                List.of("others", "Rewind GFLOP/s", "peak", "difference"),
                List.of("DL4J difference")));
        for (Row row : rows) {
            double rate = row.number("flops") / row.number(RewindLearner.NAME);
            table.add(line(
                    dl4j,
                    List.of(
                            row.text("cell"),
                            row.text("sizes"),
                            milliseconds(row, RewindLearner.NAME),
                            ratio(row, RewindLearner.ON_A_TAPE),
                            milliseconds(row, PytorchLearner.NAME),
                            ratio(row, PytorchLearner.NAME)),
                    List.of(milliseconds(row, Dl4j.NAME), ratio(row, Dl4j.NAME)),
                    List.of(cores(row, RewindLearner.NAME), cores(row, PytorchLearner.NAME)),
                    List.of(cores(row, Dl4j.NAME)),
                    List.of(
                            Format.fixed(row.number("others"), 2),
                            Format.fixed(rate / 1e9, 1),
                            peak > 0 ? Format.percent(rate / peak) : "–",
                            difference(row, "difference")),
                    List.of(difference(row, Dl4j.NAME + " difference"))));
        }
        return table;
    }

    /** The cells of a line: groups of which every other one is about DL4J. */
    @SafeVarargs
    private static String[] line(boolean dl4j, List<String>... groups) {
        List<String> cells = new ArrayList<>();
        for (int group = 0; group < groups.length; group++) {
            if (dl4j || group % 2 == 0) {
                cells.addAll(groups[group]);
            }
        }
        return cells.toArray(String[]::new);
    }

    private static boolean withDl4j(Row row) {
        return row.has(Dl4j.NAME) || row.has(TrainingSteps.DL4J_MISSING);
    }

    private static String milliseconds(Row row, String system) {
        return row.has(system) ? Format.significant(row.number(system) * 1e3) : "–";
    }

    private static String ratio(Row row, String system) {
        return row.has(system) ? ratio(ratioOf(row, system)) : "–";
    }

    /** A ratio just below 1 is not rounded to 1. */
    private static String ratio(double ratio) {
        return Format.fixed(ratio, ratio >= 0.995 && ratio < 1 ? 4 : 2);
    }

    private static double ratioOf(Row row, String system) {
        return row.number(system) / row.number(RewindLearner.NAME);
    }

    private static String cores(Row row, String system) {
        return row.has(system) ? Format.fixed(row.number(system + " cores"), 2) : "–";
    }

    private static String difference(Row row, String name) {
        return row.has(name) ? String.format(Locale.ROOT, "%.1e", row.number(name)) : "not compared";
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

    private static String means(List<Row> rows) {
        String pytorch = mean(rows, PytorchLearner.NAME);
        String text = pytorch.isEmpty()
                ? "PyTorch was not there."
                : "Peak: " + Format.fixed(peak(rows) / 1e9, 1) + " GFLOP/s. " + pytorch + disturbed(rows);
        String tape = mean(rows, RewindLearner.ON_A_TAPE);
        text += tape.isEmpty() ? "" : " On a tape: " + tape;
        String dl4j = mean(rows, Dl4j.NAME);
        return text + (dl4j.isEmpty() ? "" : " DL4J: " + dl4j) + "\n" + missing(rows);
    }

    /** The mean of the ratios of a system, empty if it was not there. */
    private static String mean(List<Row> rows, String system) {
        List<Double> ratios = rows.stream()
                .filter(row -> row.has(system))
                .map(row -> ratioOf(row, system))
                .toList();
        return ratios.isEmpty()
                ? ""
                : "Geometric mean of the ratios: **" + Format.fixed(Statistics.geometricMean(ratios), 2)
                        + "**, the least " + ratio(Collections.min(ratios))
                        + ", " + ratios.stream().filter(ratio -> ratio < 1).count() + " of " + ratios.size()
                        + " below 1.";
    }

    /** Where DL4J is left out, and why. */
    private static String missing(List<Row> rows) {
        Map<String, Set<String>> cells = new LinkedHashMap<>();
        rows.stream()
                .filter(row -> row.has(TrainingSteps.DL4J_MISSING))
                .forEach(row -> cells.computeIfAbsent(
                                row.text(TrainingSteps.DL4J_MISSING), absent -> new LinkedHashSet<>())
                        .add(row.text("cell")));
        StringBuilder text = new StringBuilder();
        cells.forEach((reason, kinds) -> text.append("\nDL4J is left out (")
                .append(String.join(", ", kinds))
                .append("): ")
                .append(reason)
                .append(".\n"));
        return text.toString();
    }
}
