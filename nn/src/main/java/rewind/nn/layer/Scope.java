package rewind.nn.layer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.commons.math3.random.RandomGenerator;
import rewind.autograd.DType;
import rewind.autograd.Grad;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/**
 * Where a definition gets its parameters: by name, shape and initializer. The same definition runs when a model is built, which
 * draws the parameters, and at every forward pass, which finds them; so a definition has no state. A scope also tells what the pass
 * is about, see {@link Pass}.
 *
 * <pre>{@code
 * Tensor U = scope.parameter("U", inputs, units);
 * Tensor b = scope.bias("b", units);
 * return x -> x.matmul(U).add(b);
 * }</pre>
 */
public final class Scope {
    private static final int LONGEST_PATH = 4000;

    private final String prefix;
    private final ParameterSource source;
    private final Pass pass;

    private Scope(String prefix, ParameterSource source, Pass pass) {
        this.prefix = prefix;
        this.source = source;
        this.pass = pass;
    }

    /** Returns a scope that draws every parameter when it is first asked for. */
    public static Scope drawing(RandomGenerator rng) {
        return drawing(rng, DType.FLOAT64);
    }

    /** As {@link #drawing(RandomGenerator)}, with what was drawn rounded to the element type. */
    public static Scope drawing(RandomGenerator rng, DType dtype) {
        return of(ParameterSource.Building.drawing(rng, dtype));
    }

    /** Returns a scope of given parameters, for inference. */
    public static Scope of(Parameters parameters) {
        return of(parameters, Pass.inference());
    }

    /** Returns a scope of given parameters, for the given pass. */
    public static Scope of(Parameters parameters, Pass pass) {
        return new Scope("", new ParameterSource.Given(parameters), pass);
    }

    /** A scope of a source, for inference. */
    static Scope of(ParameterSource source) {
        return new Scope("", source, Pass.inference());
    }

    /**
     * Returns the part of this scope where names begin with {@code name/}.
     *
     * @throws IllegalArgumentException if the names of the parts that lie in each other have more than 4000 characters together
     */
    public Scope child(String name) {
        Check.that(
                prefix.length() + name.length() < LONGEST_PATH,
                "scope: the names of layers in each other must have at most %s characters together, got %s",
                LONGEST_PATH,
                prefix.length() + name.length() + 1);
        return new Scope(prefix + name + "/", source, pass);
    }

    /** Returns this scope where samples are steps: lengths of sequences do not reach the layers in it. */
    public Scope ofSteps() {
        return new Scope(prefix, source, pass.ofSteps());
    }

    /**
     * Returns what a layer makes of a batch, with its parameters in the part of this scope of the given name: a layer of one's own is
     * written from others so.
     *
     * <pre>{@code
     * Layer gated = (scope, input) -> x -> {
     *     Tensor gate = scope.apply("gate", dense(8, "sigmoid"), x);
     *     return scope.apply("value", dense(8), x).mul(gate);
     * };
     * }</pre>
     *
     * @throws IllegalArgumentException if the layer cannot take such a batch; the message names it
     */
    public Tensor apply(String name, Layer layer, Tensor x) {
        return child(name).output(layer, x);
    }

    /**
     * As {@link #apply}, without the last activation of the layer: a layer that ends with another one gives its scores so, see {@link
     * Layer#bindScores}.
     */
    public Tensor scores(String name, Layer layer, Tensor x) {
        return child(name).scores(layer, x);
    }

    /**
     * As {@link #apply}; and gives it out as an output of the model's besides the main one, under this name, of which {@link
     * rewind.nn.Training#loss(String, rewind.nn.loss.Loss)} is a loss.
     */
    public Tensor output(String name, Layer layer, Tensor x) {
        PassOutputs.Named output = new PassOutputs.Named(layer.lastActivation(), scores(name, layer, x));
        pass.outputs().put(name, output);
        return output.output();
    }

