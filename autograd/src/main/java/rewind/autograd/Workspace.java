package rewind.autograd;

import java.util.EnumMap;
import java.util.Map;
import rewind.autograd.kernel.Kernels;

/**
 * Arrays that closed tapes gave back, for the next tape to use. What {@value #PATIENCE} tapes one after another did not need is left
 * to the garbage collector. For one thread at a time.
 *
 * <pre>{@code
 * Workspace workspace = new Workspace();
 * for (...) {
 *     try (Tape tape = new Tape(workspace)) {
 *         ...   // one training step; its arrays serve the next one
 *     }
 * }
 * }</pre>
 */
public final class Workspace {
    private static final int PATIENCE = 16;

    private final Map<DType, FreeArrays> free = new EnumMap<>(DType.class);
    private int closings;

    /** Makes an empty workspace. */
    public Workspace() {}

    /** An array of this length whose content is arbitrary. */
    Object take(Kernels<Object> kernels, DType dtype, int length) {
        FreeArrays ofType = free.get(dtype);
        Object array = ofType == null ? null : ofType.take(length);
        return array == null ? kernels.allocate(length) : array;
    }

    void give(Kernels<Object> kernels, DType dtype, Object array) {
        FreeArrays ofType = free.get(dtype);
        if (ofType == null) {
            ofType = new FreeArrays();
            free.put(dtype, ofType);
        }
        ofType.give(kernels.length(array), array);
    }

    /** Says that a tape has given everything back. */
    void closed() {
        if (++closings % PATIENCE == 0) {
            free.values().forEach(FreeArrays::dropUnneeded);
        }
    }
}
