package rewind.autograd.memory;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import rewind.autograd.reverse.Entry;
import rewind.autograd.reverse.Operation;
import rewind.autograd.reverse.Space;
import rewind.autograd.reverse.Sweep;

/**
 * What a function records, where that can be dropped: a sweep that comes to it has the function called again. Then the same entries are
 * made, with the same numbers, so that the sweep does what it would have done had they been there all the time, bit for bit.
 *
 * <p>A function that records in several recordings, as one that is differentiated inside another derivative does, is not dropped: what
 * the inner sweep makes of it refers to all of it.
 */
public final class Segment<V> implements Operation<V> {
    private static final ThreadLocal<Deque<Segment<?>>> OF_THREAD = ThreadLocal.withInitial(ArrayDeque::new);
    /** How many are being computed, on all threads. */
    private static final AtomicInteger OPEN = new AtomicInteger();

    private final Map<SegmentedRecording<?>, SegmentedRecording.Outside<?>> entered = new HashMap<>();
    /** What must be done once, in its order. */
    private final List<Object> done = new ArrayList<>();
    /** When it is computed again: what was done once and comes next. */
    private Iterator<Object> again;

    /** Computes it again, and sees to it that its numbers are the same. */
    private Runnable function;

    private SegmentedRecording<V> recording;
    /** The numbers of its entries: from one (inclusive) to another (exclusive). */
    private int from;

    private int to;
    /** The entries, or null as long as they are dropped. */
    private List<Entry<V>> entries;

    private final Map<Integer, Entry<V>> known = new HashMap<>();
    private TapeMemory memory;

    static boolean isAnyOpen() {
        return OPEN.get() > 0;
    }

    /** That which this thread computes, or null. */
    static Segment<?> innermost() {
        return isAnyOpen() ? OF_THREAD.get().peekLast() : null;
    }

    /** Those that this thread computes inside a given one, or all; the outermost first. */
    static List<Segment<?>> open(Segment<?> outside) {
        List<Segment<?>> open = new ArrayList<>(OF_THREAD.get());
        return open.subList(open.indexOf(outside) + 1, open.size());
    }

    /** Does something that must not be done again when a function is called again: then it gives what it gave. */
    @SuppressWarnings("unchecked") // it is the same call
    public static <T> T once(Supplier<T> action) {
        if (!isAnyOpen()) {
            return action.get();
        }
        List<Object> given = new ArrayList<>(1);
        for (Segment<?> each : OF_THREAD.get()) {
            if (each.again != null) {
                if (!each.again.hasNext()) {
                    throw changed();
                }
                given.add(each.again.next());
            }
        }
        T result = given.isEmpty() ? action.get() : (T) given.get(0);
        OF_THREAD.get().stream().filter(each -> each.again == null).forEach(each -> each.done.add(result));
        return result;
    }

    /** Computes it for the first time. */
    public <T> T first(Supplier<T> f) {
        boolean ended = false;
        try {
            T result = within(f);
            ended = true;
            return result;
        } finally {
            if (!ended) {
                stay();
            }
        }
    }

    private <T> T within(Supplier<T> f) {
        Deque<Segment<?>> open = OF_THREAD.get();
        open.addLast(this);
        OPEN.incrementAndGet();
        try {
            return f.get();
        } finally {
            OPEN.decrementAndGet();
            open.removeLast();
        }
    }

    /** Begins it in a recording, if it has not begun there. */
    void enter(SegmentedRecording<?> into) {
        if (!entered.containsKey(into)) {
            entered.put(into, into.begin(this));
        }
    }

    /** The memory of its values if it can be dropped, or null. */
    public TapeMemory droppable() {
        boolean one = entered.size() == 1;
        return one && entered.keySet().iterator().next().mayDrop()
                ? onlyRecording().memory()
                : null;
    }

    @SuppressWarnings("unchecked") // values of one kind meet in one function
    private SegmentedRecording<V> onlyRecording() {
        return (SegmentedRecording<V>) entered.keySet().iterator().next();
    }

    /** Ends it after the first time; its entries stay. */
    public void stay() {
        entered.keySet().forEach(this::stay);
        entered.clear();
    }

    @SuppressWarnings("unchecked") // what was begun there
    private <W> void stay(SegmentedRecording<W> in) {
        SegmentedRecording.Outside<W> around = (SegmentedRecording.Outside<W>) entered.get(in);
        in.memory().join();
        in.addAll(in.end(around, in.size()));
    }

    /**
     * Ends it after the first time, and drops its entries.
     *
     * @param outside entries that others know
     * @param computesAgain calls the function again, and sees to it that its results have the same numbers
     */
    @SuppressWarnings("unchecked") // what was begun there
    public void drop(List<Entry<V>> outside, Runnable computesAgain) {
        recording = onlyRecording();
        function = computesAgain;
        SegmentedRecording.Outside<V> around = (SegmentedRecording.Outside<V>) entered.get(recording);
        entered.clear();
        from = around.from();
        to = recording.size();
        memory = recording.memory();
        outside.forEach(this::know);
        entries = recording.end(around, to);
        recording.addDropped(this);
        forget();
    }

    /** A part can be added to what it is a part of, so that others know that too. */
    private void know(Entry<V> entry) {
        Entry<V> each = entry;
        while (each != null && each.recording() == recording && each.index() >= from) {
            known.put(each.index(), each);
            each = recording.isPart(each) ? each.operand(0) : null;
        }
    }

    /** The entries for a sweep to visit, made again; none if nothing has arrived at one that others know. */
    List<Entry<V>> entries(Sweep<V> sweep) {
        if (entries == null && known.values().stream().anyMatch(sweep::has)) {
            makeAgain();
        }
        return entries == null ? List.of() : entries;
    }

    private void makeAgain() {
        boolean paused = recording.pause(false);
        Lender lender = recording.memory().sweepBy(null);
        SegmentedRecording.Outside<V> around = recording.begin(this, from, known);
        entered.put(recording, around);
        again = done.iterator();
        boolean same = false;
        try {
            within(() -> {
                function.run();
                return null;
            });
            same = entered.size() == 1 && !again.hasNext() && recording.size() == to;
        } finally {
            again = null;
            memory = recording.memory();
            entries = recording.end(around, around.from());
            entered.remove(recording);
            stay();
            recording.pause(paused);
            recording.memory().sweepBy(lender);
        }
        if (!same) {
            throw changed();
        }
    }

    /** What a function that is called again must not be. */
    public static IllegalStateException changed() {
        return new IllegalStateException(
                "checkpoint: the function does something else when it is called again; it must depend on its inputs alone, and"
                        + " draw at random by Tensor.draw");
    }

    /** Drops the entries again, unless the sweep is recorded: then others know them. */
    void drop() {
        if (entries == null) {
            return;
        }
        Lender lender = recording.memory().sweep();
        if (recording.isRecording() || (lender != null && lender.isCaptured())) {
            memory.join();
            function = null;
        } else if (function != null) {
            forget();
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // arrays of generic types
    private void forget() {
        for (Entry<V> each : known.values()) {
            if (!recording.isPart(each)) { // leads to itself: what it was made of is not there
                boolean leads = recording.leadsOn(each);
                each.from(
                        leads ? new Entry[] {each} : new Entry[0],
                        leads ? new UnaryOperator[] {UnaryOperator.identity()} : new UnaryOperator[0]);
            }
        }
        entries = null;
        memory.close();
    }

    @Override
    public String name() {
        return "checkpoint";
    }

    @Override
    public V apply(V[] operands, Space<V> space) {
        throw new UnsupportedOperationException("checkpoint: it stands for several operations");
    }
}
