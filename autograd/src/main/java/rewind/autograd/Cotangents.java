package rewind.autograd;

import java.util.function.UnaryOperator;
import rewind.autograd.memory.Lender;
import rewind.autograd.reverse.Entry;
import rewind.autograd.reverse.Memory;
import rewind.autograd.reverse.Sum;
import rewind.autograd.reverse.Sweep;

/** The sums of a sweep over tensors: in memory that is used again, and in place where a pullback can. */
final class Cotangents implements Memory<Tensor> {
    private final Lender lender;

    Cotangents(Lender lender) {
        this.lender = lender;
    }

    @Override
    public Sum<Tensor> sum(Entry<Tensor> entry) {
        return new Cotangent(lender, Form.of(entry));
    }

    @Override
    public void pullBack(Entry<Tensor> entry, int operand, Tensor dy, Sweep<Tensor> sweep) {
        UnaryOperator<Tensor> pullback = entry.pullbacks()[operand];
        Entry<Tensor> to = entry.operand(operand);
        if (pullback instanceof Contribution inPlace && inPlace.addTo(to, dy, sweep)) {
            return;
        }
        sweep.add(entry, operand, entry.operation().isUsers() ? applyUsers(pullback, dy) : pullback.apply(dy));
    }

    /** Applies a pullback of a user's, which may store what it gets and makes. */
    private Tensor applyUsers(UnaryOperator<Tensor> pullback, Tensor dy) {
        dy.buffer.settled();
        return lender.keepAll(() -> pullback.apply(dy));
    }

    @Override
    public void endEntry() {
        lender.endEntry();
    }
}
