package rewind.autograd;

import rewind.autograd.buffer.Buffer;
import rewind.autograd.kernel.Kernels;

/** Any other function of whole arrays. */
record Computation(String name, Op.Forward forward) implements Computed {
    @Override
    public void run(Kernels<Object> kernels, Buffer[] inputs, Buffer output) {
        forward.run(kernels, inputs, output);
    }
}
