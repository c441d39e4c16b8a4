package rewind.autograd;

/**
 * A pullback that can write dx into memory of the engine, or add it to what is there, so that it needs none of its own. As any
 * pullback it is also a function of tensors, which serves where the sweep itself is recorded.
 */
interface Accumulating extends Pullback {
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
}
