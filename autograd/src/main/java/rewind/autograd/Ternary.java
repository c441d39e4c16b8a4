package rewind.autograd;

import rewind.autograd.buffer.Broadcast;
import rewind.autograd.buffer.Buffer;
import rewind.autograd.buffer.Loops;
import rewind.autograd.kernel.Kernels;

/** A function of every three elements, with broadcasting. */
record Ternary(String name, Loops.Ternary kernel) implements Computed {
    @Override
    public void run(Kernels<Object> kernels, Buffer[] in, Buffer out) {
        Broadcast.run(kernel, in, out);
    }
}
