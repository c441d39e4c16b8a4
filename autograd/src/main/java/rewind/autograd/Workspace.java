package rewind.autograd;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import rewind.autograd.buffer.Buffer;
import rewind.autograd.buffer.Noting;
import rewind.autograd.buffer.Script;
import rewind.autograd.memory.ArrayPool;
import rewind.autograd.memory.PlannedArrays;
import rewind.autograd.memory.Renewed;
import rewind.autograd.require.Check;
import rewind.autograd.reverse.Places;

/**
 * Arrays that closed tapes gave back, for the next tape to use: at most 1.2 times what tapes took without their sweeps. What 16 tapes one
 * after another did not need is left to the garbage collector. For one thread at a time.
 *
 * <pre>{@code
 * Workspace workspace = new Workspace();
 * for (...) {
 *     try (Tape tape = new Tape(workspace)) {
 *         ...   // one training step; its arrays serve the next one
 *     }
 * }
 * }</pre>
 */
public final class Workspace {
    private final ArrayPool pool;
    private final Script script;

    /** Makes an empty workspace. */
    public Workspace() {
        this(new ArrayPool(), null);
    }

    /** Makes one in which a script notes what is done. */
    Workspace(ArrayPool pool, Script script) {
        this.pool = pool;
        this.script = script;
    }

    /**
     * Performs a function and its reverse sweep, so that both can be done again with other numbers: see {@link Replay}. The function is
     * called twice: the first time shows when each array is used for the last time.
     *
     * @param f a function of x followed by data; the first of its results is differentiated
     * @param x what it is differentiated with respect to; none: only the values are computed
     * @param data other inputs
     * @throws UnsupportedOperationException if it cannot be done again, because it reads numbers while it computes, differentiates inside,
     *     or has operations of a user's own, or because it does something else each time; the message tells which
     * @throws IllegalArgumentException if there is something to differentiate with respect to, and the first result has more than one
     *     element
     */
    public static Replay replay(Function<List<Tensor>, List<Tensor>> f, List<Tensor> x, List<Tensor> data) {
        Replay first = perform(f, x, data);
        first.requireReplayable();
        Replay planned = first.planned(x, data);
        planned.requireReplayable();
        return planned;
    }

    /**
     * Performs a function and its reverse sweep once, as on a tape, and notes what is done. Then {@link Replay#refusal} tells whether it
     * can be done again, {@link Replay#results} gives the results in any case, and {@link Replay#planned} needs less memory.
     */
    public static Replay perform(Function<List<Tensor>, List<Tensor>> f, List<Tensor> x, List<Tensor> data) {
        return new Replay(f, x, data, null);
    }

    /**
     * A computation that was performed and can be done again with other numbers of the same shapes: the same loops over the same arrays,
     * so that its bits are those of the function on a tape, without recording and without new arrays. It holds the memory that one
     * performance needs, in which every array serves again after its last use.
     *
     * <pre>{@code
     * Workspace.Replay step = Workspace.replay(in -> List.of(loss(in)), List.of(U, V), List.of(x, y));
     * for (...) {
     *     List<Tensor> lossAndGradients = step.run(List.of(U, V), List.of(x, y));
     * }
     * }</pre>
     *
     * <p>What the function does besides computing tensors is not done again, but for {@linkplain Reading#draw draws}, and tensors that it
     * takes from outside keep the numbers that they had; {@link #differenceFrom} tells whether there are such that follow from the inputs.
     * Using a value from within the function outside of it, other than as a result, is an error. For one thread at a time.
     */
    public static final class Replay {
        private final Function<List<Tensor>, List<Tensor>> f;
        private final Script script = new Script();
        private final Renewed renewed = new Renewed();
        private final List<Tensor> inputs = new ArrayList<>();
        /** The tensors whose numbers the inputs hold, null for other numbers. */
        private final List<Tensor> held = new ArrayList<>();

        private final List<Tensor> results = new ArrayList<>();
        private String refusal = "";

