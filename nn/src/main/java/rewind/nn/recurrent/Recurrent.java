package rewind.nn.recurrent;

import java.util.function.UnaryOperator;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.program.Program;
import rewind.autograd.require.Check;
import rewind.nn.feedforward.Dropout;
import rewind.nn.feedforward.LayerNormalization;
import rewind.nn.layer.Cell;
import rewind.nn.layer.CellDefinition;
import rewind.nn.layer.Formed;
import rewind.nn.layer.Options;
import rewind.nn.layer.OverSteps;
import rewind.nn.layer.Scope;
import rewind.nn.layer.States;

/**
 * A cell unrolled over the steps of a sequence: from (batch, steps, features) to the last output (batch, units), or with
 * {@link #sequences} to all of them (batch, steps, units). Everything here works for every cell, also a user's own. Immutable; every
 * option returns a new layer.
 *
 * <p>The first state is zero unless the {@link rewind.nn.layer.Pass} says otherwise; the pass also tells the lengths of padded sequences, and receives
 * the last state.
 *
 * @param <S> the state of the cell
 * @param <R> the layer itself
 */
public abstract class Recurrent<S, R extends Recurrent<S, R>> extends Options<R> implements Formed, OverSteps {
    static final int EXACT = -1;

    private final int units;
    String name;
    boolean sequences;
    boolean reversed;
    boolean layerNormalization;
    double recurrentDropout;
    double zoneout;
    double clipGradients = Double.POSITIVE_INFINITY;
    int truncateChunks = EXACT;
    int truncateWindow = EXACT;
    int checkpoints = Segments.Budget.ALL.steps();
    double checkpointsWithin = Segments.Budget.ALL.bytes();

    Recurrent(String name, int units) {
        Check.that(units > 0, "%s: units must be positive, got %s", name, units);
        this.name = name;
        this.units = units;
    }

    /** The definition of the cell. */
    abstract CellDefinition<S> definition();

    /** The first state, from zeros (batch, units). */
    abstract S zero(Tensor zeros);

    /**
     * Returns what other systems must know of this layer to store it.
     *
     * @throws IllegalArgumentException if it is none of the built-in ones
     */
    public Gates.CellForm cellForm() {
        throw new IllegalArgumentException(name + ": a cell of one's own has no counterpart in other systems");
    }

    /** Sets whether the layer gives all outputs, or the last one (the default). */
    public final R sequences(boolean all) {
        return with(layer -> layer.sequences = all);
    }

    /** Sets whether the steps are done from the last to the first; with all outputs, every output stays at its own step. */
    public final R reversed(boolean backwards) {
        return with(layer -> layer.reversed = backwards);
    }

    /**
     * Scales the gradients of this layer's parameters down together when their common Euclidean norm exceeds a limit. The gradient for
     * the layer below is not touched. Source: Pascanu, Mikolov and Bengio, ICML 2013.
     *
     * @param limit the limit, positive; infinity for no clipping
     */
    public final R clipGradients(double limit) {
        Check.that(limit > 0, "%s: the limit of the gradients' norm must be positive, got %s", name, limit);
        return with(layer -> layer.clipGradients = limit);
    }

    /** Switches {@link #clipGradients(double)} on with EpyNN's limit 0.25, or off. */
    public final R clipGradients(boolean on) {
        return clipGradients(on ? 0.25 : Double.POSITIVE_INFINITY);
    }

    /** Truncates gradients, see {@link Unroll#truncateChunks}. */
    public final R truncateChunks(int steps) {
        Check.that(steps > 0, "%s: chunks must have a positive number of steps, got %s", name, steps);
        return truncated(steps, EXACT);
    }

    /** Truncates gradients, see {@link Unroll#truncateWindow}. */
    public final R truncateWindow(int steps) {
        Check.that(steps >= 0, "%s: a window must not reach back a negative number of steps, got %s", name, steps);
        return truncated(EXACT, steps);
    }

    /** One way of truncation replaces the other. */
    private R truncated(int chunks, int window) {
        return with(layer -> {
            layer.truncateChunks = chunks;
            layer.truncateWindow = window;
        });
    }

    /** Lets training keep the states between segments of √T of the T steps alone, see {@link Unroll#checkpoints()}. */
    public final R checkpoints() {
        return checkpoints(Segments.Budget.ROOT);
    }

    /** The same with segments of at most so many steps, see {@link Unroll#checkpoints(int)}. */
    public final R checkpoints(int steps) {
        return checkpoints(Segments.Budget.of(name, steps));
    }

    /** The same with segments for a number of bytes, see {@link Unroll#checkpointsWithin}. */
    public final R checkpointsWithin(double bytes) {
        return checkpoints(Segments.Budget.within(name, bytes));
    }

    final R checkpoints(Segments.Budget kept) {
        return with(layer -> {
            layer.checkpoints = kept.steps();
            layer.checkpointsWithin = kept.bytes();
        });
    }

    /**
     * In training, multiplies the previous output by a random mask before every step, one mask for all steps of a pass: 0 with the given
     * probability, else 1/(1 − rate). Source: Gal and Ghahramani, NIPS 2016.
     *
     * @param rate the probability, 0 to less than 1
     */
    public final R recurrentDropout(double rate) {
        Check.that(
                rate >= 0 && rate < 1, "%s: the dropout rate must be at least 0 and less than 1, got %s", name, rate);
        return with(layer -> layer.recurrentDropout = rate);
    }

