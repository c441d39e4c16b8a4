package rewind.nn;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.math3.random.Well19937c;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/**
 * A layer with its parameters. The parameters are the only thing that changes; the function itself is pure, and is there for any
 * parameters:
 *
 * <pre>{@code
 * Tape tape = new Tape();
 * Parameters watched = model.parameters().watchedBy(tape);
 * Tensor loss = meanSquaredError().of(model.forward(watched, x), y);
 * Parameters gradients = watched.in(tape.backward(loss));
 * }</pre>
 *
 * <p>A model computes in the element type of its parameters: inputs, and parameters that are set, are taken in that type.
 *
 * <p>Reading from several threads is safe, as is reading while one thread updates.
 */
public final class Model {
    private final Layer layer;
    private final Shape input;
    private final Shape output;
    private final long seed;
    private final DType dtype;
    private final Map<String, Double> clipping;
    private volatile Parameters parameters;
    private volatile Set<String> frozen = Set.of();
    private volatile Map<String, String> notes = Map.of();

    private Model(Layer layer, Shape input, Shape output, long seed, DType dtype, Scope built) {
        this.layer = layer;
        this.input = input;
        this.output = output;
        this.seed = seed;
        this.dtype = dtype;
        this.clipping = Collections.unmodifiableMap(new LinkedHashMap<>(built.clipping())); // in their order
        this.parameters = built.parameters();
    }

    /**
     * Builds a model: infers every shape from that of the input by passing one sample of zeros through, and draws every parameter from
     * the seed.
     *
     * @param input the shape of one sample, without the batch axis
     * @throws IllegalArgumentException if a layer cannot take what it gets
     */
    public static Model build(Layer layer, Shape input, long seed) {
        return build(layer, input, seed, DType.FLOAT64);
    }

    /** As {@link #build(Layer, Shape, long)}, with the parameters rounded to the element type, in which the model then computes. */
    public static Model build(Layer layer, Shape input, long seed, DType dtype) {
        Scope scope = Scope.drawing(new Well19937c(seed), dtype);
        Tensor result = layer.bind(scope, input).apply(Tensor.zeros(dtype, batch(1, input)));
        return new Model(layer, input, sample(result.shape()), seed, dtype, scope);
    }

    /** Returns the shape of one sample. */
    public Shape input() {
        return input;
    }

    /** Returns the shape of the output for one sample of the shape {@link #input}. */
    public Shape output() {
        return output;
    }

    /** Returns the seed that decided the first parameters; training takes it for what is random there. */
    public long seed() {
        return seed;
    }

    /** Returns the element type in which the model computes. */
    public DType dtype() {
        return dtype;
    }

    /** Returns the parameters as they are now. */
    public Parameters parameters() {
        return parameters;
    }

    /**
     * Replaces the parameters.
     *
     * @throws IllegalArgumentException if names or shapes differ
     */
    public void set(Parameters changed) {
        Check.that(
                changed.names().equals(parameters.names()),
                "parameters must be named %s, got %s",
                parameters.names(),
                changed.names());
        Parameters checked = parameters;
        for (String name : changed.stored()) {
            checked = checked.with(name, changed.get(name).detach().to(dtype));
        }
        parameters = checked;
    }

    /**
     * Replaces one parameter, or one gate's block of a stack; the value is taken in the element type of the model.
     *
     * @throws IllegalArgumentException if there is none of that name, or its shape differs
     */
    public void set(String name, Tensor value) {
        parameters = parameters.with(name, value.detach());
    }

    // ---- frozen parameters ----

    /**
     * Keeps parameters as they are in training: one, or all of a layer.
     *
     * @param name a parameter or stack such as {@code dense/b}, or a path such as {@code lstm} or {@code lstm/forward}
     * @throws IllegalArgumentException if there is no such parameter, or it is only a part of a stack
     */
    public void freeze(String name) {
        Set<String> more = new TreeSet<>(frozen);
        more.addAll(under(name));
        frozen = Collections.unmodifiableSet(more);
    }

    /** Lets training change again what {@link #freeze} kept, with the same names. */
    public void unfreeze(String name) {
        Set<String> fewer = new TreeSet<>(frozen);
        fewer.removeAll(under(name));
        frozen = Collections.unmodifiableSet(fewer);
    }

