package rewind.autograd;

import rewind.autograd.buffer.Broadcast;
import rewind.autograd.buffer.Buffer;
import rewind.autograd.buffer.Loops;
import rewind.autograd.kernel.Kernels;

/** A function of every pair of elements, with broadcasting. */
record Binary(String name, Loops.Binary kernel) implements Computed {
    @Override
    public void run(Kernels<Object> kernels, Buffer[] in, Buffer out) {
        Buffer x = in[0];
        Buffer y = in[1];
        if (fills(x, out) && fills(y, out)) {
            Loops.run(kernel, x, y, out);
        } else {
            Broadcast.run(
                    in,
                    out,
                    (at, step, to, n) ->
                            kernel.run(kernels, x.data, at[0], step[0], y.data, at[1], step[1], out.data, to, n));
        }
    }

    /** Whether an operand is walked through from its first element to its last, or is one element. */
    static boolean fills(Buffer x, Buffer out) {
        return x.size() == out.size() || x.size() == 1;
    }
}
