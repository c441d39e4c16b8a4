package rewind.benchmarks.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import rewind.benchmarks.systems.CellKind;
import rewind.benchmarks.systems.Learner;
import rewind.benchmarks.systems.Precision;
import rewind.benchmarks.systems.Problem;
import rewind.benchmarks.systems.PytorchLearner;
import rewind.benchmarks.systems.RewindLearner;
import rewind.benchmarks.systems.Sizes;

/**
 * How the time of a training step of an LSTM grows with the length, the width and the batch: replayed, on a tape, and by PyTorch, in turns,
 * each measured briefly.
 */
public final class Growth {
    private static final List<Integer> STEPS = List.of(10, 30, 100, 300, 1000, 3000, 10_000);
    private static final List<Integer> UNITS = List.of(16, 32, 64, 128, 256, 512, 1024);
    private static final List<Integer> SAMPLES = List.of(1, 4, 16, 64, 256, 1024);

    private final Selection selection;
    private Alternation.Plan plan;

    Growth(Selection selection) {
        this.selection = selection;
        this.plan = Alternation.Plan.of(true);
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
            rows.add(row(size, value, Problem.drawn(CellKind.LSTM, sizes.apply(value), precision)));
        }
        return rows;
    }

    private Row row(String size, int value, Problem problem) {
        List<Learner> learners = new ArrayList<>(List.of(new RewindLearner(problem, true), new RewindLearner(problem)));
        try {
            if (PytorchLearner.problem(1) == null) {
                learners.add(new PytorchLearner(problem));
            }
            List<Alternation.Timing> timings =
                    new Alternation(plan).time(learners).systems();
            plan = Alternation.Plan.of(true).warm();
            Row row = Row.of(
                    "along", size,
                    "dtype", problem.precision().name(),
                    "value", value,
                    "sizes", problem.sizes().toString(),
                    "flops", problem.flops());
            for (int i = 0; i < timings.size(); i++) {
                row = row.with(learners.get(i).name(), timings.get(i).median());
            }
            return row;
        } finally {
            learners.forEach(Learner::close);
        }
    }
}
