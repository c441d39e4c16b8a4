package rewind.autograd.buffer;

import rewind.autograd.threads.Workers;

/**
 * Runs a loop over operands that are repeated to a common shape. Axes that every operand walks through or repeats alike are
 * merged, so that the innermost loop is as long as possible; there an operand's step is 1, or 0 if it is repeated.
 */
public final class Broadcast {
    private Broadcast() {}

    /** One run of the innermost loop: the first elements of up to three operands and of the result. */
    @FunctionalInterface
    private interface Inner {
        void run(int x, int y, int z, int out, int n);
    }

    /** A kernel of two operands. */
    public static void run(Loops.BinaryKernel kernel, Buffer x, Buffer y, Buffer out) {
        if (fills(x, out) && fills(y, out)) {
            Loops.run(kernel, x, y, out);
            return;
        }
        Buffer[] in = {x, y};
        Walk walk = new Walk(in, out);
        int xs = walk.step(0);
        int ys = walk.step(1);
        walk.inner = (xo, yo, zo, to, n) -> kernel.run(out.kernels(), x.data, xo, xs, y.data, yo, ys, out.data, to, n);
        Loops.run(walk, out, in);
    }

    /** A kernel of three operands. */
    public static void run(Loops.TernaryKernel kernel, Buffer[] in, Buffer out) {
        Buffer x = in[0];
        Buffer y = in[1];
        Buffer z = in[2];
        if (fills(x, out) && fills(y, out) && fills(z, out)) {
            Loops.run(kernel, x, y, z, out);
            return;
        }
        Walk walk = new Walk(in, out);
        int xs = walk.step(0);
        int ys = walk.step(1);
        int zs = walk.step(2);
        walk.inner = (xo, yo, zo, to, n) ->
                kernel.run(out.kernels(), x.data, xo, xs, y.data, yo, ys, z.data, zo, zs, out.data, to, n);
        Loops.run(walk, out, in);
    }

    /** Whether an operand is walked through from its first element to its last, or is one element. */
    private static boolean fills(Buffer x, Buffer out) {
        return x.size() == out.size() || x.size() == 1;
    }

    /** The loop over a range of the result's elements. */
    private static final class Walk implements Workers.Task {
        private final Buffer[] in;
        private final int first;
        private final int[][] strides;
        private final int[] sizes;
        private final int axes;
        /** Elements of the innermost loop, which the axis around it repeats so often. */
        private final int n;

        private final int rows;
        private Inner inner;

        Walk(Buffer[] in, Buffer out) {
            this.in = in;
            first = out.offset;
            strides = new int[in.length][];
            for (int i = 0; i < in.length; i++) {
                strides[i] = Sizes.stridesIn(in[i].sizes(), out.sizes());
            }
            sizes = out.sizes().clone();
            axes = merge(sizes, strides);
            n = axes == 0 ? 1 : sizes[axes - 1];
            rows = axes < 2 ? 1 : sizes[axes - 2];
        }

        /** Of an operand in the innermost loop: 1, or 0 if it is repeated. */
        int step(int operand) {
            return stride(operand, axes - 1);
        }

        private int stride(int operand, int axis) {
            return operand < strides.length && axis >= 0 ? strides[operand][axis] : 0;
        }

        /** Where an element of the result meets an operand. */
        private int at(int operand, int element) {
            if (operand >= in.length) {
                return 0;
            }
            int at = in[operand].offset;
            int rest = element;
            for (int axis = axes - 1; axis >= 0; axis--) {
                int before = rest / sizes[axis];
                at += (rest - before * sizes[axis]) * strides[operand][axis];
                rest = before;
            }
            return at;
        }

        @Override
        public void run(int from, int to) {
            for (int done = from; done < to; ) {
                int row = done / n;
                int column = done - row * n;
                int last = row - row % rows + rows;
                int x = at(0, done);
                int y = at(1, done);
                int z = at(2, done);
                for (; row < last && done < to; row++) {
                    int count = Math.min(n - column, to - done);
                    inner.run(x, y, z, first + done, count);
                    x += stride(0, axes - 2) - column * step(0);
                    y += stride(1, axes - 2) - column * step(1);
                    z += stride(2, axes - 2) - column * step(2);
                    done += count;
                    column = 0;
                }
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
