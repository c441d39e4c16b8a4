package rewind.autograd;

import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import rewind.autograd.kernel.Kernels;

/**
 * Arrays that closed tapes gave back, for the next tape to use. For one thread at a time.
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
    private final Map<DType, Map<Integer, ArrayDeque<Object>>> free = new EnumMap<>(DType.class);

    /** Makes an empty workspace. */
    public Workspace() {}

    /** An array of this length whose content is arbitrary. */
    Object take(Kernels<Object> kernels, DType dtype, int length) {
        Map<Integer, ArrayDeque<Object>> ofType = free.get(dtype);
        ArrayDeque<Object> fitting = ofType == null ? null : ofType.get(length);
        Object array = fitting == null ? null : fitting.pollLast();
        return array == null ? kernels.allocate(length) : array;
    }

    void give(Kernels<Object> kernels, DType dtype, Object array) {
        free.computeIfAbsent(dtype, type -> new HashMap<>())
                .computeIfAbsent(kernels.length(array), length -> new ArrayDeque<>())
                .addLast(array);
    }
}
