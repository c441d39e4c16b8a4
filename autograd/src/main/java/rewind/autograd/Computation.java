package rewind.autograd;

import rewind.autograd.buffer.Buffer;
import rewind.autograd.reverse.Operation;
import rewind.autograd.reverse.Space;

/** An operation whose kernel writes a new array. */
record Computation(String name, Op.Forward forward) implements Operation<Tensor> {
    @Override
    public Tensor apply(Tensor[] operands, Space<Tensor> space) {
        Form form = (Form) space;
        Tensor y = Tensor.empty(form.dtype(), form.shape());
        Buffer[] buffers = new Buffer[operands.length];
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] = operands[i].buffer;
        }
        forward.run(form.dtype().kernels(), buffers, y.buffer);
        return y;
    }
}
