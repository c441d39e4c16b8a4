package rewind.autograd;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The memory of one reverse sweep. Whatever pullbacks compute on the way is used again as soon as nothing refers to it, so that a
 * sweep of any length runs in a few arrays, which stay in the caches.
 */
final class Lender {
    private final Workspace workspace;
    /** What was lent since the last {@link #endEntry}. */
    private final List<Loan> fresh = new ArrayList<>();

    private boolean keepsEverything;

    /** A sweep with the arrays of a workspace, or with its own if that is null. */
    Lender(Workspace workspace) {
        this.workspace = workspace == null ? new Workspace() : workspace;
    }

    /** An array with arbitrary content. */
    Loan lend(DType dtype, int length) {
        Loan loan = new Loan(this, dtype, workspace.take(dtype.kernels(), dtype, length));
        fresh.add(loan);
        return loan;
    }

    /** The same tensor as a value of this sweep, its array excepted from being returned. */
    Tensor adopt(Tensor dy) {
        dy.keepLoan();
        Loan loan = new Loan(this, dy.dtype(), dy.data);
        loan.keep();
        return new Tensor(dy.data, dy.offset, dy.shape(), dy.dtype(), dy.places, loan);
    }

    /** Ends the pullbacks of an entry: what they made and no cotangent holds is returned. */
    void endEntry() {
        for (int i = 0; i < fresh.size(); i++) {
            fresh.get(i).releaseUnheld();
        }
        fresh.clear();
    }

    /** Applies a pullback of a user's, which may store what it gets and makes: nothing of that is returned. */
    Tensor applyUsers(UnaryOperator<Tensor> pullback, Tensor dy) {
        dy.keepLoan();
        int before = fresh.size();
        Tensor dx = pullback.apply(dy);
        fresh.subList(before, fresh.size()).forEach(Loan::keep);
        return dx;
    }

    /** From now on nothing is returned any more, nor written over: another tape may have captured it. */
    void keepEverything() {
        keepsEverything = true;
    }

    boolean keepsEverything() {
        return keepsEverything;
    }

    void giveBack(Loan loan) {
        if (!keepsEverything) {
            workspace.give(loan.dtype.kernels(), loan.dtype, loan.array);
        }
    }
}
