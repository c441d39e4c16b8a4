package rewind.nn.recurrent;

import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Cell;
import rewind.nn.layer.Initializers;
import rewind.nn.layer.Scope;

/**
 * A gated recurrent unit for series with gaps, in which what was last seen, and the state, decay with time (Che et al., Scientific Reports 8,
 * 2018, doi:10.1038/s41598-018-24271-9), for m samples, e features, u units. An input has 3·e numbers, as {@link rewind.nn.data.Gaps} makes
 * them: x, what was seen last; s, 1 where it was seen at this step and 0 elsewhere; and d, the time since it was seen. The gates' parameters are
 * stacked in the order z (update), r (reset), hh (candidate):
 *
 * <pre>
 * γ = exp(−relu(d ⊙ w + a))                     x, s, d (m, e)   w, a (1, e)
 * q = s ⊙ x + (1 − s) ⊙ (γ ⊙ x + (1 − γ) ⊙ c)   c (1, e): the mean, to which a value decays
 * g = exp(−relu(d·W + k))                       W (e, u)   k (1, u)
 * k⁻ = g ⊙ h⁻
 * z = σ(q·Uz + k⁻·Vz + s·Sz + bz)               U (3, e, u)   V (3, u, u)   S (3, e, u)   b (3, 1, u)
 * r = σ(q·Ur + k⁻·Vr + s·Sr + br)
 * hh = tanh(q·Uhh + (r ⊙ k⁻)·Vhh + s·Shh + bhh)
 * h = z ⊙ k⁻ + (1 − z) ⊙ hh                     h (m, u)
 *
 * dhh_, dz_, dr_ and dk as in {@link GruCell}, with k⁻ for h⁻
 * dh = dk ⊙ g                                   dg_ = −dk ⊙ h⁻ ⊙ g ⊙ [d·W + k &gt; 0]      dW = Σ dᵀ·dg_
 * dq = dz_·Uzᵀ + dr_·Urᵀ + dhh_·Uhhᵀ            dγ_ = −dq ⊙ (1 − s) ⊙ (x − c) ⊙ γ ⊙ [d ⊙ w + a &gt; 0]      dw = Σ Σ_m dγ_ ⊙ d
 * </pre>
 *
 * <p>c starts as zeros, the mean of scaled data, and is frozen: set {@code model.set("gruD/c", mean)} otherwise. Theirs has z and 1 − z
 * exchanged in the last line.
 */
public record GruDCell(Tensor U, Tensor V, Tensor S, Tensor b, Tensor w, Tensor a, Tensor c, Tensor W, Tensor k)
        implements Cell<Tensor> {
    private static final Gates GATES = Gates.of(Initializers.orthogonal())
            .gate("z", "updateActivation", Activation.SIGMOID)
            .gate("r", "resetActivation", Activation.SIGMOID)
            .gate("hh", "activation", Activation.TANH);

    /** What an input has of each feature: its value, whether it was seen, and the time since then. */
    private static final int PARTS = 3;

    static GruDCell define(Scope scope, int inputs, int units) {
        Check.that(
                inputs > 0 && inputs % PARTS == 0,
                "gruD: a step must have a value, whether it was seen, and the time since then, of each feature, got %s numbers; Gaps.of"
                        + " makes them",
                inputs);
        int features = inputs / PARTS;
        return new GruDCell(
                GATES.weights(scope, "U", features, units),
                GATES.weights(scope, "V", units, units),
                GATES.weights(scope, "S", features, units),
                GATES.biases(scope, units),
                scope.parameter("w", Initializers.uniform(0, 1), 1, features),
                scope.bias("a", features),
                scope.statistic("c", Initializers.zeros(), 1, features),
                scope.parameter("W", Initializers.uniform(0, 1), features, units),
                scope.bias("k", units));
    }

    /** What decays by these rates, never growing. */
    private static Tensor decay(Tensor rates) {
        return rates.relu().neg().exp();
    }

    /** The sums of the gates, and below them how the state decays, (…, 4, m, u). */
    @Override
    public Tensor project(Tensor step) {
        int features = step.size(-1) / PARTS;
        Tensor x = step.slice(-1, 0, features);
        Tensor s = step.slice(-1, features, 2 * features);
        Tensor d = step.slice(-1, 2 * features, step.size(-1));
        Tensor gamma = decay(d.mul(w).add(a)).named("γ");
        Tensor q = s.mul(x)
                .add(s.oneMinus().mul(gamma.mul(x).add(gamma.oneMinus().mul(c))))
                .named("q");
        Tensor sums = q.expandDims(-3).matmul(U).add(s.expandDims(-3).matmul(S)).add(b);
        Tensor g = decay(d.matmul(W).add(k)).named("g");
        return Tensor.concat(-3, sums, g.expandDims(-3));
    }

    @Override
    public Tensor advance(Tensor projected, Tensor h) {
        Tensor kept = projected.select(0, 3).mul(h);
        Tensor sums = projected.slice(0, 0, 2).add(kept.matmul(V.slice(0, 0, 2)));
        Tensor z = GATES.open("z", sums);
        Tensor r = GATES.open("r", sums);
        Tensor hh_ = projected.select(0, 2).add(r.mul(kept).matmul(V.select(0, 2)));
        Tensor hh = GATES.activate("hh", hh_.named("hh_"));
        return z.mul(kept).add(z.oneMinus().mul(hh)).named("h");
    }

    @Override
    public Tensor step(Tensor x, Tensor h) {
        return advance(project(x), h);
    }
}
