package rewind.autograd.reverse;

/** Where a value lies, and its cotangents: what an entry has to know of its value in order not to hold it. For tensors shape and dtype. */
public interface Space<V> {
    /** x + y, both of this space. */
    V plus(V x, V y);

    /**
     * dx as an element of this space, which is the operand's: the repeats of a broadcast operand are summed. The name of the operation
     * and the number of the operand whose pullback gave dx are for the message of an IllegalArgumentException if it does not fit.
     */
    V fit(V dx, String operation, int operand);
}
