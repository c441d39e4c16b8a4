package rewind.autograd.reverse;

/** In which memory a sweep adds up; what is there only to be fast hangs here. The plain one is {@code entry -> Sum.plain(entry.space())}. */
@FunctionalInterface
public interface Memory<V> {
    /** A sum for what will arrive at an entry. */
    Sum<V> sum(Entry<V> entry);

    /** Pulls dy back to one operand of an entry, and adds the result to what has arrived there. */
    default void pullBack(Entry<V> entry, int operand, V dy, Sweep<V> sweep) {
        sweep.add(entry, operand, entry.pullbacks()[operand].apply(dy));
    }

    /** Says that all pullbacks of an entry are done. */
    default void endEntry() {}
}
