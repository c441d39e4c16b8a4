package rewind.nn;

import java.util.function.UnaryOperator;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/**
 * A fully connected layer, y = act(x·U + b) along the last axis, with U (features, units) and b (1, units); any other axes are like
 * the batch axis, so that a sequence gets the same function at every step.
 */
public record Dense(int units, UnaryOperator<Tensor> activation) implements Layer {
    public Dense {
        Check.that(units > 0, "dense: units must be positive, got %s", units);
    }

    /** Returns this layer with an activation, for example {@code Tensor::tanh}. */
    public Dense activation(UnaryOperator<Tensor> function) {
        return new Dense(units, function);
    }

    @Override
    public UnaryOperator<Tensor> bind(Scope scope, Shape input) {
        Check.that(input.rank() >= 1, "dense: a sample must have at least one axis, got the shape %s", input);
        Tensor U = scope.parameter("U", input.size(-1), units);
        Tensor b = scope.bias("b", units);
        return x -> activation.apply(x.matmul(U).add(b));
    }

    @Override
    public String name() {
        return "dense";
    }
}
