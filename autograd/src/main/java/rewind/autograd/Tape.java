package rewind.autograd;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import rewind.autograd.TensorOperation.Part;
import rewind.autograd.TensorRecording.TensorSpace;
import rewind.autograd.buffer.Buffer;
import rewind.autograd.buffer.Script;
import rewind.autograd.memory.Lender;
import rewind.autograd.require.Check;
import rewind.autograd.reverse.Entry;
import rewind.autograd.reverse.Memory;
import rewind.autograd.reverse.Observer;
import rewind.autograd.reverse.Places;
import rewind.autograd.reverse.Sweep;

/**
 * The record of a computation, in the order in which it happened, and the reverse sweep over it.
 *
 * <pre>{@code
 * Tape tape = new Tape();
 * Tensor U = tape.watch(Tensor.randn(rng, 2, 3));
 * Tensor loss = x.matmul(U).tanh().square().mean();
 * Tensor dU = tape.backward(loss).of(U);
 * }</pre>
 *
 * <p>Creation order is a topological order, so the sweep is one loop from the end to the start: its time is linear in the number
 * of operations and it never recurses. A tape is for one thread at a time; different threads may work on different tapes.
 *
 * <p>An unclosed tape is ordinary garbage. Closing one that has a {@link Workspace} gives its arrays to the next tape: gradients
 * and detached tensors stay valid, any other value of the tape must not be used any more, and doing so is an error.
 */
public final class Tape implements AutoCloseable {
    private final TensorRecording recording;

    /** Makes an empty tape. */
    public Tape() {
        this(null, false);
    }

    /** Makes an empty tape that takes its memory from a workspace and gives it back when closed. */
    public Tape(Workspace workspace) {
        this(workspace, false);
    }

    private Tape(Workspace workspace, boolean nested) {
        this.recording = new TensorRecording(workspace, nested);
        if (workspace != null && workspace.script() != null) {
            recording.observe(new Listening(workspace.script()));
        }
    }

    /** Sees to it that a script hears of everything. */
    private record Listening(Script script) implements Observer<Tensor> {
        @Override
        public boolean seesConstants() {
            return true;
        }

        @Override
        public void read(String by, Entry<Tensor> entry) {
            script.refuse(Tensor.readBy(by));
        }
    }

    /** A tape for one call of a function in {@link Grad}: it may meet other tapes, so that derivatives nest. */
    static Tape forDerivative() {
        return new Tape(null, true);
    }

    TensorRecording recording() {
        return recording;
    }

    /**
     * Switches the check for NaN and infinity on: from now on the first operation whose value, or in a sweep whose cotangent, is not
     * finite throws a {@link NonFiniteException} that names the operation, the element, and the line that called it. It costs a
     * walk over the stack and one over the values for every operation.
     *
     * @return this tape
     */
    public Tape checkFinite() {
        recording.observe(new FiniteCheck());
        return this;
    }

    /**
     * Returns the value of {@code x} as something to differentiate with respect to. Watching a value that was computed on this tape
     * is allowed: its gradient is then kept as well.
     *
     * @throws IllegalArgumentException if {@code x} lies on another tape
     */
    public Tensor watch(Tensor x) {
        recording.requireOpen("watch");
        x.requireOpen("watch");
        Check.that(
                x.places.meets(recording),
                "watch: a tensor %s that lies on another tape must be detached first",
                x.shape());
        Entry<Tensor> entry = recording.watch(new TensorSpace(x.shape(), x.dtype()), x.places.in(recording));
        Places<Tensor> places = x.places.without(recording).and(entry);
        Tensor watched = new Tensor(x.buffer().settled().under(recording.memory()), x.shape(), places);
        if (recording.observer() != null) {
            recording.observer().performed(entry, new Tensor[] {x}, watched);
        }
        return watched;
    }

    /** The value of x as something that operations on are recorded, but with respect to which nothing is differentiated. */
    @SuppressWarnings({"unchecked", "rawtypes"}) // arrays of generic types
    private Tensor given(Tensor x) {
        Part given = new Part("given", 0, Map::of);
        Entry<Tensor> entry =
                recording.add(given, new TensorSpace(x.shape(), x.dtype()), new Entry[0], new UnaryOperator[0]);
        return new Tensor(x.buffer().under(recording.memory()), x.shape(), entry);
    }

    /**
     * Differentiates a scalar: returns ∂result/∂x for every watched x. The sweep itself is not recorded.
     *
     * @param result a tensor with one element
     * @throws IllegalArgumentException if the result has more elements or lies on another tape
     */
    public Gradients backward(Tensor result) {
        return backward(result, seed(result));
    }