        /** Performs it in arrays of its own, or in planned ones of which {@link Script#ends} are given. */
        private Replay(Function<List<Tensor>, List<Tensor>> f, List<Tensor> x, List<Tensor> data, int[] ends) {
            this.f = f;
            Tape tape = new Tape(new Workspace(new PlannedArrays(script, ends), script), true);
            List<Tensor> at = new ArrayList<>();
            x.forEach(each -> at.add(tape.watch(own(each))));
            List<Tensor> all = new ArrayList<>(at);
            data.forEach(each -> all.add(tape.given(own(each))));
            try {
                List<Tensor> values = Noting.by(script, () -> f.apply(all));
                results.addAll(values);
                if (!x.isEmpty()) {
                    Gradients gradients = tape.backward(values.get(0));
                    at.forEach(each -> results.add(gradients.of(each)));
                }
                results.replaceAll(each -> new Tensor(apart(each).under(renewed), each.shape(), Places.none()));
            } catch (Script.Refused e) {
                results.clear();
            } finally {
                script.rest();
                tape.finish();
            }
            if (ends != null) { // other values are written over
                tape.recording().memory().close();
            }
            refusal = script.refusal();
        }

        /** A result in memory that is no input's: an input that is given on, as in a line of delays, changes before it is carried on. */
        private Buffer apart(Tensor result) {
            Buffer from = result.buffer();
            if (inputs.stream().noneMatch(input -> input.buffer().data == from.data)) {
                return from;
            }
            Tensor apart = copy(result);
            script.begin("result", Map::of);
            script.note(() -> copy(result, apart), apart.buffer(), from);
            return apart.buffer();
        }

        /** Copies an input, unless it is the one of the last run: the numbers of a tensor in memory that nobody lends never change. */
        private void take(Tensor given, int i) {
            if (held.get(i) != given || given.buffer().lease() != null) {
                copy(given, inputs.get(i));
                held.set(i, given);
            }
        }

        private static void requireGiven(Tensor x, int i) {
            x.requireOpen("replay");
            if (x.isRecorded()) {
                throw Check.failure("replay: input %s must be detached, as nothing is recorded of a replay", i);
            }
        }

        private Tensor own(Tensor x) {
            requireGiven(x, inputs.size());
            Tensor own = copy(x);
            inputs.add(own);
            held.add(x);
            script.give(own.buffer());
            return own;
        }

        /**
         * Performs the function again, in as little memory as one performance needs when it is known what comes. Its {@link #refusal} is not
         * empty if it did something else than this one; then its results are worth nothing.
         */
        public Replay planned(List<Tensor> x, List<Tensor> data) {
            Replay planned = new Replay(f, x, data, script.ends(buffers(results)));
            String difference = planned.refusal.isEmpty() ? differenceFrom(planned) : planned.refusal;
            planned.refusal = difference.isEmpty() ? "" : "the function does something else each time: " + difference;
            return planned;
        }

        /** Returns why it cannot be done again, or an empty text if nothing is known that forbids it. */
        public String refusal() {
            return refusal;
        }

        /** Returns the inputs of the next run, x before data, in new memory; they are as they were where a run has failed. */
        public List<Tensor> inputs() {
            return inputs.stream().map(Workspace::copy).toList();
        }

        private void requireReplayable() {
            if (!refusal.isEmpty()) {
                throw new UnsupportedOperationException("replay: " + refusal);
            }
        }

        /**
         * Returns the results of the performance, or of the latest run, and after them the gradients, in new memory; none if the function
         * was not performed to its end, because it takes derivatives inside.
         */
        public List<Tensor> results() {
            return results.stream().map(Workspace::copy).toList();
        }

        /**
         * Returns the results and, after them, the gradients for other inputs, in new memory.
         *
         * @param x for what it is differentiated with respect to
         * @param data for the other inputs
         * @throws IllegalArgumentException if their number, a shape or a type is another one than in the first performance, or one is
         *     recorded
         * @throws UnsupportedOperationException if it cannot be done again, see {@link #refusal}
         */
        public List<Tensor> run(List<Tensor> x, List<Tensor> data) {
            again(x, data);
            return results();
        }

