package rewind.autograd;

/**
 * The pullback of an operation whose value is a contiguous part of its input. What arrives at the value can go straight to its place
 * in the cotangent of the input.
 */
interface View extends Pullback {
    /** The position of the value's first element in the input, or −1 if the value is not contiguous there. */
    int start();
}
