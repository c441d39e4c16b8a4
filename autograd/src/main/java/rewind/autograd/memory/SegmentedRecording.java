package rewind.autograd.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import rewind.autograd.reverse.Entry;
import rewind.autograd.reverse.Operation;
import rewind.autograd.reverse.Recording;
import rewind.autograd.reverse.Space;
import rewind.autograd.reverse.Sweep;

/** A recording with the memory of its values, of which {@link Segment}s may be dropped until a sweep comes to them. */
public abstract class SegmentedRecording<V> extends Recording<V> {
    private TapeMemory memory;
    /** In which segment the recording was begun: it is no business of those around. */
    private final Segment<?> home = Segment.innermost();
    /** The segment that is being recorded, or null. */
    private Segment<?> segment = home;
    /** Of a segment that is made again the entries that others know, by their numbers. */
    private Map<Integer, Entry<V>> known = Map.of();
    /** Whether entries may stand for several. */
    private boolean segmented;

    /** Makes an empty recording; a nested one belongs to a derivative and may meet others. */
    protected SegmentedRecording(boolean nested, TapeMemory memory) {
        super(nested);
        this.memory = memory;
    }

    /** The memory of the values that are being computed. */
    public TapeMemory memory() {
        enter();
        return memory;
    }

    /** Who lends the memory of the sweep that is going on and not recorded; or null. */
    public Lender lender() {
        return memory.sweep();
    }

    /** Whether a segment of it is being recorded, so that what came before is out of reach. */
    public boolean isInSegment() {
        return segment != home;
    }

    /** Whether the value of an entry is a part of its operand's, so that what arrives at it can go to that at once. */
    protected abstract boolean isPart(Entry<V> entry);

    /** Whether a cotangent may come from an entry to a variable. */
    protected abstract boolean leadsOn(Entry<V> entry);

    /** Whether entries may be dropped and made again. */
    protected abstract boolean mayDrop();

    @Override
    public Entry<V> add(Operation<V> operation, Space<V> space, Entry<V>[] operands, UnaryOperator<V>[] pullbacks) {
        enter();
        Entry<V> before = known.isEmpty() ? null : known.get(size);
        if (before == null) {
            return super.add(operation, space, operands, pullbacks);
        }
        size++;
        entries.add(before.from(operands, pullbacks));
        return before;
    }

    @Override
    protected void visitedBy(Sweep<V> sweep, int last) {
        if (segmented) {
            visit(entries, sweep);
        } else {
            super.visitedBy(sweep, last);
        }
    }

    private void visit(List<Entry<V>> all, Sweep<V> sweep) {
        for (int i = all.size() - 1; i >= 0; i--) {
            Entry<V> entry = all.get(i);
            if (entry.operation() instanceof Segment<V> dropped) {
                visit(dropped.entries(sweep), sweep);
                dropped.drop();
            } else {
                sweep.visit(entry);
            }
        }
    }

    /** Begins all segments that are being computed and in which nothing was recorded here so far. */
    private void enter() {
        if (Segment.isAnyOpen() && segment != Segment.innermost()) {
            Segment.open(home).forEach(each -> each.enter(this));
        }
    }

    /** What was being recorded when a segment began. */
    record Outside<V>(
            List<Entry<V>> entries, int from, Map<Integer, Entry<V>> known, TapeMemory memory, Segment<?> segment) {}

    /** Begins a segment; if it is in one that is made again, others may know entries of it. */
    Outside<V> begin(Segment<?> next) {
        return begin(next, size, known);
    }

    /** Begins a segment again, from the number of its first entry on. */
    Outside<V> begin(Segment<?> next, int from, Map<Integer, Entry<V>> back) {
        Outside<V> around = new Outside<>(entries, size, known, memory, segment);
        segmented = true;
        entries = new ArrayList<>();
        size = from;
        known = back;
        memory = memory.part();
        segment = next;
        return around;
    }

    /** Ends a segment, after which entries have numbers from one on; returns its entries. */
    List<Entry<V>> end(Outside<V> around, int next) {
        List<Entry<V>> ended = entries;
        entries = around.entries;
        size = next;
        known = around.known;
        memory = around.memory;
        segment = around.segment;
        return ended;
    }

    /** Adds entries that were recorded in a segment as if they had been recorded here. */
    void addAll(List<Entry<V>> more) {
        entries.addAll(more);
    }

    /** Puts a segment in the place of its entries. */
    @SuppressWarnings({"unchecked", "rawtypes"}) // arrays of generic types
    void addDropped(Segment<V> dropped) {
        int next = size;
        super.add(dropped, null, new Entry[0], new UnaryOperator[0]);
        size = next;
    }
}
