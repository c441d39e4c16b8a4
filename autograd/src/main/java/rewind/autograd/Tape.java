package rewind.autograd;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import rewind.autograd.TensorOperation.Part;
import rewind.autograd.TensorRecording.TensorSpace;
import rewind.autograd.buffer.Buffer;
import rewind.autograd.buffer.Script;
import rewind.autograd.memory.Lender;
import rewind.autograd.memory.Segment;
import rewind.autograd.memory.TapeMemory;
import rewind.autograd.require.Check;
import rewind.autograd.reverse.Details;
import rewind.autograd.reverse.Entry;
import rewind.autograd.reverse.Memory;
import rewind.autograd.reverse.Observer;
import rewind.autograd.reverse.Places;
import rewind.autograd.reverse.Sweep;
import rewind.autograd.text.CallSite;

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

    /** A nested one may meet other tapes. */
    Tape(Workspace workspace, boolean nested) {
        this.recording = new TensorRecording(workspace, nested);
        if (workspace != null && workspace.script() != null) {
            recording.observe(new Listening(workspace.script()));
        }
    }

    /** Does not mind entries that are dropped and made again. */
    interface Passing extends Observer<Tensor> {}

    /** Sees to it that a script hears of everything. */
    private record Listening(Script script) implements Passing {
        @Override
        public boolean seesConstants() {
            return true;
        }

        @Override
        public void read(String by, Entry<Tensor> entry) {
            script.refuseReading(by);
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
    Tensor given(Tensor x) {
        return recording.given(new Part("given", 0, Map::of), x);
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

    /** As {@link #backward(Tensor, Tensor)}, but what is 0 for good stays 0 at infinite slopes, see {@link Cotangents.ExactZeros}; slower. */
    Gradients backwardExactly(Tensor result, Tensor dy) {
        boolean pausedBefore = recording.pause(true);
        try {
            return sweep(result, dy, new Cotangents.ExactZeros(result.places.in(recording), dy));
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
        if (recording.isInSegment()) {
            throw new IllegalStateException(
                    "backward: a checkpointed function cannot sweep the tape that it is recorded on; use Grad in it");
        }
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

    /** See {@link Grad#checkpoint(Function, List)}. */
    static List<Tensor> checkpoint(Function<List<Tensor>, List<Tensor>> f, List<Tensor> x) {
        List<Tensor> inputs = List.copyOf(x);
        Segment<Tensor> segment = new Segment<>();
        List<Tensor> y = segment.first(() -> List.copyOf(f.apply(inputs)));
        TapeMemory memory = segment.droppable();
        if (memory == null) {
            segment.stay();
            return y;
        }
        boolean lasting = memory.script() == null; // in a replay arrays serve again after the last action on them
        long bits = lasting ? bits(y) : 0;
        List<Entry<Tensor>> known = new ArrayList<>();
        List<Tensor> outside = new ArrayList<>();
        for (Tensor each : y) {
            each.places.forEach(known::add);
            outside.add(each.in(memory.handedOn(each.buffer())));
        }
        segment.drop(known, () -> {
            List<Tensor> again = f.apply(inputs);
            if (lasting && bits(again) != bits) {
                throw Segment.changed();
            }
        });
        return outside;
    }

    /** A number that is another one when a bit of the elements is. */
    private static long bits(List<Tensor> tensors) {
        long bits = tensors.size();
        for (Tensor each : tensors) {
            Buffer buffer = each.buffer();
            for (int i = 0; i < buffer.size(); i++) {
                double element = buffer.kernels().get(buffer.data, buffer.offset + i);
                bits = bits * 31 + Double.doubleToLongBits(element);
            }
        }
        return bits;
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

    /** Ends recording for good, but leaves the values usable: other tapes may have captured them. */
    void finish() {
        recording.finish();
    }

    /** Returns how many variables and operations are recorded. */
    @Override
    public String toString() {
        return "Tape of " + recording.size() + " entries";
    }

    /** Stops at the first value or cotangent that is not finite, see {@link Tape#checkFinite}. */
    private static final class FiniteCheck implements Passing {
        @Override
        public void performed(Entry<Tensor> entry, Tensor[] operands, Tensor value) {
            entry.keep(new Details<>(List.of(), null, CallSite.find(), "", "", "", -1, null));
            check(entry, "value", "", value);
        }

        @Override
        public boolean seesCotangents() {
            return true;
        }

        @Override
        public void pulledBack(Entry<Tensor> entry, int operand, Tensor dx) {
            check(entry, "cotangent", " of input " + operand, dx);
        }

        private static void check(Entry<Tensor> entry, String what, String whose, Tensor tensor) {
            int at = tensor.firstNonFinite();
            if (at >= 0) {
                String site = entry.details() == null
                        ? "an unknown line"
                        : entry.details().site();
                throw new NonFiniteException(
                        entry.index(),
                        entry.name() + ": " + what + " " + tensor.elementAt(at) + whose + " at "
                                + tensor.shape().index(at) + " of " + tensor.shape() + "; called at " + site);
            }
        }
    }
}
