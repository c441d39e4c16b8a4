package rewind.autograd.reverse;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Entries in the order in which the operations were performed. For one thread at a time. */
public class Recording<V> {
    private final boolean nested;
    /** One of them may stand for some that were dropped. */
    protected List<Entry<V>> entries = new ArrayList<>();

    protected int size;

    private boolean paused;
    private boolean closed;
    private Observer<V> observer;

    /** Makes an empty recording; a nested one belongs to a derivative and may meet others. */
    public Recording(boolean nested) {
        this.nested = nested;
    }

    /** Adds an operation that was performed; its operands are entries of this recording, or null where they are constants. */
    public Entry<V> add(Operation<V> operation, Space<V> space, Entry<V>[] operands, UnaryOperator<V>[] pullbacks) {
        Entry<V> entry = new Entry<>(this, size++, operation, space, operands, pullbacks);
        entries.add(entry);
        return entry;
    }

    /** Adds something to differentiate with respect to: the value of an entry, or a constant if that is null. */
    @SuppressWarnings({"unchecked", "rawtypes"}) // arrays of generic types
    public Entry<V> watch(Space<V> space, Entry<V> value) {
        return value == null
                ? add(new Variable<>(), space, new Entry[0], new UnaryOperator[0])
                : add(new Variable<>(), space, new Entry[] {value}, new UnaryOperator[] {UnaryOperator.identity()});
    }

    public int size() {
        return size;
    }

    public Entry<V> get(int index) {
        return entries.get(index);
    }

    /** Lets a sweep visit the entries up to a number, the last of them first. */
    protected void visitedBy(Sweep<V> sweep, int last) {
        for (int i = last; i >= 0; i--) {
            sweep.visit(entries.get(i));
        }
    }

    public boolean isNested() {
        return nested;
    }

    /** Whether operations on its values are added to it. */
    public boolean isRecording() {
        return !paused;
    }

    /** Stops recording, or goes on; returns whether it was stopped before. */
    public boolean pause(boolean stop) {
        boolean before = paused;
        paused = stop;
        return before;
    }

    /** Ends recording for good, but leaves the values usable: other recordings may have captured them. */
    public void finish() {
        paused = true;
        entries.clear();
        size = 0;
    }

    /** Ends the recording: its values must not be used any more. Returns whether it was open. */
    public boolean close() {
        boolean open = !closed;
        closed = true;
        finish();
        return open;
    }

    /** Refuses a closed recording, with an IllegalStateException. */
    public void requireOpen(String operation) {
        if (closed) {
            throw new IllegalStateException(
                    operation + ": a value of a closed tape was used; detach() what must outlive the tape");
        }
    }

    /** Who is told what happens, or null. */
    public Observer<V> observer() {
        return observer;
    }

    public void observe(Observer<V> by) {
        observer = by;
    }
}
