package rewind.nn.train;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.commons.math3.random.Well19937c;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.Workspace;
import rewind.autograd.require.Check;
import rewind.nn.layer.Parameters;
import rewind.nn.layer.Pass;
import rewind.nn.layer.Samples;
import rewind.nn.layer.States;

/**
 * Predictions step after step: what a model gives for a sequence up to a step, when the step comes. Between the steps the recurrent layers
 * keep their states. The bits are those of {@link Predictor#forward} for one step after the other, each {@linkplain Pass#continuing continuing}
 * the one before; of whole sequences, whose products have more rows, the last digits may be others. Steps on arrays make no object, but for
 * the first one of a sequence and the first two after the model's parameters have changed, which the stream takes as they are at every step.
 *
 * <pre>{@code
 * PredictionStream stream = model.stream(1);
 * double[] y = new double[stream.output().size()];
 * for (double[] x : arriving) {
 *     stream.step(x, y);
 * }
 * }</pre>
 *
 * <p>A step is {@linkplain Workspace.Replay replayed}: what a layer of one's own takes from outside keeps the value that it had after the
 * last change of the parameters; one that reads numbers is called in every step. A stream is for one thread at a time; a model may have several
 * streams, also on several threads.
 */
public final class PredictionStream {
    /** The steps of which it is seen whether one by one they give what they give together. */
    private static final int TRIED = 3;

    private final Predictor model;
    private final DType dtype;
    private final int[] input;
    private final int[] output;
    /** Whether inputs are ids, of which a replay would count negative ones from the end. */
    private final boolean ids;

    /** Those of the last step, or null. */
    private Parameters with;
    /** Of a step with these parameters; null as long as there was but one, or where it cannot be. */
    private Workspace.Replay replay;

    private boolean refused;
    /** The states after the last step, by layer; after one that was replayed, states of their kind. */
    private SortedMap<String, Object> states = new TreeMap<>();

    /** How many tensors the states have. */
    private int tensors;
    /** Whether the next step may be replayed; then the states are among the inputs of the replay, also after a step that failed. */
    private boolean replayed;

    PredictionStream(Predictor model, int samples) {
        Check.that(samples > 0, "stream: the number of sequences must be positive, got %s", samples);
        Check.that(model.input().rank() > 0, "stream: a sample must have steps, got the shape %s", model.input());
        this.model = model;
        this.input = Samples.batch(samples, model.input());
        input[1] = 1;
        this.ids = !accepts(-1) || !accepts(0.5);
        Tensor tried = tried();
        this.dtype = tried.dtype();
        this.output = tried.shape().toArray();
        output[0] = samples;
    }

