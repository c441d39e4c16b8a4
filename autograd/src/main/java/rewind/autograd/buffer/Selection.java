package rewind.autograd.buffer;

import java.util.Arrays;
import rewind.autograd.threads.Workers;

/**
 * Which elements of a larger buffer, in which order. Taking them out and putting them into zeros are transposes of each other: one is
 * the pullback of the other, for slices, single indices, padding and rows alike.
 */
public interface Selection {
    /** part = whole[selection]. */
    void takeFrom(Buffer whole, Buffer part);

    /** {@link #takeFrom}, as often as it is run. */
    default Runnable taking(Buffer whole, Buffer part) {
        return () -> takeFrom(whole, part);
    }

    /** whole[selection] += part. */
    void addTo(Buffer part, Buffer whole);

    /** The position of the first element where all lie one after another, so that taking them needs no copy; else −1. */
    default int start() {
        return -1;
    }

    /** Elements that say which ones, so that they may be others when it is done again; null if they are always the same. */
    default Buffer by() {
        return null;
    }

    /** A regular grid of elements, see {@link Block}. */
    static Selection grid(int start, int[] steps, int... part) {
        Block block = new Block(start, steps, part);
        return block.contiguous() ? new Range(start) : block;
    }

    /** Elements that lie one after another. */
    record Range(int start) implements Selection {
        @Override
        public void takeFrom(Buffer from, Buffer to) {
            to.kernels().copy(from.data, from.offset + start, to.data, to.offset, to.size());
        }

        @Override
        public void addTo(Buffer from, Buffer to) {
            int at = to.offset + start;
            to.kernels().add(to.data, at, 1, from.data, from.offset, 1, to.data, at, from.size());
        }
    }

    /** A regular grid of elements: the first one's position, and the step along every axis of the part. */
    record Block(int first, int[] steps, int... part) implements Selection {
        @Override
        public void takeFrom(Buffer from, Buffer to) {
            taking(from, to).run();
        }

        @Override
        public Runnable taking(Buffer from, Buffer to) {
            int[] there = axes(steps);
            int[] here = axes(Sizes.strides(part));
            int[] all = axes(part);
            int each = all[0] == 0 ? 0 : to.size() / all[0];
            Workers.Task copying = (some, last) -> {
                int[] rows = last - some == all[0] ? all : rows(all, last - some);
                int at = from.offset + first + some * there[0];
                to.kernels().copyStrided(from.data, at, there, to.data, to.offset + some * here[0], here, rows);
            };
            return () -> Loops.split(all[0], each, copying);
        }

        private static int[] rows(int[] all, int count) {
            int[] rows = all.clone();
            rows[0] = count;
            return rows;
        }

        @Override
        public void addTo(Buffer from, Buffer to) {
            to.kernels()
                    .addStrided(
                            from.data,
                            from.offset,
                            axes(Sizes.strides(part)),
                            to.data,
                            to.offset + first,
                            axes(steps),
                            axes(part));
        }

        /** Whether the elements lie one after another. */
        private boolean contiguous() {
            int[] strides = Sizes.strides(part);
            for (int axis = 0; axis < part.length; axis++) {
                if (part[axis] > 1 && steps[axis] != strides[axis]) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Block block
                    && first == block.first
                    && Arrays.equals(steps, block.steps)
                    && Arrays.equals(part, block.part);
        }

        @Override
        public int hashCode() {
            return 31 * first + Arrays.hashCode(part);
        }

        @Override
        public String toString() {
            return "from " + first + " by " + Arrays.toString(steps) + ", " + Arrays.toString(part);
        }

        /** A scalar is seen as a vector of one element. */
        private static int[] axes(int... ofAxes) {
            return ofAxes.length == 0 ? new int[] {1} : ofAxes;
        }
    }

    /** Rows along the first axis, any number of times each; a row has {@code width} elements. */
    record Rows(int[] rows, int width) implements Selection {
        @Override
        public boolean equals(Object other) {
            return other instanceof Rows others && width == others.width && Arrays.equals(rows, others.rows);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(rows);
        }

        @Override
        public String toString() {
            return "rows " + Arrays.toString(rows);
        }

        @Override
        public void takeFrom(Buffer from, Buffer to) {
            to.kernels().gatherRows(from.data, from.offset, rows, to.data, to.offset, width);
        }

        @Override
        public void addTo(Buffer from, Buffer to) {
            to.kernels().scatterAddRows(from.data, from.offset, rows, to.data, to.offset, width);
        }
    }
}
