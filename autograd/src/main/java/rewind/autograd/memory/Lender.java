package rewind.autograd.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import rewind.autograd.buffer.Buffer;
import rewind.autograd.buffer.Script;
import rewind.autograd.kernel.Kernels;

/**
 * The memory of one reverse sweep. Whatever pullbacks compute on the way is used again as soon as nothing refers to it, so that a
 * sweep of any length runs in a few arrays, which stay in the caches.
 */
public final class Lender {
    private final ArrayPool pool;
    private final Script script;
    /** What was lent since the last {@link #endEntry}. */
    private final List<Loan> fresh = new ArrayList<>();

    private boolean captured;

    /** Lends arrays of a pool, or of its own if that is null. */
    public Lender(ArrayPool pool) {
        this(pool, null);
    }

    /** The same where what is done in the sweep is noted. */
    Lender(ArrayPool pool, Script script) {
        this.pool = pool == null ? new ArrayPool() : pool;
        this.script = script;
    }

    Script script() {
        return script;
    }

    /** Who lends memory in the sweep in which a buffer is used, or null. */
    public static Lender of(Buffer buffer) {
        if (buffer.lease() instanceof Loan loan) {
            return loan.lender;
        }
        return buffer.lease() instanceof TapeMemory tape ? tape.sweep() : null; // such as a part of a recorded value
    }

    /** A buffer with arbitrary content. */
    public Buffer lend(Kernels<Object> kernels, int[] sizes, int size) {
        Loan loan = new Loan(this);
        loan.whole = new Buffer(pool.take(kernels, size), 0, sizes, size, kernels, loan);
        fresh.add(loan);
        return loan.whole;
    }

    /** The same elements as if this sweep had lent them, but never taken back. */
    public Buffer adopt(Buffer buffer) {
        buffer.settled();
        Loan loan = new Loan(this);
        loan.keep(buffer);
        return buffer.under(loan);
    }

    /** Ends the pullbacks of an entry: what they made and no sum holds is taken back. */
    public void endEntry() {
        for (int i = 0; i < fresh.size(); i++) {
            fresh.get(i).releaseUnheld();
        }
        fresh.clear();
    }

    /** Does something of a user's, who may store what is made there: nothing of that is taken back. */
    public <T> T keepAll(Supplier<T> users) {
        int before = fresh.size();
        T made = users.get();
        fresh.subList(before, fresh.size()).forEach(loan -> loan.keep(loan.whole));
        return made;
    }

    /** From now on nothing is taken back any more, nor written over: another tape may have captured it. */
    public void keepEverything() {
        captured = true;
    }

    boolean keepsEverything() {
        return captured || TapeMemory.PLAIN;
    }

    /** Whether another tape may have captured what the sweep uses. */
    boolean isCaptured() {
        return captured;
    }

    void giveBack(Buffer whole) {
        pool.give(whole.kernels(), whole.data);
    }
}
