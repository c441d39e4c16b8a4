package rewind.nn;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import rewind.autograd.Tensor;

/**
 * A function of a tensor, with a name.
 *
 * @param name what summaries and files call it
 * @param function the function, from any shape to the same shape
 */
public record Activation(String name, UnaryOperator<Tensor> function) implements UnaryOperator<Tensor> {
    private static final Map<String, UnaryOperator<Tensor>> STANDARD = new TreeMap<>(Map.ofEntries(
            Map.entry("identity", x -> x),
            Map.entry("relu", Tensor::relu),
            Map.entry("leakyRelu", x -> x.leakyRelu(0.3)),
            Map.entry("elu", x -> x.elu(1)),
            Map.entry("selu", Tensor::selu),
            Map.entry("silu", Tensor::silu),
            Map.entry("gelu", Tensor::gelu),
            Map.entry("sigmoid", Tensor::sigmoid),
            Map.entry("softplus", Tensor::softplus),
            Map.entry("tanh", Tensor::tanh),
            Map.entry("softmax", x -> x.softmax(-1))));

    /** x. */
    public static final Activation IDENTITY = named("identity");

    /** tanh x. */
    public static final Activation TANH = named("tanh");

    /** σ(x). */
    public static final Activation SIGMOID = named("sigmoid");

    /**
     * Returns a standard activation: identity, relu, leakyRelu (slope 0.3), elu (α = 1), selu, silu, gelu, sigmoid, softplus, tanh, or
     * softmax over the last axis.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public static Activation named(String name) {
        UnaryOperator<Tensor> function = STANDARD.get(name);
        Check.that(function != null, "activation %s must be one of %s", name, STANDARD.keySet());
        return new Activation(name, function);
    }

    /** Returns a function of one's own as an activation. */
    public static Activation of(UnaryOperator<Tensor> function) {
        return function instanceof Activation named ? named : new Activation("custom", function);
    }

    /**
     * Returns the softmax with a temperature over the last axis, softmax(x/T).
     *
     * @throws IllegalArgumentException if the temperature is not positive
     */
    public static Activation softmax(double temperature) {
        Check.that(temperature > 0, "softmax: the temperature must be positive, got %s", temperature);
        return new Activation("softmax(" + temperature + ")", x -> x.div(temperature).softmax(-1));
    }

    @Override
    public Tensor apply(Tensor x) {
        return function.apply(x);
    }
}
