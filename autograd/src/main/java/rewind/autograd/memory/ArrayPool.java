package rewind.autograd.memory;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import rewind.autograd.kernel.Kernels;

/**
 * Arrays that were given back, for others to use. What {@value #PATIENCE} tapes one after another did not need is forgotten, and what is more
 * than 1.2 times the memory of such a tape without its sweeps: then sweeps take new arrays for what they did not find.
 */
public class ArrayPool {
    private static final int PATIENCE = 16;

    /** What is kept at most, as a multiple of the most that a tape took. */
    private static final double SHARE = 1.2;

    /** So many bytes are kept anyway: to do without them would save nothing. */
    private static final long FEW = 1 << 20;

    private record Shelf(Kernels<Object> kernels, int elementBytes, FreeArrays arrays) {
        long bytes() {
            return arrays.elements() * elementBytes;
        }
    }

    private final List<Shelf> shelves = new ArrayList<>(2); // one per type of element
    private int closings;
    /** The most bytes that a tape took, of the latest ones and of the {@value #PATIENCE} before. */
    private long largest;

    private long largestBefore;

    /** The values that were written over too early, by their places in the recordings of tapes that are alike. */
    private final BitSet missed = new BitSet();

    /** An array of this length whose content is arbitrary. */
    Object take(Kernels<Object> kernels, int length) {
        Object array = poll(kernels, length);
        return array == null ? kernels.allocate(length) : array;
    }

    /** The same, or null if there is none. */
    Object poll(Kernels<Object> kernels, int length) {
        return arrays(kernels).take(length);
    }

    void miss(int place) {
        missed.set(place);
    }

    boolean isMissed(int place) {
        return missed.get(place);
    }

    /** Takes an array back. */
    public void give(Kernels<Object> kernels, Object array) {
        arrays(kernels).give(kernels.length(array), array);
    }

    /** Says that a tape has given everything back: so many bytes, without what sweeps took. */
    void closed(long bytes) {
        largest = Math.max(largest, bytes);
        if (++closings % PATIENCE == 0) {
            shelves.forEach(shelf -> shelf.arrays.dropUnneeded());
            largestBefore = largest;
            largest = bytes;
        }
        long rest = (long) Math.max(FEW, SHARE * Math.max(largest, largestBefore));
        for (Shelf shelf : shelves) {
            shelf.arrays.dropDownTo(Math.max(0, rest) / shelf.elementBytes);
            rest -= shelf.bytes();
        }
    }

    /** The bytes of all arrays that are free. */
    public long bytes() {
        return shelves.stream().mapToLong(Shelf::bytes).sum();
    }

    static long bytes(Kernels<Object> kernels, Object array) {
        return (long) kernels.length(array) * elementBytes(array);
    }

    private static int elementBytes(Object array) {
        return array instanceof double[] ? Double.BYTES : Float.BYTES;
    }

    private FreeArrays arrays(Kernels<Object> kernels) {
        for (int i = 0; i < shelves.size(); i++) {
            if (shelves.get(i).kernels == kernels) {
                return shelves.get(i).arrays;
            }
        }
        FreeArrays arrays = new FreeArrays();
        shelves.add(new Shelf(kernels, elementBytes(kernels.allocate(0)), arrays));
        return arrays;
    }
}
