package rewind.autograd.buffer;

import java.util.Arrays;

/**
 * Runs a loop over operands that are repeated to a common shape. Axes that every operand walks through or repeats alike are
 * merged, so that the innermost loop is as long as possible; there an operand's step is 1, or 0 if it is repeated.
 */
public final class Broadcast {
    private Broadcast() {}

    /** One run of the innermost loop: per operand its first element and its step. */
    @FunctionalInterface
    public interface Inner {
        void run(int[] offsets, int[] steps, int outOffset, int n);
    }

    /** A kernel of two operands. */
    public static void run(Loops.BinaryKernel kernel, Buffer x, Buffer y, Buffer out) {
        if (fills(x, out) && fills(y, out)) {
            Loops.run(kernel, x, y, out);
        } else {
            noted(
                    new Buffer[] {x, y},
                    out,
                    (at, step, to, n) ->
                            kernel.run(out.kernels(), x.data, at[0], step[0], y.data, at[1], step[1], out.data, to, n));
        }
    }

    /** A kernel of three operands. */
    public static void run(Loops.TernaryKernel kernel, Buffer[] in, Buffer out) {
        Buffer x = in[0];
        Buffer y = in[1];
        Buffer z = in[2];
        if (fills(x, out) && fills(y, out) && fills(z, out)) {
            Loops.run(kernel, x, y, z, out);
        } else {
            noted(
                    in,
                    out,
                    (at, step, to, n) -> kernel.run(
                            out.kernels(),
                            x.data,
                            at[0],
                            step[0],
                            y.data,
                            at[1],
                            step[1],
                            z.data,
                            at[2],
                            step[2],
                            out.data,
                            to,
                            n));
        }
    }

    /** Whether an operand is walked through from its first element to its last, or is one element. */
    private static boolean fills(Buffer x, Buffer out) {
        return x.size() == out.size() || x.size() == 1;
    }

    private static void noted(Buffer[] in, Buffer out, Inner inner) {
        Walk walk = new Walk(in, out, inner);
        walk.run();
        if (out.script() != null) {
            out.script().note(walk, out, in);
        }
    }

    /** The whole loop; it may be done again, by one thread at a time. */
    private static final class Walk implements Runnable {
        private final Buffer[] in;
        private final Buffer out;
        private final Inner inner;
        private final int[][] strides;
        private final int[] sizes;
        /** Of the innermost loop, per operand. */
        private final int[] steps;

        private final int n;
        private final int[] offsets;
        private final int[] index;

        Walk(Buffer[] in, Buffer out, Inner inner) {
            this.in = in;
            this.out = out;
            this.inner = inner;
            this.strides = new int[in.length][];
            for (int i = 0; i < in.length; i++) {
                strides[i] = Sizes.stridesIn(in[i].sizes(), out.sizes());
            }
            this.sizes = out.sizes().clone();
            int axes = merge(sizes, strides);
            this.steps = new int[in.length];
            for (int i = 0; i < steps.length; i++) {
                steps[i] = axes == 0 ? 0 : strides[i][axes - 1];
            }
            this.n = axes == 0 ? 1 : sizes[axes - 1];
            this.offsets = new int[in.length];
            this.index = new int[axes];
        }

        @Override
        public void run() {
            for (int i = 0; i < offsets.length; i++) {
                offsets[i] = in[i].offset;
            }
            Arrays.fill(index, 0);
            for (int done = 0; done < out.size(); done += n) {
                inner.run(offsets, steps, out.offset + done, n);
                advance();
            }
        }

        /** Goes on to the next run of the innermost loop. */
        private void advance() {
            for (int axis = index.length - 2; axis >= 0; axis--) {
                boolean carry = ++index[axis] == sizes[axis];
                for (int i = 0; i < offsets.length; i++) {
                    offsets[i] += carry ? -(sizes[axis] - 1) * strides[i][axis] : strides[i][axis];
                }
                if (!carry) {
                    break;
                }
                index[axis] = 0;
            }
        }
    }

    /** Merges axes in place, dropping those of size 1; returns how many are left. */
    private static int merge(int[] sizes, int[][] strides) {
        int last = -1;
        for (int axis = 0; axis < sizes.length; axis++) {
            if (sizes[axis] == 1) {
                continue;
            }
            boolean merges = last >= 0;
            for (int[] of : strides) {
                merges = merges && of[last] == of[axis] * sizes[axis];
            }
            if (merges) {
                sizes[last] *= sizes[axis];
            } else {
                sizes[++last] = sizes[axis];
            }
            for (int[] of : strides) {
                of[last] = of[axis];
            }
        }
        return last + 1;
    }
}
