package rewind.autograd.memory;

import java.util.ArrayList;
import java.util.List;
import rewind.autograd.kernel.Kernels;

/** Arrays that were given back, for others to use. What {@value #PATIENCE} tapes one after another did not need is forgotten. */
public class ArrayPool {
    private static final int PATIENCE = 16;

    private record Shelf(Kernels<Object> kernels, FreeArrays arrays) {}

    private final List<Shelf> shelves = new ArrayList<>(2); // one per type of element
    private int closings;

    /** An array of this length whose content is arbitrary. */
    Object take(Kernels<Object> kernels, int length) {
        Object array = arrays(kernels).take(length);
        return array == null ? kernels.allocate(length) : array;
    }

    /** Takes an array back. */
    public void give(Kernels<Object> kernels, Object array) {
        arrays(kernels).give(kernels.length(array), array);
    }

    /** Says that a tape has given everything back. */
    void closed() {
        if (++closings % PATIENCE == 0) {
            shelves.forEach(shelf -> shelf.arrays.dropUnneeded());
        }
    }

    private FreeArrays arrays(Kernels<Object> kernels) {
        for (int i = 0; i < shelves.size(); i++) {
            if (shelves.get(i).kernels == kernels) {
                return shelves.get(i).arrays;
            }
        }
        FreeArrays arrays = new FreeArrays();
        shelves.add(new Shelf(kernels, arrays));
        return arrays;
    }
}
