package rewind.benchmarks.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import rewind.benchmarks.systems.CellKind;
import rewind.benchmarks.systems.Dl4j;
import rewind.benchmarks.systems.Learner;
import rewind.benchmarks.systems.Peak;
import rewind.benchmarks.systems.Precision;
import rewind.benchmarks.systems.Problem;
import rewind.benchmarks.systems.PytorchLearner;
import rewind.benchmarks.systems.RewindLearner;
import rewind.benchmarks.systems.Sizes;

/** Times a training step of this library, of PyTorch and, if it is selected, of DL4J, after comparing what they compute. */
public final class TrainingSteps {
    /** Why DL4J is not in a row. */
    public static final String DL4J_MISSING = "DL4J missing";

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
                    plan = rows.size() == 1 && !selection.dl4j() ? plan.warm() : plan; // DL4J's JVMs are new
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
        Learner own = new RewindLearner(problem, true);
        List<Learner> learners = new ArrayList<>(List.of(own, new RewindLearner(problem)));
        try {
            compare(problem, own, learners.get(1));
            if (both) {
                learners.add(new PytorchLearner(problem));
                row = row.with("difference", compare(problem, own, learners.get(2)));
            }
            if (selection.dl4j()) {
                row = withDl4j(row, problem, learners);
            }
            row = timed(row, plan, learners);
        } finally {
            learners.forEach(Learner::close);
        }
        if (Peak.measurable()) {
            row = row.with("peak", Peak.flopsPerSecond(problem.precision(), threads));
        }
        print(row);
        return row;
    }

    /** Adds DL4J to the systems, unless it does not compute the same: then the row says why. */
    private Row withDl4j(Row row, Problem problem, List<Learner> learners) {
        String missing = Dl4j.missing(problem.kind());
        if (missing == null) {
            Learner dl4j = Dl4j.learner(problem, threads);
            try {
                Row compared = row.with(Dl4j.NAME + " difference", compare(problem, learners.get(0), dl4j));
                learners.add(dl4j);
                return compared;
            } catch (IllegalStateException e) {
                dl4j.close();
                missing = e.getMessage();
            }
        }
        System.out.println("DL4J is left out: " + missing);
        return row.with(DL4J_MISSING, missing);
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
        System.out.printf(
                Locale.ROOT,
                "%-4s %s %.0f thread(s) %s: Rewind %.3f ms, on a tape %.2f times%s%s%n",
                row.text("cell"),
                row.text("dtype"),
                row.number("threads"),
                row.text("sizes"),
                own * 1e3,
                row.number(RewindLearner.ON_A_TAPE) / own,
                other(row, PytorchLearner.NAME, "difference"),
                other(row, Dl4j.NAME, Dl4j.NAME + " difference"));
    }

    private static String other(Row row, String name, String difference) {
        return row.has(name)
                ? String.format(
                        Locale.ROOT,
                        "; %s %.3f ms, ratio %.2f, difference %.1e",
                        name,
                        row.number(name) * 1e3,
                        row.number(name) / row.number(RewindLearner.NAME),
                        row.number(difference))
                : "";
    }
}
