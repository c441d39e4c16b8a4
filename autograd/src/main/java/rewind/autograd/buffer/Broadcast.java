package rewind.autograd.buffer;

import rewind.autograd.kernel.Kernels;
import rewind.autograd.threads.Workers;

/**
 * Runs a loop over operands that are repeated to a common shape. Axes that every operand walks through or repeats alike are
 * merged, so that the innermost loop is as long as possible; there an operand's step is 1, or 0 if it is repeated. Short rows that are
 * repeated, such as a bias, are written side by side a few times, so that many rows are one loop.
 */
public final class Broadcast {
    /** Rows that are repeated are written side by side up to so many elements. */
    private static final int WRITTEN = 256;

    /** Fewer rows than this are not worth it. */
    private static final int FEWEST = 4;

    private static final ThreadLocal<Object[][]> ROOM = ThreadLocal.withInitial(() -> new Object[2][3]);

    private Broadcast() {}

    /** One run of the innermost loop: the first elements of up to three operands and of the result. */
    @FunctionalInterface
    private interface Inner {
        void run(Object x, int xo, Object y, int yo, Object z, int zo, int out, int n);
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
        walk.inner =
                (xd, xo, yd, yo, zd, zo, to, n) -> kernel.run(out.kernels(), xd, xo, xs, yd, yo, ys, out.data, to, n);
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
        walk.inner = (xd, xo, yd, yo, zd, zo, to, n) ->
                kernel.run(out.kernels(), xd, xo, xs, yd, yo, ys, zd, zo, zs, out.data, to, n);
        Loops.run(walk, out, in);
    }

    /** Whether an operand is walked through from its first element to its last, or is one element. */
    private static boolean fills(Buffer x, Buffer out) {
        return x.size() == out.size() || x.size() == 1;
    }

    /** The loop over a range of the result's elements. */
    private static final class Walk implements Workers.Task {
        private final Buffer[] in;
        private final Kernels<Object> kernels;
        private final boolean single;
        private final int first;
        private final int[][] strides;
        private final int[] sizes;
        private final int axes;
        /** Elements of the innermost loop, which the axis around it repeats so often. */
        private final int n;

        private final int rows;
        /** How many rows are one loop where an operand's row is repeated; 1 if each is a loop of its own. */
        private final int together;

        private Inner inner;

        Walk(Buffer[] in, Buffer out) {
            this.in = in;
            kernels = out.kernels();
            single = out.data instanceof float[];
            first = out.offset;
            strides = new int[in.length][];
            for (int i = 0; i < in.length; i++) {
                strides[i] = Sizes.stridesIn(in[i].sizes(), out.sizes());
            }
            sizes = out.sizes().clone();
            axes = merge(sizes, strides);
            n = axes == 0 ? 1 : sizes[axes - 1];
            rows = axes < 2 ? 1 : sizes[axes - 2];
            together = rows < FEWEST || n == 0 || n > WRITTEN / FEWEST || !repeatsRows() ? 1 : WRITTEN / n;
        }

        /** Whether operands either go on from row to row, or have the same row, or one element, again and again. */
        private boolean repeatsRows() {
            for (int i = 0; i < in.length; i++) {
                if (step(i) == 0 ? stride(i, axes - 2) != 0 : !isRepeated(i) && stride(i, axes - 2) != n) {
                    return false;
                }
            }
            return true;
        }

        private boolean isRepeated(int operand) {
            return step(operand) == 1 && stride(operand, axes - 2) == 0;
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
                int whole = column > 0 || together == 1 ? 0 : Math.min(last - row, (to - done) / n);
                if (whole >= FEWEST) {
                    runRows(x, y, z, first + done, whole);
                    done += whole * n;
                    continue;
                }
                boolean onlyRest = column > 0 && together > 1;
                for (int rest = onlyRest ? row + 1 : last; row < rest && done < to; row++) {
                    int count = Math.min(n - column, to - done);
                    inner.run(data(0), x, data(1), y, data(2), z, first + done, count);
                    x += stride(0, axes - 2) - column * step(0);
                    y += stride(1, axes - 2) - column * step(1);
                    z += stride(2, axes - 2) - column * step(2);
                    done += count;
                    column = 0;
                }
            }
        }

        private Object data(int operand) {
            return operand < in.length ? in[operand].data : null;
        }

        /** Whole rows, many at a time. */
        private void runRows(int x, int y, int z, int out, int count) {
            int most = Math.min(together, count);
            Object xd = written(0, x, most);
            Object yd = written(1, y, most);
            Object zd = written(2, z, most);
            int xs = stride(0, axes - 2);
            int ys = stride(1, axes - 2);
            int zs = stride(2, axes - 2);
            for (int row = 0; row < count; row += most) {
                inner.run(
                        xd,
                        isRepeated(0) ? 0 : x + row * xs,
                        yd,
                        isRepeated(1) ? 0 : y + row * ys,
                        zd,
                        isRepeated(2) ? 0 : z + row * zs,
                        out + row * n,
                        Math.min(most, count - row) * n);
            }
        }

        /** An operand, or the row of it that is repeated, so often. */
        private Object written(int operand, int at, int times) {
            if (!isRepeated(operand)) {
                return data(operand);
            }
            Object[] room = ROOM.get()[single ? 0 : 1];
            if (room[operand] == null) {
                room[operand] = single ? new float[WRITTEN] : new double[WRITTEN];
            }
            Object copies = room[operand];
            kernels.copy(data(operand), at, copies, 0, n);
            for (int done = 1; done < times; done += done) {
                kernels.copy(copies, 0, copies, done * n, Math.min(done, times - done) * n);
            }
            return copies;
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
