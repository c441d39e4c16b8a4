package rewind.autograd;

import rewind.autograd.reverse.Entry;
import rewind.autograd.reverse.Space;

/** What an entry knows of its value: shape and dtype. */
record Form(Shape shape, DType dtype) implements Space<Tensor> {
    static Form of(Entry<Tensor> entry) {
        return (Form) entry.space();
    }

    @Override
    public Tensor plus(Tensor x, Tensor y) {
        return x.add(y);
    }

    /** Undoes broadcasting: sums over the axes along which the operand was repeated. */
    @Override
    public Tensor fit(Tensor dx, String operation, int operand) {
        if (dx.shape().equals(shape)) {
            return dx;
        }
        Check.that(
                shape.broadcastsTo(dx.shape()),
                "%s: the pullback for input %s must give the input's shape %s, got %s",
                operation,
                operand,
                shape,
                dx.shape());
        return dx.sumTo(shape);
    }
}
