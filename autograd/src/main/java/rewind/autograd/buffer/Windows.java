package rewind.autograd.buffer;

import java.util.Arrays;

/**
 * Windows that slide along adjacent axes of a whole: they may overlap, so that an element may be in several of them.
 *
 * @param axis the first of the axes
 * @param sizes how many elements a window has along each
 * @param strides from the start of a window to that of the next one, along each
 * @param dilations from an element of a window to its next one, along each
 */
public record Windows(int axis, int[] sizes, int[] strides, int... dilations) {
    /** The number of windows along each axis of a whole. */
    public int[] counts(int... whole) {
        int[] counts = new int[sizes.length];
        for (int i = 0; i < counts.length; i++) {
            long room = whole[axis + i] - reach(i);
            counts[i] = room < 0 ? 0 : (int) (room / strides[i]) + 1;
        }
        return counts;
    }

    /** How many elements of the whole lie from the first to the last one of a window. */
    public long reach(int i) {
        return sizes[i] == 0 ? 0 : (sizes[i] - 1L) * dilations[i] + 1;
    }

    /** The sizes of all windows together: those before the axes, the counts, the sizes of a window, and those after the axes. */
    public int[] part(int... whole) {
        return joined(whole, counts(whole), sizes);
    }

    private int[] joined(int[] whole, int[] ofCounts, int[] ofSizes) {
        int count = sizes.length;
        int[] all = new int[whole.length + count];
        System.arraycopy(whole, 0, all, 0, axis);
        System.arraycopy(ofCounts, 0, all, axis, count);
        System.arraycopy(ofSizes, 0, all, axis + count, count);
        System.arraycopy(whole, axis + count, all, axis + 2 * count, whole.length - axis - count);
        return all;
    }

    /** The elements of all windows. */
    public Selection in(int... whole) {
        int[] steps = Sizes.strides(whole);
        int[] own = Arrays.copyOfRange(steps, axis, axis + sizes.length);
        return merged(joined(steps, times(own, strides), times(own, dilations)), part(whole));
    }

    private static int[] times(int[] x, int... y) {
        int[] products = new int[x.length];
        Arrays.setAll(products, i -> x[i] * y[i]);
        return products;
    }

    /** The same elements with as few axes as can be, so that long runs are moved at once. */
    private static Selection merged(int[] steps, int... part) {
        int[] fewerSteps = steps.clone();
        int[] fewer = part.clone();
        int axes = 0;
        for (int i = 0; i < part.length; i++) {
            if (axes > 0 && (long) fewerSteps[axes - 1] == (long) steps[i] * part[i]) {
                fewer[axes - 1] *= part[i];
                fewerSteps[axes - 1] = steps[i];
            } else if (part[i] != 1) {
                fewer[axes] = part[i];
                fewerSteps[axes++] = steps[i];
            }
        }
        return Selection.grid(0, Arrays.copyOf(fewerSteps, axes), Arrays.copyOf(fewer, axes));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Windows windows
                && axis == windows.axis
                && Arrays.equals(sizes, windows.sizes)
                && Arrays.equals(strides, windows.strides)
                && Arrays.equals(dilations, windows.dilations);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(new int[] {axis, Arrays.hashCode(sizes), Arrays.hashCode(strides)});
    }

    @Override
    public String toString() {
        return Arrays.toString(sizes) + " along the axes from " + axis + ", by " + Arrays.toString(strides)
                + ", dilated by " + Arrays.toString(dilations);
    }
}
