package rewind.autograd;

import java.util.HashMap;
import java.util.Map;
import rewind.autograd.reverse.Entry;
import rewind.autograd.reverse.Memory;
import rewind.autograd.reverse.Sum;
import rewind.autograd.reverse.Sweep;

/**
 * A sweep that tells two kinds of 0 apart where a slope is infinite. A 0 that nothing has reached is one for good, so that 0·∞ = 0: the
 * result does not depend on the element. Any other 0 is the value of a derivative that vanishes here alone, as that of z = √x·√x by
 * either root at 0, and 0·∞ stays NaN: nobody knows the limit.
 *
 * <p>Beside each cotangent goes one that is NaN where something has arrived. Pullbacks are linear, so they carry the NaN to all that it
 * reaches, and not to what a rule masks.
 */
final class ExactZeros implements Memory<Tensor> {
    private final Map<Entry<Tensor>, Tensor> reached = new HashMap<>();

    /** For a sweep from a result; 0 in dy is one for good. */
    ExactZeros(Entry<Tensor> result, Tensor dy) {
        reached.put(result, Joins.where(dy, dy.scalar(Double.NaN), dy.scalar(0)));
    }

    @Override
    public Sum<Tensor> sum(Entry<Tensor> entry) {
        return Sum.plain(entry.space());
    }

    @Override
    public void pullBack(Entry<Tensor> entry, int operand, Tensor dy, Sweep<Tensor> sweep) {
        Tensor from = reached.get(entry);
        Entry<Tensor> to = entry.operand(operand);
        Tensor onto = to.space().fit(pullBack(entry, operand, from, from), entry.name(), operand);
        reached.merge(to, onto, Tensor::add);
        sweep.add(entry, operand, pullBack(entry, operand, dy, from));
    }

    /** Only functions of single elements have slopes that are infinite for finite elements. */
    private static Tensor pullBack(Entry<Tensor> entry, int operand, Tensor dy, Tensor from) {
        Tensor dx = entry.pullbacks()[operand].apply(dy);
        boolean elementwise = ((TensorOperation) entry.operation()).isElementwise();
        return elementwise ? Joins.where(from, dx, dx.scalar(0)) : dx;
    }
}
