package rewind.nn.recurrent;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntPredicate;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.Trace;
import rewind.nn.layer.States;

/** One unrolling; its steps are counted in the order in which they are done. */
final class UnrolledSteps<S> {
    /** Up to so many steps, the inputs of all are projected together. */
    private static final int FEW = 256;
    /** Of more steps so many at least, and as many as give {@link #FEW} rows. */
    static final int TOGETHER = 64;

    private final Unroll<S> how;
    private final Tensor input;
    private final Tensor real;
    private final S initial;
    private final int steps;
    /** So many steps' inputs are projected together. */
    private final int together;

    UnrolledSteps(Unroll<S> how, Tensor input, Tensor real, S initial) {
        this.how = how;
        this.input = input;
        this.real = real;
        this.initial = initial;
        this.steps = input.size(0);
        boolean all = how.window >= 0 || steps <= FEW;
        this.together = all ? steps : Math.max(TOGETHER, Segments.ceilDiv(FEW, Math.max(1, input.size(1))));
    }

    Unroll.Result<S> all() {
        List<Tensor> in = new ArrayList<>(States.tensors(initial));
        if (how.beside != null) {
            how.beside.loss().ifPresent(in::add);
        }
        Segments segments = segments();
        Segments.Done done = together == steps
                ? segments.run(0, steps, in, new Block(0, steps)::steps)
                : segments.times(together).run(0, steps, in, (from, to, carry) -> blocks(from, to, carry, segments));
        if (how.beside != null) {
            how.beside.exchangeLoss(loss(done.carry(), steps));
        }
        Tensor[] outputs = new Tensor[done.results().size()];
        for (int k = 0; k < outputs.length; k++) {
            outputs[position(k)] = done.results().get(k);
        }
        return new Unroll.Result<>(Arrays.asList(outputs), state(done.carry().iterator()));
    }

    private Segments segments() {
        double step = how.kept.isOfBytes() ? new Block(0, Math.min(steps, together)).bytes() : 0;
        double state = States.tensors(initial).stream()
                .mapToDouble(each -> each.size() * (each.dtype() == DType.FLOAT64 ? 8.0 : 4))
                .sum();
        return how.kept.segments(steps, together, step, state);
    }

    private Segments.Done blocks(int from, int to, List<Tensor> in, Segments segments) {
        Segments inside = segments.length() < together ? segments : Segments.NONE;
        List<Tensor> results = new ArrayList<>();
        List<Tensor> carry = in;
        for (int start = from; start < to; start += together) {
            int end = Math.min(to, start + together);
            Segments.Done done = inside.run(start, end, carry, new Block(start, end)::steps);
            carry = done.carry();
            results.addAll(done.results());
        }
        return new Segments.Done(carry, results);
    }

    private int position(int k) {
        return how.reversed ? steps - 1 - k : k;
    }

    /** The state among what is carried on. */
    private S state(Iterator<Tensor> carry) {
        return States.map(initial, each -> carry.next());
    }

    /** How many states before the k-th step are carried on beside the last one: where windows begin. */
    private int before(int k) {
        return Math.max(0, Math.min(how.window, k));
    }

    /** The loss that was added so far among what is carried on before the k-th step, or null. */
    private Tensor loss(List<Tensor> carry, int k) {
        int states = States.tensors(initial).size() * (1 + before(k));
        return carry.size() > states ? carry.get(states) : null;
    }

    /** Steps whose inputs are projected together. */
    private final class Block {
        /** The first step in the order of time. */
        private final int first;

        private final List<Tensor> inputs;
        private final List<Tensor> padding;

        Block(int from, int to) {
            first = Math.min(position(from), position(to - 1));
            inputs = how.cell.project(part(input, to - from)).unstack(0);
            padding = real == null ? null : part(real, to - from).unstack(0);
        }

        private Tensor part(Tensor all, int count) {
            return count == steps ? all : all.slice(0, first, first + count);
        }

        /** How many bytes the values of a step take. */
        double bytes() {
            List<Tensor> tensors = new ArrayList<>(List.of(inputs.get(0).detach()));
            States.tensors(initial).forEach(each -> tensors.add(each.detach()));
            Trace trace = Trace.of(
                    in -> States.output(how.cell.advance(
                            in.get(0), state(in.subList(1, in.size()).iterator()))),
                    tensors);
            return trace.operations().stream()
                    .mapToDouble(each -> (double) each.shape().size() * each.bytesPerElement())
                    .sum();
        }

        Segments.Done steps(int from, int to, List<Tensor> in) {
            Tensor around = how.beside == null ? null : how.beside.exchangeLoss(loss(in, from));
            Iterator<Tensor> carried = in.iterator();
            S state = state(carried);
            List<S> before = new ArrayList<>();
            for (int i = 0; i < before(from); i++) {
                before.add(state(carried));
            }
            List<Tensor> outputs = new ArrayList<>();
            for (int k = from; k < to; k++) {
                state = how.window < 0 ? next(k, state) : windowed(k, state, before);
                if (!how.lastAlone) {
                    outputs.add(States.output(state));
                }
            }
            List<Tensor> out = new ArrayList<>(States.tensors(state));
            before.subList(before.size() - before(to), before.size()).forEach(each -> out.addAll(States.tensors(each)));
            Tensor added = how.beside == null ? null : how.beside.exchangeLoss(around);
            if (added != null) {
                out.add(added);
            }
            return new Segments.Done(out, outputs);
        }

        private S next(int k, S state) {
            return step(k, how.chunk == 0 ? state : constant(k, state, own -> own % how.chunk == 0));
        }

        /** Does steps of a window before; the states before all of them are constants. */
        private S windowed(int k, S state, List<S> before) {
            before.add(constant(k, state, own -> true));
            int from = Math.max(0, k - how.window);
            S within = before.get(before.size() - 1 - (k - from));
            for (int j = from; j < k; j++) {
                within = step(j, within);
            }
            return kept(k, advance(k, within), state);
        }

        /**
         * Returns the state before a step, as a constant for those samples of which it is a step of their own, other than the first,
         * that is chosen by its number. Steps of padding do not count: reversed, a sample begins with them.
         */
        private S constant(int k, S state, IntPredicate chosen) {
            if (real == null) {
                return k > 0 && chosen.test(k) ? States.map(state, Tensor::detach) : state;
            }
            double[] constant = new double[how.lengths.size()];
            for (int i = 0; i < constant.length; i++) {
                int own = how.reversed ? k - (steps - how.lengths.get(i)) : k;
                constant[i] = own > 0 && own < how.lengths.get(i) && chosen.test(own) ? 1 : 0;
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
            Tensor x = inputs.get(t - first);
            x.atStep(how.name, t);
            States.output(previous).atStep(how.name, t);
            S next = how.mask == null
                    ? how.cell.advance(x, previous)
                    : how.cell.advance(x, previous, States.mapOutput(previous, h -> h.maskedBy(how.mask)));
            return how.zones.of(k, how.afterStep.apply(next), previous);
        }

        /** Returns the next state, for samples of which the step is padding the one before it with its gradient. */
        private S kept(int k, S next, S previous) {
            return real == null
                    ? next
                    : States.zip(next, previous, (n, p) -> Tensor.where(padding.get(position(k) - first), n, p));
        }
    }
}
