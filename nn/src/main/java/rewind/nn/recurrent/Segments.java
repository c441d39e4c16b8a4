package rewind.nn.recurrent;

import java.util.ArrayList;
import java.util.List;
import rewind.autograd.Grad;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/**
 * A loop over steps cut into segments, of which a recording keeps what goes in and comes out. The last one needs no cut, as a sweep comes to it
 * first. With few states to be kept a segment is cut again when it is called again, by binomial coefficients: Griewank and Walther,
 * Algorithm 799: revolve, ACM TOMS 26, 2000.
 *
 * @param length the number of steps that are recorded at a time
 * @param states how many states between segments are kept at a time, at least 1
 */
record Segments(int length, int states) {
    /** Everything is recorded. */
    static final Segments NONE = new Segments(Integer.MAX_VALUE, 1);

    /** Segments of so many steps, and all states between them. */
    static Segments of(int length) {
        return new Segments(length, Integer.MAX_VALUE);
    }

    /** The largest lengths that are multiples of a number; once, if they are less. */
    Segments times(int number) {
        return equals(NONE) ? this : new Segments(Math.max(1, length / number) * number, states);
    }

    /** What is done at steps, from one (inclusive) to another (exclusive), and of what went in. */
    @FunctionalInterface
    interface Stretch {
        Done of(int from, int to, List<Tensor> in);
    }

    /**
     * What steps give.
     *
     * @param carry what goes into the next ones
     * @param results in the order of the steps
     */
    record Done(List<Tensor> carry, List<Tensor> results) {}

    /** Does all steps. */
    Done run(int from, int to, List<Tensor> in, Stretch steps) {
        List<Tensor> results = new ArrayList<>();
        List<Tensor> carry = in;
        int start = from;
        int free = states;
        while (to - start > length) {
            int begin = start;
            int end = start + first(ceilDiv(to - start, length), free) * length;
            Segments inside = new Segments(length, free);
            int[] carried = new int[1];
            List<Tensor> out = Grad.checkpoint(
                    before -> {
                        Done done = inside.run(begin, end, before, steps);
                        carried[0] = done.carry().size();
                        List<Tensor> all = new ArrayList<>(done.carry());
                        all.addAll(done.results());
                        return all;
                    },
                    carry);
            carry = out.subList(0, carried[0]);
            results.addAll(out.subList(carried[0], out.size()));
            start = end;
            free = Math.max(1, free - 1);
        }
        Done last = steps.of(start, to, carry);
        results.addAll(last.results());
        return new Done(last.carry(), results);
    }

    static int ceilDiv(int x, int y) {
        return (x - 1) / y + 1;
    }

    /** Of so many lengths those of the first segment, so that no step is done more often than it must: β(s, r) = (s + r)!/(s! r!). */
    private static int first(int lengths, int states) {
        if (states >= lengths - 1) {
            return 1;
        }
        long within = states + 1L; // β(s, 1)
        long after = 1; // β(s, 0)
        long rest = states; // β(s − 1, 1)
        for (int r = 2; within < lengths; r++) {
            after = within;
            within = within * (states + r) / r;
            rest = within - after;
        }
        return (int) Math.max(1, lengths - rest);
    }

    /**
     * How much of its steps an unrolling may keep for a sweep.
     *
     * @param steps of a segment; 0 for √T of T steps
     * @param bytes of everything, if a segment's steps are not given
     */
    record Budget(int steps, double bytes) {
        /** All steps. */
        static final Budget ALL = new Budget(-1, Double.POSITIVE_INFINITY);

        static final Budget ROOT = new Budget(0, Double.POSITIVE_INFINITY);

        static Budget of(String name, int steps) {
            Check.that(steps > 0, "%s: segments must have a positive number of steps, got %s", name, steps);
            return new Budget(steps, Double.POSITIVE_INFINITY);
        }

        static Budget within(String name, double bytes) {
            Check.that(bytes > 0, "%s: the memory must be a positive number of bytes, got %s", name, bytes);
            return new Budget(0, bytes);
        }

        /** Whether it depends on what steps take. */
        boolean isOfBytes() {
            return bytes < Double.POSITIVE_INFINITY;
        }

        /**
         * The segments of so many steps.
         *
         * @param together steps whose inputs are multiplied together
         * @param step the bytes of a step, if it depends on them
         * @param state the bytes of a state
         */
        Segments segments(int all, int together, double step, double state) {
            if (steps != 0) {
                return steps < 0 ? Segments.NONE : Segments.of(steps);
            }
            int root = (int) Math.ceil(Math.sqrt(all));
            if (!isOfBytes()) {
                return Segments.of(together < all ? Math.max(root, together) : root);
            }
            if (all * step <= bytes) {
                return Segments.NONE;
            }
            int usual = together < all ? together : root;
            int length = (int) Math.max(1, Math.min(usual, bytes / 2 / step));
            double rest = (bytes - length * step) / Math.max(1, state);
            return new Segments(length, (int) Math.max(1, Math.min(Integer.MAX_VALUE - 1, rest)));
        }
    }
}
