package rewind.autograd.replay;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import rewind.autograd.Tensor;
import rewind.autograd.Workspace;

/**
 * A {@link rewind.autograd.program.Program} as a compiled function: the same loops over the same arrays in every run, so that its results
 * have the same bits, and nothing is allocated but them. What is drawn, is drawn anew in every run, and a function of a user's own within
 * {@link Tensor#op} is called in every run.
 *
 * <pre>{@code
 * CompiledProgram step = Program.of(in -> cell.step(in.get(0), in.get(1)), x, h).compile();
 * Tensor next = step.run(x2, h2);
 * }</pre>
 *
 * <p>Several threads may run it; they wait for each other.
 */
public final class CompiledProgram {
    private final Workspace.Replay replay;
    private final Bytes memory;
    private final Consumer<List<Tensor>> requireFitting;
    private final Lock lock = new ReentrantLock();

    /**
     * How many bytes the runs of a program take.
     *
     * @param compiled all arrays together, those of inputs and constants included; each serves again after its last use
     * @param recorded the same on a tape, where every value has an array of its own
     */
    public record Bytes(long compiled, long recorded) {
        /** Returns it as a line of a table. */
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "compiled %,14d B   recorded %,14d B   %5.1f %%",
                    compiled,
                    recorded,
                    100.0 * compiled / Math.max(1, recorded));
        }
    }

    private CompiledProgram(Workspace.Replay first, Workspace.Replay planned, Consumer<List<Tensor>> requireFitting) {
        this.replay = planned;
        this.memory = new Bytes(planned.memory(), first.memory());
        this.requireFitting = requireFitting;
    }

    /**
     * Compiles a program.
     *
     * @param run does the operations of the program one after another
     * @param requireFitting refuses inputs that are not of its shapes and types
     * @param examples inputs of its shapes and types
     * @throws IllegalArgumentException if its arrays take more than a quarter of the heap
     */
    public static CompiledProgram of(
            UnaryOperator<List<Tensor>> run, Consumer<List<Tensor>> requireFitting, List<Tensor> examples) {
        Workspace.Replay first = Workspace.perform(run, List.of(), examples);
        Workspace.Replay planned = first.refusal().isEmpty() ? first.planned(List.of(), examples) : first;
        if (!planned.refusal().isEmpty()) {
            throw new IllegalArgumentException("program: it cannot be compiled: " + planned.refusal());
        }
        return new CompiledProgram(first, planned, requireFitting);
    }

    /**
     * Computes the results for other inputs: the same bits as the program.
     *
     * @throws IllegalArgumentException if their number, a shape or a type differs from what was recorded
     */
    public List<Tensor> runAll(List<Tensor> at) {
        requireFitting.accept(at);
        lock.lock();
        try {
            return replay.run(List.of(), at);
        } finally {
            lock.unlock();
        }
    }

    /** Computes the result for other inputs, the first one if there are several; see {@link #runAll}. */
    public Tensor run(Tensor... at) {
        return runAll(List.of(at)).get(0);
    }

    /** Returns how much memory its runs take, and what they take on a tape. */
    public Bytes memory() {
        return memory;
    }

    /** Returns of how many actions it consists, and what memory it takes. */
    @Override
    public String toString() {
        return "Compiled program: " + replay + ", " + memory.compiled() + " bytes";
    }
}
