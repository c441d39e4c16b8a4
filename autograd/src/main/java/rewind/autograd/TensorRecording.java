package rewind.autograd;

import rewind.autograd.memory.Lender;
import rewind.autograd.memory.TapeMemory;
import rewind.autograd.reverse.Entry;
import rewind.autograd.reverse.Places;
import rewind.autograd.reverse.Recording;

/** A recording of tensors, and the memory that its values and its sweeps live in. */
final class TensorRecording extends Recording<Tensor> {
    private final TapeMemory memory;
    /** Stands for the recording where holding it would keep its entries alive. */
    private final Object identity = new Object();
    /** Lends the memory of the sweep that is going on and not recorded; or null. */
    private Lender lender;

    TensorRecording(Workspace workspace, boolean nested) {
        super(nested);
        this.memory = new TapeMemory(workspace == null ? null : workspace.pool());
    }

    static TensorRecording of(Entry<Tensor> entry) {
        return (TensorRecording) entry.recording();
    }

    /** Who lends memory in a sweep over one of the recordings, or null. */
    static Lender lenderOf(Places<Tensor> places) {
        if (places instanceof Entry<Tensor> entry) {
            return of(entry).lender;
        }
        for (Entry<Tensor> entry : places) {
            if (of(entry).lender != null) {
                return of(entry).lender;
            }
        }
        return null;
    }

    TapeMemory memory() {
        return memory;
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

    @Override
    public boolean close() {
        boolean open = super.close();
        if (open) {
            memory.close();
        }
        return open;
    }
}
