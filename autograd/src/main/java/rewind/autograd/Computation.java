package rewind.autograd;

import rewind.autograd.reverse.Operation;
import rewind.autograd.reverse.Space;

/** An operation whose kernel writes a new array. */
record Computation(String name, Op.Forward forward) implements Operation<Tensor> {
    @Override
    public Tensor apply(Tensor[] operands, Space<Tensor> space) {
        Form form = (Form) space;
        Tensor y = Tensor.empty(form.dtype(), form.shape());
        forward.run(form.dtype().kernels(), operands, y);
        return y;
    }
}
