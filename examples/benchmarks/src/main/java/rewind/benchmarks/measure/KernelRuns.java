package rewind.benchmarks.measure;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import rewind.benchmarks.systems.Chains;
import rewind.benchmarks.systems.CommonsMathMatmul;
import rewind.benchmarks.systems.FusedMultiplyAdd;
import rewind.benchmarks.systems.MathElementwise;
import rewind.benchmarks.systems.MatmulShape;
import rewind.benchmarks.systems.OpenblasMatmul;
import rewind.benchmarks.systems.Peak;
import rewind.benchmarks.systems.Precision;
import rewind.benchmarks.systems.RecordedOperations;
import rewind.benchmarks.systems.RewindElementwise;
import rewind.benchmarks.systems.RewindMatmul;

/** Runs the micro-benchmarks with JMH, on one thread, every one in JVMs of its own on the class path. */
public final class KernelRuns {
    private final Selection selection;
    private final PrintWriter out;
    private final List<Row> rows = new ArrayList<>();

    public KernelRuns(Selection selection, PrintWriter out) {
        this.selection = selection;
        this.out = out;
    }

    public List<Row> rows() {
        if (Peak.measurable()) {
            run(FusedMultiplyAdd.class, selection.precisions());
        } else {
            out.println("no peak is measured: the JVM was started without --add-modules jdk.incubator.vector");
        }
        run(RewindMatmul.class, selection.precisions());
        String missing = OpenblasMatmul.problem();
        if (missing == null) {
            run(OpenblasMatmul.class, selection.precisions());
        } else {
            out.println("OpenBLAS is left out: " + missing);
        }
        run(RewindElementwise.class, selection.precisions());
        run(RecordedOperations.class, selection.precisions());
        if (selection.precisions().contains(Precision.FLOAT64)) {
            run(CommonsMathMatmul.class, List.of(Precision.FLOAT64));
            run(MathElementwise.class, List.of(Precision.FLOAT64));
        }
        return rows;
    }

    private void run(Class<?> benchmark, List<Precision> precisions) {
        boolean shapes = benchmark.getSimpleName().endsWith("Matmul");
        run(benchmark, precisions, shapes ? Map.of("shape", MatmulShape.measured(selection.quick())) : Map.of());
    }

    /**
     * Runs a benchmark.
     *
     * @param params the values of parameters, all combinations of which are measured
     */
    private void run(Class<?> benchmark, List<Precision> precisions, Map<String, String[]> params) {
        out.println("  " + benchmark.getSimpleName());
        out.flush();
        List<String> jvm = new ArrayList<>(Fork.options(selection, 1));
        jvm.addAll(Fork.heap(Part.KERNELS));
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + benchmark.getName() + "\\.")
                .param("dtype", precisions.stream().map(Enum::name).toArray(String[]::new))
                .mode(Mode.AverageTime)
                .timeUnit(TimeUnit.NANOSECONDS)
                .jvmArgs(jvm.toArray(String[]::new))
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true)
                .forks(selection.quick() ? 1 : 2)
                .warmupIterations(selection.quick() ? 2 : 5)
                .measurementIterations(selection.quick() ? 3 : 5)
                .warmupTime(TimeValue.milliseconds(1000))
                .measurementTime(TimeValue.milliseconds(selection.quick() ? 200 : 500));
        params.forEach(options::param);
        try {
            new Runner(options.build()).run().forEach(result -> rows.add(row(benchmark, result)));
        } catch (RunnerException e) {
            throw new IllegalStateException(benchmark.getSimpleName() + ": " + e.getMessage(), e);
        }
    }

    private static Row row(Class<?> benchmark, RunResult result) {
        BenchmarkParams params = result.getParams();
        String method = params.getBenchmark().substring(params.getBenchmark().lastIndexOf('.') + 1);
        Row row = Row.of(
                "benchmark", benchmark.getSimpleName(),
                "method", method,
                "dtype", params.getParam("dtype"),
                "nanoseconds", result.getPrimaryResult().getScore());
        for (String param : List.of("shape", "operation")) {
            if (params.getParamsKeys().contains(param)) {
                row = row.with(param, params.getParam(param));
            }
        }
        if (benchmark == FusedMultiplyAdd.class) {
            Precision precision = Precision.valueOf(params.getParam("dtype"));
            row = row.with("flops", Chains.flops(precision, FusedMultiplyAdd.ITERATIONS));
        }
        double error = result.getPrimaryResult().getScoreError();
        return Double.isNaN(error) ? row : row.with("error", error);
    }
}
