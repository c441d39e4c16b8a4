package rewind.autograd.memory;

import rewind.autograd.buffer.Buffer;

/** The rule of an operand in place: it writes dx into memory that it is given, and may know how to add it to what is there. */
public interface InPlace {
    /** target = dx. */
    void write(Buffer dy, Buffer target);

    /** target += dx; returns false, without having done anything, if it cannot. */
    default boolean add(Buffer dy, Buffer target) {
        return false;
    }
}
