package rewind.autograd.reverse;

import java.util.List;
import java.util.function.BiConsumer;

/** The loop from an entry back to the start of its recording. Its time is linear in the number of entries, and nothing recurses. */
public final class Sweep<V> {
    private final Memory<V> memory;
    private final Recording<V> recording;
    private final Sum<V>[] arrived;

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
    private Sweep(Recording<V> recording, int last, Memory<V> memory) {
        this.memory = memory;
        this.recording = recording;
        this.arrived = new Sum[last + 1];
    }

    /**
     * Pulls a cotangent of each result, of one recording and at least one, back to every variable that they depend on.
     *
     * @param gradients is given each of them with its gradient, the latest first
     */
    public static <V> void run(
            List<Entry<V>> results, List<V> dys, Memory<V> memory, BiConsumer<Entry<V>, V> gradients) {
        int last = results.stream().mapToInt(Entry::index).max().orElseThrow();
        Sweep<V> sweep = new Sweep<>(results.get(0).recording(), last, memory);
        for (int i = 0; i < results.size(); i++) {
            sweep.at(results.get(i)).add(dys.get(i));
        }
        for (int index = last; index >= 0; index--) {
            Sum<V> sum = sweep.arrived[index];
            if (sum != null) {
                sweep.arrived[index] = null;
                sweep.visit(sweep.recording.get(index), sum, gradients);
            }
        }
    }

    private void visit(Entry<V> entry, Sum<V> sum, BiConsumer<Entry<V>, V> gradients) {
        V dy = recording.observer() == null ? sum.total() : recording.observer().visited(entry, sum.total());
        if (entry.isVariable()) {
            gradients.accept(entry, dy);
        }
        for (int i = 0; i < entry.arity(); i++) {
            if (entry.pullsBack(i)) {
                memory.pullBack(entry, i, dy, this);
            }
        }
        sum.release();
        memory.endEntry();
    }

    /** What has arrived so far at an entry. */
    public Sum<V> at(Entry<V> entry) {
        Sum<V> sum = arrived[entry.index()];
        if (sum == null) {
            sum = memory.sum(entry);
            arrived[entry.index()] = sum;
        }
        return sum;
    }

    /** Adds what a pullback gave for an operand. */
    public void add(Entry<V> entry, int operand, V dx) {
        Entry<V> to = entry.operand(operand);
        V fitting = to.space().fit(dx, entry.name(), operand);
        if (isObserved()) {
            recording.observer().pulledBack(entry, operand, fitting);
        }
        at(to).add(fitting);
    }

    /** Whether every cotangent must be seen. */
    public boolean isObserved() {
        return recording.observer() != null && recording.observer().seesCotangents();
    }
}
