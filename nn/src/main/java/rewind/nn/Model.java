package rewind.nn;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.apache.commons.math3.random.Well19937c;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.program.Equations;
import rewind.autograd.program.Program;
import rewind.autograd.require.Check;
import rewind.nn.data.DataSource;
import rewind.nn.data.Notes;
import rewind.nn.format.Safetensors;
import rewind.nn.layer.Activation;
import rewind.nn.layer.BuiltLayer;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Parameters;
import rewind.nn.layer.Pass;
import rewind.nn.layer.Samples;
import rewind.nn.loss.Loss;
import rewind.nn.loss.Metric;
import rewind.nn.optimize.Clipping;
import rewind.nn.train.Trainable;

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
public final class Model implements Trainable, Notes {
    private final BuiltLayer built;
    private final long seed;
    private volatile Parameters parameters;
    private volatile FrozenParameters frozen;
    private final Predictions predictions;
    private final Map<String, String> notes = Collections.synchronizedMap(new LinkedHashMap<>());

    Model(BuiltLayer built, long seed) {
        this.built = built;
        this.seed = seed;
        this.parameters = built.parameters();
        this.frozen = FrozenParameters.of(built.statistics());
        this.predictions = new Predictions(this, built.layer());
    }

    /**
     * Builds a model: infers every shape from that of the input, and draws every parameter from the seed. Layers of one's own get one sample
     * of zeros; without such, neither time nor memory depend on how large a sample is.
     *
     * @param input the shape of one sample, without the batch axis
     * @throws IllegalArgumentException if a layer cannot take what it gets
     */
    public static Model build(Layer layer, Shape input, long seed) {
        return build(layer, input, seed, DType.FLOAT64);
    }

    /** As {@link #build(Layer, Shape, long)}, with the parameters rounded to the element type, in which the model then computes. */
    public static Model build(Layer layer, Shape input, long seed, DType dtype) {
        return new Model(BuiltLayer.drawing(layer, input, new Well19937c(seed), dtype), seed);
    }

    /** Returns a model that is the same in another element type: parameters rounded to it, the same ones frozen, the same notes. */
    public Model to(DType dtype) {
        Model same = new Model(built.to(dtype), seed);
        same.parameters = parameters.to(dtype);
        same.frozen = frozen;
        notes().forEach(same::note);
        return same;
    }

    // ---- files ----

    /**
     * Returns the file: parameters by name, and as metadata all that {@link #load} needs.
     *
     * @throws IllegalArgumentException if something of a user's own has no name, or one name stands for two different things, of which
     *     {@link #load} would find only one; the message tells where, and what to do. Or if layers lie in each other more than 100 deep
     */
    @Override
    public Safetensors content() {
        return ModelFile.content(this);
    }

    /**
     * Reads a model that was {@link #save saved} and is built in as a whole.
     *
     * @throws rewind.nn.format.FormatException if the file is damaged, or does not hold such a model
     * @throws IOException if it cannot be read
     */
    public static Model load(Path file) throws IOException {
        return load(file, Registry.of());
    }

    /**
     * Reads a model that was {@link #save saved}; what a user made comes from the registry by name.
     *
     * @throws rewind.nn.format.FormatException if the file is damaged, or does not hold such a model
     * @throws IOException if it cannot be read
     */
    public static Model load(Path file, Registry own) throws IOException {
        return ModelFile.load(file, Safetensors.read(file), own);
    }

    /** As {@link #load(InputStream, Registry)}, for a model that is built in as a whole. */
    public static Model load(InputStream in) throws IOException {
        return load(in, Registry.of());
    }

    /**
     * As {@link #load(Path, Registry)}, from a stream, a resource in a jar say, which is read to its end and stays open.
     *
     * @throws rewind.nn.format.FormatException if the content is damaged, or is no such model
     * @throws IOException if the stream throws it
     */
    public static Model load(InputStream in, Registry own) throws IOException {
        return ModelFile.load("model", Safetensors.read(in), own);
    }

    /** As {@link #load(byte[], Registry)}, for a model that is built in as a whole. */
    public static Model load(byte[] bytes) throws IOException {
        return load(bytes, Registry.of());
    }

    /**
     * As {@link #load(Path, Registry)}, from the bytes of a file.
     *
     * @throws rewind.nn.format.FormatException if they are damaged, or hold no such model
     */
    public static Model load(byte[] bytes, Registry own) throws IOException {
        return ModelFile.load("model", Safetensors.read(bytes), own);
    }

    /**
     * Replaces the parameters by those of a safetensors file, all of them or, if anything does not fit, none. Metadata are not looked at,
     * so that the file may come from elsewhere.
     *
     * @throws rewind.nn.format.FormatException if the file is damaged, or names, shapes or element types are not those of this model
     * @throws IOException if it cannot be read
     */
    public void loadParameters(Path file) throws IOException {
        parameters = ModelFile.parameters(file, Safetensors.read(file), this);
    }

    /** As {@link #loadParameters(Path)}, from a stream, which is read to its end and stays open. */
    public void loadParameters(InputStream in) throws IOException {
        parameters = ModelFile.parameters("model", Safetensors.read(in), this);
    }

