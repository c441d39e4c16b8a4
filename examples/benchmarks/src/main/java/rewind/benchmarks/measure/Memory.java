package rewind.benchmarks.measure;

import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.autograd.Workspace;
import rewind.benchmarks.systems.CellKind;
import rewind.benchmarks.systems.Precision;
import rewind.benchmarks.systems.Problem;
import rewind.benchmarks.systems.RewindLearner;
import rewind.benchmarks.systems.Sizes;

/** The heap that an LSTM's training step holds, and whether many steps make it grow. */
final class Memory {
    private static final Sizes LARGE = new Sizes(32, 50, 64, 128);
    private static final Sizes SMALL = new Sizes(8, 10, 4, 8);

    private final Selection selection;

    Memory(Selection selection) {
        this.selection = selection;
    }

    List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (Precision precision : selection.precisions()) {
            rows.add(held("open tape after the forward pass", precision, null, false));
            rows.add(held("the same, with a new workspace", precision, new Workspace(), false));
            rows.add(held("the same, with the workspace of an earlier step", precision, new Workspace(), true));
            rows.add(betweenSteps(precision));
            rows.add(afterManySteps(precision));
        }
        return rows;
    }

    /**
     * The heap that a tape holds while it is open, together with its workspace.
     *
     * @param workspace may be null
     * @param warm whether an earlier training step has left its arrays there
     */
    private static Row held(String what, Precision precision, Workspace workspace, boolean warm) {
        RewindLearner learner = new RewindLearner(Problem.drawn(CellKind.LSTM, LARGE, precision));
        learner.forward(new Tape()); // whatever is made once is made now
        long before = used();
        if (warm) {
            try (Tape earlier = new Tape(workspace)) {
                earlier.backward(learner.forward(earlier).square().sum());
            }
        }
        Tape tape = workspace == null ? new Tape() : new Tape(workspace);
        Tensor outputs = learner.forward(tape);
        long held = used() - before;
        for (Object alive : new Object[] {learner, workspace, tape, outputs}) {
            Reference.reachabilityFence(alive);
        }
        return row(what, precision, held);
    }

    /** The heap that a workspace holds when a whole step is done and its tape closed. */
    private static Row betweenSteps(Precision precision) {
        RewindLearner learner = new RewindLearner(Problem.drawn(CellKind.LSTM, LARGE, precision));
        learner.forward(new Tape());
        long before = used();
        learner.step();
        learner.step();
        long held = used() - before;
        Reference.reachabilityFence(learner);
        return row("workspace and gradients between two training steps", precision, held);
    }

    private static Row row(String what, Precision precision, long bytes) {
        double perUnit = (double) bytes / ((double) LARGE.m() * LARGE.T() * LARGE.u());
        return Row.of(
                "what",
                what,
                "dtype",
                precision.name(),
                "sizes",
                LARGE.toString(),
                "bytes",
                bytes,
                "values",
                perUnit / precision.bytes());
    }

    /** The heap after many training steps beside that after few. */
    private Row afterManySteps(Precision precision) {
        int many = selection.quick() ? 1000 : 10_000;
        RewindLearner learner = new RewindLearner(Problem.drawn(CellKind.LSTM, SMALL, precision));
        int few = 100;
        for (int step = 0; step < few; step++) {
            learner.step();
        }
        long before = used();
        for (int step = few; step < many; step++) {
            learner.step();
        }
        long after = used();
        Reference.reachabilityFence(learner);
        return Row.of(
                "what", "heap after many training steps",
                "dtype", precision.name(),
                "sizes", SMALL.toString(),
                "few", few,
                "many", many,
                "bytes few", before,
                "bytes many", after);
    }

    /** The bytes of heap in use once collections find no more garbage. */
    private static long used() {
        long least = Long.MAX_VALUE;
        for (int collection = 0; collection < 5; collection++) {
            System.gc();
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }
}
