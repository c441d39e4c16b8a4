package rewind.onnx.operator;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/**
 * One step of a recurrent operator, for X (samples, features) and H, C (samples, units). The sums in f(…), g(…), h(…) are clipped first,
 * if there is a limit.
 *
 * <pre>
 * RNN    H = f(X·Wᵀ + H⁻·Rᵀ + b)
 *
 * GRU    z = f(X·Wzᵀ + H⁻·Rzᵀ + bz)
 *        r = f(X·Wrᵀ + H⁻·Rrᵀ + br)
 *        h = g(X·Whᵀ + (r ⊙ H⁻)·Rhᵀ + bh)              linear_before_reset = 0
 *        h = g(X·Whᵀ + r ⊙ (H⁻·Rhᵀ + Rbh) + Wbh)       linear_before_reset = 1
 *        H = (1 − z) ⊙ h + z ⊙ H⁻
 *
 * LSTM   i = f(X·Wiᵀ + H⁻·Riᵀ + Pi ⊙ C⁻ + bi)
 *        f = f(X·Wfᵀ + H⁻·Rfᵀ + Pf ⊙ C⁻ + bf)           with input_forget 1 − i
 *        c = g(X·Wcᵀ + H⁻·Rcᵀ + bc)
 *        C = f ⊙ C⁻ + i ⊙ c
 *        o = f(X·Woᵀ + H⁻·Roᵀ + Po ⊙ C + bo)
 *        H = o ⊙ h(C)
 * </pre>
 */
final class RecurrentStep {
    private final Kind kind;
    private final int units;
    private final Tensor w;
    private final Tensor r;
    private final Tensor bias;
    private final Tensor recurrentBias;
    private final Tensor peepholes;
    private final List<UnaryOperator<Tensor>> activations;
    private final double clip;
    private final boolean linearBeforeReset;
    private final boolean coupled;

    /** The operators. */
    enum Kind {
        RNN(1, List.of("Tanh")),
        GRU(3, List.of("Sigmoid", "Tanh")),
        LSTM(4, List.of("Sigmoid", "Tanh", "Tanh"));

        private final int gates;
        private final List<String> activations;

        Kind(int gates, List<String> activations) {
            this.gates = gates;
            this.activations = activations;
        }

        int gates() {
            return gates;
        }

        List<String> activations(int directions) {
            List<String> all = new ArrayList<>();
            for (int i = 0; i < directions; i++) {
                all.addAll(activations);
            }
            return all;
        }
    }

    /** What goes on to the next step; c is zero but in the LSTM. */
    record State(Tensor h, Tensor c) {
        /** This state where a condition holds, else another. */
        State where(Tensor condition, State other) {
            return new State(Tensor.where(condition, h, other.h), Tensor.where(condition, c, other.c));
        }
    }

    RecurrentStep(Call call, Kind kind, int direction, List<UnaryOperator<Tensor>> activations) {
        this.kind = kind;
        this.activations = activations;
        units = call.tensor(2).size(2);
        w = gates(call.tensor(1).select(0, direction));
        r = gates(call.tensor(2).select(0, direction));
        linearBeforeReset = call.flag("linear_before_reset", false);
        Tensor both =
                call.has(3) ? call.tensor(3).select(0, direction) : Tensor.zeros(w.dtype(), 2 * kind.gates * units);
        Check.that(
                both.rank() == 1 && both.size() == 2 * kind.gates * units,
                "B must have %s biases, got %s",
                2 * kind.gates * units,
                both.shape());
        Tensor biases = both.reshape(2, kind.gates, 1, units);
        boolean apart = kind == Kind.GRU && linearBeforeReset;
        recurrentBias = apart ? biases.select(0, 1).select(0, 2) : null;
        bias = apart ? mergedButLast(biases) : biases.select(0, 0).add(biases.select(0, 1));
        peepholes = kind == Kind.LSTM && call.has(7) ? call.tensor(7).select(0, direction) : null;
        Check.that(
                peepholes == null || (peepholes.rank() == 1 && peepholes.size() == 3 * units),
                "P must have %s weights",
                3 * units);
        clip = call.number("clip", Double.POSITIVE_INFINITY);
        coupled = call.flag("input_forget", false);
    }

    /** The weights of every gate, turned: (gates, …, units). */
    private Tensor gates(Tensor rows) {
        return rows.reshape(kind.gates, units, rows.size(1)).permute(0, 2, 1);
    }

    /** The sums of both biases; of the last gate the first one alone. */
    private static Tensor mergedButLast(Tensor biases) {
        int last = biases.size(1) - 1;
        Tensor sums =
                biases.select(0, 0).slice(0, 0, last).add(biases.select(0, 1).slice(0, 0, last));
        return Tensor.concat(0, sums, biases.select(0, 0).slice(0, last, last + 1));
    }

    int units() {
        return units;
    }

    /** The part that depends on the inputs alone, for all steps at once: (steps, gates, samples, units). */
    Tensor project(Tensor x) {
        return x.expandDims(1).matmul(w).add(bias);
    }

    State advance(Tensor projected, State previous) {
        return switch (kind) {
            case RNN -> rnn(projected, previous);
            case GRU -> gru(projected, previous);
            case LSTM -> lstm(projected, previous);
        };
    }

    private State rnn(Tensor x, State previous) {
        Tensor sum = x.add(previous.h.matmul(r)).select(0, 0);
        return new State(activate(0, sum).named("H"), previous.c);
    }

    private State gru(Tensor x, State previous) {
        Tensor h = previous.h;
        Tensor sums = x.slice(0, 0, 2).add(h.matmul(r.slice(0, 0, 2))); // z r
        Tensor z = activate(0, sums.select(0, 0)).named("z");
        Tensor reset = activate(0, sums.select(0, 1)).named("r");
        Tensor recurrent = r.select(0, 2);
        Tensor recalled = linearBeforeReset
                ? reset.mul(h.matmul(recurrent).add(recurrentBias))
                : reset.mul(h).matmul(recurrent);
        Tensor candidate = activate(1, x.select(0, 2).add(recalled)).named("h");
        return new State(z.oneMinus().mul(candidate).add(z.mul(h)).named("H"), previous.c);
    }

    private State lstm(Tensor x, State previous) {
        Tensor sums = x.add(previous.h.matmul(r)); // i o f c
        Tensor i = activate(0, seen(sums.select(0, 0), 0, previous.c)).named("i");
        Tensor f = coupled
                ? i.oneMinus()
                : activate(0, seen(sums.select(0, 2), 2, previous.c)).named("f");
        Tensor candidate = activate(1, sums.select(0, 3)).named("c");
        Tensor c = f.mul(previous.c).add(i.mul(candidate)).named("C");
        Tensor o = activate(0, seen(sums.select(0, 1), 1, c)).named("o");
        return new State(o.mul(activate(2, c)).named("H"), c);
    }

    /** A gate's sum with what it sees of the cell state. */
    private Tensor seen(Tensor sum, int gate, Tensor c) {
        return peepholes == null
                ? sum
                : sum.add(peepholes.slice(0, gate * units, (gate + 1) * units).mul(c));
    }

    private Tensor activate(int activation, Tensor sum) {
        return activations.get(activation).apply(clip < Double.POSITIVE_INFINITY ? sum.clamp(-clip, clip) : sum);
    }
}
