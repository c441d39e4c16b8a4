package rewind.nn.layer;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.random.RandomGenerator;
import rewind.autograd.DType;
import rewind.autograd.Grad;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/**
 * What one forward pass is about, beside parameters and input: whether it is for training, what is random in it, how long the
 * sequences of a padded batch are, and the states in which recurrent layers start and end. For one pass of one thread.
 *
 * <pre>{@code
 * Pass first = Pass.inference();
 * Tensor y1 = model.forward(parameters, x1, first);
 * Tensor y2 = model.forward(parameters, x2, Pass.inference().continuing(first));   // as if x2 followed x1
 * }</pre>
 */
public final class Pass extends Options<Pass> {
    private final RandomGenerator rng; // null for an inference pass
    private Lengths lengths;
    private Map<String, Object> initial = Map.of();
    private Follower follower = Follower.NONE;
    private Drawing drawing; // null: by the generator
    private Map<String, Object> last = new LinkedHashMap<>();
    private Map<String, Tensor> renewed = new LinkedHashMap<>();
    /** Of sequences of so many steps, where layers have changed them. */
    private Map<Integer, Lengths> changed = new HashMap<>();

    private Map<String, Tensor> given = Map.of();
    private TrainingPlace place; // null outside of training
    private PassOutputs outputs = new PassOutputs();

    private Pass(RandomGenerator rng) {
        this.rng = rng;
    }

    /** Hears which layer is at work, by its path. */
    public interface Follower {
        /** Does not listen. */
        Follower NONE = (layer, begins) -> {};

        /** Called when a layer begins, and when it has ended unless it threw something. */
        void layer(String path, boolean begins);
    }

    /** Returns a pass as in use after training: nothing is random. */
    public static Pass inference() {
        return new Pass(null);
    }

    /** Returns a pass for training; the generator decides what is random. */
    public static Pass training(RandomGenerator rng) {
        return new Pass(rng);
    }

    /** Returns this pass for a padded batch. */
    public Pass lengths(Lengths lengths) {
        return another(pass -> pass.lengths = lengths);
    }

    /**
     * Returns this pass with every recurrent layer starting in the state in which it ended in an earlier pass; that state is a constant
     * here.
     */
    public Pass continuing(Pass earlier) {
        Map<String, Object> states = new LinkedHashMap<>(initial);
        earlier.last.forEach((layer, state) -> states.put(layer, States.map(state, Tensor::detach)));
        return another(pass -> pass.initial = states);
    }

    /**
     * Returns this pass with a layer starting in the given state, through which gradients flow.
     *
     * @param layer the layer's name in the model, such as {@code lstm}, {@code lstm2} or {@code gru/backward}
     * @param state a tensor (batch, units), or the layer's {@link State}
     */
    public Pass from(String layer, Object state) {
        Map<String, Object> states = new LinkedHashMap<>(initial);
        states.put(layer, state);
        return another(pass -> pass.initial = states);
    }

    /** A pass that ends in states of its own. */
    private Pass another(Consumer<Pass> option) {
        Pass changed = with(option);
        changed.last = new LinkedHashMap<>();
        changed.renewed = new LinkedHashMap<>();
        changed.changed = new HashMap<>();
        changed.outputs = new PassOutputs();
        return changed;
    }

    /** Where in a run of training a pass is; what it tells changes as the run goes on. */
    public interface TrainingPlace {
        /** Returns the number of the epoch that is under way, from 1; between two epochs that of the one that has ended, and 0 at first. */
        int epoch();

        /** Returns how many epochs there are to be. */
        int epochs();

        /** Returns how often the parameters were updated. */
        long updates();
    }

    /** Returns this pass at a place in training. */
    public Pass at(TrainingPlace now) {
        return another(pass -> pass.place = now);
    }

    /** Returns the place in training, if it is known. */
    public Optional<TrainingPlace> place() {
        return Optional.ofNullable(place);
    }

    /** Returns this pass with named tensors besides the input, (batch, …) each, which layers take by {@link Scope#input}. */
    public Pass given(Map<String, Tensor> more) {
        Map<String, Tensor> all = new LinkedHashMap<>(given);
        all.putAll(more);
        return another(pass -> pass.given = all);
    }

    /** Returns the named tensors besides the input. */
    public Map<String, Tensor> given() {
        return Collections.unmodifiableMap(given);
    }

    /** Returns what the pass gave besides the output: outputs by name, and losses that layers added. */
    public PassOutputs outputs() {
        return outputs;
    }

    /** Returns a pass of some of the samples, {@code from} (inclusive) to {@code to} (exclusive), with what this one has given of them. */
    public Pass part(int from, int to) {
        Map<String, Tensor> some = new LinkedHashMap<>();
        given.forEach((name, each) -> some.put(name, each.slice(0, from, to)));
        Map<Integer, Lengths> ofSome = new HashMap<>();
        changed.forEach((steps, each) -> ofSome.put(steps, each.slice(from, to)));
        return with(pass -> {
            pass.lengths = lengths == null ? null : lengths.slice(from, to);
            pass.changed = ofSome;
            pass.given = some;
            pass.outputs = outputs.part(from, to);
            pass.drawing = null;
        });
    }

