package rewind.autograd.reverse;

import java.util.Map;

/**
 * What was done, as a value. Together with the operands, its name and its attributes determine the result, so that a reader of a
 * recording can do it again, print it, or tell it to others.
 */
public interface Operation<V> {
    /** What messages call it. */
    String name();

    /** What besides the operands determines the value (axes, indices, a rate), by name. */
    default Map<String, Object> attributes() {
        return Map.of();
    }

    /** The value for these operands, which lies in the given space; nothing is recorded. */
    V apply(V[] operands, Space<V> space);

    /** Whether it is a user's own, so that its function and its rules may keep what they get. */
    default boolean isUsers() {
        return false;
    }
}