    /**
     * Returns a named tensor that the model is given besides its input, (batch, …sizes): {@code dataset.with(name, …)} in training, {@code
     * Pass.inference().given(…)} in use.
     *
     * @param x the input of the layer, of whose element type it is, and which tells how many samples there are
     * @param sizes of one sample
     * @throws IllegalArgumentException if there is none of that name, or it has another shape
     */
    public Tensor input(String name, Tensor x, int... sizes) {
        Shape shape = Shape.of(Samples.batch(x.size(0), Shape.of(sizes)));
        Tensor given = source.shapesAlone()
                ? Tensor.zeros(x.dtype(), shape)
                : pass.given().get(name);
        Check.that(
                given != null,
                "input: there must be a tensor %s %s besides the input, got %s; dataset.with(name, …) or pass.given(…) gives it",
                name,
                shape,
                pass.given().keySet());
        Check.that(given.shape().equals(shape), "input: %s must have the shape %s, got %s", name, shape, given.shape());
        return given.to(x.dtype());
    }

    /** What a layer makes of a batch, with its parameters in this scope. */
    Tensor output(Layer layer, Tensor x) {
        return applied(layer, x, layer::bind);
    }

    /** As {@link #output}, without the last activation. */
    Tensor scores(Layer layer, Tensor x) {
        return applied(layer, x, layer::bindScores);
    }

    /** The part of the same parameters where names begin with a prefix. */
    Scope at(String whole) {
        return new Scope(whole, source, pass);
    }

    private Tensor applied(Layer layer, Tensor x, BiFunction<Scope, Shape, UnaryOperator<Tensor>> bind) {
        Shape sample = Samples.shape(x.shape());
        String name = prefix.isEmpty() ? layer.name() : path();
        try {
            pass.follower().layer(name, true);
            x.inLayer(prefix.isEmpty() ? "" : name);
            Scope own = new Scope(prefix, source, pass.of(x.shape()));
            Tensor y = bind.apply(own, sample).apply(x);
            Check.that(y != null, "the output must be a tensor, got null");
            String around = around();
            x.inLayer(around);
            y.inLayer(around);
            pass.follower().layer(name, false);
            source.applied(new BuiltLayer.Applied(prefix, layer, sample, Samples.shape(y.shape())));
            return y;
        } catch (IllegalArgumentException e) {
            throw naming(name, layer, sample, e);
        }
    }

    /** The error with the name of the layer in the model and what it got, unless a layer further in is named already. */
    private IllegalArgumentException naming(String name, Layer layer, Shape sample, IllegalArgumentException e) {
        if (e.getCause() instanceof IllegalArgumentException) {
            return e;
        }
        String message = e.getMessage();
        return new IllegalArgumentException(
                (message.startsWith(layer.name() + ": ")
                                ? name + message.substring(layer.name().length())
                                : Check.text("%s, given samples %s: ", name, sample) + message)
                        + hint(layer, sample),
                e);
    }

    /** For a layer that gets no steps, because a recurrent one before it gives its last output alone. */
    private String hint(Layer layer, Shape sample) {
        boolean stepsAreMissing = sample.rank() == 0 || (sample.rank() == 1 && takesSteps(layer));
        return (stepsAreMissing ? source.lastOverSteps() : Optional.<BuiltLayer.Applied>empty())
                .map(before -> "; " + before.name() + " gives its last output alone, sequences(true) gives all")
                .orElse("");
    }

    /** Whether samples may have to be (steps, features); of a user's own layer nothing is known. */
    private static boolean takesSteps(Layer layer) {
        return layer instanceof NamedLayer named
                ? takesSteps(named.layer())
                : layer instanceof OverSteps || !(layer instanceof Formed);
    }

    /** Returns a parameter that starts as {@link Initializers#xavier}. */
    public Tensor parameter(String name, int... sizes) {
        return parameter(name, Initializers.xavier(), sizes);
    }

    /**
     * Returns a parameter.
     *
     * @throws IllegalArgumentException if the parameter is there with another shape, or not there in a forward pass; or if it is drawn and
     *     does not fit into the heap
     */
    public Tensor parameter(String name, Initializer initializer, int... sizes) {
        Shape shape = ParameterSize.shape(prefix + name, sizes);
        return found(prefix + name, List.of(), shape, rng -> initializer.draw(rng, shape));
    }

    /** Returns a bias of shape [1, units], added to every row; it starts as zeros. */
    public Tensor bias(String name, int units) {
        return parameter(name, Initializers.zeros(), 1, units);
    }

