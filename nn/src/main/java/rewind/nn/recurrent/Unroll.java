package rewind.nn.recurrent;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Cell;
import rewind.nn.layer.Lengths;
import rewind.nn.layer.Options;
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
    private final Cell<S> cell;
    private boolean reversed;
    private Lengths lengths;
    private int chunk;
    private int window = -1;
    private Tensor mask;
    private String name = "";
    private UnaryOperator<S> afterStep = state -> state;
    private Zones<S> zones = (k, next, previous) -> next;

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
        Tensor projected = cell.project(input.permute(1, 0, 2)); // steps first, so that a step's part is contiguous
        Run run = new Run(projected, real);
        Result<S> result = window < 0 ? run.all(initial) : run.windows(initial);
        States.output(result.last()).atStep(name, -1);
        return result;
    }

    /** The steps of one unrolling, counted in the order in which they are done. */
    private final class Run {
        private final List<Tensor> inputs;
        private final List<Tensor> real;

        Run(Tensor projected, Tensor real) {
            this.inputs = projected.unstack(0);
            this.real = real == null ? null : real.unstack(0);
        }

        Result<S> all(S initial) {
            Tensor[] outputs = new Tensor[inputs.size()];
            S state = initial;
            for (int k = 0; k < outputs.length; k++) {
                state = step(k, chunk == 0 ? state : constant(k, state, own -> own % chunk == 0));
                outputs[position(k)] = States.output(state);
            }
            return new Result<>(Arrays.asList(outputs), state);
        }

        Result<S> windows(S initial) {
            List<S> before = new ArrayList<>(); // the state before every step: where windows begin, a constant
            Tensor[] outputs = new Tensor[inputs.size()];
            S state = initial;
            for (int k = 0; k < outputs.length; k++) {
                before.add(constant(k, state, own -> true));
                int from = Math.max(0, k - window);
                S within = before.get(from);
                for (int j = from; j < k; j++) {
                    within = step(j, within);
                }
                state = kept(k, advance(k, within), state);
                outputs[position(k)] = States.output(state);
            }
            return new Result<>(Arrays.asList(outputs), state);
        }

        /**
         * Returns the state before a step, as a constant for those samples of which it is a step of their own, other than the first, that
         * is chosen by its number. Steps of padding do not count: reversed, a sample begins with them.
         */
        private S constant(int k, S state, IntPredicate chosen) {
            if (real == null) {
                return k > 0 && chosen.test(k) ? States.map(state, Tensor::detach) : state;
            }
            double[] constant = new double[lengths.size()];
            for (int i = 0; i < constant.length; i++) {
                int own = reversed ? k - (inputs.size() - lengths.get(i)) : k;
                constant[i] = own > 0 && own < lengths.get(i) && chosen.test(own) ? 1 : 0;
            }
            if (Arrays.stream(constant).allMatch(each -> each == 0)) {
                return state;
            }
            Tensor cut = Tensor.of(Shape.of(constant.length, 1), constant)
                    .to(inputs.get(0).dtype());
            return States.map(state, each -> Tensor.where(cut, each.detach(), each));
        }

        private S step(int k, S previous) {
            return kept(k, advance(k, previous), previous);
        }

        private S advance(int k, S previous) {
            int t = position(k);
            inputs.get(t).atStep(name, t);
            States.output(previous).atStep(name, t);
            S next = mask == null
                    ? cell.advance(inputs.get(t), previous)
                    : cell.advance(inputs.get(t), previous, States.mapOutput(previous, h -> h.maskedBy(mask)));
            return zones.of(k, afterStep.apply(next), previous);
        }

        /** Returns the next state, for samples of which the step is padding the one before it with its gradient. */
        private S kept(int k, S next, S previous) {
            return real == null
                    ? next
                    : States.zip(next, previous, (n, p) -> Tensor.where(real.get(position(k)), n, p));
        }

        private int position(int k) {
            return reversed ? inputs.size() - 1 - k : k;
        }
    }

    /** Returns how the steps are taken. */
    @Override
    public String toString() {
        return "Unroll" + (name.isEmpty() ? "" : " of " + name)
                + (reversed ? ", reversed" : "")
                + (lengths == null ? "" : ", lengths " + lengths)
                + (chunk == 0 ? "" : ", gradients truncated to chunks of " + chunk)
                + (window < 0 ? "" : ", gradients truncated to " + window + " steps");
    }
}
