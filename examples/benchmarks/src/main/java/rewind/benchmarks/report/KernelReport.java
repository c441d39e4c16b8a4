package rewind.benchmarks.report;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import rewind.benchmarks.measure.Row;
import rewind.benchmarks.systems.MatmulShape;
import rewind.benchmarks.systems.Precision;

/** The tables of the micro-benchmarks. */
final class KernelReport {
    private static final String TEXT = """
            Measured with JMH on one thread, through the public interface: `x.matmul(y)` and so on, on no tape, with checks and a new array
            for the result. *Peak* is that of the machine's fused multiply-adds in registers, measured in the same run.
            """;

    private final List<Row> rows;

    KernelReport(List<Row> rows) {
        this.rows = rows;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(TEXT);
        for (Precision precision : Precision.values()) {
            if (rows.stream().anyMatch(row -> row.is("dtype", precision.name()))) {
                text.append("\n### ").append(precision).append("\n\n");
                text.append(peak(precision));
                text.append("Matrix products, GFLOP/s:\n\n").append(products(precision));
                text.append("\nFunctions, nanoseconds per element of 4096:\n\n").append(functions(precision));
                text.append("\nOne operation on tensors [1, 8], nanoseconds:\n\n")
                        .append(operations(precision));
            }
        }
        return text.toString();
    }

    private String peak(Precision precision) {
        Row row = find("FusedMultiplyAdd", "peak", precision, null);
        return row == null ? "" : "Peak: " + Format.fixed(rate(row, row.number("flops")), 1) + " GFLOP/s.\n\n";
    }

    private Table products(Precision precision) {
        Table table = new Table("m x k x n", "Rewind", "peak", "OpenBLAS", "Rewind/OpenBLAS", "Commons Math");
        Row peak = find("FusedMultiplyAdd", "peak", precision, null);
        for (String shape : shapes()) {
            double flops = MatmulShape.parse(shape).flops();
            Row own = find("RewindMatmul", "product", precision, shape);
            Row openblas = find("OpenblasMatmul", "product", precision, shape);
            Row commons = find("CommonsMathMatmul", "product", precision, shape);
            double rate = rate(own, flops);
            table.add(
                    shape,
                    Format.fixed(rate, 1),
                    peak == null ? "–" : Format.percent(rate / rate(peak, peak.number("flops"))),
                    openblas == null ? "–" : Format.fixed(rate(openblas, flops), 1),
                    openblas == null ? "–" : Format.fixed(rate / rate(openblas, flops), 2),
                    commons == null ? "–" : Format.fixed(rate(commons, flops), 1));
        }
        return table;
    }

    private Set<String> shapes() {
        Set<String> shapes = new LinkedHashSet<>();
        rows.stream().filter(row -> row.has("shape")).forEach(row -> shapes.add(row.text("shape")));
        return shapes;
    }

    private Table functions(Precision precision) {
        Table table = new Table("function", "Rewind", "Math");
        for (String function : List.of("exp", "tanh", "sigmoid")) {
            table.add(
                    function,
                    nanoseconds("RewindElementwise", function, precision),
                    nanoseconds("MathElementwise", function, precision));
        }
        return table;
    }

    private Table operations(Precision precision) {
        return new Table("on no tape", "recorded", "recorded and differentiated")
                .add(
                        nanoseconds("RecordedOperations", "unrecorded", precision),
                        nanoseconds("RecordedOperations", "forward", precision),
                        nanoseconds("RecordedOperations", "forwardAndBackward", precision));
    }

    private String nanoseconds(String benchmark, String method, Precision precision) {
        Row row = find(benchmark, method, precision, null);
        return row == null ? "–" : Format.significant(row.number("nanoseconds"));
    }

    /** GFLOP/s. */
    private static double rate(Row row, double flops) {
        return flops / row.number("nanoseconds");
    }

    private Row find(String benchmark, String method, Precision precision, String shape) {
        return first(benchmark, method, precision, row -> shape == null || row.is("shape", shape));
    }

    private Row first(String benchmark, String method, Precision precision, Predicate<Row> condition) {
        return rows.stream()
                .filter(row -> row.is("benchmark", benchmark) && row.is("method", method))
                .filter(row -> row.is("dtype", precision.name()) && condition.test(row))
                .findAny()
                .orElse(null);
    }
}
