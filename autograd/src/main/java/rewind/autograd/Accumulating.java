package rewind.autograd;

import rewind.autograd.memory.InPlace;
import rewind.autograd.reverse.Entry;
import rewind.autograd.reverse.Sweep;

/**
 * A pullback that also knows its rule in place. As any pullback it is a function of tensors, which serves where the sweep itself is
 * recorded.
 */
interface Accumulating extends Contribution, InPlace {
    /** Whether nothing that dx depends on is being recorded. */
    boolean isConstant(Tensor dy);

    /** Adds to the cotangent of the whole of which the operand is a contiguous part. */
    @Override
    default boolean addTo(Entry<Tensor> operand, Tensor dy, Sweep<Tensor> sweep) {
        if (sweep.isObserved() || !isConstant(dy)) {
            return false;
        }
        Entry<Tensor> whole = operand;
        int start = 0;
        while (View.isPart(whole)) {
            start += ((View) whole.pullbacks()[0]).start();
            whole = whole.operand(0);
        }
        Cotangent sum = (Cotangent) sweep.at(whole);
        if (!sum.isConstant()) {
            return false;
        }
        sum.add(start, Form.of(operand).shape(), this, dy.buffer);
        return true;
    }
}
