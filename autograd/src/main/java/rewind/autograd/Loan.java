package rewind.autograd;

/**
 * An array that a reverse sweep lends to the tensors it computes with. Cotangents hold it while they need it; when none does, it
 * serves the next one. What leaves the sweep (a gradient, a value that a user or another tape gets hold of) is kept for good.
 */
final class Loan {
    private static final int KEPT = Integer.MAX_VALUE;
    private static final int RETURNED = -1;

    final Lender lender;
    final DType dtype;
    final Object array;
    private int holders;

    Loan(Lender lender, DType dtype, Object array) {
        this.lender = lender;
        this.dtype = dtype;
        this.array = array;
    }

    void hold() {
        if (holders != KEPT) {
            holders++;
        }
    }

    /** Ends one holding; the last one returns the array. */
    void release() {
        if (holders != KEPT && --holders == 0) {
            giveBack();
        }
    }

    /** Returns the array if nobody has come to hold it. */
    void releaseUnheld() {
        if (holders == 0) {
            giveBack();
        }
    }

    /** Excepts the array from being returned. */
    void keep() {
        holders = KEPT;
    }

    /** Whether there is one holder, and nothing else has come to refer to the array, so that the holder may write into it. */
    boolean isFree() {
        return holders == 1 && !lender.keepsEverything();
    }

    private void giveBack() {
        holders = RETURNED;
        lender.giveBack(this);
    }
}
