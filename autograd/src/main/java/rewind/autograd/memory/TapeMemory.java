package rewind.autograd.memory;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import rewind.autograd.buffer.Buffer;
import rewind.autograd.buffer.Lease;
import rewind.autograd.buffer.Loops;
import rewind.autograd.buffer.Script;
import rewind.autograd.kernel.Kernels;

/** The memory of one tape: what its operations took, and the pool that gets it back when the tape is closed. */
public final class TapeMemory implements Lease {
    private final ArrayPool pool;
    private final Script script;
    private final List<InUse> taken = new ArrayList<>(2); // one per type of element
    private final Set<Object> kept = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean closed;
    /** The memory that this one is a part of, or null. */
    private final TapeMemory whole;
    /** Whether what was a part belongs to the whole. */
    private boolean joined;
    /** What was given back before the tape is closed, or null. */
    private ArrayPool spare;
    /** Lends memory in the sweep that is going on, or null. */
    private Lender sweep;

    private record InUse(Kernels<Object> kernels, List<Object> arrays) {}

    /**
     * Whether arrays are ordinary garbage, and sweeps know neither sums nor rules in place: with {@code -Drewind.memory=plain}. Results are
     * the same, up to the rounding of products that wait for each other and of what arrives at parts of a value several times.
     */
    public static final boolean PLAIN = "plain".equals(System.getProperty("rewind.memory"));

    /** Memory from a pool, or ordinary garbage if that is null. */
    public TapeMemory(ArrayPool pool) {
        this(pool, null);
    }

    /** The same where what is done in the memory, and in sweeps, is noted. */
    public TapeMemory(ArrayPool pool, Script script) {
        this(PLAIN ? null : pool, script, null);
    }

    private TapeMemory(ArrayPool pool, Script script, TapeMemory whole) {
        this.pool = pool;
        this.script = script;
        this.whole = whole;
    }

    /** The memory of some of the operations, which may be closed before that of the others. */
    TapeMemory part() {
        return new TapeMemory(pool, script, this);
    }

    /** Makes what a part has taken as lasting as everything else. */
    void join() {
        joined = true;
        if (pool != null) {
            taken.forEach(each -> whole.arrays(each.kernels).addAll(each.arrays));
            whole.kept.addAll(kept);
            taken.clear();
        }
    }

    /** A value of this part as one of the whole; of a larger array a copy, as the array goes back. */
    public Buffer handedOn(Buffer value) {
        if (!holds(value.lease())) {
            return value;
        }
        if (value.size() < value.kernels().length(value.data)) {
            Buffer copy = whole.take(value.kernels(), value.sizes(), value.size());
            Loops.copy(value, copy, 0);
            return copy;
        }
        if (pool != null && kept.add(value.data)) { // several values may share an array
            whole.arrays(value.kernels()).add(value.data);
        }
        return value.under(whole);
    }

    /** Whether it may be closed while the tape is open. */
    boolean isPassing() {
        return whole != null && (!joined || whole.isPassing());
    }

    /** Whether a lease is this one, or a part that has joined it. */
    public boolean holds(Lease lease) {
        return lease == this || (lease instanceof TapeMemory part && part.joined && holds(part.whole));
    }

    @Override
    public Script script() {
        return script;
    }

    /** An array with arbitrary content. */
    @Override
    public Object take(Kernels<Object> kernels, int length) {
        if (joined) {
            return whole.take(kernels, length);
        }
        if (pool == null) {
            return kernels.allocate(length);
        }
        Object array = spare == null ? null : spare.poll(kernels, length);
        if (array == null) {
            array = pool.take(kernels, length);
            arrays(kernels).add(array);
        }
        return array;
    }

    /** Takes an array back from a value that is not needed any more, for one to come. */
    public void giveBack(Buffer value) {
        if (joined) {
            whole.giveBack(value);
        } else {
            spare = spare == null ? new ArrayPool() : spare;
            spare.give(value.kernels(), value.data);
        }
    }

    /** Whether arrays come from a pool, and nobody notes what they are used for. */
    public boolean isPooled() {
        return pool != null && script == null;
    }

    /** Whether the value at a place of the recording may be written over by the first who reads it: unless it was missed before. */
    public boolean mayLeave(int place) {
        return !isPooled() || !pool.isMissed(place);
    }

    /** What takes note that the value at a place of the recording was written over, and then read. */
    public Runnable missing(int place) {
        return isPooled() ? () -> pool.miss(place) : () -> {};
    }

    /** A buffer with arbitrary content. */
    public Buffer take(Kernels<Object> kernels, int[] sizes, int size) {
        return new Buffer(take(kernels, size), 0, sizes, size, kernels, this);
    }

    /** Who lends memory to a sweep over the tape. */
    public Lender lender() {
        return new Lender(pool, script);
    }

    /** Who lends memory in the sweep that is going on and not recorded, or null. */
    public Lender sweep() {
        return whole == null ? sweep : whole.sweep();
    }

    /** Sets who lends memory in a sweep; returns who did before. */
    public Lender sweepBy(Lender next) {
        if (whole != null) {
            return whole.sweepBy(next);
        }
        Lender before = sweep;
        sweep = next;
        return before;
    }

    private List<Object> arrays(Kernels<Object> kernels) {
        for (int i = 0; i < taken.size(); i++) {
            if (taken.get(i).kernels == kernels) {
                return taken.get(i).arrays;
            }
        }
        List<Object> arrays = new ArrayList<>();
        taken.add(new InUse(kernels, arrays));
        return arrays;
    }

    /** Gives everything back that is not kept. */
    public void close() {
        closed = true;
        if (pool != null) {
            long bytes = 0;
            for (InUse ofType : taken) {
                bytes += giveBack(ofType);
            }
            taken.clear();
            kept.clear();
            spare = null;
            if (whole == null) {
                pool.closed(bytes);
            }
        }
    }

    private boolean isClosed() {
        return closed || (whole != null && whole.isClosed());
    }

    private long giveBack(InUse ofType) {
        long bytes = 0;
        for (int i = ofType.arrays.size() - 1; i >= 0; i--) { // so that the next tape finds them in the same order
            Object array = ofType.arrays.get(i);
            bytes += ArrayPool.bytes(ofType.kernels, array);
            if (kept.isEmpty() || !kept.contains(array)) {
                pool.give(ofType.kernels, array);
            }
        }
        return bytes;
    }

    @Override
    public void requireOpen(String operation) {
        if (isClosed()) {
            throw new IllegalStateException(operation
                    + (whole != null && !whole.isClosed()
                            ? ": a value from within a checkpointed function was used outside; return it from the function"
                            : script == null
                                    ? ": a value of a closed tape was used; detach() what must outlive the tape"
                                    : ": a value from within a function that is replayed was used outside; return it from the"
                                            + " function, or do without replay"));
        }
    }

    @Override
    public Buffer keep(Buffer buffer) {
        if (script != null) { // whose arrays serve again
            return buffer;
        }
        if (joined) {
            return whole.keep(buffer);
        }
        if (pool != null) {
            kept.add(buffer.data);
        }
        return buffer.under(null);
    }

    @Override
    public boolean isLasting() {
        return true;
    }

    @Override
    public void hold() {}

    @Override
    public void release() {}

    @Override
    public boolean isFree() {
        return false;
    }
}
