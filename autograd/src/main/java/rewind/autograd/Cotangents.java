package rewind.autograd;

import java.util.function.UnaryOperator;
import rewind.autograd.memory.Lender;
import rewind.autograd.memory.TapeMemory;
import rewind.autograd.reverse.Entry;
import rewind.autograd.reverse.Memory;
import rewind.autograd.reverse.Sum;
import rewind.autograd.reverse.Sweep;

/** The sums of a sweep over tensors: in memory that is used again, and in place where a pullback can. */
final class Cotangents implements Memory<Tensor> {
    private final Lender lender;

    private Cotangents(Lender lender) {
        this.lender = lender;
    }

    /** The sums of one sweep. */
    static Memory<Tensor> in(Lender lender) {
        return TapeMemory.PLAIN ? entry -> Sum.plain(entry.space()) : new Cotangents(lender);
    }

    @Override
    public Sum<Tensor> sum(Entry<Tensor> entry) {
        return new Cotangent(lender, Form.of(entry));
    }

    @Override
    public void pullBack(Entry<Tensor> entry, int operand, Tensor dy, Sweep<Tensor> sweep) {
        UnaryOperator<Tensor> pullback = entry.pullbacks()[operand];
        Entry<Tensor> to = entry.operand(operand);
        if (pullback instanceof Selections.Placed placed) {
            ((Cotangent) sweep.at(to)).add(placed.where(), dy);
        } else if (!(pullback instanceof InPlacePullback inPlace && pullBackInPlace(inPlace, to, dy, sweep))) {
            sweep.add(entry, operand, entry.operation().isUsers() ? applyUsers(pullback, dy) : pullback.apply(dy));
        }
    }

    /** Adds to the cotangent of the whole of which the operand is a contiguous part; does nothing where that must be recorded or seen. */
    private static boolean pullBackInPlace(
            InPlacePullback pullback, Entry<Tensor> operand, Tensor dy, Sweep<Tensor> sweep) {
        if (sweep.isObserved() || !pullback.isConstant(dy)) {
            return false;
        }
        Shape shape = Form.of(operand).shape();
        Entry<Tensor> whole = operand;
        int start = 0;
        boolean waits = pullback.form().isWeightGradient(pullback.held().buffer, dy.buffer, shape.sizes());
        while (!waits && whole.operation() instanceof TensorOperation.Part part && whole.operand(0) != null) {
            start += part.start();
            whole = whole.operand(0);
        }
        Cotangent sum = (Cotangent) sweep.at(whole);
        if (!sum.isConstant()) {
            return false;
        }
        if (waits) {
            sum.addProduct(pullback.held().buffer, dy.buffer);
        } else {
            sum.add(start, shape, pullback, dy.buffer);
        }
        return true;
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
