package rewind.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Times a training step of this library and of PyTorch, after comparing what they compute. */
final class TrainingSteps {
    private final Selection selection;
    private final int threads;

    /** Makes the measurement of a selection of one number of threads, with which this JVM was started. */
    TrainingSteps(Selection selection) {
        this.selection = selection;
        this.threads = selection.threads().get(0);
    }

    List<Row> rows() {
        String missing = PytorchLearner.problem(threads);
        if (missing != null) {
            System.out.println("PyTorch is left out, nothing is compared: " + missing);
        }
        List<Row> rows = new ArrayList<>();
        Alternation.Plan plan = Alternation.Plan.of(selection.quick());
        for (Precision precision : selection.precisions()) {
            for (CellKind kind : selection.kinds()) {
                for (Sizes sizes : selection.sizes()) {
                    rows.add(row(Problem.drawn(kind, sizes, precision), missing == null, plan));
                    plan = rows.size() == 1 ? plan.warm() : plan;
                }
            }
        }
        return rows;
    }

    private Row row(Problem problem, boolean both, Alternation.Plan plan) {
        Row row = Row.of(
                "cell", problem.kind().name(),
                "dtype", problem.precision().name(),
                "threads", threads,
                "sizes", problem.sizes().toString(),
                "flops", problem.flops());
        try (Learner own = new RewindLearner(problem)) {
            if (both) {
                try (Learner pytorch = new PytorchLearner(problem)) {
                    row = row.with("difference", compare(problem, own, pytorch));
                    row = timed(row, plan, List.of(own, pytorch));
                }
            } else {
                row = timed(row, plan, List.of(own));
            }
        }
        if (Peak.measurable()) {
            row = row.with("peak", Peak.flopsPerSecond(problem.precision(), threads));
        }
        print(row);
        return row;
    }

    private static double compare(Problem problem, Learner own, Learner other) {
        String what = problem.kind() + " " + problem.sizes() + " " + problem.precision();
        return Agreement.verify(
                what, own.outcome(), other.outcome(), problem.precision().tolerance());
    }

    private static Row timed(Row row, Alternation.Plan plan, List<Learner> learners) {
        Alternation.Times times = new Alternation(plan).time(learners);
        List<Alternation.Timing> timings = times.systems();
        Row timed = row.with("others", times.others());
        for (int i = 0; i < learners.size(); i++) {
            String name = learners.get(i).name();
            timed = timed.with(name, timings.get(i).median())
                    .with(name + " fastest", timings.get(i).fastest())
                    .with(name + " slowest", timings.get(i).slowest())
                    .with(name + " cores", timings.get(i).cores());
        }
        return timed;
    }

    private static void print(Row row) {
        double own = row.number(RewindLearner.NAME);
        String other = row.has(PytorchLearner.NAME)
                ? String.format(
                        Locale.ROOT,
                        ", PyTorch %.3f ms, ratio %.2f, difference %.1e",
                        row.number(PytorchLearner.NAME) * 1e3,
                        row.number(PytorchLearner.NAME) / own,
                        row.number("difference"))
                : "";
        System.out.printf(
                Locale.ROOT,
                "%-4s %s %.0f thread(s) %s: Rewind %.3f ms%s%n",
                row.text("cell"),
                row.text("dtype"),
                row.number("threads"),
                row.text("sizes"),
                own * 1e3,
                other);
    }
}
