package rewind.autograd.reverse;

/** Is told what happens in a recording: keeps more of it, checks it, prints it. */
public interface Observer<V> {
    /** An entry was added. */
    default void performed(Entry<V> entry, V[] operands, V value) {}

    /** Numbers of a value were read by a method of this name, so that what follows may depend on them unseen. */
    default void read(String by, Entry<V> entry) {}

    /** A value was given a name; returns the value to go on with. */
    default V named(String name, V value) {
        return value;
    }

    /** A step of a loop begins; −1 after the last. */
    default void atStep(String loop, int step) {}

    /**
     * Whether results without derivative (comparisons, indices, masks, detached values) must be entries as well, so that the recording can
     * be run again with other numbers. A sweep stops at them.
     */
    default boolean seesConstants() {
        return false;
    }

    /** Whether it must be told every cotangent, so that none may be added up where it cannot be seen. */
    default boolean seesCotangents() {
        return false;
    }

    /** A value is the cotangent of an operation of another recording, named by its place in the loop. */
    default void adjoint(V value, String of) {}

    /** A sweep has come to an entry, and dy is all that arrives there; returns the cotangent to go on with. */
    default V visited(Entry<V> entry, V dy) {
        return dy;
    }

    /** A cotangent goes from an entry to one of its operands. */
    default void pulledBack(Entry<V> entry, int operand, V dx) {}
}
