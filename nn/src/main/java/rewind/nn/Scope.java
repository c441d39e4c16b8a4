package rewind.nn;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.math3.random.RandomGenerator;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/**
 * Where a definition gets its parameters: by name, shape and initializer. The same definition runs when a model is built, which
 * draws the parameters, and at every forward pass, which finds them; so a definition has no state. A scope also tells what differs
 * between training and inference.
 *
 * <pre>{@code
 * Tensor U = scope.parameter("U", inputs, units);
 * Tensor b = scope.bias("b", units);
 * return x -> x.matmul(U).add(b);
 * }</pre>
 */
public final class Scope {
    private final String prefix;
    private final Map<String, Tensor> parameters;
    private final boolean drawing;
    private final boolean training;
    private final RandomGenerator rng;

    private Scope(
            String prefix, Map<String, Tensor> parameters, boolean drawing, boolean training, RandomGenerator rng) {
        this.prefix = prefix;
        this.parameters = parameters;
        this.drawing = drawing;
        this.training = training;
        this.rng = rng;
    }

    /** Returns a scope that draws every parameter when it is first asked for. */
    public static Scope drawing(RandomGenerator rng) {
        return new Scope("", new LinkedHashMap<>(), true, false, rng);
    }

    /** Returns a scope of given parameters, for inference. */
    public static Scope of(Parameters parameters) {
        return new Scope("", parameters.asMap(), false, false, null);
    }

    /** Returns a scope of given parameters, for training; the generator decides what is random there. */
    public static Scope training(Parameters parameters, RandomGenerator rng) {
        return new Scope("", parameters.asMap(), false, true, rng);
    }

    /** Returns the part of this scope where names begin with {@code name/}. */
    public Scope child(String name) {
        return new Scope(prefix + name + "/", parameters, drawing, training, rng);
    }

    /** Returns a parameter that starts as {@link Initializers#xavier}. */
    public Tensor parameter(String name, int... sizes) {
        return parameter(name, Initializers.xavier(), sizes);
    }

    /**
     * Returns a parameter.
     *
     * @throws IllegalArgumentException if the parameter is there with another shape, or not there in a forward pass
     */
    public Tensor parameter(String name, Initializer initializer, int... sizes) {
        String full = prefix + name;
        Shape shape = Shape.of(sizes);
        Tensor value = parameters.get(full);
        if (value == null) {
            Check.that(drawing, "parameter %s must have been declared when the model was built", full);
            value = initializer.draw(rng, shape);
            parameters.put(full, value);
        }
        Check.that(
                value.shape().equals(shape), "parameter %s has the shape %s, but the input needs %s", full, value.shape(), shape);
        return value;
    }

    /** Returns a bias of shape [1, units], added to every row; it starts as zeros. */
    public Tensor bias(String name, int units) {
        return parameter(name, Initializers.zeros(), 1, units);
    }

    /** Whether this is a training pass: dropout and the like act only then. */
    public boolean training() {
        return training;
    }

    /**
     * Returns the generator for what is random in a training pass.
     *
     * @throws IllegalStateException in an inference pass, which must not be random
     */
    public RandomGenerator rng() {
        if (rng == null) {
            throw new IllegalStateException("an inference pass has no random generator");
        }
        return rng;
    }

    /** Returns all parameters drawn so far, under their full names. */
    public Parameters parameters() {
        return Parameters.of(parameters);
    }
}
