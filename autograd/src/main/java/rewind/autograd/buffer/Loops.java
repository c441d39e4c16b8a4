package rewind.autograd.buffer;

import rewind.autograd.kernel.Kernels;
import rewind.autograd.threads.Workers;

/** Loops over all elements of buffers of one size, and over parts of a buffer, divided among threads where they are long. */
public final class Loops {
    /** Ranges begin at multiples of this many elements: whole cache lines, and vectors. */
    private static final int GRAIN = 1024;

    /** So many elements are gone through by several loops one after another: what stays in the caches for some ten operands. */
    private static final int BLOCK = 1024;

    /** What an element costs, in multiplications of a matrix product: memory is the limit. */
    private static final int WORK = 16;

    /** The same for functions, most of which are more than a memory access. */
    private static final int FUNCTION_WORK = 32;

    private Loops() {}

    /** A kernel of one operand. */
    @FunctionalInterface
    public interface UnaryKernel {
        void run(Kernels<Object> kernels, Object x, int xo, Object y, int yo, int n);
    }

    /** A kernel of two operands. */
    @FunctionalInterface
    public interface BinaryKernel {
        void run(Kernels<Object> kernels, Object x, int xo, int xs, Object y, int yo, int ys, Object z, int zo, int n);
    }

    /** A kernel of three operands. */
    @FunctionalInterface
    public interface TernaryKernel {
        void run(
                Kernels<Object> kernels,
                Object x,
                int xo,
                int xs,
                Object y,
                int yo,
                int ys,
                Object z,
                int zo,
                int zs,
                Object out,
                int outo,
                int n);
    }

    /** A kernel over [outer, n, inner]. */
    @FunctionalInterface
    public interface ReductionKernel {
        void run(Kernels<Object> kernels, Object x, int xo, Object y, int yo, int outer, int n, int inner);
    }

    public static void run(UnaryKernel kernel, Buffer x, Buffer out) {
        Workers.Task part = (from, to) ->
                kernel.run(out.kernels(), x.data, x.offset + from, out.data, out.offset + from, to - from);
        splitElements(out.size(), FUNCTION_WORK, part);
        if (out.script() != null) {
            out.script().note(part, FUNCTION_WORK, out, x);
        }
    }

    /** Operands of one element are repeated. */
    public static void run(BinaryKernel kernel, Buffer x, Buffer y, Buffer out) {
        int xs = x.size() == out.size() ? 1 : 0;
        int ys = y.size() == out.size() ? 1 : 0;
        Workers.Task part = (from, to) -> kernel.run(
                out.kernels(),
                x.data,
                x.offset + from * xs,
                xs,
                y.data,
                y.offset + from * ys,
                ys,
                out.data,
                out.offset + from,
                to - from);
        splitElements(out.size(), WORK, part);
        if (out.script() != null) {
            out.script().note(part, WORK, out, x, y);
        }
    }

    public static void run(TernaryKernel kernel, Buffer x, Buffer y, Buffer z, Buffer out) {
        int xs = x.size() == out.size() ? 1 : 0;
        int ys = y.size() == out.size() ? 1 : 0;
        int zs = z.size() == out.size() ? 1 : 0;
        Workers.Task part = (from, to) -> kernel.run(
                out.kernels(),
                x.data,
                x.offset + from * xs,
                xs,
                y.data,
                y.offset + from * ys,
                ys,
                z.data,
                z.offset + from * zs,
                zs,
                out.data,
                out.offset + from,
                to - from);
        splitElements(out.size(), WORK, part);
        if (out.script() != null) {
            out.script().note(part, WORK, out, x, y, z);
        }
    }

    /** What is done for a range of elements of out. */
    static void run(Workers.Task part, Buffer out, Buffer... in) {
        splitElements(out.size(), WORK, part);
        if (out.script() != null) {
            out.script().note(part, WORK, out, in);
        }
    }

    /** Several things that are done for the same elements, one after another for so few of them that they stay in the caches. */
    static Runnable of(Workers.Task[] parts, int work, int n) {
        Workers.Task blocks = (first, last) -> {
            for (int from = first; from < last; from += BLOCK) {
                int to = Math.min(last, from + BLOCK);
                for (Workers.Task part : parts) {
                    part.run(from, to);
                }
            }
        };
        return () -> splitElements(n, work, blocks);
    }

    /** Copies x to the elements of out from a position on. */
    public static void copy(Buffer x, Buffer out, int at) {
        Kernels<Object> kernels = out.kernels();
        kernels.copy(x.data, x.offset, out.data, out.offset + at, x.size());
        if (out.script() != null) {
            out.script().note(() -> kernels.copy(x.data, x.offset, out.data, out.offset + at, x.size()), out, x);
        }
    }

    /** Writes a number to n elements of out from a position on. */
    public static void fill(double value, Buffer out, int at, int n) {
        Kernels<Object> kernels = out.kernels();
        kernels.fill(value, out.data, out.offset + at, n);
        if (out.script() != null) {
            out.script().note(() -> kernels.fill(value, out.data, out.offset + at, n), out);
        }
    }

    /** Does something for 0 … n − 1, each of which moves so many elements. */
    public static void split(int n, int elements, Workers.Task task) {
        Workers.shared().split(n, 1, (long) WORK * n * elements, task);
    }

    /** A kernel of several steps that goes through so few elements at a time that they stay in the caches from step to step. */
    public static TernaryKernel inBlocks(TernaryKernel kernel) {
        return (kernels, x, xo, xs, y, yo, ys, z, zo, zs, out, outo, n) -> {
            for (int i = 0; i < n; i += BLOCK) {
                kernel.run(
                        kernels,
                        x,
                        xo + i * xs,
                        xs,
                        y,
                        yo + i * ys,
                        ys,
                        z,
                        zo + i * zs,
                        zs,
                        out,
                        outo + i,
                        Math.min(BLOCK, n - i));
            }
        };
    }

    private static void splitElements(int n, int work, Workers.Task task) {
        Workers.shared().split(n, GRAIN, (long) work * n, task);
    }
}
