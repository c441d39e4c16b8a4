package rewind.nn.recurrent;

import java.util.function.BinaryOperator;
import rewind.autograd.Tensor;

/** How the outputs of two directions become one. */
public enum Merge implements BinaryOperator<Tensor> {
    /** One after the other along the last axis, forward first. */
    CONCAT((forward, backward) -> Tensor.concat(-1, forward, backward)),
    /** Their sum. */
    SUM(Tensor::add),
    /** Their mean. */
    MEAN((forward, backward) -> forward.add(backward).mul(0.5)),
    /** Their product. */
    PRODUCT(Tensor::mul);

    private final BinaryOperator<Tensor> function;

    Merge(BinaryOperator<Tensor> function) {
        this.function = function;
    }

    @Override
    public Tensor apply(Tensor forward, Tensor backward) {
        return function.apply(forward, backward);
    }
}
