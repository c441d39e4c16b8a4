package rewind.nn.layer;

import java.util.function.UnaryOperator;
import org.apache.commons.math3.random.Well19937c;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.program.Equations;

/**
 * An immutable specification of a function from a batch to a batch. Built-in ones come from {@link rewind.nn.Layers}; a user's own is a lambda:
 *
 * <pre>{@code
 * Layer scaled = (scope, input) -> {
 *     Tensor gain = scope.parameter("gain", Initializers.constant(1), input.size(-1));
 *     return x -> x.mul(gain);
 * };
 * }</pre>
 */
@FunctionalInterface
public interface Layer {
    /**
     * Declares the parameters and returns the function of a batch.
     *
     * @param scope where the parameters are
     * @param input the shape of one sample, without the batch axis
     * @return a function from [batch, …input] to [batch, …output]
     * @throws IllegalArgumentException if the layer cannot take such an input
     */
    UnaryOperator<Tensor> bind(Scope scope, Shape input);

    /**
     * Returns the activation with which the layer ends, as far as {@link #bindScores} leaves it out; the identity if it does not.
     */
    default Activation lastActivation() {
        return Activation.IDENTITY;
    }

    /** As {@link #bind}, but without the last activation: what cross-entropies are computed from. */
    default UnaryOperator<Tensor> bindScores(Scope scope, Shape input) {
        return bind(scope, input);
    }

    /** Returns the name under which {@link rewind.nn.Sequential} files the parameters; a number is added if it is taken. */
    default String name() {
        return "layer";
    }

    /**
     * Returns the equations of the layer and, derived from them, of its gradients, from dA, the derivative of a loss by its output A, on.
     *
     * @param input the shape of one sample, without the batch axis, as (steps, features)
     * @throws IllegalArgumentException if the layer cannot take such an input, or reads numbers, so that what it does may depend on them
     */
    default Equations equations(Shape input) {
        BuiltLayer built = BuiltLayer.drawing(this, input, new Well19937c(0), DType.FLOAT64);
        return built.program(built.parameters(), 2).withAdjoint().equations();
    }

    /** Returns this layer with its parameters filed under another name, by which messages call it, too. */
    default Layer named(String name) {
        return new NamedLayer(name, this);
    }

    /**
     * Returns what a saved model tells of this layer. Built-in ones have one; a lambda gets one by {@link rewind.nn.Layers#layer}, and a class of
     * one's own may override this, see {@link Description}.
     *
     * @throws IllegalArgumentException if this layer, or a part of it, has no name that {@link rewind.nn.Model#load} could look up
     */
    default Description description() {
        throw new IllegalArgumentException(
                "a layer of one's own must have a name to be saved; use layer(\"name\", …), and"
                        + " Registry.of().layer(\"name\", …) to load");
    }
}