    private boolean accepts(double number) {
        try {
            Tensor x = Tensor.zeros(input).add(number);
            return model.forward(model.parameters(), x).size() > 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Returns the output for the last of some steps. */
    private Tensor tried() {
        int[] sizes = input.clone();
        sizes[0] = 1;
        sizes[1] = TRIED;
        Tensor x = ids ? Tensor.zeros(sizes) : Tensor.randn(new Well19937c(0), sizes);
        Tensor whole = model.forward(model.parameters(), x);
        Pass pass = Pass.inference();
        Tensor y = whole;
        boolean same = true;
        for (int t = 0; t < TRIED; t++) {
            pass = Pass.inference().continuing(pass);
            y = model.forward(model.parameters(), x.slice(1, t, t + 1), pass);
            boolean all = whole.rank() == y.rank() && whole.rank() > 1 && whole.size(1) == TRIED && y.size(1) == 1;
            same &= all ? isSame(y, whole.slice(1, t, t + 1)) : t < TRIED - 1 || isSame(y, whole);
        }
        Check.that(
                same,
                "stream: the model does not give step by step what it gives for whole sequences, as when a layer goes over them in both"
                        + " directions or from the end; use predict: %s",
                model);
        return y;
    }

    private static boolean isSame(Tensor x, Tensor y) {
        return x.isClose(y, 1e-3, 1e-3);
    }

    /** Returns the shape of the input of a step, (samples, 1, …). */
    public Shape input() {
        return Shape.of(input);
    }

    /** Returns the shape of the output of a step, that of {@link Predictor#predict(Tensor)} for sequences of one step. */
    public Shape output() {
        return Shape.of(output);
    }

    /** Begins new sequences: the next step is the first one. */
    public void reset() {
        states = new TreeMap<>();
        replayed = false;
    }

    /**
     * Computes the output after one more step.
     *
     * @param x the elements of the step, of the shape {@link #input()}, one after another
     * @param y where those of the output go, of the shape {@link #output()}
     * @throws IllegalArgumentException if they are not as many, or a layer cannot take x; the states are then as they were
     */
    public void step(double[] x, double[] y) {
        if (x.length != size(input) || y.length != size(output)) {
            throw Check.failure(
                    "stream: a step takes the elements of %s and gives those of %s, got arrays of %s and %s",
                    input, output, x.length, y.length);
        }
        Parameters now = model.parameters();
        if (!replayed || now != with || (ids && hasNegative(x))) {
            computed(now, x, y);
            return;
        }
        replay.put(0, x);
        replay.run();
        replay.get(0, y);
        for (int i = 1; i <= tensors; i++) {
            replay.carry(i, i);
        }
    }

    /** As {@link #step(double[], double[])}, for a tensor of the shape {@link #input()}; returns one of the shape {@link #output()}. */
    public Tensor step(Tensor x) {
        Check.that(x.shape().equals(input()), "stream: a step must have the shape %s, got %s", input(), x.shape());
        double[] y = new double[size(output)];
        step(x.toArray(), y);
        return Tensor.of(output(), y).to(dtype);
    }

    /**
     * Goes on with other ones of the sequences, in the order of their numbers, any number of times each: as a search does that follows the most
     * probable ones.
     *
     * @param rows as many as there are sequences, from 0 on
     * @throws IllegalArgumentException if they are not as many, or there is no sequence of a number
     */
    public void select(int... rows) {
        Check.that(rows.length == input[0], "stream: there must be %s rows, got %s", input[0], rows.length);
        for (int row : rows) {
            Check.that(row >= 0 && row < input[0], "stream: a row must be one of 0 to %s, got %s", input[0] - 1, row);
        }
        (replayed ? statesOf(replay.inputs()) : states)
                .forEach((layer, state) -> states.put(layer, States.map(state, each -> each.gather(rows))));
        keep();
    }

    private static int size(int... shape) {
        int size = 1;
        for (int each : shape) {
            size *= each;
        }
        return size;
    }

    private static boolean hasNegative(double... x) {
        for (double each : x) {
            if (each < 0) {
                return true;
            }
        }
        return false;
    }

    /** A step as {@link Predictor#forward} computes it; then the states are where the next one looks for them. */
    private void computed(Parameters now, double[] x, double[] y) {
        Tensor given = Tensor.of(input(), x).to(dtype);
        SortedMap<String, Object> before = replayed ? statesOf(replay.inputs()) : states;
        Pass pass = starting(before);
        double[] all = model.forward(now, given, pass).toArray();
        System.arraycopy(all, 0, y, 0, all.length);
        states = new TreeMap<>(pass.lastStates());
        replay = now == with ? replay : null;
        if (now == with && replay == null && !refused) {
            replay = recorded(now, given);
        }
        with = now;
        replayed = replay != null;
        keep();
    }

    /** Puts the states where the next step looks for them. */
    private void keep() {
        List<Tensor> flat = tensorsOf(states);
        for (int i = 0; replayed && i < flat.size(); i++) {
            replay.put(1 + i, flat.get(i).toArray());
        }
        tensors = flat.size();
    }

    private Workspace.Replay recorded(Parameters now, Tensor x) {
        List<Tensor> inputs = new ArrayList<>(List.of(x));
        inputs.addAll(tensorsOf(states));
        try {
            return Workspace.replay(in -> stepOf(now, in), List.of(), inputs);
        } catch (UnsupportedOperationException e) {
            refused = true;
            return null;
        }
    }

    /** From x and the tensors of the states to the output and those of the next ones. */
    private List<Tensor> stepOf(Parameters now, List<Tensor> in) {
        Pass pass = starting(statesOf(in));
        List<Tensor> results = new ArrayList<>(List.of(model.forward(now, in.get(0), pass)));
        results.addAll(tensorsOf(new TreeMap<>(pass.lastStates())));
        return results;
    }

    private static Pass starting(SortedMap<String, Object> states) {
        Pass pass = Pass.inference();
        for (Map.Entry<String, Object> each : states.entrySet()) {
            pass = pass.from(each.getKey(), each.getValue());
        }
        return pass;
    }

    private static List<Tensor> tensorsOf(SortedMap<String, Object> states) {
        return states.values().stream()
                .flatMap(each -> States.tensors(each).stream())
                .toList();
    }

    /** States of the same kind, of tensors that come after another one. */
    private SortedMap<String, Object> statesOf(List<Tensor> tensors) {
        Iterator<Tensor> next = tensors.subList(1, tensors.size()).iterator();
        SortedMap<String, Object> others = new TreeMap<>();
        states.forEach((layer, state) -> others.put(layer, States.map(state, tensor -> next.next())));
        return others;
    }

    /** Returns the model and the shapes of a step. */
    @Override
    public String toString() {
        return "Stream " + input() + " -> " + output() + " of " + model;
    }
}
