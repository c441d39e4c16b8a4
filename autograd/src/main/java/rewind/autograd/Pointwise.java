package rewind.autograd;

import rewind.autograd.buffer.Broadcast;
import rewind.autograd.buffer.Buffer;
import rewind.autograd.buffer.Loops;

/** Kernels of operations on operands that broadcast. */
final class Pointwise {
    private Pointwise() {}

    /** A loop over three operands, as the kernel of an operation. */
    static Op.Forward kernel(Loops.Ternary kernel) {
        return (k, in, out) -> {
            Buffer x = in[0];
            Buffer y = in[1];
            Buffer z = in[2];
            if (fills(x, out) && fills(y, out) && fills(z, out)) {
                Loops.run(kernel, x, y, z, out);
            } else {
                Broadcast.run(
                        in,
                        out,
                        (at, step, to, n) -> kernel.run(
                                k, x.data, at[0], step[0], y.data, at[1], step[1], z.data, at[2], step[2], out.data, to,
                                n));
            }
        };
    }

    /** A loop over two operands, as the kernel of an operation. */
    static Op.Forward kernel(Loops.Binary kernel) {
        return (k, in, out) -> {
            Buffer x = in[0];
            Buffer y = in[1];
            if (fills(x, out) && fills(y, out)) {
                Loops.run(kernel, x, y, out);
            } else {
                Broadcast.run(
                        in,
                        out,
                        (at, step, to, n) ->
                                kernel.run(k, x.data, at[0], step[0], y.data, at[1], step[1], out.data, to, n));
            }
        };
    }

    /** Whether an operand is walked through from its first element to its last, or is one element. */
    private static boolean fills(Buffer x, Buffer out) {
        return x.size() == out.size() || x.size() == 1;
    }
}
