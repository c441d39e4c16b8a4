package rewind.autograd;

import rewind.autograd.reverse.Entry;
import rewind.autograd.reverse.Sweep;

/** A pullback that can add its result to what has arrived at the operand, without making a tensor of it. */
interface Contribution extends Pullback {
    /** Adds Jᵀ·dy to the sum at the operand; returns false, without having done anything, if it cannot here. */
    boolean addTo(Entry<Tensor> operand, Tensor dy, Sweep<Tensor> sweep);
}