    /**
     * Returns a parameter of another layer, so that both have the same: weights are tied.
     *
     * @param name its name in the model, {@code embedding/E} say; where layers lie in each other, from any of those on that this one lies in
     * @throws IllegalArgumentException if no layer before this one has declared it
     */
    public Tensor parameterOf(String name) {
        String around = prefix;
        while (!source.has(around + name) && !around.isEmpty()) {
            around = around.substring(0, around.lastIndexOf('/', around.length() - 2) + 1);
        }
        Check.that(
                source.has(around + name),
                "%s: there must be a parameter %s of a layer before it, there are %s",
                path(),
                name,
                parameters().names());
        return source.get(around + name, List.of(), rng -> null);
    }

    /**
     * Returns a statistic: what is kept with the parameters, but moved by passes of training themselves, see {@link #renew}, and by no gradient. It
     * is frozen in the model.
     *
     * @throws IllegalArgumentException as {@link #parameter(String, Initializer, int...)}
     */
    public Tensor statistic(String name, Initializer initializer, int... sizes) {
        source.statistic(prefix + name);
        Tensor value = parameter(name, initializer, sizes);
        return Grad.once(() -> pass.renewed().getOrDefault(prefix + name, value));
    }

    /** Tells, in a pass of training, the next value of a statistic: a constant. */
    public void renew(String name, Tensor value) {
        pass.renew(prefix + name, value.detach());
    }

    /**
     * Returns the parameters of several gates as one stack, (gates, …sizes). Each gate's block is drawn by itself and has its own name,
     * {@code name} followed by that of the gate.
     *
     * @param initializer the initializer of each gate
     * @throws IllegalArgumentException as {@link #parameter(String, Initializer, int...)}
     */
    public Tensor gates(String name, List<String> gates, Function<String, Initializer> initializer, int... sizes) {
        int[] all = new int[sizes.length + 1];
        all[0] = gates.size();
        System.arraycopy(sizes, 0, all, 1, sizes.length);
        Shape stack = ParameterSize.shape(prefix + name, all);
        Shape block = Shape.of(sizes);
        List<String> names = gates.stream().map(gate -> prefix + name + gate).toList();
        return found(prefix + name, names, stack, rng -> {
            List<Tensor> blocks = new ArrayList<>();
            gates.forEach(gate -> blocks.add(initializer.apply(gate).draw(rng, block)));
            return Tensor.stack(0, blocks);
        });
    }

    /**
     * Declares that the gradients of all parameters in this part of the scope are scaled down together in training when their common
     * Euclidean norm exceeds a limit.
     */
    public void clipGradients(double limit) {
        source.clip(prefix, limit);
    }

    /** Returns the element type of the parameters, in which the definition computes. */
    public DType dtype() {
        return source.dtype();
    }

    /** Whether this pass is there for parameters and shapes alone, so that no step of a sequence but the first needs to be done. */
    public boolean shapesAlone() {
        return source.shapesAlone();
    }

    /** Returns what the pass is about. */
    public Pass pass() {
        return pass;
    }

    /** Returns the path of this part, {@code lstm/forward} say; empty for the whole scope. */
    public String path() {
        return prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1);
    }

    /** The path of the part that this one is in. */
    private String around() {
        int end = prefix.lastIndexOf('/', prefix.length() - 2);
        return prefix.substring(0, Math.max(0, end));
    }

    /** Returns all parameters: those given, or those drawn so far. */
    public Parameters parameters() {
        return source.parameters();
    }

    private Tensor found(String name, List<String> blocks, Shape shape, Function<RandomGenerator, Tensor> draw) {
        Tensor value =
                source.get(name, blocks, rng -> ParameterSize.drawn(name, shape, dtype(), () -> draw.apply(rng)));
        Check.that(
                value.shape().equals(shape),
                "parameter %s has the shape %s, but the input needs %s",
                name,
                value.shape(),
                shape);
        return value;
    }

    /** Returns the path, the pass and the parameters. */
    @Override
    public String toString() {
        return "Scope '" + path() + "', " + pass + ", " + parameters();
    }
}
