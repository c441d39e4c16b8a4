package rewind.autograd.reverse;

import java.util.List;

/**
 * What an entry keeps where an observer asks for it.
 *
 * @param operands all operands, as constants; empty if only the place was asked for
 * @param value the value as a constant, or null
 * @param site the line that called the operation
 * @param layer the layer in which it was called, empty if in none
 * @param call what tells the place in the code from others
 * @param loop the loop in which it was called, empty if in none
 * @param step the step of the loop, −1 outside
 * @param name what the value was named, or null
 */
public record Details<V>(
        List<V> operands, V value, String site, String layer, String call, String loop, int step, String name) {}
