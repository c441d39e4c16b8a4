package rewind.autograd;

import java.util.function.UnaryOperator;

/**
 * The linear map from the cotangent of an operation's output to the cotangent of one of its inputs: {@code dy ↦ dx} with
 * dx = Jᵀ·dy. It is written in tensor operations, so that it can itself be differentiated.
 *
 * <p>The result has the shape of the input, or a shape that the input was broadcast to: the engine sums over repeated axes.
 */
@FunctionalInterface
public interface Pullback extends UnaryOperator<Tensor> {
    /** Returns Jᵀ·dy for a cotangent of the output's shape. */
    @Override
    Tensor apply(Tensor dy);
}
