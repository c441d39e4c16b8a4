package rewind.autograd;

import rewind.autograd.buffer.Buffer;
import rewind.autograd.buffer.Loops;
import rewind.autograd.kernel.Kernels;

/**
 * dx = f(y, dy) for every element, where y is the output or the other operand and has the shape of dy.
 *
 * @param kernel f
 * @param formula the same as a function of tensors
 */
record ElementwisePullback(Loops.Binary kernel, Tensor y, Pullback formula) implements Accumulating {
    @Override
    public Tensor apply(Tensor dy) {
        return formula.apply(dy);
    }

    @Override
    public boolean isConstant(Tensor dy) {
        return !y.isRecorded() && !dy.isRecorded();
    }

    @Override
    public void write(Buffer dy, Buffer target) {
        Loops.run(kernel, y.buffer, dy, target);
    }

    /** dx = dy ⊙ y, which is added in one pass. */
    record Product(Tensor y) implements Accumulating {
        @Override
        public Tensor apply(Tensor dy) {
            return dy.mul(y);
        }

        @Override
        public boolean isConstant(Tensor dy) {
            return !y.isRecorded() && !dy.isRecorded();
        }

        @Override
        public void write(Buffer dy, Buffer target) {
            Loops.run(Kernels::mul, dy, y.buffer, target);
        }

        @Override
        public boolean add(Buffer dy, Buffer target) {
            Loops.run(Kernels::addProduct, target, dy, y.buffer, target);
            return true;
        }
    }
}