    /**
     * Pulls a cotangent back through the tape: returns Jᵀ·dy for the Jacobian J of the result with respect to every watched tensor.
     * The sweep itself is not recorded.
     *
     * @param dy the derivative arriving at the result, of the result's shape
     * @throws IllegalArgumentException if the shapes differ or the result lies on another tape
     */
    public Gradients backward(Tensor result, Tensor dy) {
        return backward(List.of(result), List.of(dy));
    }

    /** The same from several results, with a cotangent for each. */
    Gradients backward(List<Tensor> results, List<Tensor> dy) {
        Check.that(
                results.size() == dy.size(),
                "backward: there must be one cotangent per result, got %s for %s",
                dy.size(),
                results.size());
        boolean pausedBefore = recording.pause(true);
        Lender lender = recording.memory().lender();
        Lender lenderBefore = recording.memory().sweepBy(lender);
        try {
            List<Tensor> adopted = dy.stream()
                    .map(each -> each.in(lender.adopt(each.buffer())))
                    .toList();
            return sweep(results, adopted, Cotangents.in(lender));
        } finally {
            recording.pause(pausedBefore);
            recording.memory().sweepBy(lenderBefore);
        }
    }

    /** As {@link #backward(Tensor, Tensor)}, but what is 0 for good stays 0 at infinite slopes, see {@link ExactZeros}; slower. */
    Gradients backwardExactly(Tensor result, Tensor dy) {
        boolean pausedBefore = recording.pause(true);
        try {
            return sweep(result, dy, new ExactZeros(result.places.in(recording), dy));
        } finally {
            recording.pause(pausedBefore);
        }
    }

    /** As {@link #backward(Tensor)}, but records the sweep on this tape, so that gradients can be differentiated again. */
    public Gradients backwardRecorded(Tensor result) {
        return backwardRecorded(result, seed(result));
    }

    /** As {@link #backward(Tensor, Tensor)}, but records the sweep on this tape, so that gradients can be differentiated again. */
    public Gradients backwardRecorded(Tensor result, Tensor dy) {
        Lender lender = recording.lender() == null ? new Lender(null) : recording.lender();
        return sweep(result, dy, Cotangents.in(lender));
    }

    private Gradients sweep(Tensor result, Tensor dy, Memory<Tensor> memory) {
        return sweep(List.of(result), List.of(dy), memory);
    }

