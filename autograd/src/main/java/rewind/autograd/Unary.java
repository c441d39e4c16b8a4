package rewind.autograd;

import rewind.autograd.buffer.Buffer;
import rewind.autograd.buffer.Loops;
import rewind.autograd.kernel.Kernels;

/** A function of every element by itself. */
record Unary(String name, Loops.Unary kernel) implements Computed {
    @Override
    public void run(Kernels<Object> kernels, Buffer[] in, Buffer out) {
        run(in[0], out);
    }

    void run(Buffer x, Buffer y) {
        Loops.run(kernel, x, y);
    }
}
