package rewind.nn.layer;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import rewind.autograd.DType;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/**
 * A function of a tensor, with a name. One whose values are probabilities also tells their logarithms, so that a cross-entropy is
 * computed from the scores before the activation and stays finite and exact where the probabilities themselves are 0 or 1.
 */
public final class Activation implements UnaryOperator<Tensor> {
    private static final Map<String, Activation> STANDARD = new TreeMap<>();

    /** x. */
    public static final Activation IDENTITY = standard("identity", x -> x);

    /** tanh x. */
    public static final Activation TANH = standard("tanh", Tensor::tanh);

    /** σ(x). */
    public static final Activation SIGMOID = standard(new Activation(
            "sigmoid",
            Description.of("sigmoid"),
            Tensor::sigmoid,
            Tensor::logSigmoid,
            x -> x.neg().logSigmoid()));

    /** The softmax over the last axis. */
    public static final Activation SOFTMAX = standard(new Activation(
            "softmax", Description.of("softmax"), x -> x.softmax(-1), x -> x.logSoftmax(-1), Activation::logOfOthers));

    static {
        standard("relu", Tensor::relu);
        standard("leakyRelu", x -> x.leakyRelu(0.3));
        standard("elu", x -> x.elu(1));
        standard("selu", Tensor::selu);
        standard("silu", Tensor::silu);
        standard("gelu", Tensor::gelu);
        standard("softplus", Tensor::softplus);
        standard("mish", Tensor::mish);
        standard("hardSigmoid", Tensor::hardSigmoid);
    }

    private final String name;
    /** What saved models tell, or null for a function without a name. */
    private final Description description;

    private final UnaryOperator<Tensor> function;
    private final UnaryOperator<Tensor> log;
    private final UnaryOperator<Tensor> logOfComplement;
    private final boolean makesProbabilities;

    /** An activation that makes probabilities, and knows their logarithms. */
    private Activation(
            String name,
            Description description,
            UnaryOperator<Tensor> function,
            UnaryOperator<Tensor> log,
            UnaryOperator<Tensor> logOfComplement) {
        this(name, description, function, log, logOfComplement, true);
    }

    private Activation(
            String name,
            Description description,
            UnaryOperator<Tensor> function,
            UnaryOperator<Tensor> log,
            UnaryOperator<Tensor> logOfComplement,
            boolean makesProbabilities) {
        this.makesProbabilities = makesProbabilities;
        this.name = name;
        this.description = description;
        this.function = function;
        this.log = log;
        this.logOfComplement = logOfComplement;
    }

    private Activation(String name, Description description, UnaryOperator<Tensor> function) {
        this(
                name,
                description,
                function,
                x -> safeLog(function.apply(x)),
                x -> safeLog(function.apply(x).oneMinus()),
                false);
    }

    /** Whether all values are probabilities, whose logarithms are exact; other functions' values may be anything. */
    public boolean makesProbabilities() {
        return makesProbabilities;
    }

    private static Activation standard(String name, UnaryOperator<Tensor> function) {
        return standard(new Activation(name, Description.of(name), function));
    }

    private static Activation standard(Activation activation) {
        STANDARD.put(activation.name, activation);
        return activation;
    }

    /**
     * Returns a standard activation: identity, relu, leakyRelu (slope 0.3), elu (α = 1), selu, silu, gelu, mish, sigmoid, hardSigmoid, softplus,
     * tanh, or softmax over the last axis.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public static Activation named(String name) {
        Activation activation = STANDARD.get(name);
        Check.that(activation != null, "activation %s must be one of %s", name, STANDARD.keySet());
        return activation;
    }

    /** Returns a function of one's own as an activation, named {@code custom}. */
    public static Activation of(UnaryOperator<Tensor> function) {
        return function instanceof Activation activation ? activation : new Activation("custom", null, function);
    }

    /**
     * Returns a function of one's own as an activation.
     *
     * @param name what saved models call it, see {@link rewind.nn.Registry#activation}
     */
    public static Activation of(String name, UnaryOperator<Tensor> function) {
        return new Activation(name, Description.own(name), function);
    }

    /**
     * Returns the softmax with a temperature over the last axis, softmax(x/T).
     *
     * @throws IllegalArgumentException if the temperature is not positive
     */
    public static Activation softmax(double temperature) {
        Check.that(temperature > 0, "softmax: the temperature must be positive, got %s", temperature);
        return new Activation(
                "softmax",
                Description.of("softmax").with("temperature", temperature),
                x -> SOFTMAX.apply(x.div(temperature)),
                x -> SOFTMAX.log(x.div(temperature)),
                x -> SOFTMAX.logOfComplement(x.div(temperature)));
    }

    /** Returns what summaries and files call this. */
    public String name() {
        return name;
    }

    /** Returns whether it is one of the standard functions, which are there by name, rather than a user's own. */
    public boolean isStandard() {
        return STANDARD.get(name) == this;
    }

    /**
     * Returns what saved models tell of this.
     *
     * @throws IllegalArgumentException if it has no name that {@link rewind.nn.Model#load} could look up
     */
    public Description description() {
        Check.that(
                description != null,
                "an activation of one's own must have a name to be saved; use activation(\"tanh\") for a standard one, or"
                        + " Activation.of(\"name\", function) and Registry.of().activation(\"name\", function)");
        return description;
    }

    /** The built-in activation that is described. */
    static Activation described(Description description) {
        if (description.options().isEmpty()) {
            return named(description.kind());
        }
        Activation softmax = softmax(description.number("temperature"));
        Check.that(softmax.description.equals(description), "activation %s must not have such options", description);
        return softmax;
    }

    @Override
    public Tensor apply(Tensor x) {
        return function.apply(x);
    }

    /** Returns ln act(x): exact for sigmoid and softmax, otherwise of act(x) kept from below at {@link DType#minNormal}. */
    public Tensor log(Tensor x) {
        return log.apply(x);
    }

    /** Returns ln(1 − act(x)): exact for sigmoid and softmax, otherwise of 1 − act(x) kept from below at {@link DType#minNormal}. */
    public Tensor logOfComplement(Tensor x) {
        return logOfComplement.apply(x);
    }

    @Override
    public String toString() {
        return name;
    }

    /** ln max(p, tiny) with the derivative 1/max(p, tiny), tiny the smallest normal number, so that a probability of 0 is still pushed away from 0. */
    private static Tensor safeLog(Tensor p) {
        Tensor lift =
                p.clamp(p.dtype().minNormal(), Double.POSITIVE_INFINITY).sub(p).detach();
        return p.add(lift).log();
    }

    /** ln(1 − softmax(x)_k) = ln Σ_{j≠k} softmax(x)_j, without 1 − p, which loses all digits at p near 1. */
    private static Tensor logOfOthers(Tensor x) {
        Tensor own = Tensor.eye(x.dtype(), x.size(-1));
        Tensor none = Tensor.full(x.dtype(), Double.NEGATIVE_INFINITY);
        return Tensor.where(own, none, x.logSoftmax(-1).expandDims(-2)).logSumExp(-1);
    }
}
