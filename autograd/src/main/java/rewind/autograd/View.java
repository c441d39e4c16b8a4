package rewind.autograd;

import rewind.autograd.reverse.Entry;

/**
 * The pullback of an operation whose value is a contiguous part of its input. What arrives at the value can go straight to its place
 * in the cotangent of the input.
 */
interface View extends Pullback {
    /** The position of the value's first element in the input, or −1 if the value is not contiguous there. */
    int start();

    /** Whether a value is a contiguous part of another one in its recording. */
    static boolean isPart(Entry<Tensor> entry) {
        return entry.arity() == 1
                && entry.operand(0) != null
                && entry.pullbacks()[0] instanceof View view
                && view.start() >= 0;
    }
}
