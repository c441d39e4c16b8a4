package rewind.autograd.reverse;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * One operation that was performed: what it was, on which operands, and how a cotangent goes back to each of them. It holds neither its value,
 * to which it is the place where that is recorded, nor constants among the operands, unless an observer has asked it to {@link #keep} them.
 */
public final class Entry<V> extends Places<V> {
    private final Recording<V> recording;
    private final int index;
    private final Operation<V> operation;
    private final Space<V> space;
    private Entry<V>[] operands;
    private UnaryOperator<V>[] pullbacks;
    private Details<V> details;
    /** What has arrived in a sweep that goes on. */
    Sum<V> arrived;

    Sweep<V> sweep;

    Entry(
            Recording<V> recording,
            int index,
            Operation<V> operation,
            Space<V> space,
            Entry<V>[] operands,
            UnaryOperator<V>[] pullbacks) {
        this.recording = recording;
        this.index = index;
        this.operation = operation;
        this.space = space;
        this.operands = operands;
        this.pullbacks = pullbacks;
    }

    public Recording<V> recording() {
        return recording;
    }

    /** The position in the recording. */
    public int index() {
        return index;
    }

    public Operation<V> operation() {
        return operation;
    }

    /** The name of the operation. */
    public String name() {
        return operation.name();
    }

    public Space<V> space() {
        return space;
    }

    /** The number of operands. */
    public int arity() {
        return operands.length;
    }

    /** The entry of an operand in the same recording, or null if it is a constant there. */
    public Entry<V> operand(int i) {
        return operands[i];
    }

    /** dy ↦ Jᵀ·dy per operand, null where there is none; the array itself. */
    public UnaryOperator<V>[] pullbacks() {
        return pullbacks;
    }

    /** Whether a cotangent goes back to an operand. */
    public boolean pullsBack(int i) {
        return operands[i] != null && pullbacks[i] != null;
    }

    /** Whether it stands for "differentiate with respect to this". */
    public boolean isVariable() {
        return operation instanceof Variable;
    }

    /** What an observer has asked for, or null. */
    public Details<V> details() {
        return details;
    }

    @Override
    List<Entry<V>> entries() {
        return List.of(this);
    }

    @Override
    public Entry<V> in(Recording<V> other) {
        return recording == other ? this : null;
    }

    @Override
    public Recording<V> records() {
        return recording.isRecording() ? recording : null;
    }

    @Override
    public Recording<V> own() {
        return recording.isNested() ? null : recording;
    }

    @Override
    public void requireOpen(String by) {
        recording.requireOpen(by);
    }

    /** Keeps more than the sweep needs. */
    public void keep(Details<V> more) {
        details = more;
    }

    /** Replaces what it was made of: entries may be dropped for a while, and then made again. */
    public Entry<V> from(Entry<V>[] others, UnaryOperator<V>[] back) {
        operands = others;
        pullbacks = back;
        return this;
    }
}
