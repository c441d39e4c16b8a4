package rewind.autograd.buffer;

import java.util.List;
import java.util.Map;
import rewind.autograd.threads.Workers;

/**
 * One thing that was done to arrays.
 *
 * @param name of the operation, for messages
 * @param attributes what besides the operands determines the result
 * @param in what it reads, from the first element to the last
 * @param out what it writes, or a part of it
 * @param work what is done; null for a loop
 * @param part of a loop, what is done for a range of elements, of which each follows from those in the same place; or null
 * @param cost of an element of a loop, in multiplications
 */
record Action(
        String name,
        Map<String, Object> attributes,
        Buffer[] in,
        Buffer out,
        Runnable work,
        Workers.Task part,
        int cost) {
    /** Whether this is a loop that may be done for some elements before others, which come before it, have been done for the rest. */
    boolean goesWith(List<Action> others) {
        return part != null && others.stream().allMatch(this::goesAfter);
    }

    private boolean goesAfter(Action other) {
        return other.part != null
                && other.out.size() == out.size()
                && other.out.isApartOrSame(out)
                && reads(other.out)
                && other.reads(out);
    }

    /** Whether what a loop reads of elements that another one writes is in the same places. */
    private boolean reads(Buffer written) {
        for (Buffer each : in) {
            if (each.size() == out.size() ? !each.isApartOrSame(written) : each.overlaps(written)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return attributes.isEmpty() ? name : name + " " + attributes;
    }
}
