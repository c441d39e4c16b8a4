package rewind.autograd;

import rewind.autograd.buffer.Broadcast;
import rewind.autograd.buffer.Buffer;
import rewind.autograd.buffer.Loops;
import rewind.autograd.kernel.Kernels;

/** A function of every pair of elements, with broadcasting. */
record Binary(String name, Loops.Binary kernel) implements Computed {
    @Override
    public void run(Kernels<Object> kernels, Buffer[] in, Buffer out) {
        run(in[0], in[1], out);
    }

    void run(Buffer x, Buffer y, Buffer z) {
        if (fills(x, z) && fills(y, z)) {
            Loops.run(kernel, x, y, z);
        } else {
            Buffer[] in = {x, y};
            Broadcast.run(
                    in,
                    z,
                    (at, step, to, n) ->
                            kernel.run(z.kernels(), x.data, at[0], step[0], y.data, at[1], step[1], z.data, to, n));
        }
    }

    /** Whether an operand is walked through from its first element to its last, or is one element. */
    static boolean fills(Buffer x, Buffer out) {
        return x.size() == out.size() || x.size() == 1;
    }
}