    /** As {@link #loadParameters(Path)}, from the bytes of a file. */
    public void loadParameters(byte[] bytes) throws IOException {
        parameters = ModelFile.parameters("model", Safetensors.read(bytes), this);
    }

    /** Returns the layer that the model was built of. */
    public Layer layer() {
        return built.layer();
    }

    /** Returns a table of the layers with the shapes of their outputs and their parameters, to be printed. */
    public Summary summary() {
        return Summary.of(this);
    }

    /**
     * Returns the model in use as a computation of its own: from a batch and the parameters, as they are stored, to the output A. It can be
     * run with other numbers, differentiated, counted and written down.
     *
     * @param samples of a batch, at least 1
     * @throws IllegalArgumentException if a layer reads numbers, so that what it does may depend on them
     */
    public Program program(int samples) {
        return built.program(parameters, samples);
    }

    /**
     * Returns the equations of the model and, derived from them, of its gradients: those of a loss whose derivative by the output A is
     * dA. Steps that are alike are written once.
     *
     * @throws IllegalArgumentException as {@link #program}, or if the output depends on nothing
     */
    public Equations equations() {
        return program(2).withAdjoint().equations();
    }

    /** Returns the layers as they were applied when the model was built, each after those that it consists of. */
    public List<BuiltLayer.Applied> applied() {
        return built.applied();
    }

    @Override
    public Shape input() {
        return built.input();
    }

    @Override
    public Shape output() {
        return built.output();
    }

    /** Returns the seed that decided the first parameters; training takes it for what is random there. */
    public long seed() {
        return seed;
    }

    @Override
    public DType dtype() {
        return built.dtype();
    }

    @Override
    public Parameters parameters() {
        return parameters;
    }

    @Override
    public void set(Parameters changed) {
        parameters = parameters.withAll(changed);
    }

    /**
     * Replaces one parameter, or one gate's block of a stack; the value is taken in the element type of the model.
     *
     * @throws IllegalArgumentException if there is none of that name, or its shape differs
     */
    public void set(String name, Tensor value) {
        parameters = parameters.with(name, value.detach());
    }

    /**
     * Keeps parameters as they are in training: one, or all of a layer.
     *
     * @param name a parameter or stack such as {@code dense/b}, or a path such as {@code lstm} or {@code lstm/forward}
     * @throws IllegalArgumentException if there is no such parameter, or it is only a part of a stack
     */
    public void freeze(String name) {
        frozen = frozen.with(FrozenParameters.under(parameters, name));
    }

    /** Keeps parameters as they are in training, each by the name under which it is stored. */
    void freeze(List<String> stored) {
        frozen = frozen.with(FrozenParameters.stored(parameters, stored));
    }

    /** Lets training change again what {@link #freeze} kept, with the same names. */
    public void unfreeze(String name) {
        frozen = frozen.without(FrozenParameters.under(parameters, name));
    }

    @Override
    public boolean frozen(String name) {
        return frozen.names().contains(parameters.storedAs(name));
    }

    @Override
    public Set<String> frozen() {
        return frozen.names();
    }

    /**
     * Keeps a short text with the model, which is saved with it: how its data were scaled, what its outputs mean.
     *
     * @return this model
     */
    @Override
    public Model note(String name, String text) {
        Check.that(
                name != null && text != null, "model: a note must have a name and a text, got %s and %s", name, text);
        notes.put(name, text);
        return this;
    }

    @Override
    public Optional<String> note(String name) {
        return Optional.ofNullable(notes.get(name));
    }

    /** Returns all texts that are kept with the model now, by name; the map cannot be changed. */
    public Map<String, String> notes() {
        synchronized (notes) {
            return Collections.unmodifiableMap(new LinkedHashMap<>(notes));
        }
    }

    @Override
    public Parameters clipped(Parameters gradients) {
        return Clipping.byNorms(gradients, built.clipping());
    }

    /** Returns the limits of the gradients' norms that layers want, by the beginning of the parameters' names. */
    public Map<String, Double> clipping() {
        return built.clipping();
    }

    /**
     * Returns the mean loss over the data, named {@code loss}, and the metrics by name, as in use after training; computed in batches.
     *
     * @throws IllegalArgumentException if there is no sample, a number of the data is not finite, or shapes do not fit
     * @throws CancellationException if the thread was interrupted, which is looked at between batches; its flag stays set
     */
    public Map<String, Double> evaluate(DataSource data, Loss loss, Metric... metrics) {
        return Training.of(this).loss(loss).metrics(metrics).evaluated(data).values();
    }

    @Override
    public Tensor predict(Parameters with, Tensor x) {
        return predictions.of(with, x);
    }

    @Override
    public Tensor forward(Parameters with, Tensor x, Pass pass) {
        return built.output(with, Samples.requireBatch(x, input()), pass);
    }

    @Override
    public Tensor scores(Parameters with, Tensor x, Pass pass) {
        return built.scores(with, Samples.requireBatch(x, input()), pass);
    }

    @Override
    public Activation lastActivation() {
        return built.layer().lastActivation();
    }

    /** Returns shapes, size and layers in a line; {@link #summary} is a table. */
    @Override
    public String toString() {
        return Check.text(
                "Model %s -> %s, %s parameters of type %s: %s",
                input(), output(), String.valueOf(parameters.count()), dtype(), layer());
    }
}
