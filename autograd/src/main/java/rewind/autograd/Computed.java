package rewind.autograd;

import rewind.autograd.reverse.Operation;
import rewind.autograd.reverse.Space;

/** An operation whose kernel writes a new array. */
interface Computed extends Operation<Tensor>, Op.Forward {
    @Override
    default Tensor apply(Tensor[] operands, Space<Tensor> space) {
        Form form = (Form) space;
        Tensor y = Tensor.empty(form.dtype(), form.shape());
        run(form.dtype().kernels(), Op.buffers(operands), y.buffer);
        return y;
    }
}
