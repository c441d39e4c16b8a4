package rewind.autograd.reverse;

import java.util.List;
import java.util.function.BiConsumer;

/** The loop from an entry back to the start of its recording. Its time is linear in the number of entries, and nothing recurses. */
public final class Sweep<V> {
    private final Memory<V> memory;
    private final Recording<V> recording;
    private final BiConsumer<Entry<V>, V> gradients;

    private Sweep(Recording<V> recording, Memory<V> memory, BiConsumer<Entry<V>, V> gradients) {
        this.memory = memory;
        this.recording = recording;
        this.gradients = gradients;
    }

    /**
     * Pulls a cotangent of each result, of one recording and at least one, back to every variable that they depend on.
     *
     * @param gradients is given each of them with its gradient, the latest first
     */
    public static <V> void run(
            List<Entry<V>> results, List<V> dys, Memory<V> memory, BiConsumer<Entry<V>, V> gradients) {
        Sweep<V> sweep = new Sweep<>(results.get(0).recording(), memory, gradients);
        int last = 0;
        for (int i = 0; i < dys.size(); i++) {
            sweep.at(results.get(i)).add(dys.get(i));
            last = Math.max(last, results.get(i).index());
        }
        sweep.recording.visitedBy(sweep, last);
    }

    /** Pulls back what has arrived at an entry, if something has. */
    public void visit(Entry<V> entry) {
        if (!has(entry)) {
            return;
        }
        Sum<V> sum = entry.arrived;
        entry.arrived = null;
        entry.sweep = null;
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

    /** Whether something has arrived at an entry. */
    public boolean has(Entry<V> entry) {
        return entry.sweep == this;
    }

    /** What has arrived so far at an entry. */
    public Sum<V> at(Entry<V> entry) {
        if (!has(entry)) {
            entry.sweep = this;
            entry.arrived = memory.sum(entry);
        }
        return entry.arrived;
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
