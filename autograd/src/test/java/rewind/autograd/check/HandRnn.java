package rewind.autograd.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.random.Well19937c;
import rewind.autograd.Tensor;
import rewind.autograd.Trace;

/** A simple recurrent net, h_ = x·U + h·V, h = tanh h_, and its derivation by hand with the mistakes that one makes. */
final class HandRnn {
    static final int STEPS = 4;

    enum Mistake {
        NONE,
        TRANSPOSE,
        SIGN,
        NEXT_STATE,
        PREVIOUS_INPUT,
        DROPPED_STEP,
        NO_RECURRENCE,
        BATCH_MEAN
    }

    private HandRnn() {}

    static List<Tensor> inputs(int batch, int features, int units, long seed) {
        Well19937c rng = new Well19937c(seed);
        return List.of(
                Tensor.randn(rng, STEPS, batch, features),
                Tensor.randn(rng, batch, units),
                Tensor.randn(rng, features, units).mul(0.5),
                Tensor.randn(rng, units, units).mul(0.5));
    }

    /** All hidden states, (steps, batch, units), of x, h, U, V. */
    static Tensor states(List<Tensor> in) {
        Tensor h = in.get(1);
        List<Tensor> all = new ArrayList<>();
        for (Tensor x : in.get(0).unstack(0)) {
            Tensor h_ = x.matmul(in.get(2)).add(h.matmul(in.get(3))).named("h_");
            h = h_.tanh().named("h");
            all.add(h);
        }
        return Tensor.stack(0, all);
    }

    /** dx, dh, dU, dV. */
    static List<Tensor> backward(List<Tensor> in, Tensor dA, Mistake mistake) {
        Tensor V = in.get(3);
        List<Tensor> x = in.get(0).unstack(0);
        List<Tensor> h = new ArrayList<>(List.of(in.get(1)));
        h.addAll(states(in).unstack(0));
        Tensor dh = in.get(1).mul(0);
        Tensor dU = in.get(2).mul(0);
        Tensor dV = V.mul(0);
        List<Tensor> dx = new ArrayList<>();
        for (int t = STEPS - 1; t >= 0; t--) {
            Tensor dh_ = dA.select(0, t).add(dh).mul(h.get(t + 1).square().oneMinus());
            if (mistake == Mistake.SIGN) {
                dh_ = dh_.neg();
            }
            dh = dh_.matmul(mistake == Mistake.TRANSPOSE ? V : V.transpose());
            if (mistake == Mistake.NO_RECURRENCE) {
                dh = dh.mul(0);
            }
            dx.add(0, dh_.matmul(in.get(2).transpose()));
            Tensor state = h.get(mistake == Mistake.NEXT_STATE && t + 1 < STEPS ? t + 1 : t);
            Tensor input = x.get(mistake == Mistake.PREVIOUS_INPUT && t > 0 ? t - 1 : t);
            dU = dU.add(input.transpose().matmul(dh_));
            if (mistake != Mistake.DROPPED_STEP || t != 2) {
                dV = dV.add(state.transpose().matmul(dh_));
            }
        }
        if (mistake == Mistake.BATCH_MEAN) {
            dU = dU.div(dA.size(1));
        }
        return List.of(Tensor.stack(0, dx), dh, dU, dV);
    }

    /** The adjoints of h and h_ at every step; those of h_ at one step have the wrong sign. */
    static Map<Trace.Name, Tensor> adjoints(List<Tensor> in, Tensor dA, int wrongStep) {
        Map<Trace.Name, Tensor> adjoints = new HashMap<>();
        List<Tensor> h = states(in).unstack(0);
        Tensor dh = in.get(1).mul(0);
        for (int t = STEPS - 1; t >= 0; t--) {
            Tensor D = dA.select(0, t).add(dh);
            Tensor dh_ = D.mul(h.get(t).square().oneMinus());
            dh_ = t == wrongStep ? dh_.neg() : dh_;
            dh = dh_.matmul(in.get(3).transpose());
            adjoints.put(new Trace.Name("h", t), D);
            adjoints.put(new Trace.Name("h_", t), dh_);
        }
        return adjoints;
    }
}
