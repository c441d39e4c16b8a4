package rewind.autograd;

import rewind.autograd.buffer.Script;
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
    private final Script script;

    /** Makes an empty workspace. */
    public Workspace() {
        this(null);
    }

    /** Makes one in which a script notes what is done. */
    Workspace(Script script) {
        this.script = script;
    }

    ArrayPool pool() {
        return pool;
    }

    Script script() {
        return script;
    }

    /** Returns what it is. */
    @Override
    public String toString() {
        return "Workspace of tapes, one after another";
    }
}