        /**
         * As {@link #run}, but without new memory: returns always the same tensors, whose elements are those of the latest run, also for
         * a tape that operations on them are recorded on. A {@linkplain Tensor#detach detached} one keeps those that it has.
         */
        public List<Tensor> again(List<Tensor> x, List<Tensor> data) {
            requireReplayable();
            if (x.size() + data.size() != inputs.size()) {
                String told = "replay: there must be %s inputs as in the first performance, got %s";
                throw Check.failure(told, inputs.size(), x.size() + data.size());
            }
            for (int i = 0; i < inputs.size(); i++) {
                Tensor given = i < x.size() ? x.get(i) : data.get(i - x.size());
                Tensor input = inputs.get(i);
                if (!given.shape().equals(input.shape()) || given.dtype() != input.dtype()) {
                    throw Check.failure(
                            "replay: input %s must be %s %s as in the first performance, got %s %s",
                            i, input.dtype(), input.shape(), given.dtype(), given.shape());
                }
                requireGiven(given, i);
                take(given, i);
            }
            run();
            return results;
        }

        /** Computes the results for the inputs as they are, see {@link #put}: without any object, for steps of which many are done. */
        public void run() {
            requireReplayable();
            script.run();
            renewed.renew();
        }

        /**
         * Replaces the elements of an input.
         *
         * @param input its number, x before data
         * @throws IllegalArgumentException if they are not as many as it has
         */
        public void put(int input, double... elements) {
            Buffer to = inputs.get(input).buffer();
            requireSize("input", input, to, elements);
            to.kernels().fromDoubles(elements, 0, to.data, to.offset, elements.length);
            held.set(input, null);
        }

        /**
         * Puts the elements of a result of the latest run into an array.
         *
         * @param result its number, gradients after what the function gives
         * @throws IllegalArgumentException if they are not as many as the array has
         */
        public void get(int result, double... elements) {
            Buffer from = results.get(result).buffer();
            requireSize("result", result, from, elements);
            from.kernels().toDoubles(from.data, from.offset, elements, 0, elements.length);
        }

        private static void requireSize(String what, int number, Buffer buffer, double... elements) {
            if (buffer.size() != elements.length) {
                throw Check.failure(
                        "replay: %s %s has %s elements, but the array has %s",
                        what, number, buffer.size(), elements.length);
            }
        }

        /** Makes a result of the latest run an input of the next one, as states are carried on; both must be of one shape and type. */
        public void carry(int result, int input) {
            Tensor from = results.get(result);
            Tensor to = inputs.get(input);
            if (!from.shape().equals(to.shape()) || from.dtype() != to.dtype()) {
                String told = "replay: result %s and input %s must be of one shape and type, got %s %s and %s %s";
                throw Check.failure(told, result, input, from.dtype(), from.shape(), to.dtype(), to.shape());
            }
            copy(from, to);
            held.set(input, null);
        }

        /**
         * Compares it with another performance of the same function, with other numbers. Returns what differs though it does not follow from
         * the inputs, such as a constant that was computed from them outside or drawn at random; or an empty text, if nothing does.
         */
        public String differenceFrom(Replay other) {
            var others = List.of(buffers(other.inputs), buffers(other.results));
            return script.difference(other.script, List.of(buffers(inputs), buffers(results)), others);
        }

        /** Returns whether every run draws anew, see {@link Reading#draw}. */
        public boolean draws() {
            return script.does("draw");
        }

        /** Returns how many bytes its arrays take. */
        public long memory() {
            return script.bytes();
        }

        /** Returns of how many actions it consists. */
        @Override
        public String toString() {
            return "Replay of " + script.size() + " actions";
        }
    }

    /** The same numbers in new memory. */
    static Tensor copy(Tensor x) {
        Tensor copy = x.dtype().empty(x.shape());
        copy(x, copy);
        return copy;
    }

    /** Puts the numbers of x into another tensor of its shape and type. */
    static void copy(Tensor x, Tensor to) {
        Buffer from = x.buffer();
        to.kernels().copy(from.data, from.offset, to.buffer().data, to.buffer().offset, x.size());
    }

    /** Returns how many bytes the arrays take that closed tapes gave back. */
    public long memory() {
        return pool.bytes();
    }

    private static List<Buffer> buffers(List<Tensor> tensors) {
        return tensors.stream().map(Tensor::buffer).toList();
    }

    ArrayPool pool() {
        return pool;
    }

    Script script() {
        return script;
    }

    /** Returns what it is. */
    @Override
    public String toString() {
        return "Workspace of tapes, one after another";
    }
}
