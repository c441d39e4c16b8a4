package rewind.nn.recurrent;

import java.util.List;
import java.util.function.UnaryOperator;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Cell;
import rewind.nn.layer.Lengths;
import rewind.nn.layer.Options;
import rewind.nn.layer.PassOutputs;
import rewind.nn.layer.States;

/**
 * How a cell is applied step by step to a batch of sequences. Immutable; every option returns a new one.
 *
 * <pre>{@code
 * Unroll<LstmState> unroll = Unroll.of(cell).reversed(true).lengths(lengths);
 * Unroll.Result<LstmState> result = unroll.over(x, initial);
 * }</pre>
 *
 * @param <S> the state of the cell
 */
public final class Unroll<S> extends Options<Unroll<S>> {
    final Cell<S> cell;
    boolean reversed;
    Lengths lengths;
    int chunk;
    int window = -1;
    Tensor mask;
    String name = "";
    UnaryOperator<S> afterStep = state -> state;
    Zones<S> zones = (k, next, previous) -> next;
    Segments.Budget kept = Segments.Budget.ALL;
    boolean lastAlone;
    PassOutputs beside;

    private Unroll(Cell<S> cell) {
        this.cell = cell;
    }

    /**
     * What an unrolling gives.
     *
     * @param outputs h after every step, in the order of the steps, each (batch, units)
     * @param last the state after the step that was done last
     */
    public record Result<S>(List<Tensor> outputs, S last) {
        /**
         * Returns all outputs as one tensor, (batch, steps, units).
         *
         * @throws IllegalArgumentException if there was no step
         */
        public Tensor sequence() {
            return Tensor.stack(1, outputs);
        }
    }

    /** Returns the plain unrolling of a cell: forwards, all steps, exact gradients. */
    public static <S> Unroll<S> of(Cell<S> cell) {
        return new Unroll<>(cell);
    }

    /** Sets whether the steps are done from the last to the first; every output stays at its own step. */
    public Unroll<S> reversed(boolean backwards) {
        return with(unroll -> unroll.reversed = backwards);
    }

    /**
     * Sets how many steps of each sample are real. A step of padding keeps the state, and no gradient reaches its input; so reversed,
     * a sample starts at its own end, and a length of zero gives the initial state.
     */
    public Unroll<S> lengths(Lengths perSample) {
        return with(unroll -> unroll.lengths = perSample);
    }

    /**
     * Truncates the gradient in chunks: after every {@code steps} steps of a sample, padding not counted, its state goes on as a constant.
     *
     * @throws IllegalArgumentException if not positive
     */
    public Unroll<S> truncateChunks(int steps) {
        Check.that(steps > 0, "unroll: chunks must have a positive number of steps, got %s", steps);
        return with(unroll -> {
            unroll.chunk = steps;
            unroll.window = -1;
        });
    }

    /**
     * Truncates the gradient by a sliding window: that of every output goes back over its own step and the {@code steps} before it, the
     * state before those being a constant; that of a step of padding is that of the last real one. Values do not change; a pass costs
     * steps + 1 times as much. Source: D. Britz, Recurrent Neural Networks Tutorial part 3, 2015.
     *
     * @throws IllegalArgumentException if negative
     */
    public Unroll<S> truncateWindow(int steps) {
        Check.that(steps >= 0, "unroll: a window must not reach back a negative number of steps, got %s", steps);
        return with(unroll -> {
            unroll.window = steps;
            unroll.chunk = 0;
        });
    }

    /**
     * Keeps the states between segments of √T of the T steps, and nothing of the steps inside: a sweep does them again. Outputs and gradients
     * are the same bits as without, in the memory of √T steps; time grows by that of a pass. Segments have at least the steps whose
     * inputs are multiplied together, of which there may be {@value UnrolledSteps#TOGETHER}. {@link rewind.autograd.Grad#checkpoint} tells what a
     * cell must be like, and where nothing is saved.
     */
    public Unroll<S> checkpoints() {
        return checkpoints(Segments.Budget.ROOT);
    }