    /**
     * Returns a number that changes in the course of training, as an annealed weight or the probability of a choice does; also where batches
     * are replayed.
     *
     * @param beside a value of the pass, of whose element type it is
     * @param during the number at a place in training
     * @param inUse the number in an inference pass
     * @return a scalar
     * @throws IllegalStateException in a training pass that was given no {@linkplain #at place}
     */
    public Tensor scheduled(Tensor beside, ToDoubleFunction<TrainingPlace> during, double inUse) {
        DType dtype = beside.dtype();
        if (!training()) {
            return Tensor.of(inUse).to(dtype);
        }
        if (place == null) {
            throw new IllegalStateException("scheduled: the pass must be at a place in training; at(place) tells it");
        }
        return draw(
                beside, "place", rng -> Tensor.of(during.applyAsDouble(place)).to(dtype));
    }

    /** Whether this is a training pass: dropout and the like act only then. */
    public boolean training() {
        return rng != null;
    }

    /**
     * Returns the generator for what is random in a training pass.
     *
     * @throws IllegalStateException in an inference pass, which must not be random
     */
    public RandomGenerator rng() {
        if (drawing != null) {
            drawing.drawsItself();
        }
        if (rng == null) {
            throw new IllegalStateException("an inference pass has no random generator");
        }
        return rng;
    }

    /**
     * Draws something at random in a training pass. So drawn, rather than by {@link #rng} itself, it is drawn anew where the pass is done
     * again, as in a {@link rewind.autograd.program.Program}: by the same function, which must depend on nothing but shapes and options.
     *
     * @param beside a value of the pass, by which a recording learns of it, see {@link Tensor#draw}
     * @param distribution how equations write it
     * @throws IllegalStateException in an inference pass, which must not be random
     */
    public Tensor draw(Tensor beside, String distribution, Function<RandomGenerator, Tensor> drawn) {
        return drawing == null ? beside.draw(distribution, rng(), drawn) : Grad.once(() -> drawing.draw(drawn));
    }

    /** Hears of what is drawn, and may have drawn it before. */
    public interface Drawing {
        /** Returns what the function draws. */
        Tensor draw(Function<RandomGenerator, Tensor> drawn);

        /** Called when a layer asks for the generator itself. */
        void drawsItself();
    }

    /** Returns this pass with somebody else who draws. */
    public Pass drawing(Drawing other) {
        return another(pass -> pass.drawing = other);
    }

    /** Returns how long the sequences are, if they are padded: for a layer, those that it gets. */
    public Optional<Lengths> lengths() {
        return Optional.ofNullable(lengths);
    }

    /** Returns how long sequences are of which a value of this pass has so many steps, if they are padded. */
    public Optional<Lengths> lengths(int steps) {
        return lengths().map(own -> changed.getOrDefault(steps, own));
    }

    /**
     * Tells how long the sequences are in the output of a layer that changed their number of steps, so that layers after it and losses
     * know what is padding.
     *
     * @param steps of the padded output
     */
    public void changedLengths(int steps, Lengths ofOutput) {
        changed.put(steps, ofOutput);
    }

    /** This pass for a layer that gets such a batch. */
    Pass of(Shape batch) {
        Lengths own = batch.rank() < 2 ? lengths : lengths(batch.size(1)).orElse(null);
        return own == lengths ? this : with(pass -> pass.lengths = own);
    }

    /** Returns the states in which the recurrent layers ended, by layer, after the pass: tensors (batch, units), or {@link State}s. */
    public Map<String, Object> lastStates() {
        return Map.copyOf(last);
    }

    /**
     * Returns what became of {@linkplain Scope#statistic statistics} in a training pass, by their names in the model, after the pass; the model
     * takes them over with {@code pass.renewed().forEach(model::set)}.
     */
    public Map<String, Tensor> renewed() {
        return Collections.unmodifiableMap(renewed);
    }

    /** Takes the new value of a statistic. */
    void renew(String name, Tensor value) {
        Grad.once(() -> renewed.put(name, value));
    }

    /** Returns this pass without what belongs to its samples, lengths, named tensors and outputs: for a loss of steps. */
    public Pass withoutSamples() {
        return with(pass -> {
            pass.lengths = null;
            pass.changed = new HashMap<>();
            pass.given = Map.of();
            pass.outputs = new PassOutputs();
        });
    }

    /** The same pass where samples are steps, of which none is padded with others. */
    Pass ofSteps() {
        return with(pass -> pass.lengths = null);
    }

    /** Returns the state in which a layer starts, by its name in the model, or null for its zero state. */
    public Object initial(String layer) {
        return initial.get(layer);
    }

    /** Returns this pass with a follower, who hears of every layer. */
    public Pass followedBy(Follower other) {
        return another(pass -> pass.follower = other);
    }

    Follower follower() {
        return follower;
    }

    /** Takes the state in which a recurrent layer ended, by its name in the model. */
    public void ended(String layer, Object state) {
        last.put(layer, state);
    }

    /** Returns which pass it is, and what it is given. */
    @Override
    public String toString() {
        return (training() ? "training" : "inference") + " pass"
                + (lengths == null ? "" : ", lengths " + lengths)
                + (initial.isEmpty() ? "" : ", first states of " + initial.keySet());
    }
}
