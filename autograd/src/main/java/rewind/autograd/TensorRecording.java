package rewind.autograd;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import rewind.autograd.kernel.Kernels;
import rewind.autograd.reverse.Entry;
import rewind.autograd.reverse.Recording;

/** A recording of tensors, and the memory that their arrays come from. */
final class TensorRecording extends Recording<Tensor> {
    private final Workspace workspace;
    private final Map<DType, List<Object>> arrays = new EnumMap<>(DType.class);
    private final Set<Object> kept = Collections.newSetFromMap(new IdentityHashMap<>());
    /** Stands for the recording where holding it would keep its entries alive. */
    private final Object identity = new Object();
    /** Lends the memory of the sweep that is going on and not recorded; or null. */
    private Lender lender;

    TensorRecording(Workspace workspace, boolean nested) {
        super(nested);
        this.workspace = workspace;
    }

    static TensorRecording of(Entry<Tensor> entry) {
        return (TensorRecording) entry.recording();
    }

    Object identity() {
        return identity;
    }

    Lender lender() {
        return lender;
    }

    /** Sets who lends memory in a sweep; returns who did before. */
    Lender lendBy(Lender next) {
        Lender before = lender;
        lender = next;
        return before;
    }

    Lender newLender() {
        return new Lender(workspace);
    }

    Object allocate(Kernels<Object> kernels, DType dtype, int length) {
        if (workspace == null) {
            return kernels.allocate(length);
        }
        Object array = workspace.take(kernels, dtype, length);
        List<Object> ofType = arrays.get(dtype);
        if (ofType == null) {
            ofType = new ArrayList<>();
            arrays.put(dtype, ofType);
        }
        ofType.add(array);
        return array;
    }

    /** Excepts an array from being given back. */
    void keep(Object array) {
        if (workspace != null) {
            kept.add(array);
        }
    }

    @Override
    public boolean close() {
        if (!super.close()) {
            return false;
        }
        arrays.forEach(this::giveBack);
        arrays.clear();
        kept.clear();
        if (workspace != null) {
            workspace.closed();
        }
        return true;
    }

    private void giveBack(DType dtype, List<Object> ofType) {
        for (int i = ofType.size() - 1; i >= 0; i--) { // so that the next tape finds them in the same order
            if (kept.isEmpty() || !kept.contains(ofType.get(i))) {
                workspace.give(dtype.kernels(), dtype, ofType.get(i));
            }
        }
    }
}
