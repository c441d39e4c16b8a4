package rewind.autograd.memory;

import java.util.Comparator;
import java.util.PriorityQueue;
import rewind.autograd.buffer.Script;
import rewind.autograd.kernel.Kernels;

/**
 * The arrays of a computation that a script notes. Performed once more it does with fewer: each array serves again after the last
 * action that uses it.
 */
public final class PlannedArrays extends ArrayPool {
    /** What the arrays in use in a first performance may be of the heap: there next to nothing serves again. */
    private static final int SHARE = 4;

    private final Script script;

    /** For every array, in the order in which they are taken, the number of actions until it is free; null: not known yet. */
    private final int[] ends;

    private final PriorityQueue<Leased> inUse = new PriorityQueue<>(Comparator.comparingInt(Leased::end));
    private int count;

    /** In a first performance, those of the arrays in use. */
    private long bytes;

    private record Leased(Kernels<Object> kernels, Object array, int end) {}

    /** For a performance of which {@link Script#ends} are known; null: for a first one, in which arrays serve again when they are given back. */
    public PlannedArrays(Script script, int[] ends) {
        this.script = script;
        this.ends = ends;
    }

    @Override
    Object take(Kernels<Object> kernels, int length) {
        while (!inUse.isEmpty() && inUse.peek().end <= script.size()) {
            Leased free = inUse.poll();
            super.give(free.kernels, free.array);
        }
        Object array = super.take(kernels, length);
        script.take(array);
        if (ends == null) {
            bytes += bytes(kernels, array);
            if (bytes > Runtime.getRuntime().maxMemory() / SHARE) {
                script.refuse("its arrays take more than a quarter of the heap");
            }
        } else if (count < ends.length) {
            inUse.add(new Leased(kernels, array, ends[count++]));
        }
        return array;
    }

    @Override
    public void give(Kernels<Object> kernels, Object array) {
        if (ends == null) {
            bytes -= bytes(kernels, array);
            super.give(kernels, array);
        }
    }
}
