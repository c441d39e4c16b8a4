package rewind.autograd.memory;

import rewind.autograd.buffer.Buffer;
import rewind.autograd.buffer.Lease;
import rewind.autograd.buffer.Script;
import rewind.autograd.kernel.Kernels;

/**
 * An array that a reverse sweep lends to the tensors it computes with. Sums hold it while they need it; when none does, it serves the
 * next one. What leaves the sweep (a gradient, a value that a user or another tape gets hold of) is kept for good.
 */
final class Loan implements Lease {
    private static final int KEPT = Integer.MAX_VALUE;
    private static final int RETURNED = -1;

    final Lender lender;
    /** All of the array, as it was lent first. */
    Buffer whole;

    private int holders;

    Loan(Lender lender) {
        this.lender = lender;
    }

    @Override
    public void hold() {
        if (holders != KEPT) {
            holders++;
        }
    }

    @Override
    public void release() {
        if (holders != KEPT && --holders == 0) {
            giveBack();
        }
    }

    /** Takes the array back if nobody has come to hold it. */
    void releaseUnheld() {
        if (holders == 0) {
            giveBack();
        }
    }

    @Override
    public Buffer keep(Buffer buffer) {
        requireOpen("detach");
        holders = KEPT;
        return buffer.under(null);
    }

    @Override
    public boolean isFree() {
        return holders == 1 && !lender.keepsEverything();
    }

    @Override
    public boolean isLasting() {
        return false;
    }

    @Override
    public Script script() {
        return lender.script();
    }

    @Override
    public Object take(Kernels<Object> of, int length) {
        return of.allocate(length);
    }

    @Override
    public void requireOpen(String operation) {
        if (holders == RETURNED) {
            throw new IllegalStateException(
                    operation
                            + ": a value of a reverse sweep was used after it was needed there; detach() what must outlive the sweep");
        }
    }

    private void giveBack() {
        if (lender.keepsEverything()) {
            holders = KEPT;
        } else {
            holders = RETURNED;
            lender.giveBack(whole);
        }
    }
}
