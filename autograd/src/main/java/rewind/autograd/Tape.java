package rewind.autograd;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import rewind.autograd.kernel.Kernels;

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
    private final Workspace workspace;
    private final boolean nested;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<DType, List<Object>> arrays = new EnumMap<>(DType.class);
    /** Stands for the tape where holding the tape itself would keep its nodes alive. */
    private final Object identity = new Object();

    private final Set<Object> kept = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean checksFinite;
    private boolean paused;
    /** The sweep that is going on and not recorded, or null. */
    private Sweep sweep;

    private boolean closed;
    /** What looks into the computation, or null. */
    private Trace trace;

    /** Makes an empty tape. */
    public Tape() {
        this(null, false);
    }

    /** Makes an empty tape that takes its memory from a workspace and gives it back when closed. */
    public Tape(Workspace workspace) {
        this(workspace, false);
    }

    private Tape(Workspace workspace, boolean nested) {
        this.workspace = workspace;
        this.nested = nested;
    }

    /** A tape for one call of a function in {@link Grad}: it may meet other tapes, so that derivatives nest. */
    static Tape forDerivative() {
        return new Tape(null, true);
    }

    /** A tape that meets other tapes, and tells a trace what happens. */
    static Tape traced(Trace trace) {
        Tape tape = forDerivative();
        tape.trace = trace;
        return tape;
    }

    /**
     * Switches the check for NaN and infinity on: from now on the first operation whose value, or in a sweep whose cotangent, is not
     * finite throws a {@link NonFiniteException} that names the operation, the element, and the line that called it. It costs a
     * walk over the stack and one over the values for every operation.
     *
     * @return this tape
     */
    public Tape checkFinite() {
        checksFinite = true;
        return this;
    }

    /**
     * Returns the value of {@code x} as something to differentiate with respect to. Watching a value that was computed on this tape
     * is allowed: its gradient is then kept as well.
     *
     * @throws IllegalArgumentException if {@code x} lies on another tape
     */
    public Tensor watch(Tensor x) {
        requireOpen("watch");
        for (Node node = x.node; node != null; node = node.also) {
            node.tape.requireOpen("watch");
        }
        Check.that(meets(x.node), "watch: a tensor %s that lies on another tape must be detached first", x.shape());
        Node same = Node.on(this, x.node);
        Node[] inputs = same == null ? new Node[0] : new Node[] {same};
        Pullback[] pullbacks = same == null ? new Pullback[0] : new Pullback[] {dy -> dy};
        Node node =
                new Node(this, Node.WATCH, x.shape(), x.dtype(), inputs, pullbacks, false, Node.without(this, x.node));
        requireFinite(node, x);
        x.keepLoan();
        return new Tensor(x.data, x.offset, x.shape(), x.dtype(), node);
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
        boolean pausedBefore = paused;
        Sweep sweepBefore = sweep;
        paused = true;
        sweep = new Sweep(workspace);
        try {
            return sweep(result, sweep.adopt(dy));
        } finally {
            paused = pausedBefore;
            sweep = sweepBefore;
        }
    }

    /** As {@link #backward(Tensor)}, but records the sweep on this tape, so that gradients can be differentiated again. */
    public Gradients backwardRecorded(Tensor result) {
        return sweep(result, seed(result));
    }

    /** As {@link #backward(Tensor, Tensor)}, but records the sweep on this tape, so that gradients can be differentiated again. */
    public Gradients backwardRecorded(Tensor result, Tensor dy) {
        return sweep(result, dy);
    }

    /** Returns the number of values on the tape. */
    public int size() {
        return nodes.size();
    }

    /**
     * Ends the tape: its values must not be used any more, and its arrays go back to the workspace, if it has one. Closing twice is
     * allowed.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        nodes.clear();
        arrays.forEach(this::giveBack);
        arrays.clear();
        kept.clear();
        if (workspace != null) {
            workspace.closed();
        }
    }

    private void giveBack(DType dtype, List<Object> ofType) {
        for (int i = ofType.size() - 1; i >= 0; i--) { // so that the next tape finds them in the same order
            if (kept.isEmpty() || !kept.contains(ofType.get(i))) {
                workspace.give(dtype.kernels(), dtype, ofType.get(i));
            }
        }
    }

    /** Ends recording for good, but leaves the values usable: other tapes may have captured them. */
    void finish() {
        paused = true;
        nodes.clear();
    }

    private static Tensor seed(Tensor result) {
        Check.that(
                result.size() == 1,
                "backward: the result must be a scalar, got the shape %s; reduce it, or pass a cotangent of that shape",
                result.shape());
        return Tensor.full(result.dtype(), 1, result.shape());
    }

    private Gradients sweep(Tensor result, Tensor dy) {
        requireOpen("backward");
        Check.that(
                result.shape().equals(dy.shape()),
                "backward: the cotangent must have the result's shape %s, got %s",
                result.shape(),
                dy.shape());
        Node last = Node.on(this, result.node);
        Check.that(
                last != null || meets(result.node),
                "backward: the result must lie on this tape, got a value %s of another one",
                result.shape());
        Gradients gradients = new Gradients(this);
        if (last == null) {
            return gradients; // a constant: every gradient is zero
        }
        Sweep memory = sweep == null ? new Sweep(null) : sweep;
        Cotangents cotangents = new Cotangents(memory, last.index + 1);
        cotangents.at(last).add(dy);
        for (int index = last.index; index >= 0; index--) {
            Cotangent cotangent = cotangents.take(index);
            if (cotangent != null) {
                Node node = nodes.get(index);
                Tensor arrived = cotangent.total();
                if (node.watched()) {
                    gradients.put(node, arrived);
                }
                pullBack(node, arrived, cotangents, memory);
                cotangent.release();
                memory.endNode();
            }
        }
        return gradients;
    }

    private void pullBack(Node node, Tensor dy, Cotangents cotangents, Sweep memory) {
        for (int i = 0; i < node.inputs.length; i++) {
            Node input = node.inputs[i];
            Pullback pullback = node.pullbacks[i];
            if (input == null || pullback == null) {
                continue;
            }
            if (pullback instanceof Selection.Placed placed) {
                cotangents.at(input).add(placed.where(), dy);
            } else if (checksFinite || !cotangents.addInPlace(input, pullback, dy)) {
                Tensor dx = fit(node, i, node.users ? memory.applyUsers(pullback, dy) : pullback.apply(dy));
                requireFiniteCotangent(node, i, dx);
                cotangents.at(input).add(dx);
            }
        }
    }

    /** Undoes the broadcasting of an input: sums the cotangent over the axes along which the input was repeated. */
    private static Tensor fit(Node node, int i, Tensor dx) {
        Shape shape = node.inputs[i].shape;
        if (dx.shape().equals(shape)) {
            return dx;
        }
        Check.that(
                shape.broadcastsTo(dx.shape()),
                "%s: the pullback for input %s must give the input's shape %s, got %s",
                node.op,
                i,
                shape,
                dx.shape());
        return dx.sumTo(shape);
    }

    /** Whether a value with these nodes may be used here: of two different tapes that meet, one must belong to a derivative. */
    private boolean meets(Node node) {
        boolean fits = true;
        for (Node each = node; each != null; each = each.also) {
            fits = fits && (nested || each.tape.nested || each.tape == this);
        }
        return fits;
    }

    void requireFinite(Node node, Tensor value) {
        int at = checksFinite ? value.firstNonFinite() : -1;
        if (at >= 0) {
            throw new NonFiniteException(
                    node.index,
                    String.format(
                            Locale.ROOT,
                            "%s: value %s at %s of %s; called at %s",
                            node.op,
                            value.elementAt(at),
                            value.shape().index(at),
                            value.shape(),
                            node.site));
        }
    }

    private void requireFiniteCotangent(Node node, int i, Tensor dx) {
        int at = checksFinite ? dx.firstNonFinite() : -1;
        if (at >= 0) {
            throw new NonFiniteException(
                    node.index,
                    String.format(
                            Locale.ROOT,
                            "%s: cotangent %s of input %d at %s of %s; called at %s",
                            node.op,
                            dx.elementAt(at),
                            i,
                            dx.shape().index(at),
                            dx.shape(),
                            node.site));
        }
    }

    void requireOpen(String op) {
        if (closed) {
            throw new IllegalStateException(
                    op + ": a value of a closed tape was used; detach() what must outlive the tape");
        }
    }

    boolean recording() {
        return !paused;
    }

    Sweep sweep() {
        return sweep;
    }

    Trace trace() {
        return trace;
    }

    Object identity() {
        return identity;
    }

    boolean nested() {
        return nested;
    }

    boolean checksFinite() {
        return checksFinite;
    }

    int append(Node node) {
        nodes.add(node);
        return nodes.size() - 1;
    }

    Object allocate(Kernels<Object> kernels, DType dtype, int length) {
        if (workspace == null) {
            return kernels.allocate(length);
        }
        Object array = workspace.take(kernels, dtype, length);
        List<Object> ofType = arrays.get(dtype);
        if (ofType == null) {
            ofType = new ArrayList<>();
            arrays.put(dtype, ofType);
        }
        ofType.add(array);
        return array;
    }

    /** Excepts an array from being given back. */
    void keep(Object array) {
        if (workspace != null) {
            kept.add(array);
        }
    }
}
