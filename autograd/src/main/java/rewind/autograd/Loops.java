package rewind.autograd;

import rewind.autograd.kernel.Kernels;
import rewind.autograd.kernel.Workers;

/** Loops over all elements of tensors of one size, and over parts of a tensor, divided among threads where they are long. */
final class Loops {
    /** Ranges begin at multiples of this many elements: whole cache lines, and vectors. */
    private static final int GRAIN = 1024;

    /** What an element costs, in multiplications of a matrix product: memory is the limit. */
    private static final int WORK = 16;

    /** The same for functions, most of which are more than a memory access. */
    private static final int FUNCTION_WORK = 32;

    private Loops() {}

    /** A kernel of one operand. */
    @FunctionalInterface
    interface Unary {
        void run(Kernels<Object> kernels, Object x, int xo, Object y, int yo, int n);
    }

    /** A kernel of two operands. */
    @FunctionalInterface
    interface Binary {
        void run(Kernels<Object> kernels, Object x, int xo, int xs, Object y, int yo, int ys, Object z, int zo, int n);
    }

    /** A kernel of three operands. */
    @FunctionalInterface
    interface Ternary {
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
    interface Reduction {
        void run(Kernels<Object> kernels, Object x, int xo, Object y, int yo, int outer, int n, int inner);
    }

    static void run(Unary kernel, Tensor x, Tensor out) {
        splitElements(
                out.size(),
                FUNCTION_WORK,
                (from, to) ->
                        kernel.run(out.kernels(), x.data, x.offset + from, out.data, out.offset + from, to - from));
    }

    /** Operands of one element are repeated. */
    static void run(Binary kernel, Tensor x, Tensor y, Tensor out) {
        int xs = x.size() == out.size() ? 1 : 0;
        int ys = y.size() == out.size() ? 1 : 0;
        splitElements(
                out.size(),
                WORK,
                (from, to) -> kernel.run(
                        out.kernels(),
                        x.data,
                        x.offset + from * xs,
                        xs,
                        y.data,
                        y.offset + from * ys,
                        ys,
                        out.data,
                        out.offset + from,
                        to - from));
    }

    static void run(Ternary kernel, Tensor x, Tensor y, Tensor z, Tensor out) {
        int xs = x.size() == out.size() ? 1 : 0;
        int ys = y.size() == out.size() ? 1 : 0;
        int zs = z.size() == out.size() ? 1 : 0;
        splitElements(
                out.size(),
                WORK,
                (from, to) -> kernel.run(
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
                        to - from));
    }

    /** Does something for 0 … n − 1, each of which moves so many elements. */
    static void split(int n, int elements, Workers.Range range) {
        Workers.shared().split(n, 1, (long) WORK * n * elements, range);
    }

    /** Does several things for ranges of n elements, short enough to stay in the first-level cache between one and the next. */
    static void split(int n, Workers.Range range) {
        splitElements(n, WORK, (first, last) -> {
            for (int from = first; from < last; from += GRAIN) {
                range.run(from, Math.min(last, from + GRAIN));
            }
        });
    }

    private static void splitElements(int n, int work, Workers.Range range) {
        Workers.shared().split(n, GRAIN, (long) work * n, range);
    }
}
