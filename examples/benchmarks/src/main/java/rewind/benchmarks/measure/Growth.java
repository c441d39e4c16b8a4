package rewind.benchmarks.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import rewind.benchmarks.systems.CellKind;
import rewind.benchmarks.systems.Learner;
import rewind.benchmarks.systems.Precision;
import rewind.benchmarks.systems.Problem;
import rewind.benchmarks.systems.RewindLearner;
import rewind.benchmarks.systems.Sizes;

/** How the time of a training step of this library's LSTM grows with the length, the width and the batch. */
public final class Growth {
    private static final List<Integer> STEPS = List.of(10, 30, 100, 300, 1000, 3000, 10_000);
    private static final List<Integer> UNITS = List.of(16, 32, 64, 128, 256, 512, 1024);
    private static final List<Integer> SAMPLES = List.of(1, 4, 16, 64, 256, 1024);

    private final Selection selection;
    private Alternation.Plan plan;

    Growth(Selection selection) {
        this.selection = selection;
        this.plan = Alternation.Plan.of(selection.quick());
    }

    List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (Precision precision : selection.precisions()) {
            rows.addAll(along("T", precision, STEPS, T -> new Sizes(8, T, 16, 32)));
            rows.addAll(along("u", precision, UNITS, u -> new Sizes(16, 20, 32, u)));
            rows.addAll(along("m", precision, SAMPLES, m -> new Sizes(m, 20, 32, 64)));
        }
        return rows;
    }

    private List<Row> along(String size, Precision precision, List<Integer> values, IntFunction<Sizes> sizes) {
        List<Row> rows = new ArrayList<>();
        for (int value : selection.quick() ? values.subList(0, 3) : values) {
            Problem problem = Problem.drawn(CellKind.LSTM, sizes.apply(value), precision);
            try (Learner own = new RewindLearner(problem)) {
                Alternation.Timing timing =
                        new Alternation(plan).time(List.of(own)).systems().get(0);
                plan = Alternation.Plan.of(selection.quick()).warm();
                rows.add(Row.of(
                        "along", size,
                        "dtype", precision.name(),
                        "value", value,
                        "sizes", problem.sizes().toString(),
                        "seconds", timing.median(),
                        "flops", problem.flops()));
            }
        }
        return rows;
    }
}
