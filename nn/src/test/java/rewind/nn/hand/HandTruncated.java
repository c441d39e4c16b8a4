package rewind.nn.hand;

import static rewind.nn.hand.HandMath.add;
import static rewind.nn.hand.HandMath.addOuter;
import static rewind.nn.hand.HandMath.row;
import static rewind.nn.hand.HandMath.sum;
import static rewind.nn.hand.HandMath.times;
import static rewind.nn.hand.HandMath.timesTransposed;
import static rewind.nn.hand.HandMath.zerosLike;

/**
 * The RNN of ML-From-Scratch with its sliding-window truncation, by hand: a_t = x_t·Uᵀ + s_{t−1}·Wᵀ, s_t = act(a_t),
 * o_t = s_t·Vᵀ.
 *
 * @param U (u, e)
 * @param W (u, u)
 * @param V (outputs, u)
 */
public record HandTruncated(double[][] U, double[][] W, double[][] V, HandActivation act) {
    /** a, s, and o, (m, s, …). */
    public record Forward(double[][][] a, double[][][] states, double[][][] outputs) {}

    /**
     * The truncated gradients.
     *
     * @param dX through the same window as dU and dW
     * @param dXOwnStep δ_t·U, through the own step alone
     */
    public record Backward(double[][] dU, double[][] dW, double[][] dV, double[][][] dX, double[][][] dXOwnStep) {}

    public Forward forward(double[][][] X) {
        int steps = X[0].length;
        Forward f = new Forward(
                new double[X.length][steps][], new double[X.length][steps][], new double[X.length][steps][]);
        for (int i = 0; i < X.length; i++) {
            for (int t = 0; t < steps; t++) {
                double[] a = sum(timesTransposed(X[i][t], U), timesTransposed(before(f, i, t), W));
                f.a[i][t] = a;
                f.states[i][t] = row(a.length, j -> act.value(a[j]));
                f.outputs[i][t] = timesTransposed(f.states[i][t], V);
            }
        }
        return f;
    }

    /**
     * dV = Σ_t g_tᵀ·s_t. For every t: δ_t = (g_t·V) ⊙ act'(a_t); for k = t … max(0, t − B): dU += δ_kᵀ·x_k, dW += δ_kᵀ·s_{k−1},
     * dx_k += δ_k·U, δ_{k−1} = (δ_k·W) ⊙ act'(a_{k−1}).
     *
     * @param g the upstream gradient at every output, (m, s, outputs)
     * @param window B
     */
    public Backward backward(double[][][] X, Forward f, double[][][] g, int window) {
        int steps = X[0].length;
        Backward d = new Backward(
                zerosLike(U),
                zerosLike(W),
                zerosLike(V),
                new double[X.length][steps][X[0][0].length],
                new double[X.length][steps][]);
        for (int i = 0; i < X.length; i++) {
            for (int t = 0; t < steps; t++) {
                addOuter(d.dV, g[i][t], f.states[i][t]);
                double[] delta = throughActivation(times(g[i][t], V), f.a[i][t]);
                d.dXOwnStep[i][t] = times(delta, U);
                for (int k = t; k >= Math.max(0, t - window); k--) {
                    addOuter(d.dU, delta, X[i][k]);
                    addOuter(d.dW, delta, before(f, i, k));
                    add(d.dX[i][k], times(delta, U));
                    delta = k == 0 ? delta : throughActivation(times(delta, W), f.a[i][k - 1]);
                }
            }
        }
        return d;
    }

    private double[] throughActivation(double[] ds, double[] a) {
        return row(a.length, j -> ds[j] * act.derivative(a[j]));
    }

    private double[] before(Forward f, int sample, int t) {
        return t == 0 ? new double[W.length] : f.states[sample][t - 1];
    }
}