    /**
     * Whether training leaves a parameter alone.
     *
     * @param name a parameter, a stack, or a block of one
     * @throws IllegalArgumentException if there is no such parameter
     */
    public boolean frozen(String name) {
        return frozen.contains(parameters.storedAs(name));
    }

    /** Returns the names under which tensors are stored that training leaves alone. */
    public Set<String> frozen() {
        return frozen;
    }

    /** The stored names that are the given one, or lie under it. */
    private List<String> under(String name) {
        List<String> found = parameters.stored().stream()
                .filter(stored -> stored.equals(name) || stored.startsWith(name + "/"))
                .toList();
        Check.that(
                !found.isEmpty() || !parameters.names().contains(name),
                "model: %s is a block of a stack, which can only be frozen as a whole; use %s",
                name,
                found.isEmpty() && parameters.names().contains(name) ? parameters.storedAs(name) : name);
        Check.that(!found.isEmpty(), "model: there must be parameters %s among %s", name, parameters.stored());
        return found;
    }

    // ---- notes ----

    /**
     * Keeps a short text with the model, which is saved with it: how its data were scaled, what its outputs mean.
     *
     * @return this model
     */
    public Model note(String name, String text) {
        Map<String, String> changed = new LinkedHashMap<>(notes);
        changed.put(name, text);
        notes = Collections.unmodifiableMap(changed);
        return this;
    }

    /** Returns a text kept with the model. */
    public Optional<String> note(String name) {
        return Optional.ofNullable(notes.get(name));
    }

    /** Returns all texts kept with the model, by name. */
    public Map<String, String> notes() {
        return notes;
    }

    /**
     * Returns gradients clipped as the layers want it: those of a layer with a limit are scaled down together where their common norm
     * exceeds it, see {@link Recurrent#clipGradients(double)}. For training loops of one's own; {@link Training} does it.
     */
    public Parameters clipped(Parameters gradients) {
        Parameters result = gradients;
        for (Map.Entry<String, Double> layer : clipping.entrySet()) {
            result = Clipping.byNorm(result, name -> name.startsWith(layer.getKey()), layer.getValue());
        }
        return result;
    }

    /** The limits of the gradients' norms, by the beginning of the parameters' names. */
    Map<String, Double> clipping() {
        return clipping;
    }

    /** Returns the output for a batch, (batch, …input) to (batch, …output), as in use after training. */
    public Tensor predict(Tensor x) {
        return forward(parameters, x);
    }

    /** Returns the output for a batch with the given parameters, as in use after training. */
    public Tensor forward(Parameters with, Tensor x) {
        return forward(with, x, Pass.inference());
    }

    /** Returns the output for a batch with the given parameters, in the given pass. */
    public Tensor forward(Parameters with, Tensor x, Pass pass) {
        return layer.bind(Scope.of(with, pass), sampleOf(x)).apply(x.to(with.dtype(dtype)));
    }

    /** Returns the output before the last activation, for a {@link Loss}. */
    public Tensor scores(Parameters with, Tensor x, Pass pass) {
        return layer.bindScores(Scope.of(with, pass), sampleOf(x)).apply(x.to(with.dtype(dtype)));
    }

    /** Returns the last activation, which makes the output of the scores. */
    public Activation lastActivation() {
        return layer.lastActivation();
    }

    private Shape sampleOf(Tensor x) {
        Check.that(
                x.rank() == input.rank() + 1,
                "model: the input must be a batch of samples %s, got the shape %s; expandDims(0) makes a batch of one sample",
                input,
                x.shape());
        return sample(x.shape());
    }

    /** The shape of one sample of a batch. */
    static Shape sample(Shape batch) {
        Check.that(batch.rank() >= 1, "a batch must have a batch axis, got the shape %s", batch);
        int[] sizes = batch.toArray();
        return Shape.of(java.util.Arrays.copyOfRange(sizes, 1, sizes.length));
    }

    private static int[] batch(int size, Shape sample) {
        int[] sizes = new int[sample.rank() + 1];
        sizes[0] = size;
        System.arraycopy(sample.toArray(), 0, sizes, 1, sample.rank());
        return sizes;
    }
}
