package rewind.nn.convolution;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Lengths;
import rewind.nn.layer.Options;
import rewind.nn.layer.Scope;

/**
 * A layer of windows that slide along all axes of a sample but the last one, its features: (batch, …sizes, features) to (batch, …counts, …)
 * with ⌊(size + padding − (window − 1)·dilation − 1)/stride⌋ + 1 windows along an axis. Of a padded batch the lengths of its sequences
 * follow the same rule: steps of padding are zeros, and layers after this one see the new lengths. Immutable; every option returns a new
 * layer.
 *
 * @param <R> the layer itself
 */
public abstract class SlidingLayer<R extends SlidingLayer<R>> extends Options<R> {
    final List<Integer> size;
    List<Integer> stride;
    List<Integer> dilation;
    Padding padding = Padding.NONE;

    SlidingLayer(String name, List<Integer> size, List<Integer> stride) {
        Check.that(
                !size.isEmpty() && size.stream().allMatch(each -> each > 0),
                "%s: sizes of a window must be positive, got %s",
                name,
                size);
        this.size = size;
        this.stride = stride;
        this.dilation = Collections.nCopies(size.size(), 1);
    }

    /** Returns what messages call the layer. */
    public abstract String name();

    /**
     * Sets how far the windows are from each other, along every axis, or by one number along all of them.
     *
     * @throws IllegalArgumentException if a number is not positive, or there are not as many as axes
     */
    public final R stride(int... perAxis) {
        List<Integer> all = perAxis("strides", perAxis);
        return with(layer -> layer.stride = all);
    }

    /** Sets how far the elements of a window are from each other, otherwise as {@link #stride}; the default is 1. */
    public final R dilation(int... perAxis) {
        List<Integer> all = perAxis("dilations", perAxis);
        return with(layer -> layer.dilation = all);
    }

    private List<Integer> perAxis(String what, int... given) {
        Check.that(
                (given.length == size.size() || given.length == 1)
                        && Arrays.stream(given).allMatch(each -> each > 0),
                "%s: %s must be positive, one for all axes or one for each of %s, got %s",
                name(),
                what,
                size.size(),
                given);
        return ofAxes(given);
    }

    /** One number per axis, from as many or a single one. */
    final List<Integer> ofAxes(int... given) {
        return given.length == size.size()
                ? Arrays.stream(given).boxed().toList()
                : Collections.nCopies(size.size(), given[0]);
    }

    /** How many elements of a sample a window reaches over. */
    private int reach(int axis) {
        return (size.get(axis) - 1) * dilation.get(axis) + 1;
    }

    /** Requires that a window fits into a sample. */
    final void requireFits(Shape input) {
        int axes = size.size();
        Check.that(
                input.rank() == axes + 1,
                "%s: a sample must be %s, got the shape %s%s",
                name(),
                axes == 1 ? "(steps, features)" : axes == 2 ? "(height, width, channels)" : axes + " axes and features",
                input,
                input.rank() > axes + 1 ? "; a sample has no batch axis" : "");
        for (int axis = 0; axis < axes; axis++) {
            Check.that(
                    input.size(axis) + padding.total(axis, reach(axis)) >= reach(axis),
                    "%s: a window of %s must fit into axis %s of a sample %s; give it padding, or a smaller size",
                    name(),
                    reach(axis),
                    axis,
                    input);
        }
    }

    /** The sequences of a batch with zeros in place of their padding, and around them. */
    final Tensor padded(Scope scope, Tensor x) {
        Optional<Lengths> lengths = scope.pass().lengths();
        Tensor y = lengths.isPresent() ? lengths.get().withoutPadding(x) : x;
        for (int axis = 0; axis < size.size(); axis++) {
            int before = padding.before(axis, reach(axis));
            int after = padding.total(axis, reach(axis)) - before;
            y = before + after == 0 ? y : y.pad(1 + axis, before, after);
        }
        return y;
    }

    /** The windows of a padded batch, (batch, …counts, …window, features). */
    final Tensor windows(Tensor padded) {
        return padded.windows(1, ints(size), ints(stride), ints(dilation));
    }

    static int[] ints(List<Integer> numbers) {
        return numbers.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Tells how long the sequences of the output are. */
    final Tensor told(Scope scope, Tensor y) {
        int steps = y.size(1);
        if (stride.get(0) == 1 && padding.total(0, reach(0)) == reach(0) - 1) {
            return y; // as long as before
        }
        scope.pass()
                .lengths()
                .map(before -> before.ofWindows(reach(0), stride.get(0), padding.total(0, reach(0)), steps))
                .ifPresent(after -> scope.pass().changedLengths(steps, after));
        return y;
    }
}
