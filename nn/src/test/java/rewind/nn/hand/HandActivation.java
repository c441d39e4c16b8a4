package rewind.nn.hand;

import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import rewind.autograd.Tensor;

/** Activations: the derivation by hand, as numbers, beside the library's operation. */
public enum HandActivation {
    TANH(Math::tanh, x -> 1 / (Math.cosh(x) * Math.cosh(x)), Tensor::tanh),
    RELU(x -> x > 0 ? x : 0, x -> x > 0 ? 1 : 0, Tensor::relu),
    SIGMOID(x -> 1 / (1 + Math.exp(-x)), x -> 1 / (2 + Math.exp(x) + Math.exp(-x)), Tensor::sigmoid),
    IDENTITY(x -> x, x -> 1, x -> x),
    LEAKY_RELU(x -> x > 0 ? x : 0.3 * x, x -> x > 0 ? 1 : 0.3, x -> x.leakyRelu(0.3)),
    ELU(x -> x > 0 ? x : Math.expm1(x), x -> x > 0 ? 1 : Math.exp(x), x -> x.elu(1));

    private final DoubleUnaryOperator value;
    private final DoubleUnaryOperator derivative;
    private final UnaryOperator<Tensor> operation;

    HandActivation(DoubleUnaryOperator value, DoubleUnaryOperator derivative, UnaryOperator<Tensor> operation) {
        this.value = value;
        this.derivative = derivative;
        this.operation = operation;
    }

    public double value(double x) {
        return value.applyAsDouble(x);
    }

    public double derivative(double x) {
        return derivative.applyAsDouble(x);
    }

    /** What {@link rewind.nn.layer.Activation#named} calls it. */
    public String standardName() {
        return this == LEAKY_RELU ? "leakyRelu" : name().toLowerCase(Locale.ROOT);
    }

    public UnaryOperator<Tensor> operation() {
        return operation;
    }
}