    /**
     * Lets units keep what they had before a step, of every tensor of the state by themselves: in training at random, with the given probability; in
     * use the state is rate·before + (1 − rate)·after. Source: Krueger et al., ICLR 2017.
     *
     * @param rate the probability, 0 to less than 1
     */
    public final R zoneout(double rate) {
        Check.that(
                rate >= 0 && rate < 1,
                "%s: the rate of zoneout must be at least 0 and less than 1, got %s",
                name,
                rate);
        return with(layer -> layer.zoneout = rate);
    }

    /**
     * Sets whether the output of every step is normalised over the units before it goes on, with a learned gain and shift: h ← (h −
     * mean)/√(variance + 1e-5) ⊙ gain + shift. Source: Ba, Kiros and Hinton, arXiv:1607.06450.
     */
    public final R layerNormalization(boolean on) {
        return with(layer -> layer.layerNormalization = on);
    }

    /** Sets what messages and parameters call the layer. */
    @Override
    public final R named(String name) {
        return with(layer -> layer.name = name);
    }

    /** Returns this layer in both directions, the two outputs merged. */
    public final Bidirectional<S> bidirectional(Merge merge) {
        return new Bidirectional<>(this, merge);
    }

    /** Returns this layer in both directions, the outputs one after the other along the last axis. */
    public final Bidirectional<S> bidirectional() {
        return bidirectional(Merge.CONCAT);
    }

    /**
     * Returns the cell alone, with its parameters from the scope.
     *
     * @param inputs the number of features of an input
     */
    public final Cell<S> cell(Scope scope, int inputs) {
        return definition().define(scope, inputs, units);
    }

    /**
     * Returns a step of the cell as a computation of its own, for a batch of two: from x, h⁻, what else the state has, and the parameters to
     * the state after it. Its equations, and those of its adjoint, are the ones of textbooks.
     *
     * @param features of an input
     */
    public final Program step(int features) {
        return definition().program(features, units, zero(Tensor.zeros(2, units)));
    }

    @Override
    public final boolean givesSequences() {
        return sequences;
    }

    /** Whether the steps are done from the last to the first. */
    public final boolean isReversed() {
        return reversed;
    }

    /** Whether outputs are normalised, see {@link #layerNormalization}. */
    public final boolean isNormalized() {
        return layerNormalization;
    }

    /** Whether units keep something of the state before a step, see {@link #zoneout}. */
    public final boolean isZonedOut() {
        return zoneout > 0;
    }

    /** Returns the number of units. */
    public final int units() {
        return units;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final UnaryOperator<Tensor> bind(Scope scope, Shape input) {
        Check.that(
                input.rank() == 2 && input.size(0) > 0,
                "%s: a sample must be (steps, features) with at least one step, got the shape %s%s",
                name,
                input,
                input.rank() > 2 ? "; a sample has no batch axis" : "");
        if (clipGradients < Double.POSITIVE_INFINITY) {
            scope.clipGradients(clipGradients);
        }
        Unroll<S> unroll = truncated(Unroll.of(cell(scope, input.size(1))))
                .checkpoints(new Segments.Budget(checkpoints, checkpointsWithin))
                .lastAlone(!sequences)
                .beside(scope.pass().outputs())
                .reversed(reversed)
                .named(scope.path())
                .lengths(scope.pass().lengths().orElse(null))
                .afterStep(layerNormalization ? normalization(scope) : state -> state);
        return x -> {
            x.inLayer(scope.path());
            if (scope.shapesAlone()) {
                Tensor first = States.output(
                        unroll.over(x.slice(1, 0, 1), first(scope, x)).last());
                return sequences ? Tensor.zeros(x.dtype(), Shape.of(x.size(0), x.size(1), units)) : first;
            }
            Unroll<S> drawn = recurrentDropout > 0 && scope.pass().training() ? unroll.dropout(mask(scope, x)) : unroll;
            S first = first(scope, x);
            Unroll<S> all = zoneout > 0 ? drawn.zones(Zoneout.of(zoneout, scope.pass(), x, first)) : drawn;
            Unroll.Result<S> result = all.over(x, first);
            scope.pass().ended(scope.path(), result.last());
            return sequences ? result.sequence() : States.output(result.last());
        };
    }

    private Unroll<S> truncated(Unroll<S> unroll) {
        if (truncateChunks != EXACT) {
            return unroll.truncateChunks(truncateChunks);
        }
        return truncateWindow == EXACT ? unroll : unroll.truncateWindow(truncateWindow);
    }

    private UnaryOperator<S> normalization(Scope scope) {
        UnaryOperator<Tensor> normalize = LayerNormalization.in(scope, units, LayerNormalization.EPSILON);
        return state -> States.mapOutput(state, normalize);
    }

    private Tensor mask(Scope scope, Tensor x) {
        return Dropout.mask(scope.pass(), recurrentDropout, x, Shape.of(x.size(0), units));
    }

    @SuppressWarnings("unchecked") // checked against the class of the zero state
    private S first(Scope scope, Tensor x) {
        S zero = zero(Tensor.zeros(x.dtype(), Shape.of(x.size(0), units)));
        Object given = scope.pass().initial(scope.path());
        if (given == null) {
            return zero;
        }
        Check.that(
                given.getClass() == zero.getClass(),
                "%s: the initial state must be a %s, got a %s",
                name,
                zero.getClass().getSimpleName(),
                given.getClass().getSimpleName());
        return States.zip((S) given, zero, (tensor, expected) -> {
            Check.that(
                    tensor.shape().equals(expected.shape()),
                    "%s: the initial state must have the shape %s, got %s",
                    name,
                    expected.shape(),
                    tensor.shape());
            return tensor.to(expected.dtype());
        });
    }
}