    private Gradients sweep(List<Tensor> results, List<Tensor> dys, Memory<Tensor> memory) {
        recording.requireOpen("backward");
        List<Entry<Tensor>> last = new ArrayList<>();
        List<Tensor> arriving = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            Tensor result = results.get(i);
            Tensor dy = dys.get(i);
            Check.that(
                    result.shape().equals(dy.shape()),
                    "backward: the cotangent must have the result's shape %s, got %s",
                    result.shape(),
                    dy.shape());
            Entry<Tensor> entry = result.places.in(recording);
            Check.that(
                    entry != null || result.places.meets(recording),
                    "backward: the result must lie on this tape, got a value %s of another one",
                    result.shape());
            if (entry != null) { // else a constant: every gradient is zero
                last.add(entry);
                arriving.add(dy);
            }
        }
        Gradients gradients = new Gradients(recording);
        if (!last.isEmpty()) {
            Sweep.run(last, arriving, memory, gradients::put);
        }
        return gradients;
    }

    static Tensor seed(Tensor result) {
        Check.that(
                result.size() == 1,
                "backward: the result must be a scalar, got the shape %s; reduce it, or pass a cotangent of that shape",
                result.shape());
        return Tensor.full(result.dtype(), 1, result.shape());
    }

    /** Returns the number of values on the tape. */
    public int size() {
        return recording.size();
    }

    /**
     * Ends the tape: its values must not be used any more, and its arrays go back to the workspace, if it has one. Closing twice is
     * allowed.
     */
    @Override
    public void close() {
        recording.close();
    }

    /**
     * Performs a function and its reverse sweep once, so that both can be done again with other numbers: see {@link Replay}.
     *
     * @param f a function of x followed by data; the first of its results is differentiated
     * @param x what it is differentiated with respect to; none: only the values are computed
     * @param data other inputs
     * @throws UnsupportedOperationException if it cannot be done again, because it reads numbers while it computes, differentiates inside,
     *     or has operations of a user's own; the message tells which
     * @throws IllegalArgumentException if there is something to differentiate with respect to, and the first result has more than one
     *     element
     */
    public static Replay replay(Function<List<Tensor>, List<Tensor>> f, List<Tensor> x, List<Tensor> data) {
        return new Replay(f, x, data);
    }

    /**
     * A computation that was performed and can be done again with other numbers of the same shapes: the same loops over the same arrays,
     * so that its bits are those of the function on a tape, without recording and without new arrays. It holds the memory of one
     * performance.
     *
     * <pre>{@code
     * Tape.Replay step = Tape.replay(in -> List.of(loss(in)), List.of(U, V), List.of(x, y));
     * for (...) {
     *     List<Tensor> lossAndGradients = step.run(List.of(U, V), List.of(x, y));
     * }
     * }</pre>
     *
     * <p>What the function does besides computing tensors is not done again, and tensors that it takes from outside keep the numbers that
     * they had; {@link #differenceFrom} tells whether there are such that follow from the inputs. For one thread at a time.
     */
    public static final class Replay {
        private final Script script = new Script();
        private final List<Tensor> inputs = new ArrayList<>();
        private final List<Tensor> results = new ArrayList<>();

        private Replay(Function<List<Tensor>, List<Tensor>> f, List<Tensor> x, List<Tensor> data) {
            Tape tape = new Tape(new Workspace(script));
            List<Tensor> at = new ArrayList<>();
            x.forEach(each -> at.add(tape.watch(own(each))));
            List<Tensor> all = new ArrayList<>(at);
            data.forEach(each -> all.add(tape.given(own(each))));
            try {
                List<Tensor> values = f.apply(all);
                results.addAll(values);
                if (!x.isEmpty()) {
                    Gradients gradients = tape.backward(values.get(0));
                    at.forEach(each -> results.add(gradients.of(each)));
                }
            } catch (Script.Refused e) {
                throw new UnsupportedOperationException("replay: " + e.getMessage());
            }
            results.replaceAll(each -> new Tensor(each.buffer(), each.shape(), Places.none()));
            script.end();
        }

        private Tensor own(Tensor x) {
            Tensor own = x.dtype().empty(x.shape());
            own.copyFrom(x);
            inputs.add(own);
            return own;
        }

        /**
         * Returns the results and, after them, the gradients for other inputs, in new memory.
         *
         * @param x for what it is differentiated with respect to
         * @param data for the other inputs
         * @throws IllegalArgumentException if their number, a shape or a type is another one than in the first performance
         */
        public List<Tensor> run(List<Tensor> x, List<Tensor> data) {
            return again(x, data).stream()
                    .map(each -> {
                        Tensor copy = each.dtype().empty(each.shape());
                        copy.copyFrom(each);
                        return copy;
                    })
                    .toList();
        }

        /**
         * As {@link #run}, but without new memory: returns always the same tensors, whose elements are those of the latest run.
         */
        public List<Tensor> again(List<Tensor> x, List<Tensor> data) {
            Check.that(
                    x.size() + data.size() == inputs.size(),
                    "replay: there must be %s inputs as in the first performance, got %s",
                    inputs.size(),
                    x.size() + data.size());
            for (int i = 0; i < inputs.size(); i++) {
                Tensor given = i < x.size() ? x.get(i) : data.get(i - x.size());
                Tensor input = inputs.get(i);
                Check.that(
                        given.shape().equals(input.shape()) && given.dtype() == input.dtype(),
                        "replay: input %s must be %s %s as in the first performance, got %s %s",
                        i,
                        input.dtype(),
                        input.shape(),
                        given.dtype(),
                        given.shape());
                given.requireOpen("replay");
                input.copyFrom(given);
            }
            script.run();
            return results;
        }

        /**
         * Compares it with another performance of the same function, with other numbers. Returns what differs though it does not follow from
         * the inputs, such as a constant that was computed from them outside or drawn at random; or an empty text, if nothing does.
         */
        public String differenceFrom(Replay other) {
            String difference = script.difference(other.script, buffers(inputs), buffers(other.inputs));
            return difference == null ? "" : difference;
        }

        private static List<Buffer> buffers(List<Tensor> tensors) {
            return tensors.stream().map(Tensor::buffer).toList();
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

    /** Ends recording for good, but leaves the values usable: other tapes may have captured them. */
    void finish() {
        recording.finish();
    }

    /** Returns how many variables and operations are recorded. */
    @Override
    public String toString() {
        return "Tape of " + recording.size() + " entries";
    }
}
