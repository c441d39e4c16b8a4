package rewind.nn.hand;

import static rewind.nn.hand.HandMath.add;
import static rewind.nn.hand.HandMath.addOuter;
import static rewind.nn.hand.HandMath.sum;
import static rewind.nn.hand.HandMath.times;
import static rewind.nn.hand.HandMath.timesTransposed;

/**
 * The RNN written by hand, forward and backward, as loops over numbers and without the engine: what the library's
 * cell is compared with. Letters are those of the formulas: m samples, s steps, e elements per step, u units.
 *
 * @param U (e, u)
 * @param V (u, u)
 * @param b (1, u)
 */
public record HandRnn(double[][] U, double[][] V, double[][] b, HandActivation act) {
    /**
     * What the backward equations need.
     *
     * @param x (m, s, e)
     * @param h0 the state before the first step, (m, u)
     * @param h_ before the activation, (m, s, u)
     * @param h all hidden states, (m, s, u)
     */
    public record Forward(double[][][] x, double[][] h0, double[][][] h_, double[][][] h) {
        /** The hidden state before step t of a sample. */
        public double[] before(int sample, int t) {
            return t == 0 ? h0[sample] : h[sample][t - 1];
        }

        /** The last hidden states, (m, u). */
        public double[][] last() {
            double[][] last = new double[h.length][];
            for (int i = 0; i < last.length; i++) {
                last[i] = h[i][h[i].length - 1];
            }
            return last;
        }
    }

    /** The gradients, each of the shape of its value. */
    public record Backward(double[][][] dX, double[][] dU, double[][] dV, double[][] db, double[][] dh0) {}

    /** h_ = x·U + h⁻·V + b, h = act(h_). */
    public Forward forward(double[][][] x, double[][] h0) {
        int m = x.length;
        int s = x[0].length;
        int u = V.length;
        Forward f = new Forward(x, h0, new double[m][s][u], new double[m][s][u]);
        for (int i = 0; i < m; i++) {
            for (int t = 0; t < s; t++) {
                f.h_[i][t] = sum(times(x[i][t], U), times(f.before(i, t), V), b[0]);
                for (int j = 0; j < u; j++) {
                    f.h[i][t][j] = act.value(f.h_[i][t][j]);
                }
            }
        }
        return f;
    }

    /**
     * dh_ = (dA + dh⁺) ⊙ act'(h_), dh = dh_·Vᵀ, dx = dh_·Uᵀ, dU += xᵀ·dh_, dV += h⁻ᵀ·dh_, db += Σm dh_.
     *
     * @param dA the upstream gradient, (m, s, u)
     */
    public Backward backward(Forward f, double[][][] dA) {
        return backward(f, dA, new HandAdjoints("rnn"));
    }

    /** As the one above, which tells what it finds on its way. */
    public Backward backward(Forward f, double[][][] dA, HandAdjoints adjoints) {
        int m = f.x.length;
        int s = f.x[0].length;
        int e = U.length;
        int u = V.length;
        Backward g = new Backward(
                new double[m][s][e], new double[e][u], new double[u][u], new double[1][u], new double[m][u]);
        for (int i = 0; i < m; i++) {
            double[] dh = new double[u]; // dh⁺ on entering a step, dh on leaving it
            for (int t = s - 1; t >= 0; t--) {
                adjoints.at(m, i, t);
                double[] D = adjoints.put("h", sum(dA[i][t], dh));
                double[] dh_ = new double[u];
                for (int j = 0; j < u; j++) {
                    dh_[j] = D[j] * act.derivative(f.h_[i][t][j]);
                }
                dh_ = adjoints.put("h_", dh_);
                dh = timesTransposed(dh_, V);
                g.dX[i][t] = timesTransposed(dh_, U);
                addOuter(g.dU, f.x[i][t], dh_);
                addOuter(g.dV, f.before(i, t), dh_);
                add(g.db[0], dh_);
            }
            g.dh0[i] = dh;
        }
        return g;
    }

    /** The upstream gradient (m, s, u) of a layer that gives out its last state only: zero at every other step. */
    public static double[][][] atLastStep(double[][] dA, int steps) {
        double[][][] all = new double[dA.length][steps][dA[0].length];
        for (int i = 0; i < dA.length; i++) {
            all[i][steps - 1] = dA[i].clone();
        }
        return all;
    }
}