    /**
     * As {@link #checkpoints()}, with segments of at most so many steps. If those whose inputs are multiplied together are more, they are a
     * segment that consists of segments, and done three times.
     *
     * @throws IllegalArgumentException if not positive
     */
    public Unroll<S> checkpoints(int steps) {
        return checkpoints(Segments.Budget.of("unroll", steps));
    }

    /**
     * As {@link #checkpoints()}, with segments such that what a sweep needs of the steps takes so many bytes or, if that is impossible, little
     * more: as few steps are done again as that allows, some of them several times. What a step takes is found by doing one
     * more, so that a cell that draws at random in its steps draws once more too.
     *
     * @throws IllegalArgumentException if not positive
     */
    public Unroll<S> checkpointsWithin(double bytes) {
        return checkpoints(Segments.Budget.within("unroll", bytes));
    }

    Unroll<S> checkpoints(Segments.Budget budget) {
        return with(unroll -> unroll.kept = budget);
    }

    /** Sets whether outputs are not asked for, but the last state alone. */
    Unroll<S> lastAlone(boolean on) {
        return with(unroll -> unroll.lastAlone = on);
    }

    /** Sets what a cell may add losses to. */
    Unroll<S> beside(PassOutputs outputs) {
        return with(unroll -> unroll.beside = outputs);
    }

    /** Sets what precedes the names of the cell's values in a {@link rewind.autograd.Trace}: {@code lstm/f_}; nothing by default. */
    Unroll<S> named(String loop) {
        return with(unroll -> unroll.name = loop);
    }

    /** Sets what the previous output is multiplied by before every step, one mask for all of them: variational dropout. */
    Unroll<S> dropout(Tensor outputMask) {
        return with(unroll -> unroll.mask = outputMask);
    }

    /** Sets a function of the state after every step. */
    Unroll<S> afterStep(UnaryOperator<S> function) {
        return with(unroll -> unroll.afterStep = function);
    }

    /** What of a state is taken from the one before it, at the k-th step that is done. */
    @FunctionalInterface
    interface Zones<S> {
        S of(int k, S next, S previous);
    }

    /** Sets what of every state is taken from the one before it: zoneout. */
    Unroll<S> zones(Zones<S> taken) {
        return with(unroll -> unroll.zones = taken);
    }

    /**
     * Unrolls the cell.
     *
     * @param x the sequences, (batch, steps, features)
     * @param initial the state before the first step
     * @throws IllegalArgumentException if x has another rank, or the lengths do not fit
     */
    public Result<S> over(Tensor x, S initial) {
        Check.that(x.rank() == 3, "unroll: the input must be (batch, steps, features), got the shape %s", x.shape());
        int steps = x.size(1);
        if (steps == 0) {
            return new Result<>(List.of(), initial);
        }
        Tensor real = null;
        Tensor input = x;
        if (lengths != null) {
            Check.that(
                    lengths.size() == x.size(0),
                    "unroll: there must be one length per sample of %s, got %s",
                    x.shape(),
                    lengths.size());
            real = lengths.mask(x.dtype(), steps);
            input = Tensor.where(real, x, Tensor.zeros(x.dtype(), x.shape())); // padding may hold anything, even NaN
            real = real.permute(1, 0, 2);
        }
        // steps first, so that a step's part is contiguous
        Result<S> result = new UnrolledSteps<>(this, input.permute(1, 0, 2), real, initial).all();
        States.output(result.last()).atStep(name, -1);
        return result;
    }

    /** Returns how the steps are taken. */
    @Override
    public String toString() {
        return "Unroll" + (name.isEmpty() ? "" : " of " + name)
                + (reversed ? ", reversed" : "")
                + (lengths == null ? "" : ", lengths " + lengths)
                + (chunk == 0 ? "" : ", gradients truncated to chunks of " + chunk)
                + (window < 0 ? "" : ", gradients truncated to " + window + " steps")
                + (kept.equals(Segments.Budget.ALL) ? "" : ", with checkpoints");
    }
}
