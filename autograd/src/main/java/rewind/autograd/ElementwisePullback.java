package rewind.autograd;

/**
 * dx = f(y, dy) for every element, where y is the output or the other operand and has the shape of dy.
 *
 * @param kernel f
 * @param formula the same as a function of tensors
 */
record ElementwisePullback(Arithmetic.Kernel kernel, Tensor y, Pullback formula) implements Accumulating {
    @Override
    public Tensor apply(Tensor dy) {
        return formula.apply(dy);
    }

    @Override
    public boolean isConstant(Tensor dy) {
        return !Node.recorded(y.node) && !Node.recorded(dy.node);
    }

    @Override
    public void write(Tensor dy, Tensor target) {
        kernel.run(dy.kernels(), y.data, y.offset, 1, dy.data, dy.offset, 1, target.data, target.offset, target.size());
    }

    /** dx = dy ⊙ y, which is added in one pass. */
    record Product(Tensor y) implements Accumulating {
        @Override
        public Tensor apply(Tensor dy) {
            return dy.mul(y);
        }

        @Override
        public boolean isConstant(Tensor dy) {
            return !Node.recorded(y.node) && !Node.recorded(dy.node);
        }

        @Override
        public void write(Tensor dy, Tensor target) {
            dy.kernels().mul(dy.data, dy.offset, 1, y.data, y.offset, 1, target.data, target.offset, target.size());
        }

        @Override
        public void add(Tensor dy, Tensor target) {
            dy.kernels()
                    .addProduct(
                            target.data,
                            target.offset,
                            1,
                            dy.data,
                            dy.offset,
                            1,
                            y.data,
                            y.offset,
                            1,
                            target.data,
                            target.offset,
                            target.size());
        }
    }
}
