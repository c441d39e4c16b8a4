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
        Broadcast.run(kernel, x, y, z);
    }
}
