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

    /** A layer begins, part of another one where its name says so; after the last the name is empty. */
    default void inLayer(String layer) {}

    /** Whether results without derivative, masks say, must be entries as well, for whoever runs all again. A sweep stops at them. */
    default boolean seesConstants() {
        return false;
    }

    /** Whether it must be told every cotangent, so that none may be added up where it cannot be seen. */
    default boolean seesCotangents() {
        return false;
    }

    /** A sweep over another recording has come to an operation, with all that arrives there; null after the last. */
    default void sweeps(V dy, Details<V> operation) {}

    /** A sweep has come to an entry, and dy is all that arrives there; returns the cotangent to go on with. */
    default V visited(Entry<V> entry, V dy) {
        return dy;
    }

    /** A cotangent goes from an entry to one of its operands. */
    default void pulledBack(Entry<V> entry, int operand, V dx) {}
}
