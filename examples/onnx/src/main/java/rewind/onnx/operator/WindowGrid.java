package rewind.onnx.operator;

import java.util.Arrays;
import java.util.stream.IntStream;
import rewind.autograd.Shape;
import rewind.autograd.require.Check;

/** Where the windows of convolutions and pooling lie, and which elements they see. */
final class WindowGrid {
    private final int[] sizes;
    private final int[] window;
    private final int[] strides;
    private final int[] dilations;
    private final int[] before;
    private final int[] after;
    private final int[] outputs;
    private int[] places;

    private WindowGrid(int[] sizes, int[] window, int[] strides, int[] dilations) {
        this.sizes = sizes;
        this.window = window;
        this.strides = strides;
        this.dilations = dilations;
        before = new int[sizes.length];
        after = new int[sizes.length];
        outputs = new int[sizes.length];
    }

    /**
     * Returns the windows of a call.
     *
     * @param x the shape (samples, channels, …)
     * @param window the sizes of a window
     */
    static WindowGrid of(Call call, Shape x, long... window) {
        int[] sizes = Arrays.copyOfRange(x.toArray(), Math.min(2, x.rank()), x.rank());
        int axes = sizes.length;
        Check.that(window != null && window.length == axes, "a window must have a size per axis of %s", x);
        WindowGrid grid = new WindowGrid(
                sizes,
                numbers(window, axes, 1),
                numbers(call.integers("strides"), axes, 1),
                numbers(call.integers("dilations"), axes, 1));
        int[] pads = numbers(call.integers("pads"), 2 * axes, 0);
        String automatic = call.text("auto_pad", "NOTSET");
        for (int i = 0; i < axes; i++) {
            grid.place(i, automatic, pads[i], pads[i + axes], call.flag("ceil_mode", false));
        }
        return grid;
    }

    private static int[] numbers(long[] given, int count, int least) {
        int[] numbers = new int[count];
        Arrays.fill(numbers, least);
        for (int i = 0; given != null && i < count; i++) {
            Check.that(
                    given.length == count && given[i] >= least && given[i] <= Short.MAX_VALUE,
                    "there must be %s numbers from %s to %s, got %s",
                    count,
                    least,
                    Short.MAX_VALUE,
                    Arrays.toString(given));
            numbers[i] = (int) given[i];
        }
        return numbers;
    }

    private void place(int axis, String automatic, int first, int last, boolean ceil) {
        int reach = (window[axis] - 1) * dilations[axis] + 1;
        int stride = strides[axis];
        if (automatic.startsWith("SAME")) {
            outputs[axis] = (sizes[axis] + stride - 1) / stride;
            int total = Math.max(0, (outputs[axis] - 1) * stride + reach - sizes[axis]);
            before[axis] = automatic.equals("SAME_LOWER") ? (total + 1) / 2 : total / 2;
            after[axis] = total - before[axis];
            return;
        }
        before[axis] = automatic.equals("VALID") ? 0 : first;
        after[axis] = automatic.equals("VALID") ? 0 : last;
        int room = sizes[axis] + before[axis] + after[axis] - reach;
        Check.that(room >= 0, "a window of size %s must fit into %s elements", reach, sizes[axis]);
        outputs[axis] = (ceil ? room + stride - 1 : room) / stride + 1;
        if (ceil && (outputs[axis] - 1) * stride >= sizes[axis] + before[axis]) {
            outputs[axis]--; // a window must not begin beyond the elements
        }
    }

    private static int product(int... numbers) {
        return IntStream.of(numbers).reduce(1, Math::multiplyExact);
    }

    /** The elements of a channel. */
    int elements() {
        return product(sizes);
    }

    int windows() {
        return product(outputs);
    }

    int windowSize() {
        return product(window);
    }

    int[] output(int samples, int channels) {
        return IntStream.concat(IntStream.of(samples, channels), IntStream.of(outputs))
                .toArray();
    }

    /** The places that each window sees, one window after the other; that after the last element for padding. */
    int[] places() {
        if (places == null) {
            places = new int[(int) Shapes.of(windows(), windowSize()).size()];
            int[] at = new int[sizes.length];
            Shape inside = Shape.of(window);
            Places.each(
                    Shape.of(outputs),
                    (output, start) -> Places.each(inside, (element, offset) -> {
                        places[output * windowSize() + element] =
                                locate(at, start, offset) ? Places.flat(Shape.of(sizes), at) : elements();
                    }));
        }
        return places;
    }

    /** Finds the element that a window sees; false if that is padding. */
    private boolean locate(int[] at, int[] start, int... offset) {
        boolean inside = true;
        for (int i = 0; i < at.length; i++) {
            at[i] = start[i] * strides[i] + offset[i] * dilations[i] - before[i];
            inside &= at[i] >= 0 && at[i] < sizes[i];
        }
        return inside;
    }

    /** How many elements each window sees. */
    double[] counts(boolean withPadding) {
        double[] counts = new double[windows()];
        int[] at = new int[sizes.length];
        Places.each(
                Shape.of(outputs),
                (output, start) -> Places.each(Shape.of(window), (element, offset) -> {
                    boolean inside = locate(at, start, offset);
                    for (int i = 0; withPadding && i < at.length; i++) {
                        inside = (i == 0 || inside) && at[i] < sizes[i] + after[i];
                    }
                    counts[output] += inside ? 1 : 0;
                }));
        return counts;
    }
}
