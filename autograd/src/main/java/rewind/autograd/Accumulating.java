package rewind.autograd;

import rewind.autograd.reverse.Entry;
import rewind.autograd.reverse.Sweep;

/**
 * A pullback that can write dx into memory of the engine, or add it to what is there, so that it needs none of its own. As any
 * pullback it is also a function of tensors, which serves where the sweep itself is recorded.
 */
interface Accumulating extends Contribution {
    /** Whether nothing that dx depends on is being recorded. */
    boolean isConstant(Tensor dy);

    /** target = dx. */
    void write(Tensor dy, Tensor target);

    /** target += dx. */
    default void add(Tensor dy, Tensor target) {
        Tensor dx = apply(dy);
        target.kernels()
                .add(target.data, target.offset, 1, dx.data, dx.offset, 1, target.data, target.offset, target.size());
    }

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
        sum.add(start, Form.of(operand).shape(), this, dy);
        return true;
    }
}
