package rewind.autograd;

import rewind.autograd.memory.ArrayPool;

/**
 * Arrays that closed tapes gave back, for the next tape to use. What 16 tapes one after another did not need is left
 * to the garbage collector. For one thread at a time.
 *
 * <pre>{@code
 * Workspace workspace = new Workspace();
 * for (...) {
 *     try (Tape tape = new Tape(workspace)) {
 *         ...   // one training step; its arrays serve the next one
 *     }
 * }
 * }</pre>
 */
public final class Workspace {
    private final ArrayPool pool = new ArrayPool();

    /** Makes an empty workspace. */
    public Workspace() {}

    ArrayPool pool() {
        return pool;
    }

    /** Returns what it is. */
    @Override
    public String toString() {
        return "Workspace of tapes, one after another";
    }
}
